//! Holds fresh answers of the real API server against ours.
//!
//! `KUBECTL_AUDIT_ORACLE` names a file that the Go program in `tests/oracle` wrote.

use crate::golden;

use kubectl_audit::host::need::skipped;
use serde_json::Value;

/// How many differences are shown in full.
const SHOWN: usize = 20;

#[test]
fn every_fresh_answer_of_the_server_is_ours() {
    let Ok(path) = std::env::var("KUBECTL_AUDIT_ORACLE") else {
        skipped("oracle");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let mut wrong = vec![];
    let mut count = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        count += 1;
        if let Some(difference) = golden::difference(&line) {
            let text = String::from_utf8_lossy(&golden::text_of(&line)).into_owned();
            wrong.push(format!("{}: {difference}\n{text}", line["id"]));
        }
    }
    let shown = wrong.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n-----\n");
    assert!(wrong.is_empty(), "{} of {count} differ, the first ones:\n{shown}", wrong.len());
    eprintln!("{count} answers agree");
}
