//! Picks out of the kubelet's journal what it has against one static pod.

use crate::diagnosis::{Diagnosis, klog, text};

use super::of_kubelet;

/// Which static pod a complaint must be about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The path of its manifest.
    pub manifest: &'a str,
    /// Its name: that of the manifest (`kube-apiserver`), or with the node behind it.
    pub pod: &'a str,
}

/// Returns the lines of the kubelet's journal that complain about this pod, oldest first, each
/// without the log's head and ready for a terminal. [`of_kubelet()`] says what each means.
///
/// A complaint that the kubelet repeats is named once, in its newest words. Values of several lines
/// are put in one line. Torn lines and those of other pods and files are passed over; so is a
/// stray file whose name only begins like the manifest's.
#[must_use]
pub fn complaints(journal: &str, about: About<'_>) -> Vec<String> {
    let mut found: Vec<(Diagnosis, String)> = vec![];
    for line in klog::in_one_line(journal.lines().map(klog::without_journal)) {
        if !about.names(&line) {
            continue;
        }
        let Some(diagnosis) = of_kubelet(&line) else { continue };
        found.retain(|(former, _)| *former != diagnosis);
        let message = klog::line(&line).map_or(line.as_str(), |(_, message)| message);
        found.push((diagnosis, text::visible(message)));
    }
    found.into_iter().map(|(_, line)| line).collect()
}

impl About<'_> {
    fn names(&self, line: &str) -> bool {
        self.names_manifest(line) || self.names_pod(line)
    }

    fn names_manifest(&self, line: &str) -> bool {
        let goes_on = |c: char| c.is_alphanumeric() || ".~-_".contains(c);
        places(line, self.manifest).any(|(_, behind)| !behind.starts_with(goes_on))
    }

    /// A file beside the manifest may be named like the pod, and is not the pod.
    fn names_pod(&self, line: &str) -> bool {
        let directory = self.manifest.rsplit_once('/').map_or("", |(directory, _)| directory);
        let is_file = |before: &str| {
            before.strip_suffix('/').is_some_and(|before| before.ends_with(directory))
        };
        let goes_on = |c: char| c.is_alphanumeric() || c == '.';
        places(line, self.pod)
            .any(|(before, behind)| !behind.starts_with(goes_on) && !is_file(before))
    }
}

/// What stands in front of and behind each place of a name in the line.
fn places<'a>(line: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let found = line.match_indices(name).filter(|_| !name.is_empty());
    found.map(move |(at, _)| (&line[..at], &line[at + name.len()..]))
}
