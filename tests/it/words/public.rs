//! Policies of others, which lie outside of the repository: every finding has its place, every
//! example is right, and a repaired policy is accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use audit_policy::api::Version;
use audit_policy::lint::{LintOptions, Order, fix, lint};
use audit_policy::policy::judge;

use super::examples::judged;

/// The files below the directory that `KUBECTL_AUDIT_POLICIES` names.
fn files() -> Vec<PathBuf> {
    let Some(directory) = env::var_os("KUBECTL_AUDIT_POLICIES") else {
        println!("KUBECTL_AUDIT_POLICIES is not set: policies of others are skipped");
        return vec![];
    };
    let entries = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    assert!(!files.is_empty(), "no policy in {}", directory.display());
    files.sort();
    files
}

#[test]
fn every_finding_in_policies_of_others_has_its_place_and_a_right_example() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files() {
        let text = fs::read(&path).unwrap();
        let shown = path.display();
        let lines = String::from_utf8_lossy(&text).lines().count();
        let verdict = judge(&text, Version::NEWEST);
        for finding in lint(&text, Version::NEWEST, &LintOptions::default()).findings {
            *counts.entry(finding.id).or_default() += 1;
            let place = finding.place.unwrap_or_else(|| panic!("{shown}: {finding:?}"));
            assert!((1..=lines).contains(&place.line), "{shown}: {finding:?}");
            assert!(!finding.message.contains("``"), "{shown}: {finding:?}");
            if let Some(policy) = verdict.accepted() {
                judged(policy, &finding).unwrap_or_else(|wrong| panic!("{shown}: {wrong}"));
            }
        }
        let fixed = str::from_utf8(&text)
            .ok()
            .and_then(|text| fix(text, Version::NEWEST, Order::CatchAllLast));
        if let Some(fixed) = fixed.filter(|fixed| !fixed.repairs.is_empty()) {
            let verdict = judge(fixed.text.as_bytes(), Version::NEWEST);
            assert!(verdict.is_accepted(), "{shown}: {:?}", verdict.refusal());
        }
    }
    counts.iter().for_each(|(id, number)| println!("{number:>5} {id}"));
}
