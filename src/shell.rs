//! Words of a POSIX shell, for commands that a reader can paste.

use std::path::Path;

/// Returns a path as one word, quoted where a shell would read more into it.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use kubectl_audit::shell::word;
///
/// assert_eq!(word(Path::new("/a/b-1.yaml")), "/a/b-1.yaml");
/// assert_eq!(word(Path::new("/a b/c'd")), r"'/a b/c'\''d'");
/// ```
#[must_use]
pub fn word(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
