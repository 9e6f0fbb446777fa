//! Every target there is.

use super::target::ExportTarget;
use super::{collection, distribution, image_digest};

/// Returns every target, distributions first.
pub fn all() -> impl Iterator<Item = &'static ExportTarget> {
    let others = collection::ALL.into_iter().chain([&image_digest::TARGET]);
    distribution::ALL.into_iter().chain(others)
}

/// Returns the target of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static ExportTarget> {
    all().find(|target| target.name == name)
}
