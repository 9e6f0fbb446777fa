//! Whether auditing is to blame for what the kubelet names.

use crate::diagnosis::{Blame, text};

/// Auditing is to blame for what is named after it. Any other name may be one of its files too.
pub(super) fn blame<'a>(names: impl IntoIterator<Item = &'a str>) -> Blame {
    if names.into_iter().any(text::names_auditing) { Blame::Auditing } else { Blame::Unknown }
}
