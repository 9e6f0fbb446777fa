//! `v1beta1` and `v1alpha1` to `v1`: the fields are the same.

use goyaml::edit::{self, Edit};

const REMOVED: [&str; 2] = ["audit.k8s.io/v1beta1", "audit.k8s.io/v1alpha1"];
const CURRENT: &str = "audit.k8s.io/v1";

/// Returns the removed version and the text with the current one, quotes and comments kept; `None`
/// for a text of another version, or one whose version is written with escapes.
pub(in super::super) fn migrated(text: &str) -> Option<(&'static str, String)> {
    let documents = goyaml::parse(text).ok()?;
    let value = documents.first()?.root.get("apiVersion")?;
    let old = REMOVED.into_iter().find(|old| value.scalar() == Some(old))?;
    let within = text.get(value.span.range())?.find(old)?;
    let start = value.span.start + within;
    let edit = Edit { range: start..start + old.len(), text: CURRENT.to_owned() };
    Some((old, edit::apply(text, &[edit])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_json_stay_as_they_are() {
        for (old, new) in [
            ("apiVersion: 'audit.k8s.io/v1beta1' # x\n", "apiVersion: 'audit.k8s.io/v1' # x\n"),
            ("{\"apiVersion\":\"audit.k8s.io/v1alpha1\"}", "{\"apiVersion\":\"audit.k8s.io/v1\"}"),
        ] {
            assert_eq!(migrated(old).unwrap().1, new);
        }
        assert_eq!(migrated("apiVersion: audit.k8s.io/v1\n"), None);
    }
}
