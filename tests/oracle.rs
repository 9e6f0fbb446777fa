//! Holds answers of the real API server against ours.
//!
//! `KUBECTL_AUDIT_ORACLE` names a file that the Go program in `tests/oracle` wrote.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test that reads a file and says what it skips"
)]

use std::fs;

use kubectl_audit::yaml;
use serde_json::Value;

/// How many differences are shown in full.
const SHOWN: usize = 20;

fn bytes_of(line: &Value) -> Vec<u8> {
    match (&line["policy"], &line["policyB64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(base64)) => decode_base64(base64),
        _ => vec![],
    }
}

fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = vec![];
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 6 | u32::from(digit(*byte)));
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}

fn judge_yaml(line: &Value) -> Option<String> {
    let ours = yaml::decode_with_places(&bytes_of(line), 256);
    let theirs = line["err"].as_str();
    match (ours, theirs) {
        (Ok(decoded), None) => {
            let json = decoded.value.to_json();
            if json != line["json"] {
                return Some(format!("value: {json}\n  real: {}", line["json"]));
            }
            let strict = (!decoded.duplicates.is_empty())
                .then(|| format!("yaml: unmarshal errors:\n  {}", decoded.duplicates.join("\n  ")));
            (strict.as_deref() != line["strict"].as_str())
                .then(|| format!("strict: {strict:?}\n  real: {}", line["strict"]))
        }
        (Err(error), Some(theirs)) => {
            let known = error.message == theirs;
            (!known).then(|| format!("error: {error}\n   real: {theirs}"))
        }
        (ours, theirs) => Some(format!("{:?}\n real: {theirs:?}", ours.map(|d| d.value.to_json()))),
    }
}

#[test]
fn every_answer_of_the_real_server_is_ours() {
    let Ok(path) = std::env::var("KUBECTL_AUDIT_ORACLE") else {
        eprintln!("skipped: KUBECTL_AUDIT_ORACLE names no file");
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    let mut wrong = vec![];
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let difference = match line["t"].as_str() {
            Some("yaml") => judge_yaml(&line),
            _ => None,
        };
        if let Some(difference) = difference {
            wrong.push(format!(
                "{}: {difference}\n{}",
                line["id"],
                String::from_utf8_lossy(&bytes_of(&line))
            ));
        }
    }
    let shown = wrong.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n-----\n");
    assert!(wrong.is_empty(), "{} differences, the first ones:\n{shown}", wrong.len());
}
