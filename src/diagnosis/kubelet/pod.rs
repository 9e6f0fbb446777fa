//! A Pod that the kubelet refuses (Go: `validation.ValidatePodCreate`).

use crate::diagnosis::field_error::{self, FieldError};
use crate::diagnosis::{Diagnosis, join};

use super::blame::blame;

/// Judges all errors of a list: the id is the first one's, the cause names each.
pub(super) fn judge(said: &str, path: &str) -> Option<Diagnosis> {
    let errors = field_error::all(said);
    let first = errors.first()?;
    let fault = FieldFault::of(first);
    let values: Vec<String> = errors.iter().map(FieldError::value).collect();
    let causes = errors.iter().map(|error| FieldFault::of(error).cause(error));
    let found = Diagnosis::new(fault.id(), blame(values.iter().map(String::as_str)))
        .cause(format!("The kubelet refuses the Pod in `{path}`: {}.", join(causes)))
        .fix(format!("In `{path}`: {}", fault.fix()));
    let value = first.value();
    Some(match fault {
        _ if value.is_empty() => found,
        FieldFault::Unknown | FieldFault::Twice => found.volume(value),
        FieldFault::Place | FieldFault::Path => found.path(value),
        FieldFault::Unnamed | FieldFault::Type | FieldFault::Other => found,
    })
}

/// What is wrong with one field.
#[derive(Clone, Copy)]
enum FieldFault {
    Unnamed,
    Unknown,
    Twice,
    Place,
    Type,
    Path,
    Other,
}

impl FieldFault {
    fn of(error: &FieldError<'_>) -> Self {
        let is_volume = error.field.starts_with("spec.volumes[");
        match error.kind {
            "Required value" if is_volume && error.field.ends_with("].name") => Self::Unnamed,
            "Not found" if error.field.contains(".volumeMounts[") => Self::Unknown,
            "Duplicate value" if is_volume => Self::Twice,
            _ if error.field.ends_with(".mountPath") && error.detail.contains("unique") => {
                Self::Place
            }
            _ if error.field.ends_with(".hostPath.type") => Self::Type,
            _ if error.field.ends_with(".hostPath.path") => Self::Path,
            _ => Self::Other,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Unnamed => "pod-volume-unnamed",
            Self::Unknown => "pod-volume-unknown",
            Self::Twice => "pod-volume-twice",
            Self::Place => "pod-mount-path-twice",
            Self::Type => "pod-host-path-type",
            Self::Path => "pod-host-path",
            Self::Other => "pod-invalid",
        }
    }

    fn cause(self, error: &FieldError<'_>) -> String {
        let (field, value) = (error.field, error.value());
        match self {
            Self::Unnamed => format!("the volume of `{field}` has no name"),
            Self::Unknown => format!("`{field}` mounts the volume `{value}`, which does not exist"),
            Self::Twice => format!("two volumes are named `{value}` (`{field}`)"),
            Self::Place => format!("two volumes are mounted at `{value}` (`{field}`)"),
            Self::Type => format!("`{field}` is `{value}`, which is no type of a hostPath"),
            Self::Path if value.is_empty() => format!("`{field}` is missing"),
            Self::Path => format!("`{field}` is `{value}`, which is no path of the node"),
            Self::Other => format!("`{field}`: {}{}", error.kind, error.detail),
        }
    }

    fn fix(self) -> &'static str {
        match self {
            Self::Unnamed => "give the volume the `name` that its volumeMount has.",
            Self::Unknown => "give the volume and its volumeMount the same `name`.",
            Self::Twice => "give each volume a name of its own, and its volumeMounts the same.",
            Self::Place => "remove one of the two volumeMounts.",
            Self::Type => {
                "the types are File, Directory, FileOrCreate, DirectoryOrCreate, Socket, \
                 CharDevice and BlockDevice, letter by letter."
            }
            Self::Path => "write the whole path from `/` on, without `..`.",
            Self::Other => "correct the field, or put the former file back.",
        }
    }
}
