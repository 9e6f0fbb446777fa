//! Tests of `table`.

use super::*;

#[test]
fn a_flag_is_found_however_the_server_lets_it_be_written() {
    for name in ["audit-log-path", "--audit-log-path", "audit_log_path", "--audit_log-path"] {
        assert_eq!(Flag::find(name).map(Flag::option), Some("log-path"), "{name}");
    }
    assert!(Flag::find("audit-dynamic-configuration").is_none());
    assert!(Flag::find("log-path").is_none());
}

#[test]
fn a_mistyped_flag_has_a_nearest_one() {
    let nearest = |name| Flag::nearest(name).map(|flag| flag.name);
    assert_eq!(nearest("--audit-log-max-age"), Some("audit-log-maxage"));
    assert_eq!(nearest("audit_logs_path"), Some("audit-log-path"));
    assert_eq!(nearest("webhook-config-file"), Some("audit-webhook-config-file"));
    assert_eq!(nearest("anonymous-auth"), None);
}

#[test]
fn only_the_three_rotation_flags_changed_their_default() {
    let changed: Vec<_> = Flag::ALL
        .iter()
        .map(|flag| {
            let default = |minor| flag.default_for(Version::minor(minor));
            (flag.name, default(35), default(36))
        })
        .filter(|(_, old, new)| old != new)
        .collect();
    let all = ["audit-log-maxage", "audit-log-maxbackup", "audit-log-maxsize"];
    let new = ["366", "100", "100"];
    let wanted: Vec<_> =
        all.into_iter().zip(new).map(|(name, new)| (name, "0".into(), new.into())).collect();
    assert_eq!(changed, wanted);
}
