//! Filling values into a text by the marks in its comments.

use std::collections::BTreeMap;

/// Fills values in by key: lines for a value stand or stay a comment, items below `# each` are replaced.
pub(super) fn fill(text: &str, values: &BTreeMap<&str, Vec<String>>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        filled.push_str(&conditional(line, values).unwrap_or_else(|| line.to_owned()));
        let Some((before, after, names)) = each(line, values) else { continue };
        let mut indent = "";
        while let Some(item) = lines.next_if(|next| next.trim_start().starts_with("- ")) {
            indent = &item[..item.len() - item.trim_start().len()];
        }
        for name in names {
            filled.push_str(&format!("{indent}- {}\n", scalar(&format!("{before}{name}{after}"))));
        }
    }
    filled
}

/// The items below the first `# each {key}`.
pub(super) fn items<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let mark = format!("# each {{{key}}}");
    let below = text.lines().skip_while(|line| !line.ends_with(&mark)).skip(1);
    below.map_while(|line| line.trim_start().strip_prefix("- ")).collect()
}

/// `#? key=value: rest` as `rest`, if that is the value; `None` if the line stays as it is.
fn conditional(line: &str, values: &BTreeMap<&str, Vec<String>>) -> Option<String> {
    let (indent, marked) = line.split_once("#? ")?;
    let (condition, rest) = marked.split_once(": ")?;
    let (key, value) = condition.split_once('=')?;
    values.get(key)?.iter().any(|given| given == value).then(|| format!("{indent}{rest}"))
}

/// What is around `{key}` in `… # each before{key}after`, and the names given for the key.
fn each<'a>(
    line: &'a str,
    values: &'a BTreeMap<&str, Vec<String>>,
) -> Option<(&'a str, &'a str, &'a [String])> {
    let (_, pattern) = line.trim_end().split_once(" # each ")?;
    let (before, rest) = pattern.split_once('{')?;
    let (key, after) = rest.split_once('}')?;
    Some((before, after, values.get(key)?))
}

/// A name as a YAML scalar: quoted where the server would read a number or a truth value.
fn scalar(name: &str) -> String {
    let word = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&name);
    if word || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return format!("\"{name}\"");
    }
    name.to_owned()
}
