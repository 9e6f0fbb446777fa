//! What is put into a manifest, and how it is written in block and in flow style.

use serde_json::Value;

use super::scalar::{self, Quotes, ScalarContext};

/// A value that is to be written into a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fragment {
    /// A string, quoted only where it has to be.
    Text(String),
    /// A string that is always quoted.
    Quoted(String),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<Self>),
    /// A mapping; the keys keep their order.
    Map(Vec<(String, Self)>),
}

impl Fragment {
    /// Returns the value that the text of this fragment means.
    pub fn value(&self) -> Value {
        match self {
            Self::Text(text) | Self::Quoted(text) => Value::String(text.clone()),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Map(entries) => Value::Object(
                entries.iter().map(|(key, item)| (key.clone(), item.value())).collect(),
            ),
        }
    }
}

/// How a text is laid out, as far as new parts of it must follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLayout {
    /// The line end.
    pub(super) ending: &'static str,
    /// Columns by which a mapping is right of its key.
    pub(super) step: usize,
    /// Columns by which the dashes of a list lie right of its key: 0 as kubeadm writes it.
    pub(super) dash: usize,
    /// Whether flow style is JSON: keys and strings in double quotes.
    pub(super) json: bool,
}

impl TextLayout {
    /// Returns a line break and the indentation up to `column`.
    pub(super) fn next_line(self, column: usize) -> String {
        format!("{}{}", self.ending, " ".repeat(column))
    }

    /// Returns `fragment` in block style, without the indentation of its first line.
    pub(super) fn block(self, fragment: &Fragment, column: usize, quotes: Quotes) -> String {
        match fragment {
            Fragment::List(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| format!("- {}", self.block(item, column + 2, quotes)))
                    .collect();
                items.join(&self.next_line(column))
            }
            Fragment::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, item)| self.block_entry(key, item, column)).collect();
                entries.join(&self.next_line(column))
            }
            scalar => write_scalar(scalar, quotes, ScalarContext::Block),
        }
    }

    /// Returns `key: item` in block style; `column` is that of the key.
    pub(super) fn block_entry(self, key: &str, item: &Fragment, column: usize) -> String {
        let key = scalar::write(key, Quotes::None, ScalarContext::Block);
        let inner = match item {
            Fragment::List(_) => column + self.dash,
            Fragment::Map(_) => column + self.step,
            _ => return format!("{key}: {}", self.block(item, column, Quotes::None)),
        };
        format!("{key}:{}{}", self.next_line(inner), self.block(item, inner, Quotes::None))
    }

    /// Returns `fragment` in flow style, on one line.
    pub(super) fn flow(self, fragment: &Fragment, quotes: Quotes) -> String {
        match fragment {
            Fragment::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item, quotes)).collect();
                format!("[{}]", items.join(", "))
            }
            Fragment::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, item)| self.flow_entry(key, item)).collect();
                format!("{{{}}}", entries.join(", "))
            }
            scalar if self.json => write_scalar(scalar, Quotes::Double, ScalarContext::Flow),
            scalar => write_scalar(scalar, quotes, ScalarContext::Flow),
        }
    }

    /// Returns `key: item` in flow style.
    pub(super) fn flow_entry(self, key: &str, item: &Fragment) -> String {
        let quotes = if self.json { Quotes::Double } else { Quotes::None };
        let key = scalar::write(key, quotes, ScalarContext::Flow);
        format!("{key}: {}", self.flow(item, Quotes::None))
    }
}

fn write_scalar(fragment: &Fragment, quotes: Quotes, context: ScalarContext) -> String {
    match fragment {
        Fragment::Text(text) => scalar::write(text, quotes, context),
        Fragment::Quoted(text) => scalar::write(text, Quotes::Double, context),
        Fragment::Bool(flag) => flag.to_string(),
        Fragment::List(_) => "[]".to_owned(),
        Fragment::Map(_) => "{}".to_owned(),
    }
}
