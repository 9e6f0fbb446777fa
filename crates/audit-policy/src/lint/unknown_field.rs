//! `unknown-field`: fields that the server leaves out.

use super::catalog::UNKNOWN_FIELD;
use crate::did_you_mean::nearest;
use crate::finding::{Finding, Severity};
use crate::policy::Problem;
use goyaml::{Node, pointer};

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
    ("groups", "group"),
    ("groups", "userGroups"),
    ("namespace", "namespaces"),
    ("user", "users"),
    ("username", "users"),
    ("usernames", "users"),
    ("verb", "verbs"),
    ("resource", "resources"),
    ("resourceName", "resourceNames"),
    ("omitStage", "omitStages"),
    ("rule", "rules"),
    ("names", "resourceNames"),
    ("nonResourceURL", "nonResourceURLs"),
    ("paths", "nonResourceURLs"),
    ("stages", "omitStages"),
    ("urls", "nonResourceURLs"),
];

/// What each field of a rule that is not there means for the rule.
const WITHOUT: &[(&str, &str)] = &[
    ("verbs", "every verb"),
    ("users", "every user"),
    ("userGroups", "every user"),
    ("namespaces", "every namespace"),
    ("resources", "every resource"),
];

/// Where an unknown field is, and what goes there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    Policy,
    Rule,
    Group,
}

impl Home {
    fn of(parent: &str) -> Self {
        if parent.contains("].resources[") {
            Self::Group
        } else if parent.starts_with("rules[") {
            Self::Rule
        } else {
            Self::Policy
        }
    }

    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Policy => POLICY,
            Self::Rule => RULE,
            Self::Group => GROUP,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Policy => "a policy",
            Self::Rule => "a rule",
            Self::Group => "an item of `resources`",
        }
    }
}

/// Explains the complaint about a field that is none.
pub(super) fn finding(problem: &Problem, root: Option<&Node>) -> Finding {
    let path = problem.quoted();
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let home = Home::of(parent);
    let parent = root.and_then(|root| pointer::node(root, &pointer_of(parent)));
    let node = parent.and_then(|parent| parent.get(name));
    if path.starts_with("metadata") {
        return in_metadata(problem, name);
    }
    let rule = match home {
        Home::Group => root.and_then(|root| pointer::node(root, &pointer_of(rule_of(path)))),
        _ => parent,
    };
    let effect = effect(name, home, parent, rule);
    let finding = UNKNOWN_FIELD
        .found(problem.place, format!("`{name}` is no field of {}. {effect}", home.name()));
    finding.help(help(name, home, node))
}

/// What nobody reads in the metadata does no harm, unless it is what the policy consists of.
fn in_metadata(problem: &Problem, name: &str) -> Finding {
    let message = format!("`{name}` is no field of metadata; the server leaves it out");
    let finding = UNKNOWN_FIELD.found(problem.place, message);
    match ["rules", "omitStages", "omitManagedFields"].contains(&name) {
        true => finding.help(format!(
            "move it to the left, beside `metadata`: `{name}` is a field of the policy itself"
        )),
        false => finding.rated(Severity::Info),
    }
}

/// `rules[0]` of `rules[0].resources[1].verbs`.
fn rule_of(path: &str) -> &str {
    path.split_once(']').map_or(path, |(rule, _)| &path[..=rule.len()])
}

/// `/rules/0/resources/1` for `rules[0].resources[1]`.
fn pointer_of(path: &str) -> String {
    let path = path.replace('[', "/").replace(']', "").replace('.', "/");
    if path.is_empty() { path } else { format!("/{path}") }
}

/// What it means that the server leaves a field out.
fn effect(name: &str, home: Home, parent: Option<&Node>, rule: Option<&Node>) -> String {
    let has = |node: Option<&Node>, field: &str| node.is_some_and(|node| node.get(field).is_some());
    if home == Home::Policy {
        return "The server leaves it out".to_owned();
    }
    let field = meant(name, RULE).unwrap_or(name);
    if field == "omitStages" && !has(rule, field) {
        return "The server leaves it out, and this rule records every stage".to_owned();
    }
    let without = WITHOUT.iter().find(|(known, _)| *known == field && !has(rule, field));
    if let Some((_, all)) = without {
        return format!("The server leaves it out, and this rule matches {all}");
    }
    let is_group = home == Home::Group && meant(name, GROUP) == Some("group");
    if is_group && !has(parent, "group") {
        return "The server leaves it out, and a `group` that is not written means the core group"
            .to_owned();
    }
    "The server leaves it out, so this rule matches as if it were not there".to_owned()
}

/// What to write instead, or where.
fn help(name: &str, home: Home, node: Option<&Node>) -> String {
    if let Some(meant) = meant_here(name, home) {
        return format!("write `{meant}`");
    }
    let has = |field: &str| node.is_some_and(|node| node.get(field).is_some());
    if home == Home::Policy && has("rules") {
        return format!(
            "remove the line `{name}:`, and move what is below it to the left: `rules` is a field of \
             the policy itself"
        );
    }
    if let Some(home) = moved(name, home) {
        return home;
    }
    match meant(name, home.fields()) {
        Some(meant) => format!("write `{meant}`"),
        None => {
            format!("remove it; the fields of {} are {}", home.name(), home.fields().join(", "))
        }
    }
}

/// A field of this very place that is only written in another case or by a well-known other name.
fn meant_here(name: &str, home: Home) -> Option<&'static str> {
    let fields = home.fields();
    let same = fields.iter().find(|field| field.eq_ignore_ascii_case(name)).copied();
    same.or_else(|| known(name, fields))
}

/// Where a field belongs that is one, but not here.
fn moved(name: &str, from: Home) -> Option<String> {
    let of = |home: Home| meant_here(name, home);
    match from {
        Home::Group => of(Home::Rule).map(|field| {
            format!("move it out of `resources`: `{field}` is a field of the rule, beside `level`")
        }),
        Home::Rule => of(Home::Group)
            .map(|field| format!("move it into an item of `resources`: `- {field}: …`")),
        Home::Policy => of(Home::Rule).map(|field| {
            format!(
                "move it into a rule: `{field}` is a field of the items of `rules`, beside `level`"
            )
        }),
    }
    .or_else(|| {
        let is_of_policy = from != Home::Policy && of(Home::Policy).is_some();
        is_of_policy.then(|| {
            format!(
                "move it to the left, beside `apiVersion`: `{name}` is a field of the policy itself"
            )
        })
    })
}

/// What was probably meant: the name in the right case, a name known from elsewhere, the nearest.
fn meant(name: &str, fields: &'static [&'static str]) -> Option<&'static str> {
    let same = fields.iter().find(|field| field.eq_ignore_ascii_case(name));
    same.copied().or_else(|| known(name, fields)).or_else(|| nearest(name, fields.iter().copied()))
}

fn known(name: &str, fields: &'static [&'static str]) -> Option<&'static str> {
    let is_it = |(wrong, right): &&(&str, &str)| *wrong == name && fields.contains(right);
    MEANT.iter().find(is_it).map(|(_, right)| *right)
}
