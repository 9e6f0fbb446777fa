//! Edits as `enable` makes them.

use kubectl_audit::manifest::{Manifest, ManifestEdit, ManifestRefusal, POLICY_ANNOTATION};

pub(crate) const POLICY: &str = "/etc/kubernetes/audit/policy.yaml";
pub(crate) const LOG: &str = "/var/log/kubernetes/audit/audit.log";
pub(crate) const SHA: &str = "1234567890123456789012345678901234567890123456789012345678901234";

/// Reads a manifest and turns auditing on in it.
pub(crate) fn enabled(bytes: &[u8]) -> Result<(Manifest, Manifest), ManifestRefusal> {
    let before = Manifest::parse(bytes)?;
    let after = before.edit(&edits(&before))?;
    Ok((before, after))
}

/// Returns the edits that turn auditing on: both files visible, the flags, the annotation.
pub(crate) fn edits(manifest: &Manifest) -> Vec<ManifestEdit> {
    let mut edits = vec![];
    let policy = visible(manifest, &mut edits, POLICY, "audit-policy", "File", true);
    let directory = LOG.rsplit_once('/').unwrap().0;
    let log = visible(manifest, &mut edits, directory, "audit-logs", "DirectoryOrCreate", false);
    for (name, value) in [
        ("audit-policy-file", policy.as_str()),
        ("audit-log-path", &format!("{log}/audit.log")),
        ("audit-log-maxage", "30"),
        ("audit-log-maxbackup", "10"),
        ("audit-log-maxsize", "100"),
    ] {
        edits.push(ManifestEdit::SetFlag { name: name.to_owned(), value: value.to_owned() });
    }
    edits.push(ManifestEdit::SetAnnotation {
        key: POLICY_ANNOTATION.to_owned(),
        value: SHA.to_owned(),
    });
    edits
}

/// Returns the container's path of `path`, after adding a mount if it needs one.
fn visible(
    manifest: &Manifest,
    edits: &mut Vec<ManifestEdit>,
    path: &str,
    volume: &str,
    kind: &str,
    read_only: bool,
) -> String {
    let seen = manifest.covering_mount(path).filter(|it| read_only || !it.mount.read_only);
    if let Some(seen) = seen {
        return seen.container_path;
    }
    edits.push(ManifestEdit::AddMount {
        volume: manifest.free_volume_name(volume),
        host_path: path.to_owned(),
        host_path_type: Some(kind.to_owned()),
        mount_path: path.to_owned(),
        read_only,
    });
    path.to_owned()
}
