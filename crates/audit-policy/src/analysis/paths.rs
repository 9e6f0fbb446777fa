//! The paths of requests for no resource that rules tell apart.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::facts::is_path_of_no_resource;
use super::work_budget::{TooMuch, WorkBudget};

/// Paths that no rule tells apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PathClass {
    /// One that a rule names.
    Exact(Rc<str>),
    /// Those that begin like this, and one of them, without those that rules name more exactly.
    /// Nothing before them is every path.
    Below { prefix: Rc<str>, example: Rc<str> },
}

impl PathClass {
    /// Returns the path, or the example.
    pub(super) fn example(&self) -> &str {
        match self {
            Self::Exact(path) | Self::Below { example: path, .. } => path,
        }
    }
}

/// Returns the paths that these specifications tell apart.
pub(super) fn paths(
    specs: &BTreeSet<&str>,
    work: &mut WorkBudget,
) -> Result<Vec<PathClass>, TooMuch> {
    let named = NamedPaths::new(specs);
    let cost = named.prefixes.len();
    let mut found = vec![];
    for prefix in &named.prefixes {
        work.spend(cost * (2 + named.exact.len()))?;
        if let Some(example) = named.example_below(prefix) {
            found.push(PathClass::Below { prefix: (*prefix).into(), example });
        }
    }
    found.extend(named.exact.iter().map(|path| PathClass::Exact((*path).into())));
    Ok(found)
}

struct NamedPaths<'a> {
    exact: BTreeSet<&'a str>,
    prefixes: BTreeSet<&'a str>,
}

impl<'a> NamedPaths<'a> {
    fn new(specs: &BTreeSet<&'a str>) -> Self {
        let (patterns, exact): (BTreeSet<&str>, _) =
            specs.iter().partition(|spec| spec.ends_with('*'));
        let exact = exact.into_iter().filter(|path| is_path_of_no_resource(path)).collect();
        let mut prefixes: BTreeSet<&str> =
            patterns.into_iter().map(|pattern| pattern.trim_end_matches('*')).collect();
        prefixes.insert("");
        Self { exact, prefixes }
    }

    /// Returns a path below the prefix that is named by nothing longer, if there is one.
    ///
    /// Where a further segment would be the name of a resource, as below `/api/v1/`, only slashes
    /// can follow.
    fn example_below(&self, prefix: &str) -> Option<Rc<str>> {
        let start = if prefix.is_empty() { "/" } else { prefix };
        if start != prefix && self.prefixes.contains(start) {
            return None;
        }
        let is_right = |path: &str| {
            is_path_of_no_resource(path)
                && !self.exact.contains(path)
                && self.longest_prefix(path) == prefix
        };
        if is_path_of_no_resource(&format!("{start}x")) {
            // `/healthz*` is written for `/healthz` and for what is below it.
            let is_path = !prefix.is_empty() && !prefix.ends_with('/');
            let usual = ["", "/other"].iter().filter(|_| is_path);
            let words = usual.chain(&["other", "more"]).map(ToString::to_string);
            let letters = ('a'..=char::MAX).map(String::from);
            let mut candidates = words.chain(letters).map(|word| format!("{start}{word}"));
            return candidates.find(|path| is_right(path)).map(Into::into);
        }
        let slashes = |path: &&str| path.len() - path.trim_end_matches('/').len();
        let most = self.exact.iter().chain(&self.prefixes).map(slashes).max();
        let mut candidates =
            (0..=most.unwrap_or(0) + 1).map(|count| format!("{start}{}", "/".repeat(count)));
        candidates.find(|path| is_right(path)).map(Into::into)
    }

    fn longest_prefix(&self, path: &str) -> &str {
        let fitting = self.prefixes.iter().filter(|prefix| path.starts_with(**prefix));
        fitting.max_by_key(|prefix| prefix.len()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Bound;

    fn distinguished(specs: &[&str]) -> Vec<String> {
        let specs = specs.iter().copied().collect();
        let found = paths(&specs, &mut WorkBudget::new(Bound::default())).unwrap();
        let shown = found.iter().map(|path| match path {
            PathClass::Exact(path) => path.to_string(),
            PathClass::Below { prefix, example } => format!("{prefix}* {example}"),
        });
        shown.collect()
    }

    #[test]
    fn every_path_that_can_be_asked_for_lies_in_one_class() {
        assert_eq!(distinguished(&[]), ["* /other"]);
        assert_eq!(distinguished(&["*", "/*"]), ["/* /other"]);
        assert_eq!(
            distinguished(&["/healthz*", "/healthz", "/healthzo*", "/healthz/etcd"]),
            [
                "* /other",
                "/healthz* /healthz/other",
                "/healthzo* /healthzo",
                "/healthz",
                "/healthz/etcd"
            ]
        );
        assert_eq!(distinguished(&["/o*", "/m*", "/a*"])[0], "* /b");
    }

    #[test]
    fn what_is_the_path_of_a_resource_is_no_path() {
        assert_eq!(
            distinguished(&["/api/v1/pods", "/api/v1/po*", "/apis/apps/v1/x"]),
            ["* /other"]
        );
        assert_eq!(
            distinguished(&["/api/v1/*", "/api/v1*", "/api/v1/"]),
            ["* /other", "/api/v1* /api/v1", "/api/v1/* /api/v1//", "/api/v1/"]
        );
        assert_eq!(
            distinguished(&["/api/v1/*", "/api/v1//*", "/api/v1/"])[1..],
            ["/api/v1//* /api/v1//", "/api/v1/"]
        );
    }
}
