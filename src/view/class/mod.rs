//! A class of requests in words: a row for each thing that it asks for.

mod named;
mod resources;

use named::{NamedValues, shown};
use resources::resources;

use audit_policy::analysis::Caller;
use audit_policy::analysis::Class;
use audit_policy::analysis::Membership;
use audit_policy::analysis::PathPattern;
use audit_policy::analysis::Selection;

/// What a class asks for of one kind.
pub(super) struct ClassLine {
    pub(super) name: &'static str,
    /// What it may be; of several, any.
    pub(super) values: Vec<String>,
}

/// Returns what a class asks for. Where anything will do there is no row, except for what is asked
/// for: that is always said.
pub(super) fn rows(class: &Class) -> Vec<ClassLine> {
    let Class { users, groups, verbs, namespaces, resources: asked, paths } = class;
    let namespaces = if asked.is_empty() { &Selection::Any } else { namespaces };
    let (refused, groups) = match &groups[..] {
        [one] if is_everybody(one) => (Some("all but failed authentication (401)"), &[][..]),
        [one] if is_nobody(one) => (Some("none: failed authentication (401)"), &[][..]),
        groups => (None, groups),
    };
    let mut people = some(users, caller);
    people.extend(refused.map(str::to_owned));
    let rows = [
        ("users", people),
        ("groups", groups.iter().map(membership).collect()),
        ("verbs", some(verbs, |it| verb(it))),
        ("resources", asked.iter().map(resources).collect()),
        ("paths", paths.iter().map(of_paths).collect()),
        ("namespaces", in_namespaces(namespaces).into_iter().collect()),
    ];
    let rows = rows.into_iter().filter(|(_, values)| !values.is_empty());
    rows.map(|(name, values)| ClassLine { name, values }).collect()
}

/// `a, b` or `all but a, b`; nothing for everything.
fn some<T>(selection: &Selection<T>, say: impl Fn(&T) -> String) -> Vec<String> {
    let list = |values: &[T]| values.iter().map(&say).collect::<Vec<_>>().join(", ");
    match selection {
        Selection::Any => vec![],
        Selection::Only(these) => vec![list(these)],
        Selection::Except(these) => vec![format!("all but {}", list(these))],
    }
}

/// The empty verb is that of methods which are none of Kubernetes.
fn verb(verb: &str) -> String {
    if verb.is_empty() { "other methods".to_owned() } else { verb.to_owned() }
}

fn caller(caller: &Caller) -> String {
    match caller {
        Caller::Nobody => "nobody (authentication failed)".to_owned(),
        Caller::Named(name) => shown(name),
        Caller::ServiceAccounts { namespaces, except } => {
            let place = match namespaces {
                Selection::Any => String::new(),
                Selection::Only(these) => format!(" in {}", these.join(" or ")),
                Selection::Except(these) => format!(" outside {}", these.join(" and ")),
            };
            let but = if except.is_empty() { "" } else { " but " };
            format!("service accounts{place}{but}{}", except.join(" and "))
        }
    }
}

/// The groups of which every user carries one, and a request without a user none.
const EVERYBODY: [&str; 2] = ["system:authenticated", "system:unauthenticated"];

fn is_everybody(groups: &Membership) -> bool {
    groups.none_of.is_empty() && groups.one_of.iter().all(|one_of| *one_of == EVERYBODY)
}

fn is_nobody(groups: &Membership) -> bool {
    groups.one_of.is_empty() && groups.none_of == EVERYBODY
}

/// `system:nodes`, `ops or dev, and system:authenticated, not system:masters`
fn membership(groups: &Membership) -> String {
    let wanted = groups.one_of.iter().map(|one_of| one_of.join(" or "));
    let wanted: Vec<String> = wanted.collect();
    let mut parts = vec![];
    if !wanted.is_empty() {
        parts.push(wanted.join(", and "));
    }
    parts.extend(groups.none_of.iter().map(|group| format!("not {group}")));
    parts.join(", ")
}

fn of_paths(path: &PathPattern) -> String {
    let pattern = if path.pattern == "*" { "all paths" } else { &path.pattern };
    let but = if path.except.is_empty() { "" } else { " but " };
    format!("{pattern}{but}{}", path.except.join(", "))
}

/// A request without a namespace is for all of them, or for what is in none.
fn in_namespaces(namespaces: &Selection<String>) -> Option<String> {
    Some(match namespaces {
        Selection::Any => return None,
        Selection::Only(these) => match NamedValues::of(these) {
            NamedValues { names, has_none: false } => names,
            NamedValues { names, .. } if names.is_empty() => "none".to_owned(),
            NamedValues { names, .. } => format!("{names}, or none"),
        },
        Selection::Except(these) => match NamedValues::of(these) {
            NamedValues { names, has_none: false } => format!("all but {names}, or none"),
            NamedValues { names, .. } if names.is_empty() => "any".to_owned(),
            NamedValues { names, .. } => format!("any but {names}"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_policy::analysis::Resources;

    fn strings(words: &str) -> Vec<String> {
        words.split_whitespace().map(|word| word.trim_matches('-').to_owned()).collect()
    }

    /// `any`, `+a b` for only these, `!a b` for all but these; `-` is the empty one.
    fn selection(text: &str) -> Selection<String> {
        match text.split_at(1) {
            ("+", these) => Selection::Only(strings(these)),
            ("!", these) => Selection::Except(strings(these)),
            _ => Selection::Any,
        }
    }

    #[test]
    fn namespaces_say_what_a_request_without_one_is() {
        for (namespaces, wanted) in [
            ("any", None),
            ("+a b", Some("a, b")),
            ("+- a", Some("a, or none")),
            ("+-", Some("none")),
            ("!a", Some("all but a, or none")),
            ("!-", Some("any")),
            ("!- a", Some("any but a")),
        ] {
            assert_eq!(in_namespaces(&selection(namespaces)).as_deref(), wanted, "{namespaces}");
        }
    }

    #[test]
    fn resources_are_named_as_kubectl_names_them() {
        for ([groups, kinds, subresources, names], wanted) in [
            (["+-", "+pods nodes", "+-", "any"], "pods, nodes"),
            (
                ["+apps", "+deployments", "+- scale", "+web"],
                "deployments.apps, deployments.apps/scale, named web",
            ),
            (["+-", "+pods", "any", "!-"], "pods, with subresources, by name"),
            (["+-", "+pods", "!- log", "!x"], "subresources of pods but log, not named x"),
            (
                ["+-", "!events", "!status", "+-"],
                "all resources of the core group but events, with subresources but status, without a name",
            ),
            (
                ["!- apps", "any", "+- status", "+- a"],
                "all resources, */status of all groups but the core group, apps, named a or without a name",
            ),
            (
                ["+apps batch", "any", "+-", "!- a"],
                "all resources of apps, batch, by name but not a",
            ),
            (["any", "+pods", "any", "any"], "pods of any group, with subresources"),
            (["any", "any", "any", "any"], "all resources, with subresources"),
        ] {
            let [groups, kinds, subresources, names] =
                [groups, kinds, subresources, names].map(selection);
            let of = Resources { groups, resources: kinds, subresources, names };
            assert_eq!(resources(&of), wanted);
        }
    }
}
