//! The command line of the API server: which words it has, and which flags they are.

use std::collections::BTreeMap;
use std::ops::Range;

use audit_policy::finding::Place;

/// A word of the command line, and where the manifest has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandWord {
    /// JSON pointer of the list.
    pub(super) list: String,
    /// Position in the list.
    pub(super) at: usize,
    /// The word.
    pub(super) text: String,
    /// Where it is written.
    pub(super) place: Place,
}

/// A flag on the API server's command line, as the server reads it (Go: pflag with
/// `WordSepNormalizeFunc`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFlag {
    /// The name without dashes; underscores are dashes, as for the server.
    pub name: String,
    /// The value, of `--name=value` or of the following word; `None` for a flag that is alone.
    pub value: Option<String>,
    /// Where it is written.
    pub place: Place,
    /// The one or two words it consists of, as positions on the command line.
    pub(super) words: Range<usize>,
}

impl ManifestFlag {
    /// Returns the value; `true` for a flag that is alone, as the server reads it.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.as_deref().unwrap_or("true")
    }

    /// Returns whether the flag belongs to auditing: `--audit-…`.
    #[must_use]
    pub fn is_audit(&self) -> bool {
        self.name.starts_with("audit-")
    }

    /// Returns whether an audit flag that needs a value is alone.
    pub(super) fn lacks_value(&self) -> bool {
        self.is_audit() && self.value.is_none() && !is_bool(&self.name)
    }
}

/// The command line of a container: `command` and then `args`, in whichever order they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandLine {
    /// All words in the order in which they are run.
    pub(super) words: Vec<CommandWord>,
    /// Position of the first word after the binary.
    pub(super) begin: usize,
    /// The flags in order.
    pub(super) flags: Vec<ManifestFlag>,
}

impl CommandLine {
    /// Reads the flags after position `begin`.
    pub(super) fn new(words: Vec<CommandWord>, begin: usize) -> Self {
        let flags = read_flags(&words, begin);
        Self { words, begin, flags }
    }

    /// Reads words that are nowhere in a manifest as items of their own; the first one is the
    /// program.
    pub(super) fn of_texts(texts: &[String]) -> Self {
        let place = Place { line: 1, column: 1 };
        let word = |(at, text): (usize, &String)| CommandWord {
            list: String::new(),
            at,
            text: text.clone(),
            place,
        };
        Self::new(texts.iter().enumerate().map(word).collect(), 1)
    }

    /// Returns every flag of this name, in order; the last one counts.
    pub(super) fn all<'a>(
        &'a self,
        name: &str,
    ) -> impl DoubleEndedIterator<Item = &'a ManifestFlag> {
        self.flags.iter().filter(move |flag| flag.name == name)
    }

    /// Returns the word after which a new flag goes: the last word of the last audit flag,
    /// else of the last flag, else the binary.
    pub(super) fn place_for_new(&self) -> Option<&CommandWord> {
        let last = self.flags.iter().rfind(|flag| flag.is_audit()).or(self.flags.last());
        let after = last.map_or(self.begin, |flag| flag.words.end);
        self.words.get(after.checked_sub(1)?)
    }
}

/// Returns the flags of a command line as it runs, with the value that counts for each: the last one;
/// `true` for one that is alone. The first word is the program.
#[must_use]
pub fn flag_values(arguments: &[String]) -> BTreeMap<String, String> {
    values(&CommandLine::of_texts(arguments).flags)
}

/// Returns the value that counts of each flag.
pub(super) fn values(flags: &[ManifestFlag]) -> BTreeMap<String, String> {
    flags.iter().map(|flag| (flag.name.clone(), flag.value().to_owned())).collect()
}

/// Returns a flag's name as the server compares it: without dashes, underscores as dashes.
pub(super) fn normal(name: &str) -> String {
    name.trim_start_matches('-').replace('_', "-")
}

/// Returns whether the audit flag is a bool, which never takes the following word for its value.
///
/// Held by name and not by a table of flags, so that flags of future servers are read as well; all
/// audit flags up to 1.37 follow the rule (`--audit-dynamic-configuration` is gone since 1.19).
pub(super) fn is_bool(name: &str) -> bool {
    ["-enabled", "-enable", "-compress", "-configuration"].iter().any(|end| name.ends_with(end))
}

/// Splits a word into name and value; `None` if it is no long flag.
pub(super) fn split(word: &str) -> Option<(String, Option<&str>)> {
    let body = word.strip_prefix("--").filter(|body| !body.is_empty())?;
    if body.starts_with(['-', '=']) {
        return None;
    }
    Some(match body.split_once('=') {
        Some((name, value)) => (normal(name), Some(value)),
        None => (normal(body), None),
    })
}

fn read_flags(words: &[CommandWord], begin: usize) -> Vec<ManifestFlag> {
    let mut flags = vec![];
    let mut at = begin;
    while let Some(word) = words.get(at).filter(|word| word.text != "--") {
        let mut end = at + 1;
        if let Some((name, value)) = split(&word.text) {
            let mut value = value.map(str::to_owned);
            if value.is_none()
                && let Some(next) = words.get(end).filter(|next| takes(&name, &next.text))
            {
                value = Some(next.text.clone());
                end += 1;
            }
            flags.push(ManifestFlag { name, value, place: word.place, words: at..end });
        }
        at = end;
    }
    flags
}

/// Returns whether a flag without `=` takes the word after it for its value.
///
/// The server takes it even if it is another flag. Which flags are bools is known here only for
/// auditing, so a word that looks like a flag is read as one.
fn takes(name: &str, next: &str) -> bool {
    let audit_bool = name.starts_with("audit-") && is_bool(name);
    !audit_bool && (next == "-" || !next.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Vec<(String, Option<String>)> {
        let word = |(at, text): (usize, &&str)| CommandWord {
            list: String::new(),
            at,
            text: (*text).to_owned(),
            place: Place { line: 1, column: 1 },
        };
        let words = words.iter().enumerate().map(word).collect();
        CommandLine::new(words, 1).flags.into_iter().map(|it| (it.name, it.value)).collect()
    }

    #[test]
    fn flags_are_read_in_every_spelling() {
        let some = |text: &str| Some(text.to_owned());
        let words =
            ["x", "--a_b=c=d", "--audit-log-path", "-", "--audit-log-compress", "y", "-v=2"];
        assert_eq!(
            read(&words),
            [
                ("a-b".to_owned(), some("c=d")),
                ("audit-log-path".to_owned(), some("-")),
                ("audit-log-compress".to_owned(), None),
            ]
        );
        assert_eq!(read(&["x", "--a", "--b", "--", "--c"]).len(), 2);
    }

    #[test]
    fn of_a_flag_given_twice_the_last_value_counts() {
        let words = ["/x", "--a=1", "--b", "--a", "2"].map(str::to_owned);
        let values = flag_values(&words);
        assert_eq!(values["a"], "2");
        assert_eq!(values["b"], "true");
        assert_eq!(values.len(), 2);
    }
}
