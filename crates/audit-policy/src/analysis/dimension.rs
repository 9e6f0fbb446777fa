//! One dimension of requests: the classes of values that no rule tells apart.

use std::collections::HashMap;
use std::hash::Hash;

use super::bits::Bits;

/// The selectors of one dimension, each different one once.
#[derive(Debug)]
pub(super) struct Selectors<S> {
    /// The different ones.
    pub(super) distinct: Vec<S>,
    /// For each rule, which of them it has.
    pub(super) of_rule: Vec<usize>,
}

impl<S: Hash + Eq + Clone> FromIterator<S> for Selectors<S> {
    fn from_iter<I: IntoIterator<Item = S>>(of_rules: I) -> Self {
        let mut distinct = vec![];
        let mut known = HashMap::new();
        let of_rule = of_rules.into_iter().map(|selector| {
            *known.entry(selector).or_insert_with_key(|selector| {
                distinct.push(selector.clone());
                distinct.len() - 1
            })
        });
        Self { of_rule: of_rule.collect(), distinct }
    }
}

/// A value, and what sets it apart from others.
#[derive(Debug)]
pub(super) struct KeyedValue<V, K> {
    pub(super) value: V,
    /// The selectors that take it.
    pub(super) taken_by: Bits,
    /// What else must be equal for values to be one atom.
    pub(super) kind: K,
}

/// The atoms of a dimension: values that the same selectors take.
#[derive(Debug)]
pub(super) struct Dimension<V, K> {
    /// The values of each atom, as they were given. None is empty.
    pub(super) atoms: Vec<Vec<V>>,
    /// What the values of each atom have in common beside their selectors.
    pub(super) kinds: Vec<K>,
    /// For each atom the rules that take it.
    pub(super) rules: Vec<Bits>,
    /// For each selector the atoms that it takes. Two that take the same are one.
    taken: Vec<Bits>,
    of_rule: Vec<usize>,
}

impl<V, K: Hash + Eq + Clone> Dimension<V, K> {
    pub(super) fn new<S>(selectors: &Selectors<S>, values: Vec<KeyedValue<V, K>>) -> Self {
        let mut atoms: Vec<Vec<V>> = vec![];
        let mut keys = vec![];
        let mut known = HashMap::new();
        for KeyedValue { value, taken_by, kind } in values {
            let atom = *known.entry((taken_by, kind)).or_insert_with_key(|key| {
                keys.push(key.clone());
                atoms.push(vec![]);
                atoms.len() - 1
            });
            atoms[atom].push(value);
        }
        let mut columns = vec![Bits::default(); selectors.distinct.len()];
        for (atom, (taken_by, _)) in keys.iter().enumerate() {
            taken_by.iter().for_each(|selector| columns[selector].insert(atom));
        }
        let taken: Selectors<Bits> =
            selectors.of_rule.iter().map(|selector| columns[*selector].clone()).collect();
        let rules = rules_of_atoms(&taken, keys.len());
        let kinds = keys.into_iter().map(|(_, kind)| kind).collect();
        Self { atoms, kinds, rules, taken: taken.distinct, of_rule: taken.of_rule }
    }
}

impl<V, K> Dimension<V, K> {
    /// Returns the atoms that a rule takes.
    pub(super) fn taken_by(&self, rule: usize) -> &Bits {
        &self.taken[self.of_rule[rule]]
    }

    /// Returns a number that two rules share if they take the same atoms.
    pub(super) fn selector(&self, rule: usize) -> usize {
        self.of_rule[rule]
    }

    /// Says whether a rule takes every atom.
    pub(super) fn takes_all(&self, rule: usize) -> bool {
        self.taken_by(rule).len() == self.atoms.len()
    }
}

fn rules_of_atoms(taken: &Selectors<Bits>, atoms: usize) -> Vec<Bits> {
    let mut rules = vec![Bits::default(); atoms];
    for (rule, selector) in taken.of_rule.iter().enumerate() {
        taken.distinct[*selector].iter().for_each(|atom| rules[atom].insert(rule));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_the_same_rules_take_are_one_atom() {
        let lists = ["ab", "", "ba", "b"];
        let selectors: Selectors<&str> = lists.into_iter().collect();
        let keyed = |value: char| KeyedValue {
            value,
            taken_by: (0..4).filter(|list| lists[*list].contains(value)).collect(),
            kind: value == 'd',
        };
        let dimension = Dimension::new(&selectors, "abcde".chars().map(keyed).collect());
        assert_eq!(dimension.atoms, [vec!['a'], vec!['b'], vec!['c', 'e'], vec!['d']]);
        assert_eq!(dimension.selector(0), dimension.selector(2));
        assert_ne!(dimension.selector(0), dimension.selector(3));
        assert_eq!(dimension.taken_by(3), &Bits::from_iter([1]));
        assert_eq!(dimension.rules[1], Bits::from_iter([0, 2, 3]));
        assert!(!dimension.takes_all(0));
    }
}
