//! Takes audit flags out of a script, where that is certain to change nothing else.

use std::ops::Range;

use goyaml::{Node, NodeKind, ScalarStyle};
use serde_json::Value;

use super::Script;
use crate::manifest::check::check;
use crate::manifest::container::{script_of, words_of_lists};
use crate::manifest::document::Manifest;
use crate::manifest::flags::CommandWord;
use crate::manifest::strip::{POLICY_ANNOTATION, StripPart};
use crate::manifest::strip_lines::{RemovedLine, strip_lines_with};
use crate::manifest::{flags, path};

/// Returns `text`, a manifest whose server a script starts, without the settings that belong to
/// auditing; `None` where it is no such manifest.
///
/// # Errors
///
/// Where the flags cannot be taken out with certainty (they stand in a variable, or the layout is
/// one that cannot be followed), the lines that name them, for a person to edit.
pub(in crate::manifest) fn strip(
    text: &str,
    what: StripPart,
) -> Option<Result<String, Vec<RemovedLine>>> {
    let manifest = Manifest::parse_as_run(text.as_bytes()).ok()?;
    let source = manifest.source();
    let script = source.node(&script_of(source, &manifest.parts.container)?)?;
    let stripped = without_flags(text, script, what).filter(|after| is_sound(text, after, what));
    Some(stripped.ok_or_else(|| named_in(text, script, what)))
}

/// The text without the flags, and without what served only them. Not yet known to be sound.
fn without_flags(text: &str, node: &Node, what: StripPart) -> Option<String> {
    let NodeKind::Scalar { text: script, style } = &node.kind else { return None };
    let script = Script::new(script);
    let gone = script.spans_of(|name| what.includes(name));
    let words = script.words().map(|word| word.span.clone()).collect::<Vec<_>>();
    let places = places(&text[node.span.range()], script.text, &words, *style)?;
    let mut cut = text.to_owned();
    for span in gone.iter().rev() {
        let at = words.iter().position(|word| word == span)?;
        let place = &places[at];
        let start = node.span.start;
        cut_word(&mut cut, start + place.start..start + place.end, *style);
    }
    let named = gone.iter().flat_map(|span| path::named(&script.text[span.clone()]));
    let paths: Vec<String> = named.map(str::to_owned).collect();
    Some(strip_lines_with(&cut, what, paths).0)
}

/// Where each word of the script is written in the manifest: they follow each other there, too.
fn places(
    raw: &str,
    script: &str,
    words: &[Range<usize>],
    style: ScalarStyle,
) -> Option<Vec<Range<usize>>> {
    let mut from = 0;
    let mut places = vec![];
    for word in words {
        let written = written(&script[word.clone()], style);
        let start = from
            + raw[from..].match_indices(&written).map(|(at, _)| at).find(|at| {
                let (start, end) = (from + at, from + at + written.len());
                is_edge(raw[..start].chars().next_back()) && is_edge(raw[end..].chars().next())
            })?;
        from = start + written.len();
        places.push(start..from);
    }
    Some(places)
}

/// How a scalar of this style holds the word.
fn written(word: &str, style: ScalarStyle) -> String {
    match style {
        ScalarStyle::SingleQuoted => word.replace('\'', "''"),
        ScalarStyle::DoubleQuoted => word.replace('\\', "\\\\").replace('"', "\\\""),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => word.to_owned(),
    }
}

fn is_edge(c: Option<char>) -> bool {
    c.is_none_or(|c| c.is_whitespace() || ";|&()<>\"'\\".contains(c))
}

/// Takes a word out of the text, with the blanks before it; with its line where it is alone there.
fn cut_word(text: &mut String, word: Range<usize>, style: ScalarStyle) {
    let line = text[..word.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[word.end..].find('\n').map_or(text.len(), |at| word.end + at);
    let (before, after) = (&text[line..word.start], text[word.end..end].trim());
    if !before.trim().is_empty() {
        let from = line + before.trim_end_matches([' ', '\t']).len();
        return text.replace_range(from..word.end, "");
    }
    // A line that goes on with `\` must not be joined with the one after this.
    let ends_a_command = style == ScalarStyle::Literal
        && after.is_empty()
        && text[..line].trim_end_matches(['\n', '\r']).ends_with('\\');
    match after {
        "" if ends_a_command => text.replace_range(line..end, ""),
        "" | "\\" => text.replace_range(line..(end + 1).min(text.len()), ""),
        _ => {
            let blanks = text[word.end..end].len() - text[word.end..end].trim_start().len();
            text.replace_range(word.start..word.end + blanks, "");
        }
    }
}

/// Returns whether nothing but audit settings differs between the two manifests, and the kubelet
/// would run the second one.
fn is_sound(before: &str, after: &str, what: StripPart) -> bool {
    let read = |text: &str| Manifest::parse_as_run(text.as_bytes()).ok();
    let (Some(one), Some(other)) = (read(before), read(after)) else { return false };
    check(after).is_ok()
        && rest_of(&one) == rest_of(&other)
        && same_commands(&one, &other, what)
        && is_part(one.mounts(), other.mounts())
        && is_part(one.volumes(), other.volumes())
}

/// Everything in which audit settings cannot be.
fn rest_of(manifest: &Manifest) -> Value {
    let mut value = manifest.decoded.value.clone();
    if let Some(container) = value.pointer_mut(&manifest.parts.container) {
        remove(container, &["command", "args", "volumeMounts"]);
    }
    if let Some(spec) = value.get_mut("spec") {
        remove(spec, &["volumes"]);
    }
    if let Some(annotations) = value.pointer_mut("/metadata/annotations") {
        remove(annotations, &[POLICY_ANNOTATION]);
        if annotations.as_object().is_some_and(serde_json::Map::is_empty) {
            *annotations = Value::Null;
        }
    }
    if let Some(metadata) = value.get_mut("metadata")
        && metadata.get("annotations").is_some_and(Value::is_null)
    {
        remove(metadata, &["annotations"]);
    }
    value
}

fn remove(value: &mut Value, keys: &[&str]) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

/// Whether the words of both are the same but for the audit flags, of which none is left.
fn same_commands(before: &Manifest, after: &Manifest, what: StripPart) -> bool {
    let scripts = [before, after].map(|it| script_of(it.source(), &it.parts.container));
    let [Some(one), Some(other)] = scripts else { return false };
    let text = |manifest: &Manifest, at: &str| {
        manifest.decoded.value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (one_text, other_text) = (text(before, &one), text(after, &other));
    let (old, new) = (Script::new(&one_text), Script::new(&other_text));
    let gone = old.spans_of(|name| what.includes(name));
    let kept = old.meaning_without(&gone);
    let own = |manifest: &Manifest, script: &str| -> Vec<String> {
        let words = words_of_lists(manifest.source(), &manifest.parts.container);
        let stays = |word: &CommandWord| {
            let is_script = format!("{}/{}", word.list, word.at) == script;
            let is_audit = flags::split(&word.text).is_some_and(|(name, _)| what.includes(&name));
            !is_script && !is_audit
        };
        words.into_iter().filter(stays).map(|word| word.text).collect()
    };
    kept == new.meaning_without(&[])
        && own(before, &one) == own(after, &other)
        && named(&other_text, what) == 0
}

/// How many words of a text name audit flags, wherever they stand.
fn named(text: &str, what: StripPart) -> usize {
    let text = text.replace('_', "-");
    let places = text.match_indices("--audit-").map(|(at, _)| &text[at + 2..]);
    places.filter(|name| what.includes(name)).count()
}

/// Whether `part` is `whole` without some of its items.
fn is_part<T: PartialEq>(whole: &[T], part: &[T]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|item| whole.any(|it| it == item))
}

/// The lines of the script that name audit flags.
fn named_in(text: &str, script: &Node, what: StripPart) -> Vec<RemovedLine> {
    let first = script.span.line;
    let lines = text[script.span.range()].lines().enumerate();
    let audit = lines.filter(|(_, line)| named(line, what) > 0);
    audit
        .map(|(at, line)| RemovedLine { number: first + at, text: line.trim().to_owned() })
        .collect()
}
