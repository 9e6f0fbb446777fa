//! Rules of a policy that the server refuses (Go: `validation.ValidatePolicy`).

use crate::diagnosis::field_error::{self, FieldError};
use crate::diagnosis::{Diagnosis, join};

/// Judges all errors of a list: the id is the first one's, the cause names each.
pub(super) fn judge(said: &str, path: &str) -> Option<Diagnosis> {
    let errors = field_error::all(said);
    let first = RuleFault::of(errors.first()?);
    let causes = errors.iter().map(|error| RuleFault::of(error).cause(error));
    Some(
        Diagnosis::auditing(first.id())
            .cause(format!("The audit policy `{path}` is refused: {}.", join(causes)))
            .fix(format!("In `{path}`: {}", first.fix())),
    )
}

/// What is wrong with one field.
#[derive(Clone, Copy)]
enum RuleFault {
    NoLevel,
    Level,
    Stage,
    Mixed,
    Url,
    UrlWildcard,
    Group,
    Names,
    Other,
}

impl RuleFault {
    fn of(error: &FieldError<'_>) -> Self {
        let is = |words: &str| error.detail.contains(words);
        match error.kind {
            "Required value" if error.field.ends_with(".level") => Self::NoLevel,
            "Unsupported value" if error.field.ends_with(".level") => Self::Level,
            _ if is("allowed stages are") => Self::Stage,
            _ if is("rules cannot apply to both") => Self::Mixed,
            _ if is("must begin with a '/'") => Self::Url,
            _ if is("must be the final character") => Self::UrlWildcard,
            _ if is("using resourceNames requires") => Self::Names,
            _ if error.field.ends_with(".group") => Self::Group,
            _ => Self::Other,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::NoLevel | Self::Level => "policy-level",
            Self::Stage => "policy-stage",
            Self::Mixed => "policy-mixed-rule",
            Self::Url | Self::UrlWildcard => "policy-url",
            Self::Group => "policy-group",
            Self::Names => "policy-resource-names",
            Self::Other => "policy-refused",
        }
    }

    fn cause(self, error: &FieldError<'_>) -> String {
        let (field, value) = (error.field, error.value());
        match self {
            Self::NoLevel => format!("`{field}` is missing"),
            Self::Level => format!("`{field}` is `{value}`, which is no level"),
            Self::Stage => format!("`{field}` is `{value}`, which is no stage"),
            Self::Mixed => format!("the rule of `{field}` has both resources and nonResourceURLs"),
            Self::Url => format!("`{field}` is `{value}`, which does not begin with `/`"),
            Self::UrlWildcard => format!("`{field}` is `{value}`, with a `*` before its end"),
            Self::Group => format!("`{field}` is `{value}`, which is no name of an API group"),
            Self::Names => format!("`{field}` names objects, but the rule names no resources"),
            Self::Other => format!("`{field}`: {}{}", error.kind, error.detail),
        }
    }

    fn fix(self) -> &'static str {
        match self {
            Self::NoLevel | Self::Level => {
                "every rule needs a level: None, Metadata, Request or RequestResponse, letter by \
                 letter."
            }
            Self::Stage => {
                "the stages are RequestReceived, ResponseStarted, ResponseComplete and Panic, \
                 letter by letter."
            }
            Self::Mixed => "make two rules of it, one with resources and one with nonResourceURLs.",
            Self::Url | Self::UrlWildcard => {
                "start the path with `/`; `*` is only allowed as the last character."
            }
            Self::Group => "write the group alone: `apps`, not `apps/v1`; \"\" is the core group.",
            Self::Names => "name the resources too, such as `resources: [\"configmaps\"]`.",
            Self::Other => "correct the field; the command `lint` says where it is.",
        }
    }
}
