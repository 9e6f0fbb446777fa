//! Values that the server does not allow, and what is meant by them.

use super::advice::{Advice, written};
use crate::api::{Level, Stage};
use crate::did_you_mean::nearest;
use crate::policy::Problem;

/// Returns what to do about a value of the right type that is not allowed.
pub(super) fn advice(text: &str, problem: &Problem) -> Option<Advice> {
    let path = problem.path.as_str();
    let field = path.rsplit('.').next().unwrap_or(path);
    let field = field.split('[').next().unwrap_or(field);
    let value = word(written(text, problem.place));
    let words = match field {
        "level" => level(value),
        "omitStages" => stage(value),
        "group" => group(value),
        "resourceNames" => {
            "`resourceNames` needs `resources` beside it: write which resources have \
                            these names"
                .to_owned()
        }
        "nonResourceURLs" if problem.message.contains("regular resources") => {
            "a rule is for resources or for paths: make two rules of it, one with `resources` and \
             `namespaces`, one with `nonResourceURLs`"
                .to_owned()
        }
        "nonResourceURLs" => path_of(value),
        _ => return None,
    };
    Some(Advice::new(words))
}

/// The word that begins a value, without its quotes, of whatever kind they are.
fn word(value: &str) -> &str {
    let quotes = ['"', '\'', '“', '”', '‘', '’', '„', '`'];
    let value = value.trim_start_matches(quotes);
    let end = value.find([',', ']', '}', ' ']).unwrap_or(value.len());
    value[..end].trim_end_matches(quotes)
}

fn level(value: &str) -> String {
    let names = Level::ALL.map(Level::name);
    if value.is_empty() || value.contains(':') {
        return "each rule needs a level: add `level: Metadata`, or None, Request or RequestResponse"
            .to_owned();
    }
    match meant(value, &names) {
        Some(name) => format!("write `level: {name}`"),
        None => format!("the levels are {}", names.join(", ")),
    }
}

fn stage(value: &str) -> String {
    let names = Stage::ALL.map(Stage::name);
    match meant(value, &names) {
        Some(name) => format!("write `{name}`"),
        None => format!("the stages are {}", names.join(", ")),
    }
}

/// The right name in another case, or the nearest one.
fn meant<'a>(value: &str, names: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let same = names.iter().find(|name| plain(name) == plain(value)).copied();
    same.or_else(|| nearest(value, names.iter().copied()))
}

fn group(value: &str) -> String {
    if value == "*" {
        return "servers from 1.36 on take `*` for every group; for older ones write an item for \
                each API group, or leave `resources` out: a rule without it matches every resource"
            .to_owned();
    }
    match value.split_once('/') {
        Some(("", version)) | Some((version, "")) => {
            format!("`{version}` is no group: write its name")
        }
        Some((group, version)) if is_version(version) => {
            format!("a group is written without its version: write `group: {group}`")
        }
        Some((group, resource)) if group.is_empty() || group.contains('.') || group == "apps" => {
            format!("write `group: {group}` and, below it, `resources: [{resource}]`")
        }
        _ if value.contains('*') => {
            "a group is written in full: there are no wildcards in it".to_owned()
        }
        _ => match value.to_lowercase() {
            lower if lower != value => format!("groups are in lower case: write `group: {lower}`"),
            _ => {
                "a group is a name such as `apps` or `rbac.authorization.k8s.io`; that of Pods and \
                  Secrets is `\"\"`"
                    .to_owned()
            }
        },
    }
}

fn is_version(text: &str) -> bool {
    let rest = text.strip_prefix('v').unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_digit()) || text == "*"
}

fn path_of(value: &str) -> String {
    let stem = value.trim_end_matches('*');
    if stem.contains('*') {
        return "`*` can only be the last character of a path: name each path, or a shorter one that \
                ends with `*`"
            .to_owned();
    }
    match value.split_once("://").and_then(|(_, rest)| rest.split_once('/')) {
        Some((_, path)) => {
            format!("a path begins with `/`, after the name of the server: write `/{path}`")
        }
        None => format!("a path begins with `/`: write `/{value}`"),
    }
}
