//! Colours, by what they say and not by what they are.
//!
//! Text always carries its escape codes; the stream it goes to takes them out where they are not
//! wanted (`--color`, `NO_COLOR`, a pipe).

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// What a piece of text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something is added, or is as it should be.
    Good,
    /// Something is removed, or failed.
    Bad,
    /// Something deserves a second look.
    Caution,
    /// A heading or a name.
    Strong,
    /// Position and context.
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Caution => AnsiColor::Yellow.on_default(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// Returns `text` in `tone`.
pub fn paint(tone: Tone, text: impl Display) -> String {
    let style = tone.style();
    format!("{style}{text}{style:#}")
}
