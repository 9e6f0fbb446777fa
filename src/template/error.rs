//! Why a template cannot be had.

/// A template, or a value for it, that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No template has that name.
    #[error("there is no template `{name}`{}", did_you_mean(*nearest))]
    UnknownTemplate {
        /// The name that was asked for.
        name: String,
        /// The one that is probably meant.
        nearest: Option<&'static str>,
    },
    /// A setting has no `=`.
    #[error("`{setting}` is not KEY=VALUE")]
    NoValue {
        /// The setting as it was given.
        setting: String,
    },
    /// The template has no such parameter.
    #[error("template `{template}` has no parameter `{name}`{}", did_you_mean(*nearest))]
    UnknownParameter {
        /// The template.
        template: &'static str,
        /// The parameter that was asked for.
        name: String,
        /// The one that is probably meant.
        nearest: Option<&'static str>,
    },
    /// A list without names: a selector that is empty selects everything.
    #[error("`{parameter}` needs at least one name: an empty list would match everything")]
    Empty {
        /// The parameter.
        parameter: &'static str,
    },
    /// Not the name of an object.
    #[error(
        "`{value}` cannot be a name in `{parameter}`: lower-case letters, digits and `-`, beginning \
         and ending with a letter or digit; there are no wildcards"
    )]
    InvalidName {
        /// The parameter.
        parameter: &'static str,
        /// The name that was given.
        value: String,
    },
    /// The namespaces of a cluster, by a user who cannot ask one.
    #[error(
        "`@cluster` for `{parameter}` is looked up by `init` only: write the policy with `init … --out \
         FILE`, and name that"
    )]
    NotLookedUp {
        /// The parameter.
        parameter: &'static str,
    },
    /// None of the words that the parameter takes.
    #[error("`{value}` is nothing for `{parameter}`, which takes {}", list(words))]
    InvalidWord {
        /// The parameter.
        parameter: &'static str,
        /// The word that was given.
        value: String,
        /// The words there are.
        words: &'static [&'static str],
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}
