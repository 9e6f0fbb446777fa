//! Why a restart failed, in words that help.

use std::path::Path;
use std::time::Duration;

use super::time::spoken;
use crate::diagnosis::{self, Diagnosis};
use crate::health::{Milestone, RestartFailure};

/// Returns what is wrong: what happened, the server's or the kubelet's own words, the cause and what
/// fixes it, a line each.
pub(super) fn explanation(failed: &RestartFailure, patience: Duration, manifest: &Path) -> String {
    let (what, quoted) = explained(failed, patience, manifest);
    match quoted {
        Some((who, words, cause)) => format!("{what}\n{}", quote(who, words, &cause)),
        None => format!("{what}\n  look      journalctl -u kubelet | grep -i manifest"),
    }
}

/// Returns the same as one sentence: what happened, and the cause.
pub(super) fn reason(failed: &RestartFailure, patience: Duration, manifest: &Path) -> String {
    match explained(failed, patience, manifest) {
        (what, Some((.., Diagnosis { cause, .. }))) => format!("{what}: {cause}"),
        (what, None) => what,
    }
}

/// Whose words, the words, and what they mean.
type Quoted<'a> = (&'static str, &'a String, Diagnosis);

/// What happened, and the last words of the server or the kubelet.
fn explained<'a>(
    failed: &'a RestartFailure,
    patience: Duration,
    manifest: &Path,
) -> (String, Option<Quoted<'a>>) {
    match failed {
        RestartFailure::Fatal { words } => (
            "the API server does not start with the new files: it ended twice in the same way"
                .to_owned(),
            Some(("it said", words, diagnosis::of_server(words))),
        ),
        RestartFailure::Kubelet { line } => (
            "the kubelet does not start the API server with the new files".to_owned(),
            diagnosis::of_kubelet(line).map(|cause| ("it said", line, cause)),
        ),
        RestartFailure::NothingStarted => (
            format!(
                "the old API server has stopped, and the kubelet has started no new one from {}",
                manifest.display()
            ),
            None,
        ),
        RestartFailure::AnotherManifest => (
            format!(
                "the kubelet runs an API server that has not the flags of {}: another file in that \
                 directory defines the same pod, or someone restored the former manifest",
                manifest.display()
            ),
            None,
        ),
        RestartFailure::Patience { missing, words, kubelet } => (
            format!("after {}, {}", spoken(patience), wanting(*missing)),
            match (words, kubelet) {
                (Some(words), _) => Some(("it last said", words, diagnosis::of_server(words))),
                (None, Some(line)) => {
                    diagnosis::of_kubelet(line).map(|cause| ("kubelet says", line, cause))
                }
                (None, None) => None,
            },
        ),
    }
}

fn quote(who: &str, words: &str, diagnosis: &Diagnosis) -> String {
    let mut lines = vec![(who, words), ("cause", diagnosis.cause.as_str())];
    if !diagnosis.fix.is_empty() {
        lines.push(("fix", &diagnosis.fix));
    }
    let lines = lines.iter().map(|(name, text)| format!("  {name:<12}  {text}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn wanting(missing: Milestone) -> String {
    match missing {
        Milestone::Taken => {
            "the kubelet has not taken the new manifest: does it run, and does it watch \
                        this directory?"
                .to_owned()
        }
        Milestone::OldGone => "the old API server has not stopped".to_owned(),
        Milestone::Running => "no API server runs with the new flags".to_owned(),
        Milestone::Ready(_) => "the new API server is not ready".to_owned(),
        Milestone::Recording => "no event of the new API server was seen".to_owned(),
    }
}
