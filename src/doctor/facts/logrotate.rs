//! Whether logrotate is configured to rotate a file.

use std::path::{Path, PathBuf};

use super::reader::FactsReader;
use crate::host::FileKind;

const MAIN: &str = "/etc/logrotate.conf";
const DIRECTORY: &str = "/etc/logrotate.d";

/// Endings of files that logrotate passes over (`tabooext`), the common ones.
const TABOO: [&str; 10] = [
    ".disabled",
    ".dpkg-bak",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".swp",
    "~",
];

/// A line of logrotate's configuration that names a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotator {
    /// The configuration file, as the caller would type it.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The path or pattern.
    pub pattern: String,
}

/// Returns the entries that name `log`.
pub(super) fn rotators(reader: &FactsReader<'_>, log: &Path) -> Vec<Rotator> {
    let directory = Path::new(DIRECTORY);
    let names = reader.seen(reader.host.list(directory)).unwrap_or_default();
    let taken = names.iter().filter(|name| !TABOO.iter().any(|taboo| name.ends_with(taboo)));
    let files = std::iter::once(PathBuf::from(MAIN)).chain(taken.map(|name| directory.join(name)));
    let log = log.to_string_lossy();
    files.flat_map(|file| in_file(reader, &file, &log)).collect()
}

fn in_file(reader: &FactsReader<'_>, file: &Path, log: &str) -> Vec<Rotator> {
    let is_file = reader.seen(reader.host.stat(file)).flatten().map(|stat| stat.kind);
    if is_file != Some(FileKind::File) {
        return vec![];
    }
    let bytes = reader.seen(reader.host.read(file)).unwrap_or_default();
    let place = reader.host.place(file);
    let named = patterns(&String::from_utf8_lossy(&bytes));
    let hits = named.into_iter().filter(|(_, pattern)| matches(pattern, log));
    hits.map(|(line, pattern)| Rotator { file: place.clone(), line, pattern }).collect()
}

/// The absolute paths and patterns before every `{`, each with its line.
fn patterns(text: &str) -> Vec<(usize, String)> {
    let mut found = vec![];
    let mut depth = 0_usize;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        let head = line.split('{').next().unwrap_or_default();
        if depth == 0 {
            let words = head.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
            let paths = words.filter(|word| word.starts_with('/'));
            found.extend(paths.map(|path| (number + 1, path.to_owned())));
        }
        depth += line.matches('{').count();
        depth = depth.saturating_sub(line.matches('}').count());
    }
    found
}

/// Whether a pattern (`*`, `?`, each within one name) names the path.
fn matches(pattern: &str, path: &str) -> bool {
    match (pattern.chars().next(), path.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            let rest = &pattern[1..];
            let name = path.find('/').unwrap_or(path.len());
            (0..=name).any(|at| path.is_char_boundary(at) && matches(rest, &path[at..]))
        }
        (Some(wanted), Some(found)) if wanted == found || (wanted == '?' && found != '/') => {
            matches(&pattern[wanted.len_utf8()..], &path[found.len_utf8()..])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_in_front_of_braces_only() {
        let text = "# /commented { }\ninclude /etc/logrotate.d\n/a/*.log \"/b c/x\"\n{\n  \
                    prerotate\n    /bin/true\n  endscript\n}\n/d {}\n/e\n";
        let found = patterns(text);
        let paths: Vec<_> = found.iter().map(|(line, path)| (*line, path.as_str())).collect();
        assert_eq!(paths[1], (3, "/a/*.log"));
        assert!(paths.contains(&(9, "/d")) && paths.contains(&(10, "/e")));
        assert!(!paths.iter().any(|(_, path)| path.contains("bin") || path.contains("commented")));
    }

    #[test]
    fn a_star_stays_within_a_name() {
        for (pattern, path) in [
            ("/var/log/*.log", "/var/log/audit.log"),
            ("/var/log/*/audit/*", "/var/log/kubernetes/audit/audit.log"),
            ("/var/log/audit.log", "/var/log/audit.log"),
            ("/var/log/audi?.log", "/var/log/audit.log"),
        ] {
            assert!(matches(pattern, path), "{pattern}");
        }
        for pattern in ["/var/log/*", "/var/log/*/audit.log", "/var/log/kubernetes/audit"] {
            assert!(!matches(pattern, "/var/log/kubernetes/audit/audit.log"), "{pattern}");
        }
    }
}
