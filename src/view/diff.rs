//! The diff of a file, as a unified diff.

use std::fmt::Write as _;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::paint::{Tone, paint};
use crate::owner::Owner;
use crate::plan::{FileChange, Role};

/// Unchanged lines shown around a change, as `diff -u` does.
const CONTEXT: usize = 3;

/// Returns the unified diff of one file, headers included; empty if its bytes stay the same.
///
/// Bytes that are not UTF-8 are shown with replacement characters: the diff is for reading, the
/// change itself is made from the bytes. A carriage return is shown as `␍`, because a diff that
/// changes line ends must not look like one that changes nothing.
#[must_use]
pub fn file(change: &FileChange) -> String {
    let before = String::from_utf8_lossy(change.before.as_deref().unwrap_or_default());
    let after = String::from_utf8_lossy(change.after.as_deref().unwrap_or_default());
    if before == after && change.before.is_some() == change.after.is_some() {
        return String::new();
    }
    let path = change.path.display().to_string();
    let name = |exists: bool| if exists { path.as_str() } else { "/dev/null" };
    let mut out = String::new();
    line(&mut out, Tone::Strong, &format!("--- {}", name(change.before.is_some())));
    line(&mut out, Tone::Strong, &format!("+++ {}", name(change.after.is_some())));
    let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        line(&mut out, Tone::Faint, hunk.header().to_string().trim_end());
        for change in hunk.iter_changes() {
            push_change(&mut out, change.tag(), change.value());
        }
    }
    out
}

/// Returns the unified diff of a policy that is not on a node; empty if its bytes stay the same.
#[must_use]
pub fn policy(path: &Path, before: &[u8], after: &[u8]) -> String {
    text(&path.display().to_string(), before, after)
}

/// Returns the unified diff of a text that is called `name`; empty if its bytes stay the same.
#[must_use]
pub fn text(name: &str, before: &[u8], after: &[u8]) -> String {
    file(&FileChange {
        role: Role::Policy,
        path: name.into(),
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
        mode: 0,
        owner: Owner::ROOT,
    })
}

fn push_change(out: &mut String, tag: ChangeTag, value: &str) {
    let (text, ended) = match value.strip_suffix('\n') {
        Some(text) => (text, true),
        None => (value, false),
    };
    let text = text.replace('\r', "␍");
    match tag {
        ChangeTag::Equal => line_plain(out, &format!(" {text}")),
        ChangeTag::Delete => line(out, Tone::Bad, &format!("-{text}")),
        ChangeTag::Insert => line(out, Tone::Good, &format!("+{text}")),
    }
    if !ended {
        line(out, Tone::Faint, "\\ No newline at end of file");
    }
}

fn line(out: &mut String, tone: Tone, text: &str) {
    line_plain(out, &paint(tone, text));
}

fn line_plain(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn change(before: Option<&str>, after: Option<&str>) -> FileChange {
        FileChange {
            role: Role::Policy,
            path: PathBuf::from("/p"),
            before: before.map(|text| text.as_bytes().to_vec()),
            after: after.map(|text| text.as_bytes().to_vec()),
            mode: 0o600,
            owner: Owner::ROOT,
        }
    }

    fn plain(change: &FileChange) -> String {
        anstream::adapter::strip_str(&file(change)).to_string()
    }

    #[test]
    fn a_new_file_comes_from_dev_null() {
        let text = plain(&change(None, Some("a\n")));
        assert_eq!(text, "--- /dev/null\n+++ /p\n@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn a_missing_final_newline_and_carriage_returns_are_shown() {
        let text = plain(&change(Some("a\r\nb"), Some("a\nb")));
        assert!(text.contains("-a␍\n+a\n b\n\\ No newline"), "{text}");
    }

    #[test]
    fn equal_bytes_give_no_diff() {
        assert_eq!(file(&change(Some("a"), Some("a"))), "");
    }
}
