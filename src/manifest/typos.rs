//! Finds typing mistakes in a Pod that is good YAML.

use serde_json::Value;

use audit_policy::finding::Place;
use goyaml::{Node, NodeKind, ScalarStyle};

use super::flags::{self, CommandLine, CommandWord};
use super::source::{PodSource, place};
use super::typo::{Mistake, Typo};

/// Hyphens, dashes and the minus sign that word processors and web pages put in place of `-`.
const DASHES: &[char] =
    &['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}'];

/// Quotation marks that they put in place of `"` and `'`.
const QUOTES: &[char] = &[
    '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}',
];

/// Returns `word` with hyphens for the leading dashes, if it begins with a typographic one.
pub(super) fn with_hyphens(word: &str) -> Option<String> {
    let rest = word.trim_start_matches(|c| c == '-' || DASHES.contains(&c));
    let dashes = &word[..word.len() - rest.len()];
    let is_flag = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_flag && dashes.contains(DASHES)).then(|| format!("--{rest}"))
}

/// Returns `text` without typographic quotes, if there are some.
pub(super) fn without_quotes(text: &str) -> Option<String> {
    text.contains(QUOTES).then(|| text.replace(QUOTES, ""))
}

/// Finds a line without `- ` that YAML has joined to this word, or several words in one item.
pub(super) fn glued(word: &CommandWord, source: PodSource<'_>) -> Option<Typo> {
    let node = source.node(&format!("{}/{}", word.list, word.at))?;
    if matches!(node.kind, NodeKind::Scalar { style: ScalarStyle::Plain, .. }) {
        for (below, line) in source.text[node.span.range()].split('\n').enumerate().skip(1) {
            let text = line.trim();
            if text.starts_with(|c| c == '-' || DASHES.contains(&c)) {
                let column = line.chars().take_while(|c| c.is_whitespace()).count() + 1;
                let place = Place { line: node.span.line + below, column };
                return Some(Typo { mistake: no_bullet(text), place });
            }
        }
    }
    word.text.contains("kube-apiserver --").then(|| Typo {
        mistake: Mistake::SeveralWords { text: word.text.clone() },
        place: word.place,
    })
}

/// Returns the mistake of a line that lacks its `- `.
pub(super) fn no_bullet(text: &str) -> Mistake {
    let meant = with_hyphens(text).unwrap_or_else(|| text.to_owned());
    Mistake::NoBullet { text: text.to_owned(), meant: format!("- {meant}") }
}

/// Finds a flag that is a mapping because of its colon: `- --audit-log-maxage: 30`.
pub(super) fn colon(item: &Node, source: PodSource<'_>) -> Option<Typo> {
    let [entry] = item.entries()? else { return None };
    let (flag, value) = (entry.key.scalar()?, entry.value.scalar()?);
    flag.starts_with("--").then(|| Typo {
        mistake: Mistake::Colon {
            text: source.text[item.span.range()].to_owned(),
            meant: format!("{flag}={value}"),
        },
        place: place(item.span),
    })
}

/// Finds the first mistake on the command line that keeps the server from starting, or from doing
/// what the line says.
pub(super) fn in_command_line(line: &CommandLine) -> Option<Typo> {
    let value_words: Vec<usize> = line
        .flags
        .iter()
        .filter(|flag| flag.words.len() == 2)
        .map(|it| it.words.start + 1)
        .collect();
    let words = line.words.iter().enumerate().skip(line.begin);
    let in_word = words
        .filter(|(at, _)| !value_words.contains(at))
        .find_map(|(_, word)| Some(Typo { mistake: in_word(&word.text)?, place: word.place }));
    in_word.or_else(|| no_value(line))
}

fn in_word(text: &str) -> Option<Mistake> {
    let own = || text.to_owned();
    if let Some(meant) = with_hyphens(text) {
        return Some(Mistake::Dash { text: own(), meant });
    }
    let (first, last) = (text.chars().next()?, text.chars().last()?);
    let quoted = QUOTES.contains(&first) || QUOTES.contains(&last);
    if let Some(meant) = without_quotes(text).filter(|_| quoted) {
        return Some(Mistake::Quotes { text: own(), meant });
    }
    let is_audit = flags::normal(text).starts_with("audit-");
    let hyphens = text.len() - text.trim_start_matches('-').len();
    if hyphens > 2 || (hyphens == 1 && is_audit) {
        let meant = format!("--{}", text.trim_start_matches('-'));
        return (text.len() > hyphens).then(|| Mistake::Hyphens { text: own(), meant });
    }
    if hyphens < 2 {
        return None;
    }
    if let Some((flag, comment)) = text.split_once(" #") {
        let meant = format!("\"{}\" #{comment}", flag.trim_end());
        return Some(Mistake::Comment { text: own(), meant });
    }
    blank(text, is_audit).or_else(|| inner_quotes(text).filter(|_| is_audit))
}

/// Finds a blank that parts a flag from its value, or two flags in one word.
fn blank(text: &str, is_audit: bool) -> Option<Mistake> {
    let own = || text.to_owned();
    let at = text.find(char::is_whitespace)?;
    let (head, tail) = (&text[..at], text[at..].trim());
    let is_list = is_audit && tail.split_whitespace().any(|part| part.starts_with("--"));
    if is_list || tail.starts_with("--audit") {
        return Some(Mistake::SeveralWords { text: own() });
    }
    match head.split_once('=') {
        None => {
            let value = tail.strip_prefix('=').unwrap_or(tail).trim_start();
            Some(Mistake::Blank { text: own(), meant: format!("{head}={value}") })
        }
        Some((_, value)) if is_audit && (value.is_empty() || tail.is_empty()) => {
            Some(Mistake::Blank { text: own(), meant: format!("{head}{tail}") })
        }
        Some(_) => None,
    }
}

/// Finds a value in quotes that are part of it: `--audit-log-path="/x"`.
fn inner_quotes(text: &str) -> Option<Mistake> {
    let (name, value) = text.split_once('=')?;
    let bare =
        ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))?;
    Some(Mistake::InnerQuotes { text: text.to_owned(), meant: format!("{name}={bare}") })
}

/// Finds an audit flag that takes the flag after it for its value.
fn no_value(line: &CommandLine) -> Option<Typo> {
    let alone = line.flags.iter().find(|flag| flag.lacks_value())?;
    let next = line.words.get(alone.words.end).map(|word| word.text.clone()).unwrap_or_default();
    Some(Typo { mistake: Mistake::NoValue { flag: alone.name.clone(), next }, place: alone.place })
}

/// Finds typographic quotes around the names and paths of mounts and volumes.
pub(super) fn in_mounts(source: PodSource<'_>, container: &str) -> Option<Typo> {
    let lists = [format!("{container}/volumeMounts"), "/spec/volumes".to_owned()];
    lists.iter().filter_map(|list| source.node(list)).find_map(quotes_in)
}

fn quotes_in(node: &Node) -> Option<Typo> {
    if let Some(text) = node.scalar().filter(|text| text.starts_with(QUOTES)) {
        let meant = without_quotes(text)?;
        let mistake = Mistake::Quotes { text: text.to_owned(), meant };
        return Some(Typo { mistake, place: place(node.span) });
    }
    let values = node.entries().unwrap_or_default().iter().map(|entry| &entry.value);
    node.items().unwrap_or_default().iter().chain(values).find_map(quotes_in)
}

/// Keys that matter for auditing, by the place they belong to. `#` is any position of a list.
const KEYS: &[(&str, &[&str])] = &[
    ("/metadata", &["annotations"]),
    ("/spec", &["containers", "volumes"]),
    ("/spec/volumes/#", &["name", "hostPath"]),
    ("/spec/volumes/#/hostPath", &["path", "type"]),
    ("CONTAINER", &["args", "command", "image", "name", "volumeMounts"]),
    ("CONTAINER/volumeMounts/#", &["mountPath", "name", "readOnly", "subPath"]),
];

/// Finds keys that the kubelet drops and that look like ones it reads, such as `readonly`.
pub(super) fn in_keys(source: PodSource<'_>, container: &str) -> Vec<Typo> {
    let mut typos = vec![];
    for (place, keys) in KEYS {
        let path = place.replace("CONTAINER", container);
        for mapping in mappings(source, &path) {
            for entry in mapping.entries().unwrap_or_default() {
                let Some(found) = entry.key.scalar() else { continue };
                if let Some(meant) = keys.iter().find(|key| is_near(found, key)) {
                    let (found, meant) = (found.to_owned(), (*meant).to_owned());
                    let mistake = Mistake::Key { found, meant };
                    typos.push(Typo { mistake, place: super::source::place(entry.key.span) });
                }
            }
        }
    }
    typos
}

/// Returns the nodes that `path` names.
fn mappings<'a>(source: PodSource<'a>, path: &str) -> Vec<&'a Node> {
    let Some((list, rest)) = path.split_once("/#") else {
        return source.node(path).into_iter().collect();
    };
    let count = source.value.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).filter_map(|at| source.node(&format!("{list}/{at}{rest}"))).collect()
}

/// Returns whether `found` is `key` with other capitals, or with one letter more, less or wrong.
fn is_near(found: &str, key: &str) -> bool {
    if found == key {
        return false;
    }
    let (found, key) = (found.to_ascii_lowercase(), key.to_ascii_lowercase());
    if found == key {
        return true;
    }
    let (found, key) = (found.as_bytes(), key.as_bytes());
    let same_start = found.iter().zip(key).take_while(|(a, b)| a == b).count();
    let same_end = found.iter().rev().zip(key.iter().rev()).take_while(|(a, b)| a == b).count();
    let longest = found.len().max(key.len());
    // Short keys have too many neighbours that are words of their own.
    longest > 5 && found.len().abs_diff(key.len()) <= 1 && same_start + same_end + 1 >= longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_in_a_word_is_told_from_what_is_right() {
        for (word, repair) in [
            ("–audit-log-path=/x", "write `--audit-log-path=/x`"),
            ("-\u{2013}audit-log-path=/x", "write `--audit-log-path=/x`"),
            ("“--audit-log-path=/x”", "write `--audit-log-path=/x`"),
            ("---v=2", "write `--v=2`"),
            ("-audit-log-path=/x", "write `--audit-log-path=/x`"),
            ("--audit-log-maxage=30 # days", "write `\"--audit-log-maxage=30\" # days`"),
            ("--audit-policy-file /x", "write `--audit-policy-file=/x`"),
            ("--audit-policy-file = /x", "write `--audit-policy-file=/x`"),
            ("--audit-policy-file= /x", "write `--audit-policy-file=/x`"),
            ("--audit-log-path=/x ", "write `--audit-log-path=/x`"),
            ("--a=b --audit-log-path=/x", "write every flag as an item of its own"),
            ("--audit-log-path='/x'", "write `--audit-log-path=/x`"),
        ] {
            assert_eq!(in_word(word).unwrap().repair(), repair, "{word}");
        }
        for word in ["--audit-log-path=-", "-v=2", "--etcd-servers=\"http://x\"", "x", "--a=b c"] {
            assert_eq!(in_word(word), None, "{word}");
        }
    }

    #[test]
    fn near_keys_are_found_and_others_left_alone() {
        for (found, key) in [
            ("readonly", "readOnly"),
            ("volumeMount", "volumeMounts"),
            ("volumesMounts", "volumeMounts"),
            ("mountPaths", "mountPath"),
            ("Type", "type"),
        ] {
            assert!(is_near(found, key), "{found}");
        }
        for (found, key) in [("subPathExpr", "subPath"), ("ports", "path"), ("env", "args")] {
            assert!(!is_near(found, key), "{found}");
        }
    }
}
