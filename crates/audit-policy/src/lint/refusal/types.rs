//! Values of the wrong type: a word where a list belongs, and the like.

use super::advice::{Advice, written};
use crate::policy::Problem;

/// Returns what to do about a value whose type the server cannot use.
pub(super) fn advice(text: &str, problem: &Problem) -> Option<Advice> {
    let complaint = TypeMismatch::of(&problem.message)?;
    let value = written(text, problem.place);
    complaint.advice(value).map(Advice::new)
}

/// `json: cannot unmarshal FOUND into Go struct field STRUCT.NAMES of type WANTED`
struct TypeMismatch<'a> {
    found: &'a str,
    field: &'a str,
    wanted: &'a str,
}

impl<'a> TypeMismatch<'a> {
    fn of(message: &'a str) -> Option<Self> {
        let (_, rest) = message.split_once("cannot unmarshal ")?;
        let (found, rest) = rest.split_once(" into Go ")?;
        let (names, wanted) = rest.split_once(" of type ")?;
        let field = names.rsplit(['.', ' ']).next()?;
        Some(Self { found, field, wanted })
    }

    fn advice(&self, value: &str) -> Option<String> {
        let Self { found, field, wanted } = *self;
        let kind = found.split(' ').next()?;
        Some(match (wanted, kind) {
            ("[]string" | "[]v1.Stage", "string" | "number" | "bool") => {
                format!("`{field}` is a list: write `{field}: {}`", as_list(value))
            }
            ("[]string" | "[]v1.Stage", _) => {
                format!(
                    "`{field}` is a list of words: write each one after `- `, or `{field}: [a, b]`"
                )
            }
            ("[]v1.PolicyRule", "object") => {
                "`rules` is a list: begin each rule with `- `".to_owned()
            }
            ("[]v1.PolicyRule", _) => {
                "`rules` is a list of rules: write `rules:` and below it `- level: Metadata`"
                    .to_owned()
            }
            ("v1.PolicyRule", "string") => {
                format!("a rule begins with its level: write `- level: {}`", unquoted(value))
            }
            ("v1.PolicyRule", _) => "a rule is a mapping that begins with `- level:`".to_owned(),
            ("[]v1.GroupResources", "object") => {
                "`resources` is a list of groups: write `- ` before `group`".to_owned()
            }
            ("[]v1.GroupResources" | "v1.GroupResources", _) => format!(
                "`resources` lists API groups, each with its resources: write `- group: \"\"` and \
                 below it `resources: {}`",
                as_list(value)
            ),
            ("bool", _) => format!("write `{field}: true` or `{field}: false`, without quotes"),
            (_, "number" | "bool") if is_text(wanted) => {
                let quoted = unquoted(value.trim_end_matches([',', ']', '}']));
                format!("without quotes `{quoted}` is a {kind} for YAML: write `\"{quoted}\"`")
            }
            (_, "array") if is_text(wanted) => {
                let first = value.trim_start_matches(['[', ' ']).split([',', ']']).next()?;
                match field {
                    "group" => {
                        "an item of `resources` names one group: write `group: NAME`, and an \
                                item for each further one"
                            .to_owned()
                    }
                    _ => format!("`{field}` is one word: write `{field}: {}`", first.trim()),
                }
            }
            (_, "object") if is_text(wanted) => {
                format!("`{field}` takes words, not a mapping: is there a colon too many?")
            }
            _ => return None,
        })
    }
}

/// Types of Go that are a text: `string`, `v1.Level`, `v1.Stage`.
fn is_text(wanted: &str) -> bool {
    matches!(wanted, "string" | "v1.Level" | "v1.Stage" | "audit.Level" | "audit.Stage")
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}

/// `get, list` as `[get, list]`; what is a list already stays one.
fn as_list(value: &str) -> String {
    let value = value.trim_start_matches("- ").trim_matches(['[', ']', ' ']);
    let words = unquoted(value).split(',').map(|word| match unquoted(word) {
        word if word.is_empty() || word.contains(['*', ':', '{']) => format!("\"{word}\""),
        word => word.to_owned(),
    });
    format!("[{}]", words.collect::<Vec<_>>().join(", "))
}
