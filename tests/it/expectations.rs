//! The files in `templates/tests` hold what each template promises; our own `test` checks them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use audit_policy::api::Version;
use audit_policy::expectations::{Expectations, starter};
use audit_policy::policy::judge;
use kubectl_audit::template::Template;

fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/tests");
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_template_keeps_its_promises_and_each_of_its_rules_is_tested() {
    for version in ["1.24", "1.37"] {
        let mut test = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"));
        test.args(["test", "--for", version, "--fail-on", "info"]).args(files());
        let output = test.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_template_has_a_file_of_promises() {
    let tested: BTreeSet<_> =
        files().iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let there: BTreeSet<_> =
        Template::ALL.iter().map(|template| template.name.to_owned()).collect();
    assert_eq!(tested, there);
}

#[test]
fn a_promise_that_is_not_kept_fails() {
    let mut test = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"));
    test.args(["test", "--policy", "templates/minimal.yaml"]).args(files());
    let output = test.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_starter_holds_for_its_policy_and_has_a_request_for_each_rule() {
    for template in Template::ALL {
        let accepted = judge(template.text.as_bytes(), Version::NEWEST).outcome.unwrap();
        let text = starter(&accepted, "policy.yaml", Version::NEWEST, &[]);
        let expectations = Expectations::read(&text).unwrap();
        assert_eq!(expectations.policy.as_deref(), Some("policy.yaml"));
        assert!(!text.contains("no request was found"), "{}: {text}", template.name);
        for case in &expectations.cases {
            let checked = case.check(&accepted, Version::NEWEST);
            assert!(checked.differences.is_empty(), "{}: {case:?}", template.name);
        }
    }
}
