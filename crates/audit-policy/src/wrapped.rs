//! Policies inside other files: in a ConfigMap or Secret, in the specification of a cluster.
//!
//! Whatever the file is, its policies are found by what they say of themselves: a mapping, or a
//! text that holds one, whose `apiVersion` is of `audit.k8s.io`.

#[cfg(test)]
mod tests;

use crate::api::Version;
use crate::policy::{ProblemKind, Verdict, judge};
use goyaml::{Document, Node, NodeKind, ScalarStyle, base64};

/// The group of a policy's `apiVersion`.
const GROUP: &str = "audit.k8s.io/";
/// A file in a file, such as a kops cluster in a ConfigMap, is as deep as anybody goes.
const MOST_FILES_DEEP: usize = 2;

/// A policy inside another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedPolicy {
    /// What holds it, in a few words: the kind and name of the object, and the way to the field.
    pub holder: String,
    /// The policy, as a file of its own would have it.
    pub text: String,
    /// The policy after as many lines and columns as stand before it in the outer file, so that
    /// places in it are places there. Where the outer file writes it in another way (quoted,
    /// folded, in base64), it is `text`, and its place is [`Self::place`].
    pub placed: String,
    /// Whether places in `placed` are those of the outer file.
    pub is_placed: bool,
    /// The line and column of the outer file at which it begins, from 1.
    pub place: (usize, usize),
}

/// Returns the policies inside a file for which a server has this verdict; none in one that is a
/// policy itself.
#[must_use]
pub fn inside(text: &[u8], verdict: &Verdict) -> Vec<WrappedPolicy> {
    let is_other = verdict.problems.iter().any(|problem| {
        matches!(problem.kind, ProblemKind::Version | ProblemKind::Kind | ProblemKind::Type)
    });
    match str::from_utf8(text) {
        Ok(text) if is_other => find(text),
        _ => vec![],
    }
}

/// Returns the policies inside a file; none in one that is a policy itself.
#[must_use]
pub fn policies_inside(text: &[u8]) -> Vec<WrappedPolicy> {
    inside(text, &judge(text, Version::NEWEST))
}

/// Returns every policy that a file holds, other than the file's first document itself, which is
/// what the API server reads.
///
/// # Examples
///
/// ```
/// use audit_policy::wrapped;
///
/// let file = "kind: ConfigMap\nmetadata: {name: audit}\ndata:\n  policy: |\n    \
///             apiVersion: audit.k8s.io/v1\n    kind: Policy\n";
/// let found = wrapped::find(file);
/// assert_eq!(found[0].holder, "ConfigMap `audit`, data.policy");
/// assert_eq!(found[0].text, "apiVersion: audit.k8s.io/v1\nkind: Policy\n");
/// assert_eq!(found[0].place.0, 5);
/// ```
#[must_use]
pub fn find(text: &str) -> Vec<WrappedPolicy> {
    find_in(text, MOST_FILES_DEEP)
}

/// Looks into a file, and so many files deep into those that it holds.
fn find_in(text: &str, deeper: usize) -> Vec<WrappedPolicy> {
    let Ok(documents) = goyaml::parse(text) else { return vec![] };
    let mut found = vec![];
    for (index, document) in documents.iter().enumerate() {
        if index == 0 && is_policy(&document.root) {
            continue;
        }
        let mut search = Search { text, holder: holder(document, index), found: &mut found };
        search.node(&document.root, &mut vec![], deeper);
    }
    found
}

/// `ConfigMap audit`, `document 2`.
fn holder(document: &Document, index: usize) -> String {
    let root = &document.root;
    let word = |node: Option<&Node>| node.and_then(Node::scalar).map(str::to_owned);
    let name = word(root.get("metadata").and_then(|metadata| metadata.get("name")));
    match (word(root.get("kind")), name) {
        _ if is_policy(root) => format!("document {}", index + 1),
        (Some(kind), Some(name)) => format!("{kind} `{name}`"),
        (Some(kind), None) => kind,
        (None, _) if index > 0 => format!("document {}", index + 1),
        (None, _) => "the file".to_owned(),
    }
}

struct Search<'a, 'f> {
    text: &'a str,
    holder: String,
    found: &'f mut Vec<WrappedPolicy>,
}

impl Search<'_, '_> {
    fn node(&mut self, node: &Node, way: &mut Vec<String>, deeper: usize) {
        if is_policy(node) {
            return self.add_node(node, way);
        }
        match &node.kind {
            NodeKind::Mapping { entries, .. } => {
                for entry in entries {
                    way.push(entry.key.scalar().unwrap_or_default().to_owned());
                    self.node(&entry.value, way, deeper);
                    way.pop();
                }
            }
            NodeKind::Sequence { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    way.push(format!("[{index}]"));
                    self.node(item, way, deeper);
                    way.pop();
                }
            }
            NodeKind::Scalar { text, style } => self.scalar(node, text, *style, way, deeper),
            NodeKind::Alias(_) => {}
        }
    }

    fn scalar(
        &mut self,
        node: &Node,
        text: &str,
        style: ScalarStyle,
        way: &[String],
        deeper: usize,
    ) {
        let decoded = || String::from_utf8(base64::decode(text)?).ok();
        let (inner, is_literal) = if text.contains(GROUP) {
            (text.to_owned(), style == ScalarStyle::Literal)
        } else {
            match decoded().filter(|decoded| decoded.contains(GROUP)) {
                Some(decoded) => (decoded, false),
                None => return,
            }
        };
        let reads_as_policy = goyaml::parse(&inner)
            .map_or(is_policy_by_words(&inner), |documents| {
                documents.first().is_some_and(|document| is_policy(&document.root))
            });
        let literal = is_literal.then(|| self.literal(node)).flatten();
        if !reads_as_policy {
            return self.file_in_file(&inner, node, way, deeper);
        }
        let (line, column, placed) = literal.unwrap_or((node.span.line, node.span.column, None));
        self.found.push(WrappedPolicy {
            holder: self.whereabouts(way),
            placed: placed.clone().unwrap_or_else(|| inner.clone()),
            is_placed: placed.is_some(),
            text: inner,
            place: (line, column),
        });
    }

    /// A file in a file; places in it are lost.
    fn file_in_file(&mut self, inner: &str, node: &Node, way: &[String], deeper: usize) {
        if deeper == 0 {
            return;
        }
        for wrapped in find_in(inner, deeper - 1) {
            self.found.push(WrappedPolicy {
                holder: format!("{}, {}", self.whereabouts(way), wrapped.holder),
                placed: wrapped.text.clone(),
                is_placed: false,
                text: wrapped.text,
                place: (node.span.line, node.span.column),
            });
        }
    }

    /// The lines of a literal block as they are, after as many empty ones as stand before it.
    fn literal(&self, node: &Node) -> Option<(usize, usize, Option<String>)> {
        let written = self.text.get(node.span.range())?;
        let (_, lines) = written.split_once('\n')?;
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let first = lines.lines().find(|line| !line.trim().is_empty())?;
        let placed = format!("{}{lines}\n", "\n".repeat(node.span.line));
        Some((node.span.line + 1, indent(first) + 1, Some(placed)))
    }

    fn add_node(&mut self, node: &Node, way: &[String]) {
        let Some(written) = self.text.get(node.span.range()) else { return };
        let (line, column) = (node.span.line, node.span.column);
        let before = " ".repeat(column - 1);
        self.found.push(WrappedPolicy {
            holder: self.whereabouts(way),
            text: dedented(&format!("{before}{written}\n"), column - 1),
            placed: format!("{}{before}{written}\n", "\n".repeat(line - 1)),
            is_placed: true,
            place: (line, column),
        });
    }

    fn whereabouts(&self, way: &[String]) -> String {
        if way.is_empty() {
            return self.holder.clone();
        }
        format!("{}, {}", self.holder, way.join(".").replace(".[", "["))
    }
}

fn dedented(text: &str, indent: usize) -> String {
    let line = |line: &str| -> String {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        line[blanks.min(indent)..].to_owned()
    };
    text.split_inclusive('\n').map(line).collect()
}

fn is_policy(node: &Node) -> bool {
    let is = |key: &str, right: &dyn Fn(&str) -> bool| {
        node.get(key).and_then(Node::scalar).is_some_and(right)
    };
    is("apiVersion", &|version| version.starts_with(GROUP)) && is("kind", &|kind| kind == "Policy")
}

/// A text that is no YAML may be a policy all the same, with a mistake in it.
fn is_policy_by_words(text: &str) -> bool {
    let begins = |words: &str| text.lines().any(|line| line.trim_start().starts_with(words));
    begins("apiVersion: audit.k8s.io/") && begins("kind: Policy") && !begins("kind: ConfigMap")
}
