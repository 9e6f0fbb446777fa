//! What an export consists of: files, where each goes, and the commands that apply them.

/// The files for one target, and what to know about them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// The files.
    pub files: Vec<ExportFile>,
    /// What to type, one line each, in order; a line that begins with `#` is a sentence.
    pub steps: Vec<String>,
    /// What is not carried over, and what to know, one sentence each.
    pub notes: Vec<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// What it is called.
    pub name: String,
    /// Where it goes, in words that follow "goes".
    pub place: String,
    /// What it holds.
    pub text: String,
    /// Whether nobody but its owner may read it.
    pub is_secret: bool,
}

/// Why something cannot be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The target reads the policy more strictly than the API server.
    #[error("{target} reads the policy strictly and refuses it: {warning}")]
    Strict {
        /// The target.
        target: &'static str,
        /// What is wrong with the policy, in the API server's words.
        warning: String,
    },
    /// A value is longer than the target takes.
    #[error("{target} takes at most {limit} bytes for a flag, and --{flag} has {length}")]
    TooLong {
        /// The target.
        target: &'static str,
        /// The flag without dashes.
        flag: &'static str,
        /// How many bytes it has.
        length: usize,
        /// How many bytes it may have.
        limit: usize,
    },
}

impl Export {
    /// Adds a file.
    pub(super) fn file(
        mut self,
        name: impl Into<String>,
        place: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let (name, place, text) = (name.into(), place.into(), text.into());
        self.files.push(ExportFile { name, place, text, is_secret: false });
        self
    }

    /// Adds a file that nobody but its owner may read.
    pub(super) fn secret(
        self,
        name: impl Into<String>,
        place: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        let mut export = self.file(name, place, text);
        export.files.last_mut().into_iter().for_each(|file| file.is_secret = true);
        export
    }

    /// Adds lines to type.
    pub(super) fn steps<S: Into<String>>(mut self, steps: impl IntoIterator<Item = S>) -> Self {
        self.steps.extend(steps.into_iter().map(Into::into));
        self
    }

    /// Adds things to know.
    pub(super) fn notes<S: Into<String>>(mut self, notes: impl IntoIterator<Item = S>) -> Self {
        self.notes.extend(notes.into_iter().map(Into::into));
        self
    }
}
