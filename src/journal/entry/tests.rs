//! Tests of `entry`.

use super::*;

#[test]
fn only_a_stamp_and_an_id_name_an_entry() {
    assert_eq!(id_of("20261121T142210Z-0a1b2c3d"), Some("0a1b2c3d"));
    for name in ["lost+found", "20261121T142210Z", "20261121T142210Z-xyz", ".new-0a1b2c3d"] {
        assert_eq!(id_of(name), None, "{name}");
    }
}

#[test]
fn a_copy_has_a_harmless_name() {
    assert_eq!(body_name(0, Path::new("/etc/audit/policy.yaml")), "0-policy.yaml");
    assert_eq!(body_name(12, Path::new("/etc/it's $HOME\n.yaml")), "12-it_s__HOME_.yaml");
}

#[test]
fn a_newer_version_is_told_and_not_guessed_at() {
    let error = parse(br#"{"version":2,"surprise":true}"#).unwrap_err();
    assert_eq!(error, "it has version 2, this program reads 1");
}
