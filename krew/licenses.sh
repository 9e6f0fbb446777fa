#!/bin/sh
# Prints the licence texts of every crate that is linked into the binary, as they ask for:
#
#   krew/licenses.sh >THIRD-PARTY-LICENSES
#
# The list is Cargo's own, the texts are those in the crates' sources, so there is nothing to keep up
# to date. A crate that brings no text is named with its licence. TARGET is as for package.sh.
set -eu

cd "$(dirname "$0")/.."
sources=${CARGO_HOME:-$HOME/.cargo}/registry/src

cargo tree --locked --edges normal --prefix none --format '{p}|{l}' ${TARGET:+--target "$TARGET"} |
    sed 's/ (proc-macro)//; s/ (\*)$//' | LC_ALL=C sort -u |
    while IFS='|' read -r package licence; do
        name=${package%% v*}
        version=${package##* v}
        [ -z "$licence" ] || [ "$name" = kubectl-audit ] || [ "${package#* (}" != "$package" ] || {
            directory=$(find "$sources" -maxdepth 2 -type d -name "$name-$version" | head -n 1)
            [ -n "$directory" ] || { echo "no source of $name $version" >&2; exit 1; }
            printf '==== %s %s (%s)\n\n' "$name" "$version" "$licence"
            find "$directory" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' \
                -o -iname 'notice*' \) | LC_ALL=C sort | while read -r file; do
                cat "$file"
                printf '\n'
            done
        }
    done
