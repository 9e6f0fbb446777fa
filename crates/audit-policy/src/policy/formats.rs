//! In which formats a server reads a policy: the versions of `audit.k8s.io` that it knows.

use crate::api::Version;

/// The format of every server that is not out of date.
pub(super) const CURRENT: &str = "v1";

/// Returns the versions of `audit.k8s.io` in which a server reads a policy, the best first (Go:
/// `pkg/audit/scheme.go` of 1.7, 1.8, 1.12 and 1.24).
///
/// # Examples
///
/// ```
/// use audit_policy::{api::Version, policy::formats};
///
/// assert_eq!(formats(Version::NEWEST), ["v1"]);
/// assert_eq!(formats(Version::minor(11))[0], "v1beta1");
/// ```
#[must_use]
pub fn formats(server: Version) -> &'static [&'static str] {
    const FROM_1_24: Version = Version::minor(24);
    const FROM_1_12: Version = Version::minor(12);
    const FROM_1_8: Version = Version::minor(8);
    match server {
        server if server >= FROM_1_24 => &[CURRENT],
        server if server >= FROM_1_12 => &[CURRENT, "v1beta1", "v1alpha1"],
        server if server >= FROM_1_8 => &["v1beta1", "v1alpha1"],
        _ => &["v1alpha1"],
    }
}
