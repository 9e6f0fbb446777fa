//! Export, then import: the same policy and settings, wherever the distribution can hold them.

use audit_policy::analysis::{Bound, ClusterFacts, DecisionEquality, Difference, difference};
use audit_policy::api::Version;
use audit_policy::policy::judge;
use kubectl_audit::export::{FilePlace, FlagSet, LogPlace, LogSetting, PolicyPart};
use kubectl_audit::import::{Imported, import};
use proptest::prelude::*;

use super::{POLICY, distributions, setup, templates, write};

/// The files of an export as one file, policies of their own included.
fn imported(export: &kubectl_audit::export::Export) -> Option<Imported> {
    let files = export
        .files
        .iter()
        .filter(|file| file.name.ends_with("yaml") || file.name.ends_with("yml"));
    let text: Vec<&str> = files.map(|file| file.text.as_str()).collect();
    import(&text.join("---\n")).ok()
}

/// Targets that are settings of a program on the way, not files that say everything.
const NO_FILES: [(&str, Option<&str>); 4] = [
    ("minikube", Some("start")),
    ("minikube", Some("node")),
    ("openshift", None),
    ("microk8s", Some("args")),
];

fn is_same(one: &str, other: &str) -> bool {
    let read =
        |text: &str| judge(text.as_bytes(), Version::NEWEST).outcome.unwrap().policy().clone();
    let (one, other) = (read(one), read(other));
    let world = ClusterFacts::of_every_cluster();
    let found = difference(
        [&one, &other],
        Version::NEWEST,
        world,
        DecisionEquality::Decision,
        Bound::default(),
    );
    found == Difference::Equal
}

fn back(policy: &str, flags: &[(&'static str, &str)], log: LogSetting) {
    let mut setup = setup(policy, flags);
    setup.log = log;
    for (target, form) in distributions() {
        // A patch is a part of a Pod, and Deckhouse adds rules of its own.
        if NO_FILES.contains(&(target.name, form)) || matches!(form, Some("patches" | "keep-basic"))
        {
            continue;
        }
        let export = write(target, form, &setup);
        let found = imported(&export)
            .unwrap_or_else(|| panic!("{} {form:?}: nothing found in {export:#?}", target.name));
        let text = found
            .policy
            .as_deref()
            .unwrap_or_else(|| panic!("{} {form:?}: no policy in {found:#?}", target.name));
        if target.holds.policy != PolicyPart::Profile {
            assert!(is_same(text, policy), "{} {form:?}: {text}", target.name);
        }
        let value = |flag: &str| {
            found.flags.iter().find(|(name, _)| *name == flag).map(|(_, value)| value.as_str())
        };
        let is_file = !matches!(setup.log, LogSetting::Output | LogSetting::None);
        for (flag, wanted) in &setup.flags {
            let is_rotation =
                ["audit-log-maxage", "audit-log-maxbackup", "audit-log-maxsize"].contains(flag);
            let is_given = target.name == "sealos"
                && [
                    ("audit-log-maxbackup", "10"),
                    ("audit-log-maxsize", "100"),
                    ("audit-log-format", "json"),
                ]
                .contains(&(flag, wanted));
            if target.holds.holds(flag) && (is_file || !is_rotation) && !is_given {
                assert_eq!(value(flag), Some(wanted.as_str()), "{} {form:?} {flag}", target.name);
            }
        }
        match (target.holds.log, &setup.log) {
            (LogPlace::Anywhere, LogSetting::File(place)) if target.name != "deckhouse" => {
                let is_given =
                    target.name == "sealos" && place.container == "/var/log/kubernetes/audit.log";
                assert!(
                    is_given || value("audit-log-path") == Some(&place.container),
                    "{}",
                    target.name
                );
            }
            (LogPlace::Anywhere | LogPlace::Fixed { output: true, .. }, LogSetting::Output)
                if target.holds.flags == FlagSet::All =>
            {
                assert_eq!(value("audit-log-path"), Some("-"), "{}", target.name);
            }
            _ => {}
        }
    }
}

#[test]
fn every_template_comes_back_from_every_distribution() {
    for (_, text) in templates() {
        back(text, &[], LogSetting::Usual);
    }
    back(
        POLICY,
        &[("audit-log-compress", "true"), ("audit-webhook-mode", "batch")],
        LogSetting::Output,
    );
}

#[test]
fn a_file_of_nothing_known_is_no_source() {
    for text in ["kind: Namespace\n", "a: b\n", "", "kube-apiserver-arg: [anonymous-auth=false]\n"]
    {
        assert!(import(text).is_err(), "{text}");
    }
    assert!(import("a: [").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn any_values_come_back(
        directory in "/(var|srv)/log/[a-z]{1,8}",
        age in 0..400_u32,
        size in 1..500_u32,
        wait in "[1-9][0-9]{0,2}(ms|s|m)",
        users in prop::collection::vec("[ -~]{1,20}", 1..4),
    ) {
        let names: Vec<String> = users.iter().map(|user| serde_json::to_string(user).unwrap()).collect();
        let policy = format!("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  users: [{}]\n- level: Metadata\n", names.join(", "));
        let path = format!("{directory}/audit.log");
        let (age, size) = (age.to_string(), size.to_string());
        let flags = [("audit-log-maxage", age.as_str()), ("audit-log-maxsize", &size), ("audit-webhook-batch-max-wait", &wait)];
        back(&policy, &flags, LogSetting::File(FilePlace::same(&path)));
    }
}
