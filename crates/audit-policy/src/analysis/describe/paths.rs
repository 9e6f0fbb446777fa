//! Describes sets of paths by patterns and exceptions.

use super::part::SetPart;
use crate::analysis::class::PathPattern;
use crate::analysis::paths::PathClass;

/// The paths that rules tell apart, each with the longest pattern that contains it.
pub(super) struct PathTree<'s> {
    nodes: Vec<PathNode<'s>>,
}

struct PathNode<'s> {
    paths: &'s PathClass,
    atom: usize,
    parent: Option<usize>,
}

impl<'s> PathTree<'s> {
    pub(super) fn new(paths: impl Iterator<Item = (&'s PathClass, usize)>) -> Self {
        let mut paths: Vec<_> = paths.collect();
        paths.sort_unstable();
        let prefix = |at: usize| match paths[at].0 {
            PathClass::Below { prefix, .. } => Some(&**prefix),
            PathClass::Exact(_) => None,
        };
        let parent = |child: usize| {
            let start = match paths[child].0 {
                PathClass::Exact(path) | PathClass::Below { prefix: path, .. } => path,
            };
            let around = (0..paths.len()).filter(|at| {
                *at != child && prefix(*at).is_some_and(|prefix| start.starts_with(prefix))
            });
            around.max_by_key(|at| prefix(*at).map(str::len))
        };
        let node = |(at, (paths, atom)): (usize, &(&'s PathClass, usize))| PathNode {
            paths,
            atom: *atom,
            parent: parent(at),
        };
        Self { nodes: paths.iter().enumerate().map(node).collect() }
    }

    /// Returns the patterns of the paths that are in. Either all of them are possible, or none.
    pub(super) fn patterns(&self, part: impl Fn(usize) -> SetPart) -> Vec<PathPattern> {
        let part = |node: &PathNode<'_>| part(node.atom);
        if !self.nodes.iter().any(|node| part(node) == SetPart::Out) {
            let all = PathPattern { pattern: "*".to_owned(), except: vec![] };
            return self
                .nodes
                .iter()
                .any(|node| part(node) == SetPart::In)
                .then_some(all)
                .into_iter()
                .collect();
        }
        let is_in_around = |node: &PathNode<'_>| {
            node.parent.is_some_and(|parent| part(&self.nodes[parent]) == SetPart::In)
        };
        let roots = self.nodes.iter().enumerate();
        let roots = roots.filter(|(_, node)| part(node) == SetPart::In && !is_in_around(node));
        let pattern = |(root, node): (usize, &PathNode<'_>)| {
            let except = self.nodes.iter().filter(|node| {
                part(node) == SetPart::Out
                    && is_in_around(node)
                    && self.root_of(node, &part) == root
            });
            PathPattern {
                pattern: shown(node.paths),
                except: except.map(|node| shown(node.paths)).collect(),
            }
        };
        roots.map(pattern).collect()
    }

    /// Returns the outermost pattern that contains a node without anything between being out.
    fn root_of(&self, node: &PathNode<'_>, part: &impl Fn(&PathNode<'_>) -> SetPart) -> usize {
        let mut root = node.parent.unwrap_or_default();
        while let Some(parent) = self.nodes[root].parent
            && part(&self.nodes[parent]) == SetPart::In
        {
            root = parent;
        }
        root
    }
}

fn shown(paths: &PathClass) -> String {
    match paths {
        PathClass::Exact(path) => path.to_string(),
        PathClass::Below { prefix, .. } => format!("{prefix}*"),
    }
}
