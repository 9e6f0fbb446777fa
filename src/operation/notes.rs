//! What an operation has to say beside what it did: each note of a kind that has an id.

use super::failure::Next;

/// Something to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of thing it is.
    pub kind: NoteKind,
    /// What to know: a sentence without its full stop, or one with it.
    pub what: String,
    /// What to do next, one line each.
    pub next: Vec<Next>,
}

/// What a note is about. The ids are a promise to programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// The server is healthy and its files are in order: there is nothing to rescue.
    Healthy,
    /// A change that has not come to an end is ended by this one.
    TakenOver,
    /// Another file in the manifests directory defines the same pod.
    OtherManifest,
    /// The kubelet runs another file in place of the manifest.
    OtherManifestRuns,
    /// A distribution rewrites the manifest.
    ManifestRewritten,
    /// Containers of the server were stopped, or none runs.
    ContainersStopped,
    /// No container could be stopped.
    ContainersNotStopped,
    /// The files are in place, and the server has not been seen ready.
    NotReady,
}

impl NoteKind {
    /// Every kind, in the order in which they can come.
    pub const ALL: [Self; 8] = [
        Self::Healthy,
        Self::TakenOver,
        Self::OtherManifest,
        Self::ManifestRewritten,
        Self::OtherManifestRuns,
        Self::ContainersStopped,
        Self::ContainersNotStopped,
        Self::NotReady,
    ];

    /// Returns the id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::TakenOver => "taken-over",
            Self::OtherManifest => "other-manifest",
            Self::OtherManifestRuns => "other-manifest-runs",
            Self::ManifestRewritten => "manifest-rewritten",
            Self::ContainersStopped => "containers-stopped",
            Self::ContainersNotStopped => "containers-not-stopped",
            Self::NotReady => "not-ready",
        }
    }

    /// Returns whether something may go wrong because of it.
    #[must_use]
    pub fn is_warning(self) -> bool {
        !matches!(self, Self::Healthy | Self::ContainersStopped)
    }
}

impl Note {
    /// Returns a note with nothing to do about it.
    pub fn new(kind: NoteKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), next: vec![] }
    }

    /// Adds a line of what to do next.
    #[must_use]
    pub fn next(mut self, line: impl Into<Next>) -> Self {
        self.next.push(line.into());
        self
    }
}
