//! Holds our reading of the audit flags against the real server library.
//!
//! `tests/data/flag-runs.jsonl` is what the program in `tests/oracle/flags` prints.

use audit_policy::api::Version;
use kubectl_audit::flags::{AuditOptions, Flag, aggregate, check};
use serde_json::Value;

const RUNS: &str = include_str!("../data/flag-runs.jsonl");

fn lines() -> impl Iterator<Item = Value> {
    RUNS.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// What ends a server of the newest version that is started with these words.
fn error(words: &[&str]) -> Option<String> {
    let flags = words.iter().map(|word| {
        let word = word.strip_prefix("--").unwrap();
        word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)))
    });
    match AuditOptions::read(Version::NEWEST, flags) {
        Ok(options) => aggregate(&check(&options)),
        Err(error) => Some(error.to_string()),
    }
}

#[test]
fn the_table_holds_every_flag_with_its_kind_and_default() {
    let wanted: Vec<_> = lines()
        .filter(|line| line.get("flag").is_some())
        .map(|line| ["flag", "kind", "default"].map(|key| line[key].as_str().unwrap().to_owned()))
        .collect();
    let ours: Vec<_> = Flag::ALL
        .iter()
        .map(|flag| {
            [flag.name.to_owned(), flag.kind().to_owned(), flag.default_for(Version::NEWEST)]
        })
        .collect();
    assert_eq!(ours, wanted);
    assert_eq!(ours.len(), 32);
}

#[test]
fn every_command_line_ends_as_the_server_ends_it() {
    let mut runs = 0;
    let mut different = vec![];
    for line in lines().filter(|line| line.get("args").is_some()) {
        let words: Vec<&str> =
            line["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let ours = error(&words);
        if ours.as_deref() != line["error"].as_str() {
            different.push(format!("{words:?}\n  ours: {ours:?}\n  server: {}", line["error"]));
        }
        runs += 1;
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(runs > 150, "only {runs} command lines were tried");
}

#[test]
fn each_flag_sets_a_value_of_its_own() {
    let defaults = AuditOptions::defaults(Version::NEWEST);
    let mut seen = vec![];
    for flag in Flag::ALL.iter().filter(|flag| flag.instead.is_none()) {
        let mut options = defaults.clone();
        let value = match flag.kind() {
            "bool" => (flag.default_for(Version::NEWEST) == "false").to_string(),
            "duration" => "7h".to_owned(),
            _ => "7".to_owned(),
        };
        options.set(flag.name, Some(&value)).unwrap();
        assert!(options != defaults, "{flag:?} sets nothing");
        assert!(!seen.contains(&options), "{flag:?} sets what another flag sets");
        seen.push(options);
    }
}

#[test]
fn the_deprecated_flag_sets_the_value_of_the_one_that_replaces_it() {
    let old = Flag::find("audit-webhook-batch-initial-backoff").unwrap();
    let mut options = AuditOptions::defaults(Version::NEWEST);
    options.set("audit-webhook-initial-backoff", Some("1s")).unwrap();
    options.set(old.name, Some("2s")).unwrap();
    assert_eq!(options.webhook.initial_backoff.to_string(), "2s");
}

#[test]
fn flags_of_other_parts_of_the_server_are_passed_over() {
    let flags = [("etcd-servers", Some("x")), ("v", None), ("audit-log-path", Some("-"))];
    let options = AuditOptions::read(Version::OLDEST, flags).unwrap();
    assert_eq!(options.log.path, "-");
}
