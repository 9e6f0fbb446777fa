//! Picks out of the kubelet's journal what it has against one static pod as it is now.

use crate::diagnosis::{Diagnosis, klog, text};

use super::of_kubelet;

/// Which static pod a complaint must be about.
#[derive(Debug, Clone, Copy)]
pub struct PodFilter<'a> {
    /// The path of its manifest.
    pub manifest: &'a str,
    /// Its name: that of the manifest (`kube-apiserver`), or with the name of the node after it.
    pub pod: &'a str,
}

/// A line with which the kubelet complains about a static pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line without the log's head, fit for a terminal.
    pub line: String,
    /// The UID of the pod that it names; `None` if it is about the manifest, which has no pod yet.
    pub uid: Option<String>,
    /// When it was written, in nanoseconds since 1970, if the journal says so (`short-unix`).
    pub at: Option<i128>,
}

/// Returns the complaints about the newest pod of a manifest and about the manifest itself, oldest
/// first. [`of_kubelet()`] says what each means.
///
/// A static pod has a new UID after each change of its manifest. So a line about a pod counts only
/// if it names its UID, and only until the kubelet begins to mount the volumes of a pod of this
/// manifest under another UID (Go: `reconciler.waitForVolumeAttach`, a line at every verbosity):
/// what was said before is about a manifest that is gone. Events that the kubelet could not deliver
/// are no complaints: it tries each of them again for two minutes, whatever has become of its pod.
///
/// A complaint that the kubelet repeats is named once, in its newest words. Values of several lines
/// are put in one line. Torn lines and those of other pods and files are passed over; so is a
/// stray file whose name only begins like the manifest's.
#[must_use]
pub fn complaints(journal: &str, about: PodFilter<'_>) -> Vec<Complaint> {
    let mut newest = NewestPod { uid: None, complaints: vec![] };
    let lines: Vec<(Option<i128>, &str)> = journal.lines().map(klog::with_journal_time).collect();
    for (first, line) in klog::in_one_line(lines.iter().map(|(_, line)| *line)) {
        newest.take(&line, lines[first].0, about);
    }
    newest.complaints.into_iter().map(|(_, complaint)| complaint).collect()
}

/// What is known of the newest pod, line by line.
struct NewestPod {
    /// The pod whose volumes were mounted last.
    uid: Option<String>,
    complaints: Vec<(Diagnosis, Complaint)>,
}

impl NewestPod {
    fn take(&mut self, line: &str, at: Option<i128>, about: PodFilter<'_>) {
        let is_of_manifest = about.names_manifest(line);
        if !is_of_manifest && !about.names_pod(line) {
            return;
        }
        let flat = text::flat(line);
        if let Some(mounted) = mounted(&flat).filter(|_| !klog::is_of_event(line))
            && self.uid.as_deref() != Some(mounted)
        {
            self.complaints.clear();
            self.uid = Some(mounted.to_owned());
        }
        let uid = uid(&flat).filter(|_| !is_of_manifest);
        let is_older = || self.uid.as_deref().is_some_and(|newest| uid != Some(newest));
        if !is_of_manifest && (uid.is_none() || is_older()) {
            return;
        }
        let Some(diagnosis) = of_kubelet(line) else { return };
        self.complaints.retain(|(former, _)| !is_same(former, &diagnosis));
        let message = klog::line(line).map_or(line, |(_, message)| message);
        let uid = uid.map(str::to_owned);
        self.complaints
            .push((diagnosis, Complaint { line: text::visible(&short(message)), uid, at }));
    }
}

/// A container that starts again and again is one complaint, however long the kubelet waits by now.
fn is_same(former: &Diagnosis, diagnosis: &Diagnosis) -> bool {
    former == diagnosis || (former.id == "crash-loop" && diagnosis.id == former.id)
}

/// Leaves out when a mount is tried again, and the names of volume and pod that only the kubelet knows
/// (Go: `nestedPendingOperations`): 600 characters, of which a person needs the last 150.
fn short(message: &str) -> String {
    let error = match message.split_once("(durationBeforeRetry ") {
        Some((head, rest)) if head.starts_with("Operation for ") => {
            text::after(rest, "Error: ").unwrap_or(message)
        }
        _ => message,
    };
    let ids = error.find(" (UniqueName: ").zip(error.find("(UID: "));
    match ids.and_then(|(from, uid)| Some((from, uid + error[uid..].find(')')? + 1))) {
        Some((from, to)) if from < to => format!("{}{}", &error[..from], &error[to..]),
        _ => error.to_owned(),
    }
}

/// The UID in a line about the volumes of a pod (Go: `VolumeToMount.GenerateMsgDetailed`). Lines
/// about a pod that ends have its UID in the place of its name, so they are not about this pod.
fn mounted(flat: &str) -> Option<&str> {
    text::between(flat, "(UID: \"", "\"")
}

/// The UID of the pod that a line is about.
fn uid(flat: &str) -> Option<&str> {
    mounted(flat)
        .or_else(|| text::between(flat, "podUID=\"", "\""))
        .or_else(|| text::between(flat, "\"podUID\":\"", "\""))
}

impl PodFilter<'_> {
    fn names_manifest(&self, line: &str) -> bool {
        let goes_on = |c: char| c.is_alphanumeric() || ".~-_".contains(c);
        places(line, self.manifest).any(|(_, after)| !after.starts_with(goes_on))
    }

    /// A file beside the manifest may be named like the pod, and is not the pod.
    fn names_pod(&self, line: &str) -> bool {
        let directory = self.manifest.rsplit_once('/').map_or("", |(directory, _)| directory);
        let is_file = |before: &str| {
            before.strip_suffix('/').is_some_and(|before| before.ends_with(directory))
        };
        let goes_on = |c: char| c.is_alphanumeric() || c == '.';
        places(line, self.pod)
            .any(|(before, after)| !after.starts_with(goes_on) && !is_file(before))
    }
}

/// What comes before and after each place of a name in the line.
fn places<'a>(line: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let found = line.match_indices(name).filter(|_| !name.is_empty());
    found.map(move |(at, _)| (&line[..at], &line[at + name.len()..]))
}
