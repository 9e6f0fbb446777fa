//! Text of strangers on a terminal: what could move the cursor or hide something is written out.

use std::fmt;

/// A text that a terminal shows and does not obey.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TerminalText(String);

impl TerminalText {
    /// Takes any text. Control characters, and those that turn the direction of what follows or
    /// show nothing, become `\u{1b}` and the like.
    #[must_use]
    pub fn new(text: &str) -> Self {
        if !text.contains(is_odd) {
            return Self(text.to_owned());
        }
        let mut safe = String::with_capacity(text.len() + 16);
        for character in text.chars() {
            if is_odd(character) {
                safe.extend(character.escape_unicode());
            } else {
                safe.push(character);
            }
        }
        Self(safe)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TerminalText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

fn is_odd(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(character, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_of_it() {
        let shown = |text| TerminalText::new(text).as_str().to_owned();
        assert_eq!(shown("анна 🏖 a\\b"), "анна 🏖 a\\b");
        assert_eq!(shown("\x1b[2J\u{9b}31m\n\r"), "\\u{1b}[2J\\u{9b}31m\\u{a}\\u{d}");
        assert_eq!(shown("\u{202e}txt.exe"), "\\u{202e}txt.exe");
    }
}
