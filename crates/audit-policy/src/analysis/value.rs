//! Values of one dimension: those that rules name, and one that stands for all others.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::bits::Bits;
use super::dimension::Selectors;

/// A value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum AtomValue {
    /// One that a rule names.
    Named(Rc<str>),
    /// All that no rule names, and an example of it.
    Other(Rc<str>),
}

impl AtomValue {
    pub(super) fn named(text: &str) -> Self {
        Self::Named(text.into())
    }

    /// Returns the value, if a rule names it.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Named(text) => Some(text.to_string()),
            Self::Other(_) => None,
        }
    }

    /// Returns the value, or the example.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Named(text) | Self::Other(text) => text,
        }
    }
}

/// Returns a value that is not taken: the first of some natural ones, or a numbered one.
pub(super) fn fresh(natural: &[&str], is_taken: impl Fn(&str) -> bool) -> Rc<str> {
    let natural_one = natural.iter().find(|value| !is_taken(value)).map(|value| (*value).into());
    natural_one.unwrap_or_else(|| {
        let base = natural.last().copied().unwrap_or("other");
        let mut number = 2_usize;
        while is_taken(&format!("{base}-{number}")) {
            number += 1;
        }
        format!("{base}-{number}").into()
    })
}

/// Selectors that are lists of values; an empty one takes all.
#[derive(Debug)]
pub(super) struct Lists<'a> {
    pub(super) selectors: Selectors<BTreeSet<&'a str>>,
    /// The selectors that take all.
    pub(super) open: Bits,
    /// For each value the selectors that list it.
    pub(super) listing: BTreeMap<&'a str, Bits>,
}

impl<'a> Lists<'a> {
    /// Collects the lists of rules, one for each rule.
    pub(super) fn new(of_rules: impl Iterator<Item = &'a [String]>) -> Self {
        let selectors: Selectors<BTreeSet<&str>> =
            of_rules.map(|list| list.iter().map(String::as_str).collect()).collect();
        let mut open = Bits::default();
        let mut listing: BTreeMap<&str, Bits> = BTreeMap::new();
        for (selector, list) in selectors.distinct.iter().enumerate() {
            if list.is_empty() {
                open.insert(selector);
            }
            for value in list {
                listing.entry(value).or_default().insert(selector);
            }
        }
        Self { selectors, open, listing }
    }

    /// Returns the selectors that take a value.
    pub(super) fn taking(&self, value: &str) -> Bits {
        self.listing.get(value).map_or_else(|| self.open.clone(), |listing| self.open.or(listing))
    }

    pub(super) fn names(&self, value: &str) -> bool {
        self.listing.contains_key(value)
    }
}
