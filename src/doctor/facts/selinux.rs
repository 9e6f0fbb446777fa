//! The SELinux label of a path, where SELinux is enforced.

use std::path::Path;

use super::reader::FactsReader;
use crate::host::FileKind;

/// `1` while SELinux is enforced; there only on a machine that runs.
const ENFORCE: &str = "/sys/fs/selinux/enforce";
/// What the next boot does.
const CONFIG: &str = "/etc/selinux/config";

/// Returns the type in the label of `path`; `None` where SELinux is not enforced or nothing is
/// there.
pub(super) fn label(reader: &FactsReader<'_>, path: &Path) -> Option<String> {
    if !is_enforced(reader) {
        return None;
    }
    reader.seen(reader.host.stat(path)).flatten()?;
    let attributes = reader.seen(reader.host.xattrs(path))?;
    let (_, label) = attributes.into_iter().find(|(name, _)| name == "security.selinux")?;
    let label = String::from_utf8_lossy(&label).into_owned();
    // user:role:type:level
    label.trim_end_matches('\0').split(':').nth(2).map(str::to_owned)
}

fn is_enforced(reader: &FactsReader<'_>) -> bool {
    let text = |path: &str| {
        let path = Path::new(path);
        let stat = reader.host.stat(path).ok().flatten()?;
        let bytes = (stat.kind == FileKind::File).then(|| reader.host.read(path).ok()).flatten()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    match text(ENFORCE) {
        Some(now) => now.trim() == "1",
        None => text(CONFIG)
            .is_some_and(|text| text.lines().any(|line| line.trim() == "SELINUX=enforcing")),
    }
}
