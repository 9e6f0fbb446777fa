//! Validation errors of Kubernetes, one by one (Go: `field.Error`, `field.ErrorList`).

use super::text;

/// `rules[0].level: Unsupported value: "MetaData": supported values: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldError<'a> {
    /// The way to the field, such as `rules[0].level`.
    pub(super) field: &'a str,
    /// What kind of error it is, such as `Unsupported value`.
    pub(super) kind: &'a str,
    /// What is after the kind: the value and the reason.
    pub(super) detail: &'a str,
}

const KINDS: [&str; 9] = [
    "Required value",
    "Unsupported value",
    "Invalid value",
    "Duplicate value",
    "Not found",
    "Forbidden",
    "Too long",
    "Too many",
    "Internal error",
];

impl FieldError<'_> {
    /// Returns the value that is wrong, unquoted; empty where the error names none.
    pub(super) fn value(&self) -> String {
        let quoted = self.detail.trim_start_matches([':', ' ']);
        text::quoted(quoted).map(|(value, _)| value).unwrap_or_default()
    }
}

/// Finds every such error in a text, in order. One alone is written as it is, several in brackets with
/// commas between them.
pub(super) fn all(text: &str) -> Vec<FieldError<'_>> {
    let mut marks: Vec<(usize, &str)> = KINDS
        .iter()
        .flat_map(|kind| text.match_indices(kind).filter(|(at, _)| text[..*at].ends_with(": ")))
        .collect();
    marks.sort_unstable_by_key(|(at, _)| *at);
    let mut errors: Vec<FieldError<'_>> = vec![];
    let mut ends = vec![];
    for (at, kind) in marks {
        let before = &text[..at - 2];
        let start = before.rfind([' ', '(']).map_or(0, |space| space + 1);
        // The bracket that opens the list is not a part of the first field.
        let opening = before[start..].len() - before[start..].trim_start_matches('[').len();
        let field = &before[start + opening..];
        if is_field(field) {
            errors.push(FieldError { field, kind, detail: &text[at + kind.len()..] });
            ends.push(start);
        }
    }
    // The bracket that closes the list is not a part of the last detail.
    let is_list = ends.first().is_some_and(|start| text[*start..].starts_with('['));
    let whole = text.trim_end_matches(|c| is_list && c == ']').len();
    let next = ends.into_iter().skip(1).chain([whole]);
    for (error, end) in errors.iter_mut().zip(next) {
        let after = text.len() - end;
        let length = error.detail.len().saturating_sub(after);
        error.detail = error.detail[..length].trim_end_matches([' ', ',']);
    }
    errors
}

fn is_field(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-/[]".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_errors_in_brackets_are_taken_apart() {
        let text = "invalid pod: [spec.volumes[1].name: Required value, \
                    spec.containers[0].volumeMounts[1].name: Not found: \"a, b\"]";
        let found = all(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].field, found[0].kind), ("spec.volumes[1].name", "Required value"));
        assert_eq!(found[0].detail, "");
        assert_eq!(found[1].field, "spec.containers[0].volumeMounts[1].name");
        assert_eq!(found[1].value(), "a, b");
        assert_eq!(found[1].detail, ": \"a, b\"");
    }

    #[test]
    fn one_error_stands_alone() {
        let found = all("rules[0].level: Unsupported value: \"x\": supported values: \"None\"");
        assert_eq!(found[0].field, "rules[0].level");
        assert_eq!(found[0].value(), "x");
        assert_eq!(all("something: else"), []);
        assert_eq!(all(": Required value"), []);
    }
}
