//! A difference in JSON.

use serde_json::{Value, json};

use crate::cli::policy_file::PolicyFile;
use audit_policy::analysis::Caller;
use audit_policy::analysis::Class;
use audit_policy::analysis::DecisionChange;
use audit_policy::analysis::Difference;
use audit_policy::analysis::Membership;
use audit_policy::analysis::PathPattern;
use audit_policy::analysis::Resources;
use audit_policy::analysis::Selection;
use audit_policy::policy::Decision;

/// Returns the report. Rules are counted from 0, as in the answers of `explain`.
pub(super) fn report(files: &[PolicyFile; 2], difference: &Difference) -> Value {
    let [old, new] = files;
    let result = match difference {
        Difference::Equal => "equal",
        Difference::Classes(_) => "different",
        Difference::NotDecided(_) => "not-decided",
    };
    let classes: Vec<Value> =
        difference.changes().iter().map(|change| changed(files, change)).collect();
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "PolicyDiff",
        "server": { "version": new.version.to_string() },
        "old": old.name,
        "new": new.name,
        "result": result,
        "classes": classes,
    })
}

fn changed(files: &[PolicyFile; 2], change: &DecisionChange) -> Value {
    let [old, new] = files;
    json!({
        "requests": class(&change.requests),
        "example": change.example,
        "old": decided(old, &change.before),
        "new": decided(new, &change.after),
    })
}

/// What a policy says to the example, and where.
fn decided(file: &PolicyFile, decision: &Decision) -> Value {
    let mut value = json!(decision);
    let line = decision.rule.and_then(|rule| file.accepted.rule_places().get(rule));
    value["line"] = json!(line.map(|place| place.line));
    value
}

fn class(class: &Class) -> Value {
    let of = |resources: &Vec<Resources>| resources.iter().map(of_resources).collect::<Vec<_>>();
    json!({
        "users": selection(&class.users, caller),
        "groups": class.groups.iter().map(membership).collect::<Vec<_>>(),
        "verbs": texts(&class.verbs),
        "resources": of(&class.resources),
        "nonResourceURLs": class.paths.iter().map(path).collect::<Vec<_>>(),
        "namespaces": texts(&class.namespaces),
    })
}

/// `in` lists what is meant, `notIn` what is not; everything is `notIn` of nothing.
fn selection<T>(selection: &Selection<T>, value: impl Fn(&T) -> Value) -> Value {
    let list = |values: &[T]| values.iter().map(&value).collect::<Vec<_>>();
    match selection {
        Selection::Any => json!({ "notIn": [] }),
        Selection::Only(these) => json!({ "in": list(these) }),
        Selection::Except(these) => json!({ "notIn": list(these) }),
    }
}

fn texts(values: &Selection<String>) -> Value {
    selection(values, |value| json!(value))
}

fn caller(caller: &Caller) -> Value {
    match caller {
        Caller::Nobody => json!({ "noUser": true }),
        Caller::Named(name) => json!({ "user": name }),
        Caller::ServiceAccounts { namespaces, except } => {
            json!({ "serviceAccounts": { "namespaces": texts(namespaces), "except": except } })
        }
    }
}

fn membership(groups: &Membership) -> Value {
    json!({ "oneOf": groups.one_of, "noneOf": groups.none_of })
}

fn of_resources(of: &Resources) -> Value {
    json!({
        "apiGroups": texts(&of.groups),
        "resources": texts(&of.resources),
        "subresources": texts(&of.subresources),
        "names": texts(&of.names),
    })
}

fn path(path: &PathPattern) -> Value {
    json!({ "pattern": path.pattern, "except": path.except })
}
