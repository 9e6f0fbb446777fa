//! Holds the words and names: plain English, in the words of the Kubernetes documentation, for
//! administrators who read it as a second language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;
use syn::Item;

use super::house::{self, files_below, root};

/// What is not written, and what is written in its place.
const WORDS: &[(&str, &str)] = &[
    (r"\bin front\b", "before"),
    (r"\bbehind\b", "after"),
    (r"\b(stands|stood)\b", "is, exists"),
    (r"\blies\b", "is"),
    (r"\bmend(s|ed|ing)?\b", "fix"),
    (r"\b(puts?|putting) ((it|them|everything|files) )?back\b", "restore"),
    (r"\bsomebody\b", "someone, another process"),
    (r"\bwhoever\b", "anyone who, the process that"),
    (r"\banew\b", "again"),
    (r"\btold\b", "said, reported, known"),
    (r"\bof ours\b", "of this program"),
    (r"\bregret(s|ted)?\b", "likely mistakes, findings"),
];

/// The one use of a word that is plain English.
const FINE: &str = "stands for";

/// What people read beside the code: documents, templates, packaging, scripts.
const DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
const DIRECTORIES: &[(&str, &str)] =
    &[("crates", "md"), ("templates", "yaml"), ("krew", "yaml"), ("src", "sh")];

/// Names of types in more than one file, and why.
const SHARED: &[(&str, &str)] = &[
    ("Errno", "of Linux where it is not Linux, and as messages name it"),
    ("Local", "the machine under Linux, and under another system"),
    ("Node", "of a YAML tree, and of a cluster: the words of both fields"),
];

/// Names that say what happened to a thing and not what it is.
const PARTICIPLES: &[&str] = &[
    "Added", "Asked", "Awaited", "Carried", "Checked", "Chosen", "Decoded", "Disabled", "Enabled",
    "Expected", "Failed", "Fixed", "Found", "Gathered", "Held", "Judged", "Joined", "Missed",
    "Moved", "Named", "Opened", "Placed", "Proven", "Ran", "Reached", "Recorded", "Removed",
    "Said", "Seen", "Sent", "Settled", "Shown", "Skipped", "Stripped", "Taken", "Tested", "Wanted",
    "Watched", "Written",
];

fn texts() -> Vec<(PathBuf, String)> {
    let mut found: Vec<(PathBuf, String)> = house::CRATES
        .iter()
        .flat_map(|(_, directory)| files_below(&root().join(directory)))
        .collect();
    found.extend(DOCUMENTS.iter().map(|name| {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    }));
    for (directory, end) in DIRECTORIES {
        house::files_with(&root().join(directory), end, &mut found);
    }
    found
}

#[test]
fn messages_and_documents_are_in_plain_words() {
    let words: Vec<(Regex, &str)> = WORDS
        .iter()
        .map(|(pattern, plain)| (Regex::new(&format!("(?i){pattern}")).unwrap(), *plain))
        .collect();
    let mut wrong = vec![];
    for (path, text) in texts() {
        for (number, line) in text.lines().enumerate() {
            let line = line.replace(FINE, "");
            for (word, plain) in &words {
                if let Some(found) = word.find(&line) {
                    wrong.push(format!("{}: `{}`: {plain}", place(&path, number), found.as_str()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} words that are not plain:\n{}", wrong.len(), wrong.join("\n"));
}

fn place(path: &Path, number: usize) -> String {
    format!("{}:{}", path.strip_prefix(root()).unwrap().display(), number + 1)
}

#[test]
fn every_type_has_a_name_of_its_own_and_says_what_it_is() {
    let mut files: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for (_, directory) in house::CRATES {
        for (path, text) in files_below(&root().join(directory)) {
            for item in syn::parse_file(&text).unwrap().items {
                if let Some(name) = type_name(&item) {
                    files.entry(name).or_default().insert(path.clone());
                }
            }
        }
    }
    let shared: Vec<_> = files
        .iter()
        .filter(|(name, files)| files.len() > 1 && !SHARED.iter().any(|(it, _)| it == name))
        .collect();
    assert!(shared.is_empty(), "names with two meanings: {shared:#?}");
    let bare: Vec<_> = PARTICIPLES.iter().filter(|name| files.contains_key(**name)).collect();
    assert!(bare.is_empty(), "names that do not say what the thing is: {bare:?}");
}

fn type_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}
