//! A file of a distribution, and what was found in it.

use serde_json::Value;

use crate::flags::{Flag, name};

/// A file: its text, and its documents as values.
pub(super) struct File<'a> {
    pub(super) text: &'a str,
    pub(super) values: Vec<Value>,
}

/// What a file says about auditing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// What holds it, in a few words.
    pub holder: String,
    /// The policy, if the file has it.
    pub policy: Option<String>,
    /// The path of the policy in the container of the API server, if the file names one.
    pub policy_path: Option<String>,
    /// All other audit flags by the server's name, in the order of the file.
    pub flags: Vec<(&'static str, String)>,
    /// What the file does not show, one sentence each.
    pub notes: Vec<String>,
}

impl File<'_> {
    /// Returns the first document of this kind whose `apiVersion` begins so.
    pub(super) fn find(&self, kind: &str, api: &str) -> Option<&Value> {
        self.values.iter().find(|value| is(value, kind, api))
    }
}

/// Whether a value is an object of this kind whose `apiVersion` begins so.
pub(super) fn is(value: &Value, kind: &str, api: &str) -> bool {
    let version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    value.get("kind").and_then(Value::as_str) == Some(kind) && version.starts_with(api)
}

/// Returns the name of an object in quotes, after what it is.
pub(super) fn named(what: &str, value: &Value) -> String {
    match value.pointer("/metadata/name").and_then(Value::as_str) {
        Some(name) => format!("{what} `{name}`"),
        None => what.to_owned(),
    }
}

/// Returns a scalar as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns the text at a path of a value.
pub(super) fn text_at(value: &Value, path: &str) -> Option<String> {
    value.pointer(path).and_then(scalar)
}

impl Imported {
    /// Returns what was found in `holder`, with nothing in it yet.
    pub(super) fn of(holder: impl Into<String>) -> Self {
        Self { holder: holder.into(), ..Self::default() }
    }

    /// Returns it unless nothing was found.
    pub(super) fn unless_empty(self) -> Option<Self> {
        let is_empty = self.policy.is_none() && self.policy_path.is_none() && self.flags.is_empty();
        (!is_empty).then_some(self)
    }

    /// Takes a flag, if it is one of auditing; of several with one name the last one counts.
    pub(super) fn flag(&mut self, name: &str, value: String) {
        let Some(flag) = Flag::find(name) else { return };
        let name = flag.instead.unwrap_or(flag.name);
        if name == name::POLICY_FILE {
            self.policy_path = Some(value);
            return;
        }
        self.flags.retain(|(known, _)| *known != name);
        self.flags.push((name, value));
    }

    /// Takes flags in any form: a mapping, a list of names and values, or a list of words.
    pub(super) fn flags_of(&mut self, flags: &Value) {
        match flags {
            Value::Object(flags) => {
                for (name, value) in flags {
                    scalar(value).into_iter().for_each(|value| self.flag(name, value));
                }
            }
            Value::Array(flags) => flags.iter().for_each(|flag| self.flag_of(flag)),
            _ => {}
        }
    }

    fn flag_of(&mut self, flag: &Value) {
        if let Some(word) = flag.as_str() {
            let (name, value) = word.split_once('=').unwrap_or((word, "true"));
            return self.flag(name, value.to_owned());
        }
        let name = flag.get("name").and_then(Value::as_str);
        let value = flag.get("value").and_then(scalar);
        name.zip(value).into_iter().for_each(|(name, value)| self.flag(name, value));
    }

    /// Takes fields that stand for flags.
    pub(super) fn fields(&mut self, value: &Value, fields: &[(&'static str, &str)]) {
        for (flag, field) in fields {
            let value = value.get(field).and_then(scalar);
            value.into_iter().for_each(|value| self.flag(flag, value));
        }
    }
}
