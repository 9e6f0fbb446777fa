//! A manifest as the kubelet runs it.

use crate::auditing::Auditing;
use crate::digest::sha256;
use crate::manifest::{Manifest, POLICY_ANNOTATION};

/// A manifest as the kubelet runs it, whether or not it can be edited.
#[derive(Debug)]
pub struct Pod {
    /// The manifest, to look at only.
    pub manifest: Manifest,
    /// What it says about auditing.
    pub auditing: Auditing,
}

impl Pod {
    /// Reads what a manifest says about auditing.
    #[must_use]
    pub fn of(manifest: Manifest) -> Self {
        let auditing = Auditing::of(&manifest);
        Self { manifest, auditing }
    }

    /// Returns the value of a flag that is given and not empty.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.manifest.flag(name).filter(|value| !value.is_empty())
    }

    /// Returns whether a policy with this text is another one than the annotation of the manifest
    /// names: it was edited since it was put in force.
    #[must_use]
    pub fn policy_is_edited(&self, text: &[u8]) -> bool {
        self.manifest.annotation(POLICY_ANNOTATION).is_some_and(|sum| sum != sha256(text))
    }
}
