//! Makes one [`PatchStep`] in the text of a document, by spans: what is not named by the step stays byte
//! for byte. No serializer, and no promise either: the caller compares what the new text
//! means with what the step means ([`PatchStep::make`]).

use crate::edit::{self, Edit};
use crate::{MappingEntry, Node, NodeKind, ScalarStyle};

use crate::pointer;

use super::flow::Flow;
use super::fragment::{Fragment, TextLayout};
use super::scalar::{Quotes, ScalarContext};
use super::step::PatchStep;
use super::{block, lines, scalar};

/// Where a document shows how it is indented, as JSON pointers. What does not exist is taken to be
/// indented by two spaces, with the dashes of lists below their key.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    /// A mapping below a key: its keys show how far a level is indented.
    pub mapping: &'a str,
    /// A list below a key: its dashes show how far lists are indented.
    pub list: &'a str,
}

/// Returns `text` with `step` made in the document `root`, laid out like the parts that `model`
/// names; `None` where the layout is one that this cannot follow.
///
/// # Examples
///
/// ```
/// use goyaml::patch::{Model, PatchStep, splice};
///
/// let text = "spec:\n  args:\n  - a # first\n";
/// let root = &goyaml::parse(text).unwrap()[0].root;
/// let step = PatchStep::Replace { list: "/spec/args".into(), at: 0, text: "b".into() };
/// let model = Model { mapping: "/spec", list: "/spec/args" };
/// assert_eq!(splice(text, root, &step, model).unwrap(), "spec:\n  args:\n  - b # first\n");
/// ```
#[must_use]
pub fn splice(text: &str, root: &Node, step: &PatchStep, model: Model<'_>) -> Option<String> {
    let sheet = PatchedText { text, root, layout: layout_of(text, root, model) };
    let edits = match step {
        PatchStep::Insert { list, at, item } => sheet.insert(list, *at, item),
        PatchStep::Replace { list, at, text } => sheet.replace(list, *at, text),
        PatchStep::Remove { list, at } => sheet.remove(list, *at),
        PatchStep::Set { mapping, key, value } => sheet.set(mapping, key, value),
        PatchStep::Unset { mapping, key } => sheet.unset(mapping, key),
    };
    edit::apply(text, &edits?)
}

/// A text, its tree and how it is laid out.
struct PatchedText<'a> {
    text: &'a str,
    root: &'a Node,
    layout: TextLayout,
}

impl<'a> PatchedText<'a> {
    fn insert(&self, list: &str, at: usize, item: &Fragment) -> Option<Vec<Edit>> {
        let Some(entry) = pointer::entry(self.root, list) else {
            return self.add(list, &Fragment::List(vec![item.clone()]));
        };
        if is_null(&entry.value) {
            return self.fill(list, entry, &Fragment::List(vec![item.clone()]));
        }
        match &entry.value.kind {
            NodeKind::Sequence { items, flow: false } => {
                let edit =
                    block::insert_item(self.text, self.layout, (&entry.key, items), at, item);
                edit.map(|edit| vec![edit])
            }
            NodeKind::Sequence { items, flow: true } => {
                let quotes =
                    items.get(at.saturating_sub(1)).map_or(Some(Quotes::None), quotes_of)?;
                let layout = self.layout_like(items.first());
                let element = layout.flow(item, quotes);
                self.flow(&entry.value)?.insert(layout, at, &element)
            }
            _ => None,
        }
    }

    fn replace(&self, list: &str, at: usize, text: &str) -> Option<Vec<Edit>> {
        let node = pointer::node(self.root, list)?;
        let NodeKind::Sequence { items, flow } = &node.kind else { return None };
        let context = if *flow { ScalarContext::Flow } else { ScalarContext::Block };
        let old = items.get(at)?;
        let text = scalar::write(text, quotes_of(old)?, context);
        Some(vec![Edit { range: old.span.range(), text }])
    }

    fn remove(&self, list: &str, at: usize) -> Option<Vec<Edit>> {
        let entry = pointer::entry(self.root, list)?;
        match &entry.value.kind {
            NodeKind::Sequence { items, flow: false } => {
                block::remove_item(self.text, &entry.key, items, at)
            }
            NodeKind::Sequence { flow: true, .. } => self.flow(&entry.value)?.remove(at),
            _ => None,
        }
    }

    fn set(&self, mapping: &str, key: &str, value: &str) -> Option<Vec<Edit>> {
        let quoted = Fragment::Quoted(value.to_owned());
        let Some(entry) = pointer::entry(self.root, mapping) else {
            return self.add(mapping, &Fragment::Map(vec![(key.to_owned(), quoted)]));
        };
        if is_null(&entry.value) {
            let map = Fragment::Map(vec![(key.to_owned(), quoted)]);
            return self.fill(mapping, entry, &map);
        }
        let Some(old) = entry.value.entry(key) else {
            return self.add_entry(&entry.value, key, &quoted);
        };
        let quotes = match quotes_of(&old.value)? {
            Quotes::None => Quotes::Double,
            quotes => quotes,
        };
        let text = scalar::write(value, quotes, ScalarContext::Block);
        Some(vec![Edit { range: old.value.span.range(), text }])
    }

    fn unset(&self, mapping: &str, key: &str) -> Option<Vec<Edit>> {
        let node = pointer::node(self.root, mapping)?;
        let entries = node.entries()?;
        let position = entries.iter().rposition(|entry| entry.key.scalar() == Some(key))?;
        match &node.kind {
            NodeKind::Mapping { flow: true, .. } => self.flow(node)?.remove(position),
            _ => block::remove_entry(self.text, entries, position),
        }
    }

    /// Adds the key that `path` names to the mapping it is in.
    fn add(&self, path: &str, item: &Fragment) -> Option<Vec<Edit>> {
        let (mapping, key) = pointer::split(path)?;
        self.add_entry(pointer::node(self.root, mapping)?, key, item)
    }

    fn add_entry(&self, mapping: &Node, key: &str, item: &Fragment) -> Option<Vec<Edit>> {
        let NodeKind::Mapping { entries, flow } = &mapping.kind else { return None };
        if *flow {
            let layout = self.layout_like(Some(mapping));
            let element = layout.flow_entry(key, item);
            return self.flow(mapping)?.insert(layout, entries.len(), &element);
        }
        let edit = block::insert_entry(self.text, self.layout, entries, key, item);
        edit.map(|edit| vec![edit])
    }

    /// Gives the null at `path` a content.
    fn fill(&self, path: &str, entry: &MappingEntry, item: &Fragment) -> Option<Vec<Edit>> {
        let (mapping, _) = pointer::split(path)?;
        let parent = pointer::node(self.root, mapping)?;
        match parent.kind {
            NodeKind::Mapping { flow: true, .. } => {
                let null = entry.value.span.range();
                let blank = if null.is_empty() { " " } else { "" };
                let layout = self.layout_like(Some(parent));
                let text = format!("{blank}{}", layout.flow(item, Quotes::None));
                Some(vec![Edit { range: null, text }])
            }
            _ => block::fill(self.text, self.layout, entry, item),
        }
    }

    fn flow(&self, node: &Node) -> Option<Flow<'a>> {
        let elements = match &node.kind {
            NodeKind::Sequence { items, .. } => {
                items.iter().map(|item| item.span.range()).collect()
            }
            NodeKind::Mapping { entries, .. } => {
                entries.iter().map(|it| it.key.span.start..it.value.span.end).collect()
            }
            _ => return None,
        };
        Some(Flow { text: self.text, open: node.span.start, elements })
    }

    /// Returns the layout for parts next to `model`, which may be JSON in a text that is not.
    fn layout_like(&self, model: Option<&Node>) -> TextLayout {
        let json = self.layout.json || model.is_some_and(has_quoted_key);
        TextLayout { json, ..self.layout }
    }
}

/// Returns how the document is laid out where the model shows it.
fn layout_of(text: &str, root: &Node, model: Model<'_>) -> TextLayout {
    TextLayout {
        ending: lines::ending(text),
        step: step_of(root, model.mapping).unwrap_or(2),
        dash: dash_of(text, root, model.list).unwrap_or(0),
        json: matches!(root.kind, NodeKind::Mapping { flow: true, .. }) && has_quoted_key(root),
    }
}

/// Returns how far the keys of the mapping at `path` are indented: its key begins its line.
fn step_of(root: &Node, path: &str) -> Option<usize> {
    let mapping = pointer::node(root, path).filter(|mapping| is_block(mapping))?;
    let column = mapping.entries()?.first()?.key.span.column;
    column.checked_sub(1).filter(|step| *step > 0)
}

/// Returns how far the dashes of the list at `path` are indented below its key.
fn dash_of(text: &str, root: &Node, path: &str) -> Option<usize> {
    let list = pointer::entry(root, path).filter(|it| is_block(&it.value))?;
    let first = list.value.items()?.first()?;
    let before = text[..first.span.start].trim_end().strip_suffix('-')?;
    let column = before.rsplit('\n').next()?.chars().count();
    column.checked_sub(list.key.span.column.checked_sub(1)?)
}

fn is_block(node: &Node) -> bool {
    matches!(
        node.kind,
        NodeKind::Mapping { flow: false, .. } | NodeKind::Sequence { flow: false, .. }
    )
}

fn has_quoted_key(node: &Node) -> bool {
    let key = node.entries().and_then(<[MappingEntry]>::first).map(|entry| &entry.key.kind);
    matches!(key, Some(NodeKind::Scalar { style: ScalarStyle::DoubleQuoted, .. }))
}

fn quotes_of(node: &Node) -> Option<Quotes> {
    match &node.kind {
        NodeKind::Scalar { style, .. } => Quotes::of(*style),
        _ => Some(Quotes::None),
    }
}

/// Returns whether the node is null in one of the spellings of YAML 1.1, or absent.
fn is_null(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar { text, style: ScalarStyle::Plain } => {
            node.tag.is_none() && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted(list: &str, at: usize) -> String {
        let text = format!("spec:\n  args: {list}\n");
        let root = &crate::parse(&text).unwrap()[0].root;
        let item = Fragment::Text("new".to_owned());
        let step = PatchStep::Insert { list: "/spec/args".into(), at, item };
        let model = Model { mapping: "/spec", list: "/spec/args" };
        let after = splice(&text, root, &step, model).unwrap();
        let items = |text: &str| crate::decode(text).unwrap()["spec"]["args"].clone();
        let mut wanted = items(&text);
        wanted.as_array_mut().unwrap().insert(at, "new".into());
        assert_eq!(items(&after), wanted, "{after}");
        after["spec:\n  args: ".len()..].trim_end().to_owned()
    }

    #[test]
    fn a_comment_beside_an_item_of_brackets_stays_on_its_line() {
        for (list, at, wanted) in [
            ("[\n    a,\n    b # last\n  ]", 2, "[\n    a,\n    b, # last\n    new\n  ]"),
            ("[\n    a,\n    b, # last\n  ]", 2, "[\n    a,\n    b, # last\n    new,\n  ]"),
            ("[\n    a, # first\n    b\n  ]", 1, "[\n    a, # first\n    new,\n    b\n  ]"),
            ("[\n    a # only\n  ]", 1, "[\n    a, # only\n    new\n  ]"),
            ("[a, b # last\n  ]", 2, "[a, b, # last\n            new\n  ]"),
            ("[\n    a\n    # below\n  ]", 1, "[\n    a,\n    new\n    # below\n  ]"),
            ("[a, b]", 1, "[a, new, b]"),
        ] {
            assert_eq!(inserted(list, at), wanted);
        }
    }
}
