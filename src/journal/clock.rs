//! Times as the journal writes them.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Returns the time as RFC 3339 in UTC, whole seconds.
pub(super) fn rfc3339(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    // Fails only for years beyond 9999.
    whole.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_whole_seconds_of_utc() {
        let time = UNIX_EPOCH + Duration::from_millis(1_795_270_930_999);
        assert_eq!(rfc3339(time), "2026-11-21T14:22:10Z");
    }
}
