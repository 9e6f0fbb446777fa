//! `unknown-field` and `duplicate-key`: what the server leaves out.

use super::catalog::{DUPLICATE_KEY, UNKNOWN_FIELD};
use crate::did_you_mean::nearest;
use crate::finding::{Finding, Severity};
use crate::policy::{Problem, ProblemKind};

const RULE: &[&str] = &[
    "level",
    "users",
    "userGroups",
    "verbs",
    "resources",
    "namespaces",
    "nonResourceURLs",
    "omitStages",
    "omitManagedFields",
];
const GROUP: &[&str] = &["group", "resources", "resourceNames"];
const POLICY: &[&str] =
    &["apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"];

/// Names that people carry over from RBAC, kubectl or the log, and what the policy calls them.
const MEANT: &[(&str, &str)] = &[
    ("apiGroup", "group"),
    ("apiGroups", "group"),
    ("groups", "userGroups"),
    ("names", "resourceNames"),
    ("nonResourceURL", "nonResourceURLs"),
    ("paths", "nonResourceURLs"),
    ("stages", "omitStages"),
    ("urls", "nonResourceURLs"),
];

/// Explains what strict decoding complains about.
pub(super) fn check(problems: &[Problem]) -> Vec<Finding> {
    problems
        .iter()
        .filter_map(|problem| match problem.kind {
            ProblemKind::UnknownField => Some(unknown(problem)),
            ProblemKind::DuplicateField => Some(twice(problem)),
            _ => None,
        })
        .collect()
}

fn unknown(problem: &Problem) -> Finding {
    let path = quoted(&problem.message);
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let finding = |message: String| UNKNOWN_FIELD.found(problem.place, message);
    if parent.starts_with("metadata") {
        return finding(format!("`{name}` is no field of metadata; the server leaves it out"))
            .rated(Severity::Info);
    }
    let (fields, what, effect) = if parent.contains("].resources[") {
        let effect =
            "The server leaves it out, and a `group` that is not written means the core group";
        (GROUP, "resources", effect)
    } else if parent.starts_with("rules[") {
        (RULE, "a rule", "The server leaves it out, so this rule matches as if it were not there")
    } else {
        (POLICY, "a policy", "The server leaves it out")
    };
    let finding = finding(format!("`{name}` is no field of {what}. {effect}"));
    match meant(name, fields) {
        Some(meant) => finding.help(format!("write `{meant}`")),
        None => finding.help(format!("remove it; the fields of {what} are {}", fields.join(", "))),
    }
}

/// What was probably meant: the name in the right case, a name known from elsewhere, the nearest.
fn meant(name: &str, fields: &'static [&'static str]) -> Option<&'static str> {
    let same = fields.iter().find(|field| field.eq_ignore_ascii_case(name));
    let known = || MEANT.iter().find(|(wrong, right)| *wrong == name && fields.contains(right));
    same.copied()
        .or_else(|| known().map(|(_, right)| *right))
        .or_else(|| nearest(name, fields.iter().copied()))
}

fn twice(problem: &Problem) -> Finding {
    let path = quoted(&problem.message);
    let name = path.rsplit('.').next().unwrap_or(path);
    let message = format!("`{name}` is written twice here. Only the last one counts; this is it");
    DUPLICATE_KEY.found(problem.place, message).help("put both into one, or remove one")
}

/// The words between the first and the last quote.
fn quoted(message: &str) -> &str {
    let inside = message.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"'));
    inside.map_or(message, |(inside, _)| inside)
}
