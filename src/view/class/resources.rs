//! Resources in words, named as `kubectl` names them.

use super::named::NamedValues;
use audit_policy::analysis::Resources;
use audit_policy::analysis::Selection;

/// `pods, nodes/status`, `all resources of apps, batch`, `secrets, with subresources, named x`
pub(super) fn resources(of: &Resources) -> String {
    let Resources { groups, resources, subresources, names } = of;
    let group = match groups {
        Selection::Only(groups) if groups.len() == 1 => groups.first(),
        _ => None,
    };
    let (kinds, groups) = match (resources, group) {
        (Selection::Only(names), Some(group)) => (full_names(names, group), String::new()),
        (Selection::Only(names), None) => (names.clone(), of_groups(groups, " of any group")),
        _ => (vec![], of_groups(groups, "")),
    };
    let but = match resources {
        Selection::Except(names) => format!(" but {}", names.join(", ")),
        _ => String::new(),
    };
    format!(
        "{}{}",
        with_subresources(&kinds, &format!("{groups}{but}"), subresources),
        named(names)
    )
}

/// `deployments.apps`; the core group is not named.
fn full_names(names: &[String], group: &str) -> Vec<String> {
    let dot = if group.is_empty() { "" } else { "." };
    names.iter().map(|name| format!("{name}{dot}{group}")).collect()
}

fn of_groups(groups: &Selection<String>, any: &str) -> String {
    let list = |groups: &[String]| {
        let word = |group: &String| match &**group {
            "" => "the core group".to_owned(),
            group => group.to_owned(),
        };
        groups.iter().map(word).collect::<Vec<_>>().join(", ")
    };
    match groups {
        Selection::Any => any.to_owned(),
        Selection::Only(groups) => format!(" of {}", list(groups)),
        Selection::Except(groups) => format!(" of all groups but {}", list(groups)),
    }
}

/// Names kinds of resources, all if `kinds` names none, and `which` of them, with what is meant of
/// their subresources.
fn with_subresources(kinds: &[String], which: &str, subresources: &Selection<String>) -> String {
    let all = if kinds.is_empty() { "all resources".to_owned() } else { kinds.join(", ") };
    match subresources {
        Selection::Any => format!("{all}{which}, with subresources"),
        Selection::Only(these) => {
            let any = ["*".to_owned()];
            let kinds = if kinds.is_empty() { &any } else { kinds };
            let name = |kind: &String, subresource: &String| match (&**kind, &**subresource) {
                ("*", "") => "all resources".to_owned(),
                (kind, "") => kind.to_owned(),
                (kind, subresource) => format!("{kind}/{subresource}"),
            };
            let names = kinds.iter().flat_map(|kind| these.iter().map(move |sub| name(kind, sub)));
            format!("{}{which}", names.collect::<Vec<_>>().join(", "))
        }
        Selection::Except(these) => {
            let NamedValues { names, has_none } = NamedValues::of(these);
            let but = if names.is_empty() { "" } else { " but " };
            if has_none {
                format!("subresources of {all}{which}{but}{names}")
            } else {
                format!("{all}{which}, with subresources{but}{names}")
            }
        }
    }
}

/// What is said of the names of objects.
fn named(names: &Selection<String>) -> String {
    match names {
        Selection::Any => String::new(),
        Selection::Only(these) => match NamedValues::of(these) {
            NamedValues { names, has_none: false } => format!(", named {names}"),
            NamedValues { names, .. } if names.is_empty() => ", without a name".to_owned(),
            NamedValues { names, .. } => format!(", named {names} or without a name"),
        },
        Selection::Except(these) => match NamedValues::of(these) {
            NamedValues { names, has_none: false } => format!(", not named {names}"),
            NamedValues { names, .. } if names.is_empty() => ", by name".to_owned(),
            NamedValues { names, .. } => format!(", by name but not {names}"),
        },
    }
}
