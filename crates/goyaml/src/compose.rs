//! From the syntax tree to typed values: scalars get their types, aliases are followed, merge keys
//! merged, in go-yaml v2's order.

use std::collections::{HashMap, HashSet};

use super::scalar::{self, Scalar};
use super::typed::{Data, Typed};
use super::{Duplicate, Error, MappingEntry, Node, NodeKind, ScalarStyle, go, go_syntax};

const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// Returns what a document means, and what a strict reader complains about (Go: yaml.v2 `decoder`).
///
/// # Errors
///
/// Returns the first thing that makes go-yaml give up: a tag that does not fit, a mapping as a key,
/// an alias within its own anchor, aliases that blow the document up.
pub(super) fn compose(root: &Node) -> Result<(Typed, Vec<Duplicate>), Error> {
    let mut composer = Composer { targets: targets(root), ..Composer::default() };
    let typed = composer.value(root)?;
    Ok((typed, composer.duplicates))
}

#[derive(Default)]
struct Composer<'a> {
    /// What each alias stands for, by the offset of the alias.
    targets: HashMap<usize, &'a Node>,
    /// The aliases that are being followed right now.
    open: HashSet<usize>,
    duplicates: Vec<Duplicate>,
    budget: Budget,
}

/// Binds every alias to the anchor of its name that is last before it.
fn targets(root: &Node) -> HashMap<usize, &Node> {
    let mut anchors: HashMap<&str, &Node> = HashMap::new();
    let mut targets = HashMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if let Some(name) = &node.anchor {
            anchors.insert(name, node);
        }
        match &node.kind {
            NodeKind::Alias(name) => {
                if let Some(target) = anchors.get(name.as_str()) {
                    targets.insert(node.span.start, *target);
                }
            }
            NodeKind::Sequence { items, .. } => open.extend(items.iter().rev()),
            NodeKind::Mapping { entries, .. } => {
                open.extend(entries.iter().rev().flat_map(|entry| [&entry.value, &entry.key]));
            }
            NodeKind::Scalar { .. } => {}
        }
    }
    targets
}

impl<'a> Composer<'a> {
    fn value(&mut self, node: &'a Node) -> Result<Typed, Error> {
        self.budget
            .spend(!self.open.is_empty())
            .map_err(|message| Error::at(message, node.span))?;
        let data = match &node.kind {
            NodeKind::Scalar { text, style } => scalar_data(node, text, *style)?,
            NodeKind::Alias(name) => return self.follow(node, name, Self::value),
            NodeKind::Sequence { items, .. } => {
                Data::List(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            NodeKind::Mapping { entries, .. } => {
                let mut map = MapBuilder::default();
                self.fill(&mut map, entries)?;
                Data::Map(map.entries)
            }
        };
        Ok(Typed { span: node.span, data })
    }

    /// Does `work` on the node an alias stands for.
    fn follow<T>(
        &mut self,
        alias: &'a Node,
        name: &str,
        work: impl FnOnce(&mut Self, &'a Node) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let at = alias.span.start;
        let target = *self.targets.get(&at).ok_or_else(|| {
            Error::at(format!("yaml: unknown anchor '{name}' referenced"), alias.span)
        })?;
        if !self.open.insert(at) {
            let message = format!("yaml: anchor '{name}' value contains itself");
            return Err(Error::at(message, alias.span));
        }
        let result = work(self, target);
        self.open.remove(&at);
        result
    }

    fn fill(&mut self, map: &mut MapBuilder, entries: &'a [MappingEntry]) -> Result<(), Error> {
        for MappingEntry { key, value } in entries {
            if is_merge(key) {
                self.merge(map, value)?;
                continue;
            }
            let key = self.value(key)?;
            if matches!(key.data, Data::List(_) | Data::Map(_)) {
                let message = format!("yaml: invalid map key: {}", go_syntax::syntax(&key.data));
                return Err(Error::at(message, key.span));
            }
            let line = value.line;
            let value = self.value(value)?;
            let (shown, span) = (go_syntax::syntax(&key.data), key.span);
            if map.set(key, value) {
                let message = format!("line {line}: key {shown} already set in map");
                self.duplicates.push(Duplicate { message, span });
            }
        }
        Ok(())
    }

    /// Puts other mappings into this one where the merge key is: what comes later wins, and in
    /// a list of mappings the earlier one.
    fn merge(&mut self, map: &mut MapBuilder, value: &'a Node) -> Result<(), Error> {
        match &value.kind {
            NodeKind::Sequence { items, .. } => {
                items.iter().rev().try_for_each(|item| self.merge_one(map, item))
            }
            _ => self.merge_one(map, value),
        }
    }

    fn merge_one(&mut self, map: &mut MapBuilder, node: &'a Node) -> Result<(), Error> {
        self.budget
            .spend(!self.open.is_empty())
            .map_err(|message| Error::at(message, node.span))?;
        match &node.kind {
            NodeKind::Mapping { entries, .. } => self.fill(map, entries),
            NodeKind::Alias(name) if self.stands_for_mapping(node) => {
                self.follow(node, name, |composer, target| composer.merge_one(map, target))
            }
            _ => Err(Error::at(
                "yaml: map merge requires map or sequence of maps as the value".to_owned(),
                node.span,
            )),
        }
    }

    fn stands_for_mapping(&self, alias: &Node) -> bool {
        let target = self.targets.get(&alias.span.start);
        target.is_none_or(|target| matches!(target.kind, NodeKind::Mapping { .. }))
    }
}

fn is_plain(node: &Node, style: ScalarStyle) -> bool {
    match &node.tag {
        None => style == ScalarStyle::Plain,
        Some(tag) => tag == "!",
    }
}

fn is_merge(key: &Node) -> bool {
    match &key.kind {
        NodeKind::Scalar { text, style } => {
            text == "<<" && (is_plain(key, *style) || key.tag.as_deref() == Some(MERGE_TAG))
        }
        _ => false,
    }
}

fn scalar_data(node: &Node, text: &str, style: ScalarStyle) -> Result<Data, Error> {
    let scalar = scalar::resolve(node.tag.as_deref(), text, is_plain(node, style))
        .map_err(|message| Error::at(format!("yaml: {message}"), node.span))?;
    Ok(match scalar {
        Scalar::Null => Data::Null,
        Scalar::Bool(value) => Data::Bool(value),
        Scalar::Int(int) => Data::Int(int),
        Scalar::Uint(uint) => Data::Uint(uint),
        Scalar::Float(float) => Data::Float(float),
        Scalar::Text(text) => Data::Text(text),
        Scalar::Timestamp => Data::Text(text.to_owned()),
        Scalar::Binary(bytes) => Data::Text(go::coerce_utf8(&bytes)),
    })
}

/// The entries of a mapping under construction, every key once.
#[derive(Default)]
struct MapBuilder {
    entries: Vec<(Typed, Typed)>,
    places: HashMap<MapKey, usize>,
}

/// A key as Go's map compares it. Not-a-number equals nothing, not even itself, and has none.
#[derive(PartialEq, Eq, Hash)]
enum MapKey {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(u64),
    Text(String),
}

impl MapBuilder {
    /// Sets a key; says whether it was there before.
    fn set(&mut self, key: Typed, value: Typed) -> bool {
        let Some(identity) = identity(&key.data) else {
            self.entries.push((key, value));
            return false;
        };
        let next = self.entries.len();
        let place = *self.places.entry(identity).or_insert(next);
        match self.entries.get_mut(place) {
            Some(entry) => {
                *entry = (key, value);
                true
            }
            None => {
                self.entries.push((key, value));
                false
            }
        }
    }
}

fn identity(key: &Data) -> Option<MapKey> {
    match key {
        Data::Null => Some(MapKey::Null),
        Data::Bool(value) => Some(MapKey::Bool(*value)),
        Data::Int(int) => Some(MapKey::Int(*int)),
        Data::Uint(uint) => Some(MapKey::Uint(*uint)),
        // Adding zero makes the negative zero the positive one, which it equals.
        Data::Float(float) => (!float.is_nan()).then(|| MapKey::Float((float + 0.0).to_bits())),
        Data::Text(text) => Some(MapKey::Text(text.clone())),
        Data::List(_) | Data::Map(_) => None,
    }
}

/// What a document may spend on following aliases (Go: yaml.v2 `allowedAliasRatio`): a few
/// kilobytes could stand for gigabytes otherwise.
#[derive(Default)]
struct Budget {
    values: u32,
    through_aliases: u32,
}

impl Budget {
    fn spend(&mut self, through_alias: bool) -> Result<(), String> {
        self.values += 1;
        self.through_aliases += u32::from(through_alias);
        let share = f64::from(self.through_aliases) / f64::from(self.values);
        if self.through_aliases > 100 && self.values > 1000 && share > self.allowed() {
            return Err("yaml: document contains excessive aliasing".to_owned());
        }
        Ok(())
    }

    /// Small documents may consist of aliases almost wholly, large ones to a tenth.
    fn allowed(&self) -> f64 {
        const SMALL: f64 = 400_000.0;
        const LARGE: f64 = 4_000_000.0;
        let values = f64::from(self.values);
        if values <= SMALL {
            0.99
        } else if values >= LARGE {
            0.10
        } else {
            0.99 - 0.89 * ((values - SMALL) / (LARGE - SMALL))
        }
    }
}
