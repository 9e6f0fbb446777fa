//! What the operating system said about a file.

/// The end of an error about a file, as Go prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errno {
    Missing,
    Directory,
    NotDirectory,
    Denied,
    ReadOnly,
    NoSpace,
}

impl Errno {
    const ALL: [(&'static str, Self); 8] = [
        ("no such file or directory", Self::Missing),
        ("is a directory", Self::Directory),
        ("not a directory", Self::NotDirectory),
        ("permission denied", Self::Denied),
        ("operation not permitted", Self::Denied),
        ("read-only file system", Self::ReadOnly),
        ("no space left on device", Self::NoSpace),
        ("disk quota exceeded", Self::NoSpace),
    ];

    /// Returns what is said in the text; `None` if it is something else.
    pub(super) fn of(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(words, _)| text.contains(words)).map(|(_, errno)| *errno)
    }
}
