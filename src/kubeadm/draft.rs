//! A configuration while it is edited: every step made twice, in the text and in the value, and compared at
//! the end.

use goyaml::edit::{self, Edit};
use goyaml::patch::{Model, PatchStep, splice};
use goyaml::{Node, NodeKind, ScalarStyle, pointer};
use serde_json::Value;

use super::config::{ClusterConfiguration, KubeadmError};

/// Where a configuration shows how it is indented.
const MODEL: Model<'_> = Model { mapping: "/apiServer", list: "/apiServer/extraArgs" };

/// A text under edit, and the value that it must have in the end.
pub(super) struct Draft<'a> {
    before: &'a ClusterConfiguration,
    text: String,
    root: Node,
    value: Value,
}

impl<'a> Draft<'a> {
    pub(super) fn of(before: &'a ClusterConfiguration) -> Self {
        let ClusterConfiguration { text, root, value, .. } = before;
        Self { before, text: text.clone(), root: root.clone(), value: value.clone() }
    }

    /// Makes one step in the text and in the value.
    pub(super) fn make(&mut self, step: &PatchStep) -> Result<(), KubeadmError> {
        let text = splice(&self.text, &self.root, step, MODEL).ok_or(KubeadmError::Layout)?;
        step.make(&mut self.value).ok_or(KubeadmError::Layout)?;
        self.read(text)
    }

    /// Replaces a text, in the quotes that it has.
    pub(super) fn replace_text(&mut self, path: &str, value: &str) -> Result<(), KubeadmError> {
        let node = pointer::node(&self.root, path).ok_or(KubeadmError::Layout)?;
        let NodeKind::Scalar { style, .. } = &node.kind else { return Err(KubeadmError::Layout) };
        let text = match style {
            ScalarStyle::SingleQuoted => format!("'{}'", value.replace('\'', "''")),
            ScalarStyle::DoubleQuoted => Value::String(value.to_owned()).to_string(),
            _ => crate::yaml::write(&value).trim_end().to_owned(),
        };
        let edit = Edit { range: node.span.range(), text };
        let text = edit::apply(&self.text, &[edit]).ok_or(KubeadmError::Layout)?;
        let slot = self.value.pointer_mut(path).ok_or(KubeadmError::Layout)?;
        *slot = Value::String(value.to_owned());
        self.read(text)
    }

    fn read(&mut self, text: String) -> Result<(), KubeadmError> {
        let documents = goyaml::parse(&text).map_err(|_| KubeadmError::Layout)?;
        self.root = documents.into_iter().next().ok_or(KubeadmError::Layout)?.root;
        self.text = text;
        Ok(())
    }

    /// The position of the last item of a list that has this name.
    pub(super) fn position_of(&self, list: &str, name: &str) -> Option<usize> {
        let items = self.value.pointer(list)?.as_array()?;
        items.iter().rposition(|item| item["name"].as_str() == Some(name))
    }

    pub(super) fn length_of(&self, list: &str) -> usize {
        self.value.pointer(list).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Removes keys that nothing is left in.
    pub(super) fn drop_empty(&mut self, paths: &[&str]) -> Result<(), KubeadmError> {
        for path in paths {
            let is_empty = self.value.pointer(path).is_some_and(is_empty);
            if let Some((mapping, key)) = path.rsplit_once('/').filter(|_| is_empty) {
                self.make(&PatchStep::Unset { mapping: mapping.to_owned(), key: key.to_owned() })?;
            }
        }
        Ok(())
    }

    /// Writes `apiServer` where it is absent, null or `{}`.
    pub(super) fn write_api_server(&mut self, server: &Value) -> Result<(), KubeadmError> {
        let block: String =
            crate::yaml::write(server).lines().map(|line| format!("\n  {line}")).collect();
        let edit = match self.root.entry("apiServer") {
            Some(entry) => {
                let colon = entry.key.span.end
                    + self.text[entry.key.span.end..].find(':').ok_or(KubeadmError::Layout)?;
                Edit { range: colon + 1..entry.value.span.end.max(colon + 1), text: block }
            }
            None => {
                let end = self.text.trim_end().len();
                Edit { range: end..end, text: format!("\napiServer:{block}") }
            }
        };
        let text = edit::apply(&self.text, &[edit]).ok_or(KubeadmError::Layout)?;
        self.value
            .as_object_mut()
            .ok_or(KubeadmError::Layout)?
            .insert("apiServer".to_owned(), server.clone());
        self.read(text)
    }

    /// Returns the text if it means what the steps mean.
    pub(super) fn finish(self) -> Result<String, KubeadmError> {
        let after = ClusterConfiguration::parse(&self.text).map_err(|_| KubeadmError::Layout)?;
        let is_meant = without_empty(after.value.clone()) == without_empty(self.value);
        if is_meant && after.form == self.before.form {
            Ok(self.text)
        } else {
            Err(KubeadmError::Layout)
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Block style cannot write an empty collection: for kubeadm it is the same as none.
fn without_empty(mut value: Value) -> Value {
    if is_empty(&value["apiServer"])
        && let Some(fields) = value.as_object_mut()
    {
        fields.shift_remove("apiServer");
    }
    value
}
