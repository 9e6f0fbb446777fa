//! `lint` reads what its caller can read, and repairs the file itself.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

const OLD: &str = "apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: Metadata\n";

fn lint(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut lint = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"));
    let output = lint.arg("lint").args(arguments).current_dir(directory).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn links_and_ways_upwards_lead_to_a_policy_and_the_link_stays_one() {
    let stage = tempfile::tempdir().unwrap();
    let (inside, file) = (stage.path().join("inside"), stage.path().join("policy.yaml"));
    fs::create_dir(&inside).unwrap();
    fs::write(&file, OLD).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../policy.yaml", inside.join("link.yaml")).unwrap();
    assert_eq!(lint(&inside, &["../policy.yaml"]), (Some(1), String::new()));
    let (code, said) = lint(&inside, &["--fix", "link.yaml"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("link.yaml repaired"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), OLD.replace("v1beta1", "v1"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(inside.join("link.yaml")).unwrap().is_symlink());
}

#[test]
fn what_is_no_file_is_named_and_so_is_a_rule_that_stays_where_it_is() {
    let stage = tempfile::tempdir().unwrap();
    let (code, said) = lint(stage.path(), &["gone.yaml"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("there is no file gone.yaml"), "{said}");
    let rules = "[{level: None}, # all\n  {level: None, verbs: [get]}]";
    let text = format!("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  {rules}\n");
    fs::write(stage.path().join("flow.yaml"), &text).unwrap();
    let (code, said) = lint(stage.path(), &["--fix", "--reorder", "flow.yaml"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("rule 1 matches everything and stays where it is"), "{said}");
    assert_eq!(fs::read_to_string(stage.path().join("flow.yaml")).unwrap(), text);
}

#[test]
fn a_policy_larger_than_any_is_refused_without_reading_it_whole() {
    let stage = tempfile::tempdir().unwrap();
    let rules = "- {level: Metadata, users: [alice]}\n".repeat(90_000);
    let text = format!("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n{rules}");
    fs::write(stage.path().join("large.yaml"), text).unwrap();
    let (code, said) = lint(stage.path(), &["large.yaml"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("large.yaml is 3.1 MiB large; of a policy at most 2 MiB"), "{said}");
    // This one has no end.
    let (code, said) = lint(stage.path(), &["/dev/zero"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("/dev/zero is larger than 2 MiB"), "{said}");
}
