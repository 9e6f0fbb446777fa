//! `dead-selector` for paths: those that belong to resources, or to no request at all.

use super::super::catalog::DEAD_SELECTOR;
use super::super::subject::Subject;
use crate::finding::{Finding, Place, Severity};

/// Looks at every path of every rule.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let paths = |placed: super::super::subject::LocatedRule<'_>| -> Vec<Finding> {
        let words = placed.rule.non_resource_urls.iter().zip(&placed.places.non_resource_urls);
        let dead = |(word, place): (&String, &Place)| {
            let (message, help) = dead(word)?;
            Some(DEAD_SELECTOR.found(*place, message).help(help).rated(Severity::Warning))
        };
        words.filter_map(dead).collect()
    };
    subject.rules().flat_map(paths).collect()
}

fn dead(word: &str) -> Option<(String, &'static str)> {
    if word.contains('?') {
        let message = format!("the query is no part of the path, so `{word}` matches nothing");
        return Some((message, "write the path alone"));
    }
    is_of_resources(word).then(|| {
        let message = format!(
            "requests below `{}` are requests for resources, which `nonResourceURLs` never matches",
            word.trim_end_matches('*')
        );
        (message, "name the resources under `resources`, with their group")
    })
}

/// Says whether every path that a word stands for is one of resources: `/api/v1/pods`,
/// `/apis/apps/v1/deployments` (Go: `RequestInfoFactory.NewRequestInfo`).
fn is_of_resources(word: &str) -> bool {
    let stem = word.trim_end_matches('*');
    let parts: Vec<&str> = stem.split('/').collect();
    match parts[..] {
        ["", "api" | "apis", ..] if word == stem && word.ends_with('/') => false,
        ["", "api", version, _, ..] => !version.is_empty(),
        ["", "apis", group, version, _, ..] => !group.is_empty() && !version.is_empty(),
        _ => false,
    }
}
