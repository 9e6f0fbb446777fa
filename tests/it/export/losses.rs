//! What a target cannot hold is said, and nothing else is.

use kubectl_audit::export::{FilePlace, LogSetting};

use super::{POLICY, distributions, setup, target, write};

fn notes(name: &str, flags: &[(&'static str, &str)]) -> String {
    write(target(name), None, &setup(POLICY, flags)).notes.join("\n")
}

#[test]
fn a_flag_that_is_not_in_the_files_is_in_the_notes() {
    let flags = [("audit-log-compress", "true"), ("audit-webhook-mode", "blocking")];
    let setup = setup(POLICY, &flags);
    for (target, form) in distributions() {
        let export = write(target, form, &setup);
        for (flag, value) in flags {
            let is_held = target.holds.holds(flag);
            let said = format!("--{flag}={value} cannot be set there");
            assert_eq!(export.notes.contains(&said), !is_held, "{} {flag}", target.name);
            let short = flag.trim_start_matches("audit-");
            let texts: String = export
                .files
                .iter()
                .map(|file| file.text.as_str())
                .chain(export.steps.iter().map(String::as_str))
                .collect();
            let is_written = texts.contains(short) || texts.contains("auditWebhookMode");
            assert!(is_written || !is_held, "{} {form:?} drops {flag}\n{texts}", target.name);
        }
    }
}

#[test]
fn what_is_there_anyway_is_no_loss() {
    for flag in [
        ("audit-log-format", "json"),
        ("audit-log-mode", "blocking"),
        ("audit-log-truncate-enabled", "true"),
    ] {
        assert!(!notes("deckhouse", &[flag]).contains(flag.0), "{flag:?}");
    }
    assert!(
        notes("deckhouse", &[("audit-log-maxage", "7")])
            .contains("--audit-log-maxage=7 cannot be set there; it is always 30")
    );
    assert!(
        notes("kubeone", &[("audit-log-mode", "batch")])
            .contains("--audit-log-mode=batch cannot be set there")
    );
}

#[test]
fn a_log_that_stays_elsewhere_is_said() {
    let mut setup = setup(POLICY, &[]);
    setup.log = LogSetting::File(FilePlace {
        node: "/srv/a.log".to_owned(),
        container: "/srv/a.log".to_owned(),
    });
    let said = |name: &str, setup: &_| write(target(name), None, setup).notes.join("\n");
    assert!(
        said("talos", &setup).contains(
            "the log is always /var/log/audit/kube/kube-apiserver.log; /srv/a.log is not"
        )
    );
    assert!(said("gardener", &setup).contains("where events are written"));
    assert!(said("deckhouse", &setup).contains("the log is called audit.log there, not a.log"));
    setup.log = LogSetting::Output;
    assert!(said("openshift", &setup).contains("it cannot go to standard output"));
    assert!(!said("talos", &setup).contains("the log is always"));
}

#[test]
fn every_distribution_that_is_told_on_a_node_names_a_target_that_is_there() {
    use kubectl_audit::distribution::ALL;
    let named: Vec<_> = ALL.iter().filter_map(|distribution| distribution.export).collect();
    assert!(named.iter().all(|name| kubectl_audit::export::find(name).is_some()), "{named:?}");
    // Gardener keeps its control planes where nobody logs in; the others are on a node.
    let without: Vec<_> = distributions()
        .iter()
        .map(|(target, _)| target.name)
        .filter(|name| !named.contains(name))
        .collect();
    assert_eq!(without, ["gardener"]);
}
