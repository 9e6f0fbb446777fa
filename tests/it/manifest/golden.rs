//! Every own manifest with what enabling does to it: the diff, or the refusal with its repair.
//!
//! `BLESS=1 cargo test --test it manifest::golden` writes the expectations again; read the diff of that.

use std::env;
use std::fmt::Write as _;
use std::fs;

use kubectl_audit::manifest::ManifestRefusal;
use similar::{ChangeTag, TextDiff};

use crate::manifest::enable::enabled;
use crate::manifest::{data, own_manifests};

/// Returns what enabling does, for people to read. Blanks that matter are made visible.
fn outcome(bytes: &[u8]) -> String {
    match enabled(bytes) {
        Ok((before, after)) => {
            let mut text = changes(before.text(), after.text());
            for typo in before.typos() {
                let (place, repair) = (typo.place, typo.mistake.repair());
                writeln!(text, "note: line {}: {typo}: {repair}", place.line).unwrap();
            }
            text
        }
        Err(refusal) => refused(&refusal),
    }
}

fn refused(refusal: &ManifestRefusal) -> String {
    format!("refused: {refusal}\nrepair: {}\n", refusal.repair())
}

/// Returns the changed lines, each group below the number of the line before it.
fn changes(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut text = String::new();
    let mut last_equal = true;
    let mut line = 0;
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        if sign != '+' {
            line += 1;
        }
        if sign != ' ' {
            if last_equal {
                writeln!(text, "@@ {}", if sign == '+' { line } else { line - 1 }).unwrap();
            }
            let content = change.value().replace('\r', "␍");
            let end = if content.ends_with('\n') { "" } else { "⏎\n" };
            write!(text, "{sign}{content}{end}").unwrap();
        }
        last_equal = sign == ' ';
    }
    text
}

#[test]
fn every_own_manifest_is_enabled_minimally_or_refused_as_written_beside_it() {
    let bless = env::var_os("BLESS").is_some();
    let mut wrong = vec![];
    for (name, bytes) in own_manifests() {
        let path = data().join(name.replace(".yaml", ".out"));
        let found = outcome(&bytes);
        if bless {
            fs::write(&path, found).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            wrong.push(format!("{name}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn the_name_of_a_manifest_says_whether_it_is_refused() {
    let manifests = own_manifests();
    assert!(manifests.len() >= 60, "only {}", manifests.len());
    for (name, bytes) in manifests {
        let is_refused = outcome(&bytes).starts_with("refused");
        assert_eq!(is_refused, name.starts_with("refused-"), "{name}");
    }
}
