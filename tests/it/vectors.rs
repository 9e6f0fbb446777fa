//! Holds the golden answers of the real API server against ours, without exception.

use crate::golden;

use serde_json::Value;

fn lines(kind: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line: &Value| line["t"] == kind).collect()
}

fn assert_no_difference(lines: &[Value]) {
    let wrong: Vec<String> = lines
        .iter()
        .filter_map(|line| Some(format!("{}: {}", line["id"], golden::difference(line)?)))
        .collect();
    let shown = wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {} differ:\n{shown}", wrong.len(), lines.len());
}

#[test]
fn every_policy_is_judged_as_the_server_judges_it() {
    let lines = lines("check");
    assert_eq!(lines.len(), 573);
    assert_no_difference(&lines);
}

#[test]
fn every_request_is_decided_as_the_server_decides_it() {
    let lines = lines("eval");
    let requests = |line: &Value| line["requests"].as_array().map_or(0, Vec::len);
    assert_eq!((lines.len(), lines.iter().map(requests).sum::<usize>()), (436, 10_259));
    assert_no_difference(&lines);
}

#[test]
fn every_url_asks_for_what_the_server_takes_it_for() {
    let lines = lines("reqinfo");
    assert_eq!(lines.len(), 86);
    assert_no_difference(&lines);
}
