//! Documents that we write, as text. What others wrote is edited by [`goyaml::patch`] instead, byte for byte.

use serde::Serialize;
use serde_json::Value;

/// Returns a value as a YAML document that means the same as its JSON; keys keep their order. A text of
/// several lines is a literal block, and a text that a reader of YAML 1.1 takes for something else, such as
/// `yes` or `30`, is quoted.
///
/// # Panics
///
/// Never for JSON values and structs of texts, numbers and lists: every key is a text.
///
/// # Examples
///
/// ```
/// use kubectl_audit::yaml::write;
///
/// let value = serde_json::json!({"changed": true, "files": [{"path": "/a b", "why": "no"}]});
/// assert_eq!(write(&value), "changed: true\nfiles:\n- path: /a b\n  why: \"no\"\n");
/// ```
#[must_use]
pub fn write(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).expect("every key is a text");
    let options = serde_saphyr::ser_options! {
        folded_wrap_chars: usize::MAX,
        min_fold_chars: usize::MAX,
        prefer_block_scalars: !begins_with_a_tab(&value)
    };
    let mut text = String::new();
    let written = serde_saphyr::to_fmt_writer_with_options(&mut text, &value, options);
    written.expect("a text takes whatever is written, and every key is a text");
    text
}

/// Whether the first line of some text that is not empty begins with a tab. go-yaml v2 takes it for the
/// indentation of the block and refuses it (Go: `yaml_parser_scan_block_scalar_breaks`).
fn begins_with_a_tab(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim_start_matches('\n').starts_with('\t'),
        Value::Array(items) => items.iter().any(begins_with_a_tab),
        Value::Object(entries) => entries.values().any(begins_with_a_tab),
        _ => false,
    }
}

/// Returns several documents of one file.
#[must_use]
pub fn write_all(values: &[Value]) -> String {
    values.iter().map(write).collect::<Vec<_>>().join("---\n")
}

/// Returns `text` below a comment.
#[must_use]
pub fn commented(comment: &str, text: &str) -> String {
    let lines: Vec<String> =
        comment.lines().map(|line| format!("# {line}").trim_end().to_owned()).collect();
    format!("{}\n{text}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_api_server_reads_it(key in "\\PC{1,12}", text in "[ -~\n\t:#|>'\"é-]{0,60}", number: i32) {
            let value = json!({key.clone(): {"text": text, "list": [text, key], "number": number}});
            prop_assert_eq!(goyaml::decode(&write(&value)).unwrap(), value);
        }
    }

    #[test]
    fn words_that_yaml_takes_for_something_else_are_quoted_and_texts_of_lines_are_blocks() {
        for word in
            ["yes", "on", "30", "1e3", "0o7", "null", "~", "-", "12:30:45", "2026-11-28", "=", ""]
        {
            let value = json!({"a": word});
            assert_eq!(goyaml::decode(&write(&value)).unwrap(), value, "{word}");
            assert!(write(&value).contains(['"', '\'']), "{word}");
        }
        for text in ["\t\n", "\n\n\tb\n", " \n\tb\nc"] {
            let value = json!({"a": text});
            assert_eq!(goyaml::decode(&write(&value)).unwrap(), value, "{text:?}");
        }
        assert_eq!(write(&json!({"a": "b: c\n  # d\n"})), "a: |\n  b: c\n    # d\n");
    }
}
