use super::*;
use crate::template::Template;
use audit_policy::lint::{LintOptions, lint};

const HEAD: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

fn policy(rules: &str) -> String {
    format!("{HEAD}rules:\n{rules}")
}

fn template(name: &str) -> &'static str {
    Template::find(name).unwrap().text
}

fn add(name: &str, policy: &str) -> MergedPolicy {
    into(policy, template(name)).unwrap()
}

/// The lines that are new, and the check that no other byte changed.
fn new_lines(former: &str, merged: &MergedPolicy) -> Vec<String> {
    let mut old = former.split_inclusive('\n').peekable();
    let new = merged.text.split_inclusive('\n').filter(|line| old.next_if_eq(line).is_none());
    let new: Vec<String> = new.map(str::to_owned).collect();
    assert_eq!(old.next(), None, "a line is gone from {}", merged.text);
    new
}

#[test]
fn the_bodies_of_config_maps_go_in_front_of_the_rule_for_everything() {
    let former = policy("# all\n- level: Metadata # every request\n");
    let merged = add("cks", &former);
    assert_eq!(
        new_lines(&former, &merged).concat(),
        "# The first rule that matches decides. Under a rule without selectors this one would never be\n\
         # reached, and no body would be recorded: the mistake most often made in the exercise.\n\
         # kubectl-audit: ignore secret-bodies the exercise asks for the bodies of ConfigMaps\n\
         - level: Request\n  resources:\n  - group: \"\"\n    resources: [configmaps]\n"
    );
    assert!(merged.text.ends_with("[configmaps]\n# all\n- level: Metadata # every request\n"));
    assert_eq!(merged.covered, 1);
    let place = RuleNumber { rule: 1, line: 7 };
    assert_eq!(merged.added, [AddedRule { place, reached: Some(true) }]);
    assert_eq!((merged.outdone, merged.differs), (vec![], Vec::<String>::new()));
}

#[test]
fn the_mistake_of_the_exercise_is_repaired() {
    let former = policy(
        "- level: Metadata\n- level: Request\n  resources:\n  - group: \"\"\n    resources: [\"configmaps\"]\n",
    );
    let merged = add("cks", &former);
    assert_eq!(merged.added.len(), 1);
    assert_eq!(merged.added[0].place.rule, 1);
    assert_eq!(merged.outdone, [], "the other rule was never reached before either");
}

#[test]
fn exceptions_that_are_there_stay_in_front() {
    let former = policy(
        "- level: None\n  verbs: [get]\n  resources: [{group: \"\", resources: [configmaps]}]\n- level: \
         None\n  nonResourceURLs: [/healthz]\n- level: Metadata\n",
    );
    let merged = add("cks", &former);
    assert_eq!(merged.added[0].place.rule, 3);
}

#[test]
fn a_broad_rule_that_takes_only_a_part_comes_behind() {
    let former = policy(
        "- level: Metadata\n  verbs: [get, list, watch]\n- level: Request\n  verbs: [delete]\n- level: \
         None\n",
    );
    let merged = add("cks", &former);
    let numbers: Vec<usize> = merged.added.iter().map(|added| added.place.rule).collect();
    assert_eq!(numbers, [1, 4]);
    assert_eq!(merged.outdone.iter().map(|rule| rule.rule).collect::<Vec<_>>(), [5]);
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let formers = [
        policy("- level: Metadata\n"),
        policy("- level: None\n"),
        policy("  - level: Request\n    resources: [{group: \"\", resources: [configmaps]}]\n"),
        policy(
            "- level: None\n  users: [a]\n- level: Metadata\n  verbs: [get]\n- level: Request\n",
        ),
        template("gce").to_owned(),
        template("deckhouse").to_owned(),
        template("cis").to_owned(),
    ];
    for former in &formers {
        for one in Template::ALL {
            let merged = add(one.name, former);
            new_lines(former, &merged);
            assert!(merged.added.iter().all(|added| added.reached == Some(true)));
            let again = add(one.name, &merged.text);
            assert_eq!(again.added, [], "{} into {former}", one.name);
            assert_eq!(again.text, merged.text);
        }
    }
}

#[test]
fn a_template_decides_its_requests_as_it_does_alone_where_nothing_is_in_front() {
    let merged = add("deckhouse", &policy("- level: None\n"));
    let [merged, alone] = [merged.text.as_str(), template("deckhouse")].map(|text| {
        judge(text.as_bytes(), Version::NEWEST).outcome.unwrap().policy().rules.clone()
    });
    assert_eq!(merged[..alone.len()], alone[..]);
}

#[test]
fn a_rule_already_there_in_other_words_is_not_added() {
    let former = policy(
        "- level: Request\n  resources:\n    - group: \"\"\n      resources: [configmaps]\n      \
         resourceNames: []\n- level: Metadata\n  verbs: []\n",
    );
    let merged = add("cks", &former);
    assert_eq!((merged.added.len(), merged.covered), (0, 2));
    assert_eq!(merged.text, former);
}

#[test]
fn a_rule_that_stays_behind_an_exception_is_not_called_covered() {
    let former = policy(
        "- level: Request\n  resources: [{group: \"\", resources: [configmaps]}]\n- level: Metadata\n",
    );
    let merged = add("cis", &former);
    assert_eq!((merged.added.len(), merged.covered, merged.overruled), (1, 2, vec![1]));
}

#[test]
fn what_the_template_says_of_all_its_rules_is_told() {
    let former =
        format!("{HEAD}omitStages: [Panic]\nomitManagedFields: true\nrules:\n- level: None\n");
    assert_eq!(add("cks", &former).differs.len(), 2);
}

#[test]
fn stages_that_the_template_leaves_out_of_everything_go_along_with_its_rules() {
    let merged = add("cis", &policy("- level: None\n"));
    assert_eq!(merged.differs, Vec::<String>::new());
    assert_eq!(merged.text.matches("omitStages: [RequestReceived]").count(), merged.added.len());
    let former = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [Panic]\nrules:\n# one event \
                  a request\n- level: Metadata\n  omitStages: [RequestReceived]\n";
    let merged = add("cis", former);
    assert_eq!(merged.outdone, [], "the rule for everything is that of the template");
    let again = add("cis", &merged.text);
    assert_eq!(again.text, merged.text);
}

#[test]
fn lint_rejects_no_policy_into_which_a_template_was_put() {
    let formers = [
        "- level: None\n",
        "- level: Metadata\n",
        "- level: RequestResponse\n  verbs: [create]\n- level: None\n",
        "- level: Request\n  resources: [{group: apps}]\n- level: Metadata\n  omitStages: \
         [RequestReceived]\n",
        "- level: None\n  users: [a]\n- level: Metadata\n  resources: [{group: \"\"}]\n- level: Request\n",
    ];
    let is_error = |text: &str| {
        let report = lint(text.as_bytes(), Version::NEWEST, &LintOptions::default());
        report.findings.iter().any(|finding| finding.severity.to_string() == "error")
    };
    for former in formers.map(policy) {
        for template in Template::ALL {
            let Ok(merged) = into(&former, template.text) else { continue };
            assert!(
                !is_error(&merged.text) || is_error(&former),
                "{}\n{}",
                template.name,
                merged.text
            );
        }
    }
}

#[test]
fn a_policy_without_rules_gets_all_of_them() {
    for rules in ["rules:\n", "rules: []\n", "rules: [] # none yet\n", "rules: null\n# end"] {
        let merged = add("cks", &format!("{HEAD}{rules}"));
        assert_eq!(merged.added.len(), 2, "{rules}");
        assert!(merged.text.starts_with(&format!("{HEAD}rules:")));
        assert!(merged.text.contains("\n  # The first rule that matches decides."));
        assert_eq!(merged.text.contains("# none yet"), rules.contains("# none yet"));
        assert_eq!(merged.text.ends_with("# end"), rules.ends_with("# end"));
    }
}

#[test]
fn what_cannot_be_done_by_lines_is_refused_with_the_step_by_hand() {
    let braces = "{\"apiVersion\": \"audit.k8s.io/v1\", \"rules\": [{\"level\": \"Metadata\"}]}";
    let error = into(braces, template("cks")).unwrap_err();
    let step = RuleGroup { first: 1, last: 1, before: 1 };
    assert_eq!(error, IntoError::NotBelowEachOther { steps: vec![step] });
    assert_eq!(step.to_string(), "rule 1 of the template before what is rule 1 now");
    let nothing = into(&policy("- level: metadata\n"), template("cks")).unwrap_err();
    assert!(nothing.to_string().contains("Unsupported value: \"metadata\""), "{nothing}");
    let both = policy("- level: Metadata\n---\nrules: []\n");
    assert!(add("cks", &both).text.ends_with("\n---\nrules: []\n"));
}
