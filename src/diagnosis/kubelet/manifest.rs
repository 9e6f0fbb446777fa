//! A manifest that the kubelet does not take (Go: `sourceFile.extractFromFile`).

use std::path::Path;

use crate::diagnosis::{Blame, Diagnosis, text};
use crate::shell::word;

use super::pod;

/// What the kubelet writes, newer words first; the last is about the whole directory.
const MARKS: [&str; 5] = [
    "Could not process manifest file",
    "an't process manifest file",
    "can't process config file",
    "couldn't parse as pod(",
    "Unable to read config path",
];

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    if !text::has(said, &MARKS) {
        return None;
    }
    let path = path(said);
    let shown = path.unwrap_or("the manifest");
    let error = text::after(said, "couldn't parse as pod(").unwrap_or(said);
    let error = error.split(", please check config file").next().unwrap_or(error);
    let error = error.strip_suffix(')').unwrap_or(error);
    let found = syntax(error, shown)
        .or_else(|| kind(error, shown))
        .or_else(|| pod::judge(error, shown))
        .or_else(|| shape(error, shown))
        .unwrap_or_else(|| unreadable(value(error), shown));
    // A judge may have named a place inside the manifest, which tells more.
    Some(match path.filter(|_| found.path.is_none()) {
        Some(path) => found.path(path),
        None => found,
    })
}

/// The manifest's path: a field of its own, or the first word of the error.
fn path(said: &str) -> Option<&str> {
    let field = text::between(said, " path=\"", "\"");
    let quoted = || text::between(said, "config file \"", "\"");
    let in_front = || {
        let head = said.split(": couldn't parse as pod(").next().filter(|head| *head != said)?;
        head.rsplit([' ', '"']).next()
    };
    field.or_else(quoted).or_else(in_front).filter(|path| path.starts_with('/'))
}

fn syntax(error: &str, path: &str) -> Option<Diagnosis> {
    // `kube-apiserver.yaml: permission denied` is about the file.
    let what = error.strip_prefix("yaml: ").or_else(|| text::after(error, " yaml: "))?;
    Some(
        Diagnosis::unknown("manifest-not-yaml")
            .cause(format!(
                "`{path}` is not valid YAML: {what}. The kubelet drops the pod when it reads the \
                 directory again; the fault is at that line or just above it."
            ))
            .fix(format!(
                "Correct the file or put the former one back; look for lost indentation, tabs and \
                 items without `- `: `cat -A {}`.",
                word(Path::new(path))
            )),
    )
}

fn kind(error: &str, path: &str) -> Option<Diagnosis> {
    let kind = text::between(error, "no kind \"", "\"");
    let words = ["Object 'Kind' is missing", "Object 'apiVersion' is missing", "invalid pod: *"];
    if kind.is_none() && !text::has(error, &words) {
        return None;
    }
    let blame = if kind == Some("Policy") { Blame::Auditing } else { Blame::Unknown };
    let what = kind.map_or("something else".to_owned(), |kind| format!("of kind `{kind}`"));
    Some(
        Diagnosis::new("manifest-not-a-pod", blame)
            .cause(format!("`{path}` is {what} and not a Pod: the kubelet runs every file there."))
            .fix("Keep only Pods in the manifests directory: move it out, or correct apiVersion and kind."),
    )
}

fn shape(error: &str, path: &str) -> Option<Diagnosis> {
    let words = ["cannot unmarshal", "v1.Pod", "error converting", "json: "];
    text::has(error, &words).then(|| {
        Diagnosis::unknown("manifest-shape")
            .cause(format!(
                "A part of `{path}` has the wrong shape, such as a text where a list belongs: \
                 {error}."
            ))
            .fix("Correct that part; a flag with `: ` inside must be in quotes.")
    })
}

/// The error in a structured line, without the fields around it.
fn value(error: &str) -> &str {
    text::between(error, " err=\"", "\" path=").unwrap_or(error)
}

fn unreadable(error: &str, path: &str) -> Diagnosis {
    Diagnosis::unknown("manifest-unreadable")
        .cause(format!("The kubelet cannot use `{path}`: {error}."))
        .fix(format!("Look at it and its directory: `ls -l {}`.", word(Path::new(path))))
}
