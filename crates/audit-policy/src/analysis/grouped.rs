//! Puts alike things together.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use super::work_budget::{TooMuch, WorkBudget};

/// Values by key, in the order in which the keys came.
pub(super) struct GroupedValues<K, V> {
    pub(super) all: Vec<(K, V)>,
    known: HashMap<K, usize>,
}

impl<K, V> Default for GroupedValues<K, V> {
    fn default() -> Self {
        Self { all: vec![], known: HashMap::new() }
    }
}

impl<K: Hash + Eq + Clone, V: Default> GroupedValues<K, V> {
    /// Returns the value of a key, which starts empty.
    pub(super) fn of(&mut self, key: &K) -> &mut V {
        let at = *self.known.entry(key.clone()).or_insert_with(|| {
            self.all.push((key.clone(), V::default()));
            self.all.len() - 1
        });
        &mut self.all[at].1
    }

    /// Returns each key with its value, as something.
    pub(super) fn flat<T>(self, of: impl Fn((K, V)) -> T) -> Rc<[T]> {
        self.all.into_iter().map(of).collect()
    }
}

/// Unites things as long as two of them have a union.
pub(super) fn fuse<T>(
    things: Vec<T>,
    work: &mut WorkBudget,
    mut union: impl FnMut(&T, &T) -> Result<Option<T>, TooMuch>,
) -> Result<Vec<T>, TooMuch> {
    let mut done: Vec<T> = vec![];
    for mut thing in things {
        let mut at = 0;
        while at < done.len() {
            work.spend(1)?;
            match union(&thing, &done[at])? {
                Some(both) => {
                    done.remove(at);
                    (thing, at) = (both, 0);
                }
                None => at += 1,
            }
        }
        done.push(thing);
    }
    Ok(done)
}
