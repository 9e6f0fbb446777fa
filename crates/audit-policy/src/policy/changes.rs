//! How the server's judgement changed from version to version.
//!
//! Measured against the real loader of each of these versions (tests/oracle).

use crate::api::Version;

/// From here on the server decodes strictly first, and warns of what it then forgives.
pub(super) const STRICT_FIRST: Version = Version::minor(26);
/// From here on the complaint about a key that is no text begins in lower case.
pub(super) const LOWER_CASE_COMPLAINT: Version = Version::minor(31);
/// From here on the server shows lists in its complaints as JSON, before as Go source.
pub(super) const VALUES_AS_JSON: Version = Version::minor(34);
/// From here on the way to a field names the struct it was inherited from.
pub(super) const EMBEDDED_STRUCTS_NAMED: Version = Version::minor(35);
/// From here on the group `*` stands for every group.
pub(crate) const ANY_GROUP: Version = Version::minor(36);

/// Every version that judges otherwise than the one before it.
pub(super) const CHANGES: [Version; 5] =
    [STRICT_FIRST, LOWER_CASE_COMPLAINT, VALUES_AS_JSON, EMBEDDED_STRUCTS_NAMED, ANY_GROUP];
