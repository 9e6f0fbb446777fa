#!/bin/sh
# Builds the release archive for linux/amd64 and the krew manifest that names its sha256:
#
#   krew/package.sh [BINARY]
#
# Without BINARY the release build is made first; TARGET names another target than the host's.
# The archive holds the binary, LICENSE, NOTICE and the licence texts of what is linked into the
# binary, and is the same bytes for the same input.
# Both files land in target/krew; what to type to install them is printed at the end.
set -eu

cd "$(dirname "$0")/.."
out=target/krew
version=v$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
archive=$out/kubectl-audit_${version}_linux_amd64.tar.gz

if [ $# -gt 0 ]; then
    binary=$1
else
    cargo build --release --locked ${TARGET:+--target "$TARGET"}
    binary=${CARGO_TARGET_DIR:-target}/${TARGET:+$TARGET/}release/kubectl-audit
fi

rm -rf "$out"
mkdir -p "$out/content"
install -m 0755 "$binary" "$out/content/kubectl-audit"
install -m 0644 LICENSE NOTICE "$out/content/"
krew/licenses.sh >"$out/content/THIRD-PARTY-LICENSES"
[ -s "$out/content/THIRD-PARTY-LICENSES" ] || { echo "no licences of dependencies" >&2; exit 1; }
tar --create --file="${archive%.gz}" --directory="$out/content" --format=ustar --sort=name \
    --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" \
    kubectl-audit LICENSE NOTICE THIRD-PARTY-LICENSES
gzip --no-name --best "${archive%.gz}"
rm -r "$out/content"

sha256=$(sha256sum "$archive" | cut -d ' ' -f 1)
sed -e "s/v0\.0\.0/$version/g" -e "s/0\{64\}/$sha256/" -e '1d' krew/audit.yaml >"$out/audit.yaml"

echo "kubectl krew install --manifest=$out/audit.yaml --archive=$archive"
