//! What a rescue cannot do itself: what is known, and the next thing to type.

use std::path::Path;

use crate::cli::Failure;
use crate::cli::environment::Environment;
use crate::cli::inspect::shown;
use crate::cli::node::Node;
use crate::diagnosis::Blame;
use crate::doctor::{Fix, OutageCause};
use crate::manifest::ManifestRefusal;
use crate::operation::{Evidence, Note, NoteKind};
use crate::plan::{NoWayBack, StripRefusal, UndoError};
use crate::shell;

/// What was found, and how commands are written here.
pub(super) struct Help<'a> {
    pub(super) node: &'a Node,
    pub(super) environment: &'a Environment,
    pub(super) found: &'a Evidence,
}

impl Help<'_> {
    /// Something else keeps the server from running: to take auditing away would not help. Below a
    /// directory nothing runs, and the last change is taken back all the same.
    pub(super) fn foreign(&self) -> Option<Failure> {
        let cause = self.found.trouble().filter(|it| it.blame == Blame::Other)?;
        self.found.facts.live.then(|| {
            let what = match self.found.facts.is_down() {
                true => "auditing is not why the API server does not run",
                false => "auditing is not why the API server will not start again",
            };
            self.with_fix(Failure::refused(what), &cause)
                .next("To take the last change back all the same, add --force.")
        })
    }

    /// There is nothing to take back and nothing to strip, and all is not well.
    pub(super) fn nothing_to_undo(&self, notes: &[String]) -> Option<Failure> {
        let trouble = self.found.trouble();
        let other_manifest = self.found.other_manifest();
        if trouble.is_none() && other_manifest.is_none() {
            return None;
        }
        let failure = Failure::refused(
            "there is no change to undo and there are no audit settings to remove, and that is not what \
             is wrong here",
        );
        let failure = notes.iter().fold(failure, |failure, note| failure.next(note.clone()));
        let failure = match other_manifest.and_then(|it| it.fix.as_ref()) {
            Some(fix) => failure
                .next("Another file defines the same pod. To move it away:")
                .next(shown(fix, self.node, self.environment)),
            None => failure,
        };
        let failure = match &trouble {
            Some(cause) => self.with_fix(failure.next(cause.what.clone()), cause),
            None => failure,
        };
        Some(failure.next("What else is known:").next(self.doctor()))
    }

    /// Before anything is asked: which file the kubelet runs in the place of the manifest.
    pub(super) fn other_manifest(&self) -> Option<Note> {
        let fix = self.found.other_manifest()?.fix.as_ref()?;
        let what = "another file defines the same pod: what is restored here may not be what runs";
        Some(
            Note::new(NoteKind::OtherManifest, what)
                .next("To move the other one away (the API server restarts):")
                .next(shown(fix, self.node, self.environment)),
        )
    }

    /// There is no way back.
    pub(super) fn no_way_back(&self, why: NoWayBack<Failure>, path: &Path) -> Failure {
        match why {
            NoWayBack::Strip(no_way) => self.no_way(no_way, path),
            NoWayBack::Undo(why) => self.not_undone(why),
            NoWayBack::Files(failure) => failure,
        }
    }

    /// Auditing cannot be taken out of the manifest.
    fn no_way(&self, no_way: StripRefusal, path: &Path) -> Failure {
        let file = self.node.outside(path);
        let file = file.display();
        match no_way {
            StripRefusal::Missing => self.written_again(
                Failure::refused(format!("there is no manifest {file}"))
                    .next("There is no journal entry and no backup of kubeadm to restore either."),
            ),
            StripRefusal::Broken(refusal) => self.written_again(
                self.by_hand(&refusal, path)
                    .next("There is no journal entry and no backup of kubeadm to restore either."),
            ),
            StripRefusal::Uneditable(refusal) => self.by_hand(&refusal, path),
            StripRefusal::Script(lines) => {
                let failure = Failure::refused(format!(
                    "a script starts the API server of {file}, and its audit flags cannot be taken \
                     out of it with certainty"
                ))
                .next("By hand: take every word that begins with `--audit-` out of these lines:");
                let line = |failure: Failure, line: &crate::manifest::RemovedLine| {
                    failure.next(format!("line {}: {}", line.number, line.text))
                };
                lines.iter().fold(failure, line).next(
                    "A word and its value go together, and a `\\` stays only where a line follows.",
                )
            }
        }
    }

    fn by_hand(&self, refusal: &ManifestRefusal, path: &Path) -> Failure {
        let (file, place) = (self.node.outside(path), refusal.place);
        Failure::refused(format!("{}:{place}: {}", file.display(), refusal.reason))
            .next(format!("By hand: {}.", refusal.repair()))
    }

    /// Who writes the manifest again, where that is known. Elsewhere kubeadm would destroy it.
    fn written_again(&self, failure: Failure) -> Failure {
        match &self.found.facts.distribution {
            Some(_) if self.found.facts.is_kubeadms() => failure
                .next("Or let kubeadm write it again, with its defaults or with --config FILE:")
                .next("kubeadm init phase control-plane apiserver"),
            Some(it) => {
                let (fate, instead) = (it.distribution.fate(), it.distribution.advice());
                failure.next(format!("{fate}. {instead}."))
            }
            None => {
                failure.next("Or restore it from a backup, or with the tool that made this node.")
            }
        }
    }

    /// The change cannot be taken back.
    fn not_undone(&self, error: UndoError) -> Failure {
        let failure = Failure::refused(&error);
        match &error {
            UndoError::Occupied { path, is_directory: true } => failure
                .next("If it is empty, remove it, and try again:")
                .next(format!("rmdir {}", shell::word(&self.node.outside(path)))),
            UndoError::Occupied { .. } => failure.next("Move it away, and try again."),
            UndoError::Unacceptable { path } => failure.next(format!(
                "Put a policy that one starts with at {}, or take auditing out: rescue --only policy",
                self.node.outside(path).display()
            )),
            UndoError::NoValidPod { .. } => self.written_again(failure),
        }
    }

    fn with_fix(&self, failure: Failure, cause: &OutageCause) -> Failure {
        match &cause.fix {
            Some(Fix::OnNode(arguments)) if arguments == "rescue" => failure,
            Some(fix) => failure.next(shown(fix, self.node, self.environment)),
            None => failure,
        }
    }

    fn doctor(&self) -> String {
        self.node.command(self.environment, "doctor")
    }
}
