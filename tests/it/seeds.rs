//! The policies that the documents print this project came from, as their readers paste them.
//!
//! The documents lie outside of the repository; `KUBECTL_AUDIT_SEEDS` names their directory.

use std::path::Path;
use std::{env, fs};

use audit_policy::api::Version;
use audit_policy::lint::LintOptions;
use audit_policy::lint::Order;
use audit_policy::lint::fix;
use audit_policy::lint::lint;
use audit_policy::policy::judge;
use audit_policy::policy::judge_all;
use kubectl_audit::host::need::skipped;

/// The policies in the document whose name begins like this; `None` if there are no documents here.
fn printed(document: &str) -> Option<Vec<String>> {
    let Some(directory) = env::var_os("KUBECTL_AUDIT_SEEDS") else {
        skipped("seeds");
        return None;
    };
    let entries = fs::read_dir(Path::new(&directory)).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |path: &Path| path.file_name().unwrap().to_str().unwrap().starts_with(document);
    let path = entries.into_iter().find(|path| is_it(path)).unwrap();
    Some(policies(&fs::read_to_string(path).unwrap()))
}

/// Every run of lines that begins with the version of a policy and goes on as one.
fn policies(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &&str| line.trim_start().starts_with("apiVersion: audit.k8s.io/");
    let starts = (0..lines.len()).filter(|at| begins(&lines[*at]));
    let policy = |start: usize| {
        let indent = lines[start].len() - lines[start].trim_start().len();
        let own = lines[start..].iter().map(|line| line.get(indent..).unwrap_or_default());
        let own: Vec<&str> = own.take_while(|line| goes_on(line)).collect();
        own.join("\n").trim_end().to_owned() + "\n"
    };
    starts.map(policy).collect()
}

fn goes_on(line: &str) -> bool {
    const KEYS: [&str; 4] = ["apiVersion:", "kind:", "omitStages:", "rules:"];
    line.is_empty()
        || line.starts_with([' ', '#'])
        || line.starts_with("- ")
        || KEYS.iter().any(|key| line.starts_with(key))
}

/// What lint finds for the newest server, each as `id@line`.
fn found(text: &str) -> Vec<String> {
    let report = lint(text.as_bytes(), Version::NEWEST, &LintOptions::default());
    let line = |finding: audit_policy::finding::Finding| {
        format!("{}@{}", finding.id, finding.place.unwrap().line)
    };
    report.findings.into_iter().map(line).collect()
}

/// Whether servers of every version start with it; that all say the same is part of the answer.
fn is_accepted(text: &str) -> bool {
    let verdicts = judge_all(text.as_bytes());
    let accepted: Vec<bool> = verdicts.iter().map(|range| range.verdict.is_accepted()).collect();
    assert!(accepted.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
    accepted[0]
}

fn rules(text: &str) -> usize {
    judge(text.as_bytes(), Version::NEWEST).outcome.unwrap().policy().rules.len()
}

#[test]
fn the_minimal_policy_of_deckhouse_is_fine() {
    let Some(printed) = printed("000") else { return };
    let [policy] = &printed[..] else { panic!("{printed:?}") };
    assert!(is_accepted(policy));
    assert_eq!(found(policy), [""; 0]);
}

#[test]
fn the_policy_that_lost_its_indentation_is_refused_and_repaired() {
    let Some(printed) = printed("001") else { return };
    let [policy] = &printed[..] else { panic!("{printed:?}") };
    assert!(!is_accepted(policy));
    let fixed = fix(policy, Version::NEWEST, Order::Kept).unwrap();
    assert_eq!(fixed.repairs.len(), 1);
    assert!(is_accepted(&fixed.text));
    let items = policy.lines().filter(|line| line.starts_with("- level:")).count();
    assert_eq!(rules(&fixed.text), items);
    let bare = |text: &str| text.replace(' ', "");
    assert_eq!(bare(&fixed.text), bare(policy));
}

#[test]
fn the_example_of_the_documentation_is_fine_but_for_its_regrets() {
    let Some(printed) = printed("002") else { return };
    let [policy] = &printed[..] else { panic!("{printed:?}") };
    assert!(is_accepted(policy));
    assert!(found(policy).iter().all(|finding| !finding.starts_with("unreachable-rule")));
}

#[test]
fn policies_of_a_removed_version_are_refused_and_migrated() {
    let Some(printed) = printed("003") else { return };
    let [core, everything, gce] = &printed[..] else { panic!("{printed:?}") };
    for policy in [core, everything, gce] {
        assert!(!is_accepted(policy));
        assert!(found(policy).contains(&"removed-api-version@1".to_owned()));
        let fixed = fix(policy, Version::NEWEST, Order::Kept).unwrap();
        assert!(is_accepted(&fixed.text));
        assert_eq!(fixed.text, policy.replace("v1beta1", "v1"));
    }
    let bodies = |policy: &str| {
        let report = lint(policy.as_bytes(), Version::NEWEST, &LintOptions::default());
        let finding = report.findings.into_iter().find(|finding| finding.id == "secret-bodies");
        finding.unwrap().message
    };
    assert!(bodies(core).contains("`secrets`, `configmaps` and `serviceaccounts/token`"));
    // It is older than the tokens that are asked for, and guards all else.
    assert!(bodies(gce).contains("for `serviceaccounts/token` ("), "{}", bodies(gce));
}

#[test]
fn the_solution_of_an_exercise_never_gets_to_its_second_rule() {
    let Some(printed) = printed("004") else { return };
    let [policy] = &printed[..] else { panic!("{printed:?}") };
    assert!(is_accepted(policy));
    assert!(found(policy).contains(&"unreachable-rule@6".to_owned()), "{:?}", found(policy));
    let fixed = fix(policy, Version::NEWEST, Order::CatchAllLast).unwrap();
    assert!(!found(&fixed.text).iter().any(|found| found.starts_with("unreachable-rule")));
}
