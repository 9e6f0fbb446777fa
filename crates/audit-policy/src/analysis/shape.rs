//! Which verbs and namespaces go with a target.

use std::collections::HashMap;

use super::bits::Bits;
use super::cluster_facts::{ResourceScope, Scopes};
use super::dimension::Dimension;
use super::facts::{NAMESPACES, VERBS, can_be_named, is_method, verb_fits};
use super::target::NamedResource;
use super::value::AtomValue;

/// A set of verbs, as positions in [`VERBS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Verbs(u16);

impl Verbs {
    pub(super) fn of(is_in: impl Fn(&str) -> bool) -> Self {
        let those = VERBS.iter().enumerate().filter(|(_, verb)| is_in(verb));
        Self(those.fold(0, |set, (at, _)| set | 1 << at))
    }

    pub(super) fn one(verb: usize) -> Self {
        Self(1 << verb)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub(super) fn contains(self, verb: usize) -> bool {
        self.0 >> verb & 1 == 1
    }

    /// Returns the positions of the verbs.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..VERBS.len()).filter(move |verb| self.contains(*verb))
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(|verb| VERBS[verb])
    }
}

/// Whether a namespace is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NamespaceScope {
    /// What is in no namespace, or in any.
    Outside,
    /// In a namespace.
    Inside,
}

/// What sets namespaces apart that the same lists of namespaces name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct NamespaceClass {
    pub(super) scope: NamespaceScope,
    /// The rules that take some objects only and name it as one, which matters for the namespace
    /// as an object.
    pub(super) named_by: Bits,
}

/// Namespaces that rules tell apart.
pub(super) type Namespaces = Dimension<AtomValue, NamespaceClass>;

/// The verbs that go with a target, by the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    outside: Verbs,
    inside: Verbs,
    /// The only namespaces that go with it; all if there is none.
    only: Option<usize>,
    /// Whether requests for it run long because of the subresource, where that is distinguished.
    streams: bool,
}

impl Shape {
    /// Says whether it is a subresource whose requests run long. Only a space that tells them apart
    /// knows.
    pub(super) fn streams(&self) -> bool {
        self.streams
    }

    /// Returns the verbs that go with a namespace.
    pub(super) fn verbs(&self, namespace: usize, scope: NamespaceScope) -> Verbs {
        match scope {
            NamespaceScope::Outside => self.outside,
            NamespaceScope::Inside if self.only.is_none_or(|only| only == namespace) => self.inside,
            NamespaceScope::Inside => Verbs::default(),
        }
    }
}

/// Subresources whose requests run long (Go: `longRunningRequestCheck` of the API server).
const STREAMS: [&str; 5] = ["attach", "exec", "log", "portforward", "proxy"];

/// Computes shapes.
pub(super) struct Shapes<'a> {
    scopes: &'a Scopes,
    /// Which atom each namespace is in that a rule names.
    atoms: HashMap<&'a str, usize>,
    other: (&'a str, usize),
    tells_streams: bool,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(scopes: &'a Scopes, namespaces: &'a Namespaces, tells_streams: bool) -> Self {
        let mut shapes = Self { scopes, atoms: HashMap::new(), other: ("", 0), tells_streams };
        for (atom, values) in namespaces.atoms.iter().enumerate() {
            for value in values {
                match value {
                    AtomValue::Named(name) => drop(shapes.atoms.insert(name, atom)),
                    AtomValue::Other(name) => shapes.other = (name, atom),
                }
            }
        }
        shapes
    }

    /// Returns the subresources that are distinguished whether rules name them or not.
    pub(super) fn distinguished(&self) -> &'static [&'static str] {
        if self.tells_streams { &STREAMS } else { &[] }
    }

    /// Returns the namespaces that rules name.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &'a str> {
        self.atoms.keys().copied().filter(|name| !name.is_empty())
    }

    pub(super) fn of_paths(&self) -> Shape {
        let outside = Verbs::of(is_method);
        Shape { outside, inside: Verbs::default(), only: None, streams: false }
    }

    /// Returns the shape of a resource; `None` if no request can ask for it.
    pub(super) fn of(&self, named: &NamedResource) -> Option<Shape> {
        let name = named.name.text();
        let is_namespace = named.resource.text() == NAMESPACES && !name.is_empty();
        let inside_of = if is_namespace { name } else { self.other.0 };
        let scope = self.scopes.of(named.group.text(), named.resource.text());
        let outside = verbs_in("", named, scope);
        let inside = verbs_in(inside_of, named, scope);
        let only = is_namespace.then(|| self.atoms.get(name).copied().unwrap_or(self.other.1));
        let only = only.filter(|_| !inside.is_empty());
        let streams = self.tells_streams && STREAMS.contains(&named.subresource.text());
        let shape = Shape { outside, inside, only, streams };
        (!outside.or(inside).is_empty()).then_some(shape)
    }
}

fn verbs_in(namespace: &str, named: &NamedResource, scope: Option<ResourceScope>) -> Verbs {
    let asked = named.in_namespace(namespace);
    if !can_be_named(&asked) {
        return Verbs::default();
    }
    Verbs::of(|verb| verb_fits(verb, &asked, scope))
}
