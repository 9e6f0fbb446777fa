//! Texts that are something else than a policy, or do not say that they are one.

use goyaml::Node;

use super::Advice;
use crate::policy::{Problem, ProblemKind};

const NO_CONTENT: &str = "the file has no content: `kubectl audit init` writes a policy";
const WRITE: &str = "apiVersion: audit.k8s.io/v1";
const CURRENT: &str = "audit.k8s.io/v1";
const TOO_NEW: &str = "API servers before 1.12 do not read `audit.k8s.io/v1`: write \
                       `audit.k8s.io/v1beta1`, for 1.7 `audit.k8s.io/v1alpha1`";

/// Returns what to do about a text that is no policy of `audit.k8s.io/v1`.
pub(super) fn advice(text: &str, problem: &Problem) -> Option<Advice> {
    let documents = goyaml::parse(text).ok()?;
    let Some(document) = documents.first() else { return Some(Advice::new(NO_CONTENT)) };
    let root = &document.root;
    let word = |key: &str| root.get(key).and_then(Node::scalar).unwrap_or_default();
    let (version, kind) = (word("apiVersion"), word("kind"));
    if version.is_empty() {
        return Some(match version_in_another_case(root) {
            Some(written) => Advice::new(format!("write `apiVersion`, not `{written}`")),
            None if root.entries().is_none() => no_mapping(root),
            None => {
                Advice::new(format!("`apiVersion` is missing: add `{WRITE}` as the first line"))
            }
        });
    }
    let is_audit = version.starts_with("audit.k8s.io/");
    if let Some(other) = other(root, version, kind) {
        return Some(Advice::new(other));
    }
    let is_removed = matches!(version, "audit.k8s.io/v1beta1" | "audit.k8s.io/v1alpha1");
    if is_removed {
        // The finding `removed-api-version` says it.
        return None;
    }
    if version == CURRENT && problem.kind == ProblemKind::Version {
        return Some(Advice::new(TOO_NEW));
    }
    Some(Advice::new(if version != CURRENT && (is_audit || is_policy_kind(kind)) {
        format!("write `{WRITE}`")
    } else {
        "write `kind: Policy`".to_owned()
    }))
}

fn version_in_another_case(root: &Node) -> Option<String> {
    let mut keys = root.entries()?.iter().filter_map(|entry| entry.key.scalar());
    keys.find(|key| key.to_lowercase().starts_with("apiv")).map(str::to_owned)
}

fn is_policy_kind(kind: &str) -> bool {
    kind.is_empty() || kind.to_lowercase().contains("policy")
}

fn no_mapping(root: &Node) -> Advice {
    Advice::new(match root.items() {
        Some(_) => {
            format!("the text is a list: put `{WRITE}`, `kind: Policy` and `rules:` above it")
        }
        None if root.scalar().is_some_and(str::is_empty) => NO_CONTENT.to_owned(),
        None => format!("a policy begins with `{WRITE}`, `kind: Policy` and `rules:`"),
    })
}

/// What the text is, if it is a well-known other thing.
fn other(root: &Node, version: &str, kind: &str) -> Option<String> {
    let group = version.split_once('/').map_or("", |(group, _)| group);
    if group == "audit.k8s.io" {
        return kind.starts_with("Event").then(|| {
            "this is a recorded audit event, not a policy: `explain --event FILE` takes it"
                .to_owned()
        });
    }
    Some(match kind {
        "Pod" => match policy_flag(root) {
            Some(path) => format!(
                "this is the manifest of a Pod, not a policy: its flag --audit-policy-file names the \
                 policy, `{path}`"
            ),
            None => "this is the manifest of a Pod, not a policy".to_owned(),
        },
        "ConfigMap" | "Secret" => format!(
            "this is a {kind}: the policy would be a text below its `data`, and none of them is one"
        ),
        "Policy" | "ClusterPolicy" if !group.is_empty() && !group.contains("audit") => {
            format!("this is a policy of `{group}`, not an audit policy")
        }
        "" | "Policy" => return None,
        kind if is_policy_kind(kind) && group.is_empty() => return None,
        kind => format!("this is a {kind}, not an audit policy, and it holds none"),
    })
}

/// What `--audit-policy-file` says anywhere in a manifest.
fn policy_flag(root: &Node) -> Option<String> {
    const FLAG: &str = "--audit-policy-file=";
    match root.scalar() {
        Some(text) => text.strip_prefix(FLAG).map(str::to_owned),
        None => {
            let items = root.items().unwrap_or_default().iter();
            let values = root.entries().unwrap_or_default().iter().map(|entry| &entry.value);
            items.chain(values).find_map(policy_flag)
        }
    }
}

/// Returns what to do about a policy without rules. Rules in another place are the business of the
/// finding `unknown-field`.
pub(super) fn without_rules(text: &str) -> Option<Advice> {
    let documents = goyaml::parse(text).ok()?;
    let root = &documents.first()?.root;
    if root.get("apiVersion").is_none()
        && let Some(written) = version_in_another_case(root)
    {
        return Some(Advice::new(format!("write `apiVersion`, not `{written}`")));
    }
    let is_known = |key: &str| {
        ["apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"]
            .contains(&key)
    };
    let keys = || root.entries().into_iter().flatten().filter_map(|entry| entry.key.scalar());
    let hyphens = ['-', '–', '—', '•'];
    if let Some(glued) = keys().find(|key| key.starts_with(hyphens)) {
        let name = glued.trim_start_matches(hyphens).trim();
        let words = format!("a rule begins with `-` and a space: write `- {name}: …`");
        let entry = root.entry(glued)?;
        return Some(Advice::new(words).at(entry.key.span.line, entry.key.span.column));
    }
    let is_elsewhere = keys().any(|key| !is_known(key));
    (!is_elsewhere).then(|| {
        Advice::new(
            "a policy needs at least one rule: write `rules:` and below it `- level: Metadata`",
        )
    })
}
