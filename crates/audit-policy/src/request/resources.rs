//! The resources that a Kubernetes API server serves by itself, as `kubectl` names them.
//!
//! `resources.json` holds those of the OpenAPI specifications of 1.24 to 1.37, and those of
//! `metrics.k8s.io`. Custom resources are not among them: what is not found here is unknown, not
//! wrong.

use std::sync::LazyLock;

use serde::Deserialize;

/// A resource of a Kubernetes API server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownResource {
    /// The API group; empty is the core group.
    pub group: String,
    /// The name in URLs and policies: lower case and plural.
    pub name: String,
    /// The kind of its objects, such as `Pod`.
    pub kind: String,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
    /// Its subresources, such as `status`.
    #[serde(default)]
    pub subresources: Vec<String>,
    /// What `kubectl` takes for its name as well, such as `po`.
    #[serde(default)]
    pub short_names: Vec<String>,
}

static ALL: LazyLock<Vec<KnownResource>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("resources.json"))
        .expect("the table is part of the program, and a test reads it")
});

/// Returns every known resource, the core group first, by group and name.
#[must_use]
pub fn all() -> &'static [KnownResource] {
    &ALL
}

/// Returns the resource that `kubectl` would take these words for: a plural, singular or short name
/// in any case, alone, with a group (`deploy.apps`), or with version and group
/// (`deployments.v1.apps`). Of several groups the core group is meant.
///
/// # Examples
/// ```
/// use audit_policy::request::resources;
///
/// assert_eq!(resources::find("Deploy.apps").unwrap().name, "deployments");
/// assert_eq!(resources::find("events").unwrap().group, "");
/// assert_eq!(resources::find("foos.example.com"), None);
/// ```
#[must_use]
pub fn find(words: &str) -> Option<&'static KnownResource> {
    let (name, group) = split(words);
    let name = name.to_ascii_lowercase();
    all()
        .iter()
        .find(|known| group.is_none_or(|group| known.group == group) && known.goes_by(&name))
}

/// Returns the resource of this group and this plural name.
#[must_use]
pub fn named(group: &str, name: &str) -> Option<&'static KnownResource> {
    all().iter().find(|known| known.group == group && known.name == name)
}

/// Returns the name and the group that such words hold, a version between them left out.
pub(super) fn split(words: &str) -> (&str, Option<&str>) {
    let Some((name, rest)) = words.split_once('.') else { return (words, None) };
    match rest.split_once('.') {
        Some((version, group)) if is_version(version) => (name, Some(group)),
        _ if is_version(rest) => (name, Some("")),
        _ => (name, Some(rest)),
    }
}

/// `v1`, `v2beta1`.
fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = ["alpha", "beta"].iter().filter_map(|stage| rest.split_once(stage));
    number(rest) || parts.any(|(major, minor)| number(major) && number(minor))
}

impl KnownResource {
    fn goes_by(&self, name: &str) -> bool {
        self.name == name
            || self.kind.eq_ignore_ascii_case(name)
            || self.short_names.iter().any(|short| short == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_form_are_found() {
        for (words, group, name) in [
            ("pods", "", "pods"),
            ("po", "", "pods"),
            ("Pod", "", "pods"),
            ("pods.v1", "", "pods"),
            ("pods.metrics.k8s.io", "metrics.k8s.io", "pods"),
            ("deploy", "apps", "deployments"),
            ("deployments.v1.apps", "apps", "deployments"),
            ("ev.events.k8s.io", "events.k8s.io", "events"),
            ("crd", "apiextensions.k8s.io", "customresourcedefinitions"),
        ] {
            let found = find(words).map(|known| (&*known.group, &*known.name));
            assert_eq!(found, Some((group, name)), "{words}");
        }
        for words in ["foos", "pods.apps", "deploy.v1", ""] {
            assert_eq!(find(words), None, "{words}");
        }
    }

    #[test]
    fn every_resource_stands_in_the_table_once() {
        let mut names: Vec<_> = all().iter().map(|known| (&known.group, &known.name)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().len());
        assert_eq!(all().len(), 81);
    }
}
