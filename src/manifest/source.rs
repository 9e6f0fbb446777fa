//! A Pod as text, as tree and as value: the same thing for three kinds of questions.

use serde_json::Value;

use audit_policy::finding::Place;
use goyaml::{Node, Span};

use goyaml::pointer;

/// A Pod in its three forms. Paths are JSON pointers.
#[derive(Debug, Clone, Copy)]
pub(super) struct PodSource<'a> {
    /// The whole file.
    pub(super) text: &'a str,
    /// The syntax tree of the first document: where things are written.
    pub(super) root: &'a Node,
    /// What the first document means to the kubelet.
    pub(super) value: &'a Value,
}

impl<'a> PodSource<'a> {
    /// Returns the node at `path`.
    pub(super) fn node(self, path: &str) -> Option<&'a Node> {
        pointer::node(self.root, path)
    }

    /// Returns the items of the list at `path`; none if there is no list.
    pub(super) fn items(self, path: &str) -> &'a [Value] {
        self.value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Returns the place of `path`, or of what is nearest above it.
    pub(super) fn place(self, path: &str) -> Place {
        place(pointer::nearest(self.root, path).span)
    }
}

/// Returns where a span begins.
pub(super) fn place(span: Span) -> Place {
    Place { line: span.line, column: span.column }
}
