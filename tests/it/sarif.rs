//! What `lint -o sarif` prints, held against what SARIF 2.1.0 asks of a log.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

/// A name with a blank and a percent sign, which a URI has to escape.
const NAME: &str = "my 100% policy.yaml";
const POLICY: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verb: \
                      [get]\n- level: Request\n  verbs: ['*']\n";

fn log() -> Value {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(NAME), POLICY).unwrap();
    let mut lint = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"));
    let output = lint.args(["lint", NAME, "-o", "sarif"]).current_dir(&directory).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every key of an object is one of these.
fn assert_only(object: &Value, keys: &[&str]) {
    for key in object.as_object().unwrap().keys() {
        assert!(keys.contains(&key.as_str()), "`{key}` is no property: {object}");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().filter(|text| !text.is_empty()).unwrap()
}

#[test]
fn the_log_has_one_run_of_this_tool() {
    let log = log();
    assert_only(&log, &["$schema", "version", "runs"]);
    assert_eq!(log["version"], "2.1.0");
    let [run] = &log["runs"].as_array().unwrap()[..] else { panic!("{log}") };
    assert_only(run, &["tool", "columnKind", "results"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    assert_only(driver, &["name", "version", "informationUri", "rules"]);
    assert_eq!(driver["name"], "kubectl-audit");
    assert!(text(&driver["informationUri"]).starts_with("https://"));
}

#[test]
fn every_rule_is_described_once() {
    let log = log();
    let mut ids = BTreeSet::new();
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        assert_only(rule, &["id", "shortDescription", "defaultConfiguration"]);
        assert!(ids.insert(text(&rule["id"]).to_owned()), "{rule}");
        text(&rule["shortDescription"]["text"]);
        assert!(
            ["error", "warning", "note"].contains(&text(&rule["defaultConfiguration"]["level"]))
        );
    }
}

#[test]
fn every_result_is_of_a_rule_and_stands_at_a_place_of_the_file() {
    let log = log();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 2, "{log}");
    for result in results {
        assert_only(result, &["ruleId", "ruleIndex", "level", "message", "locations"]);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&text(&result["level"])));
        text(&result["message"]["text"]);
        let [location] = &result["locations"].as_array().unwrap()[..] else { panic!("{result}") };
        let physical = &location["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "my%20100%25%20policy.yaml");
        let at = |key: &str| usize::try_from(physical["region"][key].as_u64().unwrap()).unwrap();
        let line = POLICY.lines().nth(at("startLine") - 1).unwrap();
        assert!((1..=line.len() + 1).contains(&at("startColumn")), "{result}");
    }
}
