//! Typing mistakes that pasting audit flags brings, and the repair of each.

use audit_policy::finding::Place;

/// A typing mistake and where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{mistake}")]
pub struct Typo {
    /// What is wrong.
    pub mistake: Mistake,
    /// Where it is.
    pub place: Place,
}

/// What was typed wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// A typographic dash where hyphens are meant.
    #[error("`{text}` begins with a typographic dash, which is no flag for the server")]
    Dash {
        /// The word as it is written.
        text: String,
        /// The word as it is meant.
        meant: String,
    },
    /// One hyphen, or more than two, where two are meant.
    #[error("`{text}` does not begin with two hyphens, and is no flag that the server knows")]
    Hyphens {
        /// The word as it is written.
        text: String,
        /// The word as it is meant.
        meant: String,
    },
    /// A list item without `- `, which YAML joins with the line above.
    #[error("`{text}` has no `- ` before it: YAML joins it to the line above")]
    NoBullet {
        /// The line as it is written.
        text: String,
        /// The line as it is meant.
        meant: String,
    },
    /// Typographic quotes.
    #[error("`{text}` has typographic quotes, which are part of the text for YAML")]
    Quotes {
        /// The text as it is written.
        text: String,
        /// The text as it is meant.
        meant: String,
    },
    /// Quotes inside an unquoted item.
    #[error("`{text}` has quotes inside an item, so they are part of the value")]
    InnerQuotes {
        /// The word as it is written.
        text: String,
        /// The word as it is meant.
        meant: String,
    },
    /// A comment inside the quotes of a flag.
    #[error("`{text}` has its comment inside the quotes, so it is part of the value")]
    Comment {
        /// The word as it is written.
        text: String,
        /// The item as it is meant.
        meant: String,
    },
    /// Several flags, or the server with its flags, in one item.
    #[error("`{text}` is one word for the server, and not several flags")]
    SeveralWords {
        /// The word as it is written.
        text: String,
    },
    /// A flag and its value in one item.
    #[error("`{text}` is one word for the server, which knows no such flag")]
    Blank {
        /// The word as it is written.
        text: String,
        /// The word, or the words, as meant.
        meant: String,
    },
    /// A colon where `=` is meant, which makes the item a mapping.
    #[error("`{text}` is a mapping and not a flag, because of the colon and the blank")]
    Colon {
        /// The item as it is written.
        text: String,
        /// The item as it is meant.
        meant: String,
    },
    /// A flag that needs a value, followed by another flag.
    #[error("`--{flag}` has no value, so the server takes the next word, `{next}`, for it")]
    NoValue {
        /// The name of the flag.
        flag: String,
        /// The word after it.
        next: String,
    },
    /// A key that nobody reads, next to one that is meant.
    #[error("`{found}` is a key that the kubelet does not know and drops without a message")]
    Key {
        /// The key as it is written.
        found: String,
        /// The key that is meant.
        meant: String,
    },
    /// A tab in the indentation.
    #[error("the line is indented with a tab, which YAML does not allow")]
    Tab,
    /// A template that nobody filled in.
    #[error("`{text}` is a placeholder of a template that was not filled in")]
    Template {
        /// The line as it is written.
        text: String,
    },
    /// Something else that is no YAML, left in from where the text came from.
    #[error("{what}")]
    Foreign {
        /// What it is.
        what: String,
        /// What to do.
        repair: &'static str,
    },
}

impl Mistake {
    /// Returns what to do, as one imperative sentence without a full stop.
    #[must_use]
    pub fn repair(&self) -> String {
        match self {
            Self::NoValue { flag, .. } => format!("write `--{flag}=VALUE`"),
            Self::SeveralWords { .. } => "write every flag as an item of its own".to_owned(),
            Self::Foreign { repair, .. } => (*repair).to_owned(),
            Self::Tab => "indent with blanks".to_owned(),
            Self::Template { .. } => {
                "run this on the node, where the file is filled in, or fill it in first".to_owned()
            }
            Self::Dash { meant, .. }
            | Self::Hyphens { meant, .. }
            | Self::NoBullet { meant, .. }
            | Self::Quotes { meant, .. }
            | Self::InnerQuotes { meant, .. }
            | Self::Comment { meant, .. }
            | Self::Blank { meant, .. }
            | Self::Colon { meant, .. }
            | Self::Key { meant, .. } => format!("write `{meant}`"),
        }
    }
}
