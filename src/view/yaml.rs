//! Results as YAML, for people who read what programs get.

use serde_json::Value;

/// Words that YAML 1.1 takes for something else than a text.
const TAKEN: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"];

/// Returns a value as a YAML document in block style, which means the same as its JSON. Keys keep their
/// order; a text that could be taken for something else is quoted as in JSON.
///
/// # Examples
///
/// ```
/// use kubectl_audit::view::yaml::yaml;
///
/// let value = serde_json::json!({"changed": true, "files": [{"path": "/a b", "why": "no"}]});
/// assert_eq!(yaml(&value), "changed: true\nfiles:\n- path: /a b\n  why: \"no\"\n");
/// ```
#[must_use]
pub fn yaml(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

/// Writes a value on lines of its own, each with its line end.
fn block(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (number, (key, value)) in entries.iter().enumerate() {
                if number > 0 {
                    pad(indent, text);
                }
                text.push_str(&scalar(key));
                text.push(':');
                below(value, indent, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    pad(indent, text);
                }
                text.push_str("- ");
                block(item, indent + 2, text);
            }
        }
        value => text.push_str(&format!("{}\n", inline(value))),
    }
}

/// Writes the value of a key: beside it, or below it.
fn below(value: &Value, indent: usize, text: &mut String) {
    let deeper = match value {
        Value::Object(entries) if !entries.is_empty() => indent + 2,
        Value::Array(items) if !items.is_empty() => indent,
        value => {
            text.push_str(&format!(" {}\n", inline(value)));
            return;
        }
    };
    text.push('\n');
    pad(deeper, text);
    block(value, deeper, text);
}

fn pad(indent: usize, text: &mut String) {
    text.extend(std::iter::repeat_n(' ', indent));
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        value => value.to_string(),
    }
}

/// A text without quotes where nothing can be meant but it.
fn scalar(text: &str) -> String {
    let is_inner = |c: char| c.is_alphanumeric() || " ._-/()".contains(c);
    let is_plain = text.starts_with(|c: char| c.is_alphabetic() || c == '/')
        && text.chars().all(is_inner)
        && !text.ends_with(' ')
        && !TAKEN.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { Value::from(text).to_string() }
}
