//! The elementary changes that every edit is made of.
//!
//! A step is made twice: in the text by [`splice`](super::splice()), and here in the decoded value.
//! The two share no code, so that one can prove the other right.

use serde_json::{Map, Value};

use super::fragment::Fragment;
use crate::pointer;

/// One elementary change. Paths are JSON pointers into the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchStep {
    /// Puts an item into a list so that it is at position `at`; a list that is absent or null
    /// is made.
    Insert {
        /// Path of the list.
        list: String,
        /// Position of the new item.
        at: usize,
        /// What is put in.
        item: Fragment,
    },
    /// Replaces a string in a list.
    Replace {
        /// Path of the list.
        list: String,
        /// Position of the string.
        at: usize,
        /// What is there instead.
        text: String,
    },
    /// Takes an item out of a list.
    Remove {
        /// Path of the list.
        list: String,
        /// Position of the item.
        at: usize,
    },
    /// Gives a key of a mapping a string; a mapping that is absent or null is made.
    Set {
        /// Path of the mapping.
        mapping: String,
        /// The key.
        key: String,
        /// The string.
        value: String,
    },
    /// Takes a key out of a mapping.
    Unset {
        /// Path of the mapping.
        mapping: String,
        /// The key.
        key: String,
    },
}

impl PatchStep {
    /// Makes the step in `value`; `None` if there is no such place, and `value` is then unchanged.
    pub fn make(&self, value: &mut Value) -> Option<()> {
        match self {
            Self::Insert { list, at, item } => {
                let items = made(value, list, Value::Array(vec![]))?.as_array_mut()?;
                (*at <= items.len()).then(|| items.insert(*at, item.value()))
            }
            Self::Replace { list, at, text } => {
                let old = value.pointer_mut(list)?.as_array_mut()?.get_mut(*at)?;
                *old = Value::String(text.clone());
                Some(())
            }
            Self::Remove { list, at } => {
                let items = value.pointer_mut(list)?.as_array_mut()?;
                (*at < items.len()).then(|| drop(items.remove(*at)))
            }
            Self::Set { mapping, key, value: text } => {
                let entries = made(value, mapping, Value::Object(Map::new()))?.as_object_mut()?;
                entries.insert(key.clone(), Value::String(text.clone()));
                Some(())
            }
            Self::Unset { mapping, key } => {
                value.pointer_mut(mapping)?.as_object_mut()?.shift_remove(key).map(drop)
            }
        }
    }

    /// Returns the path of the collection that the step changes.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Insert { list, .. } | Self::Replace { list, .. } | Self::Remove { list, .. } => {
                list
            }
            Self::Set { mapping, .. } | Self::Unset { mapping, .. } => mapping,
        }
    }
}

/// Returns the value at `path`, which becomes `empty` if it is absent or null.
fn made<'a>(value: &'a mut Value, path: &str, empty: Value) -> Option<&'a mut Value> {
    let (mapping, key) = pointer::split(path)?;
    let entries = value.pointer_mut(mapping)?.as_object_mut()?;
    let slot = entries.entry(key).or_insert(Value::Null);
    if slot.is_null() {
        *slot = empty;
    }
    Some(slot)
}
