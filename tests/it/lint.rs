//! What lint finds, and what it does not.

use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;
use audit_policy::lint::CHECKS;
use audit_policy::lint::LintOptions;
use audit_policy::lint::OnWriteError;
use audit_policy::lint::Order;
use audit_policy::lint::Profile;
use audit_policy::lint::fix;
use audit_policy::lint::lint;
use audit_policy::policy::judge;
use kubectl_audit::template::Template;

const HEAD: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
/// A rule for all the rest, so that a policy is not incomplete besides.
const REST: &str = "- level: Metadata\n";

fn with(text: &str, options: &LintOptions) -> Vec<Finding> {
    lint(text.as_bytes(), Version::NEWEST, options).findings
}

/// The findings in these rules, each as `id@line:column`.
fn rules(rules: &str) -> Vec<String> {
    text(&format!("{HEAD}rules:\n{rules}"))
}

fn text(text: &str) -> Vec<String> {
    with(text, &LintOptions::default()).iter().map(short).collect()
}

fn short(finding: &Finding) -> String {
    format!("{}@{}", finding.id, finding.place.unwrap())
}

/// The words of the only finding in a rule with these lines, which the rule for all the rest
/// follows.
fn words(rule: &str) -> (&'static str, Severity, String, String) {
    let text = format!("{HEAD}rules:\n{rule}{REST}");
    let found = with(&text, &LintOptions::default());
    let [finding] = &found[..] else { panic!("{text}\n{found:#?}") };
    let help = finding.help.clone().unwrap_or_default();
    (finding.id, finding.severity, finding.message.clone(), help)
}

#[test]
fn every_template_is_clean_or_says_why_it_is_not() {
    for template in Template::ALL {
        let set: &[&[&str]] = match template.name {
            "deckhouse" => &[&[], &["drop-probes=true"], &["system-sa-verbs=writes"]],
            _ => &[&[]],
        };
        for settings in set {
            let text = template.render(settings).unwrap();
            for version in [Version::OLDEST, Version::minor(31), Version::NEWEST] {
                let report = lint(text.as_bytes(), version, &LintOptions::default());
                assert_eq!(report.findings, [], "{} {settings:?} on {version}", template.name);
            }
        }
    }
}

#[test]
fn the_cis_template_passes_cis_and_kubescape_and_minimal_only_cis() {
    let passes = |name: &str, profile| {
        let text = Template::find(name).unwrap().render::<&str>(&[]).unwrap();
        with(&text, &LintOptions { profiles: vec![profile], ..LintOptions::default() }).is_empty()
    };
    assert!(passes("cis", Profile::Cis));
    assert!(passes("cis", Profile::Kubescape));
    assert!(passes("minimal", Profile::Cis));
    assert!(!passes("minimal", Profile::Kubescape));
    assert!(!passes("minimal", Profile::Stig));
    assert!(!passes("cks", Profile::Cis));
}

#[test]
fn a_policy_as_stig_wants_it_passes_stig_and_contradicts_cis() {
    let text = format!("{HEAD}rules:\n- level: RequestResponse\n");
    let ids = |profiles: &[Profile]| -> Vec<&str> {
        let options = LintOptions { profiles: profiles.to_vec(), ..LintOptions::default() };
        with(&text, &options).iter().map(|finding| finding.id).collect()
    };
    assert!(!ids(&[Profile::Stig]).contains(&"stig-v-242403"));
    let both = ids(&[Profile::Stig, Profile::Cis]);
    assert_eq!(both.iter().filter(|id| **id == "cis-3.2.2").count(), 4, "{both:?}");
    assert!(both.contains(&"stig-v-242403"));
}

#[test]
fn a_misspelt_selector_is_an_error_and_says_what_is_meant() {
    for (line, meant) in [
        ("resource: []", "resources"),
        ("nonResourceUrls: []", "nonResourceURLs"),
        ("user: []", "users"),
        ("Verbs: []", "verbs"),
        ("apiGroups: []", "resources"),
    ] {
        let (id, severity, message, help) =
            words(&format!("- level: Metadata\n  verbs: [get]\n  {line}\n"));
        assert_eq!((id, severity), ("unknown-field", Severity::Error), "{message}");
        assert!(meant == "resources" || help.contains(meant), "{line}: {help}");
    }
    let (_, _, message, help) = words(
        "- level: Metadata\n  resources:\n  - apiGroup: apps\n    resources: [pods]\n  verbs: [get]\n",
    );
    assert!(message.contains("core group"), "{message}");
    assert_eq!(help, "write `group`");
}

#[test]
fn unknown_fields_are_found_for_servers_that_do_not_warn_of_them() {
    let text = format!("{HEAD}rules:\n- level: Metadata\n  user: [a]\n");
    let report = lint(text.as_bytes(), Version::OLDEST, &LintOptions::default());
    assert_eq!(report.findings.iter().map(short).collect::<Vec<_>>(), ["unknown-field@5:3"]);
}

#[test]
fn a_key_written_twice_is_found_in_yaml_and_json() {
    assert_eq!(rules("- level: None\n  level: Metadata\n"), ["duplicate-key@5:3"]);
    let json = r#"{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"None","level":"Metadata"}]}"#;
    assert_eq!(text(json), ["duplicate-key@1:58"]);
}

#[test]
fn words_that_match_nothing_are_found_where_they_stand() {
    for (line, column) in [
        ("verbs: ['*']", 11),
        ("verbs: [get, List]", 16),
        ("verbs: [exec]", 11),
        ("namespaces: ['kube-*']", 16),
        ("namespaces: [Prod]", 16),
        ("users: ['system:*']", 11),
        ("users: ['system:nodes']", 11),
        ("userGroups: ['*']", 16),
        ("userGroups: ['system:serviceaccount:a:b']", 16),
        ("resources: [{group: '', resources: ['*/*']}]", 39),
        ("resources: [{group: '', resources: ['pod*']}]", 39),
        ("resources: [{group: '', resources: [Pods]}]", 39),
        ("resources: [{group: apps, resources: [deployments.apps]}]", 41),
        ("resources: [{group: '', resources: [nodes], resourceNames: ['a-*']}]", 63),
        ("nonResourceURLs: ['/api/v1/pods*']", 21),
        ("nonResourceURLs: ['/version?x']", 21),
    ] {
        let mut found = rules(&format!("- level: Metadata\n  {line}\n{REST}"));
        // With its only word the whole rule is dead.
        found.retain(|finding| finding != "unreachable-rule@4:3");
        assert_eq!(found, [format!("dead-selector@5:{column}")], "{line}");
    }
    for line in [
        "verbs: [get, post]",
        "namespaces: ['', kube-system]",
        "users: ['system:kube-proxy', 'joe@example.com']",
        "userGroups: ['system:serviceaccounts:x']",
        "resources: [{group: '', resources: ['*', 'pods/*', '*/scale']}]",
        "nonResourceURLs: ['/api*', '/apis/*', '/api/v1', '/healthz*', '*']",
    ] {
        assert_eq!(rules(&format!("- level: Metadata\n  {line}\n{REST}")), [""; 0], "{line}");
    }
}

#[test]
fn resources_are_looked_up_in_their_group() {
    let of = |group: &str, resource: &str| {
        let (id, severity, message, help) = words(&format!(
            "- level: Metadata\n  resources: [{{group: '{group}', resources: ['{resource}']}}]\n"
        ));
        (id, severity, format!("{message}; {help}"))
    };
    for (group, resource, id, severity, says) in [
        ("", "deployments", "wrong-group", Severity::Error, "`group: apps`"),
        ("core", "nodes", "wrong-group", Severity::Error, "`group: \"\"`"),
        ("apps", "ingresses", "wrong-group", Severity::Error, "networking.k8s.io"),
        ("app", "deployments", "wrong-group", Severity::Info, "apps"),
        ("extensions", "ingresses", "wrong-group", Severity::Info, "1.22"),
        ("", "pod", "unknown-resource", Severity::Warning, "write `pods`"),
        ("", "no", "unknown-resource", Severity::Warning, "write `nodes`"),
        ("apps", "deploy", "unknown-resource", Severity::Warning, "write `deployments`"),
        ("apps", "deployments/scal", "unknown-resource", Severity::Warning, "`deployments/scale`"),
        ("", "*/exce", "unknown-resource", Severity::Warning, "no resource"),
        ("", "frobs", "unknown-resource", Severity::Warning, "no resource `frobs`"),
    ] {
        let (found, rated, words) = of(group, resource);
        assert_eq!((found, rated), (id, severity), "{group}/{resource}: {words}");
        assert!(words.contains(says), "{group}/{resource}: {words}");
    }
    for group in ["example.com", "autoscaling.k8s.io", "metrics.k8s.io"] {
        let line = format!("resources: [{{group: {group}, resources: [things]}}]");
        assert_eq!(rules(&format!("- level: Metadata\n  {line}\n{REST}")), [""; 0], "{line}");
    }
}

#[test]
fn a_rule_behind_one_for_everything_is_never_reached() {
    let pods = "- level: Request\n  resources: [{group: '', resources: [pods]}]\n";
    assert_eq!(rules(&format!("{REST}{pods}")), ["unreachable-rule@5:3"]);
    assert_eq!(rules(&format!("{pods}{REST}")), [""; 0]);
    let split = "- level: Request\n  verbs: [get]\n  namespaces: [a]\n- level: None\n  verbs: \
                 [get]\n  namespaces: [b]\n- level: Metadata\n  verbs: [get]\n  namespaces: [a, \
                 b]\n";
    let found = with(&format!("{HEAD}rules:\n{split}{REST}"), &LintOptions::default());
    let [finding] = &found[..] else { panic!("{found:#?}") };
    assert!(finding.message.contains("rule 1 (line 4) and rule 2 (line 7)"), "{finding:?}");
}

#[test]
fn a_broad_rule_that_takes_a_part_of_a_narrow_one_is_found_and_an_exception_is_not() {
    let create = "- level: Request\n  verbs: [create]\n  resources: [{group: '', resources: \
                  [pods]}]\n";
    let broad = "- level: Metadata\n  namespaces: [prod]\n";
    assert_eq!(rules(&format!("{broad}{create}{REST}")), ["shadowed-by-less@6:3"]);
    let exception = "- level: None\n  users: [ann]\n  verbs: [create]\n  resources: [{group: '', \
                     resources: [pods]}]\n";
    assert_eq!(rules(&format!("{exception}{create}{REST}")), [""; 0]);
}

#[test]
fn secret_bodies_are_found_by_what_is_decided_and_not_by_what_is_written() {
    let everything = "- level: Request\n  resources: [{group: ''}]\n";
    assert_eq!(rules(&format!("{everything}{REST}")), ["secret-bodies@4:10"]);
    let guarded = "- level: Metadata\n  resources: [{group: '', resources: [secrets, configmaps, \
                   serviceaccounts/token]}]\n";
    assert_eq!(rules(&format!("{guarded}{everything}{REST}")), [""; 0]);
    let reads = "- level: Request\n  verbs: [get, list]\n  resources: [{group: '', resources: [secrets]}]\n";
    assert_eq!(rules(&format!("{reads}{REST}")), [""; 0]);
    let answers = reads.replace("Request", "RequestResponse");
    assert!(rules(&format!("{answers}{REST}")).contains(&"secret-bodies@4:10".to_owned()));
    let named = "- level: Request\n  namespaces: [prod]\n  users: [joe]\n";
    assert_eq!(rules(&format!("{named}{REST}")), ["secret-bodies@4:10"]);
    let guard = "- level: Metadata\n  namespaces: [prod]\n";
    assert_eq!(rules(&format!("{guard}{named}{REST}")), ["unreachable-rule@6:3"]);
    let guard_of_one = "- level: Metadata\n  users: [ann]\n";
    assert_eq!(rules(&format!("{guard_of_one}{named}{REST}")), ["secret-bodies@6:10"]);
}

#[test]
fn a_policy_without_a_rule_for_the_rest_says_what_is_lost() {
    assert_eq!(
        rules("- level: Metadata\n  userGroups: ['system:authenticated']\n"),
        ["no-catch-all@4:3"]
    );
    assert_eq!(rules(REST), [""; 0]);
}

#[test]
fn a_failed_authentication_must_not_lose_its_only_stage() {
    let whole = format!("{HEAD}omitStages: [RequestReceived, ResponseStarted]\nrules:\n{REST}");
    assert_eq!(text(&whole), ["hides-401@3:31"]);
    assert_eq!(rules("- level: Metadata\n  omitStages: [ResponseStarted]\n"), ["hides-401@5:16"]);
    let users = "- level: Metadata\n  users: [a]\n  omitStages: [ResponseStarted]\n";
    assert_eq!(rules(&format!("{users}{REST}")), [""; 0]);
}

#[test]
fn lists_with_their_bodies_are_found_unless_an_earlier_rule_takes_them() {
    let pods = "- level: RequestResponse\n  resources: [{group: '', resources: [pods]}]\n";
    assert_eq!(rules(&format!("{pods}{REST}")), ["unbounded-bodies@4:10"]);
    let reads = pods.replace("RequestResponse", "Metadata\n  verbs: [list]");
    assert_eq!(rules(&format!("{reads}{pods}{REST}")), [""; 0]);
}

#[test]
fn exec_needs_both_verbs() {
    let exec = |verbs: &str| {
        rules(&format!(
            "- level: Request\n  verbs: [{verbs}]\n  resources: [{{group: '', resources: \
             [pods/exec]}}]\n{REST}"
        ))
    };
    assert_eq!(exec("create"), ["exec-verbs@5:11"]);
    assert_eq!(exec("get"), ["exec-verbs@5:11"]);
    assert_eq!(exec("create, get"), [""; 0]);
}

#[test]
fn a_resource_whose_subresources_are_not_recorded_at_all_is_found() {
    let pods = "- level: Metadata\n  resources: [{group: '', resources: [pods]}]\n";
    assert_eq!(rules(&format!("{pods}- level: None\n")), ["missing-subresource@5:39"]);
    assert_eq!(rules(&format!("{pods}{REST}")), [""; 0]);
}

#[test]
fn blocking_strict_wants_the_stage_request_received() {
    let text = format!("{HEAD}omitStages: [RequestReceived]\nrules:\n{REST}");
    let strict = LintOptions { sink: OnWriteError::Strict, ..LintOptions::default() };
    let found = with(&text, &strict);
    assert_eq!(found.iter().map(short).collect::<Vec<_>>(), ["fail-open@3:14"]);
    assert_eq!(with(&text, &LintOptions::default()), []);
}

#[test]
fn a_removed_version_is_explained_and_the_rest_looked_at_all_the_same() {
    let old = "apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: RequestResponse\n  \
               resources:\n  - group: ''\n- level: Metadata\n";
    assert_eq!(
        text(old),
        ["removed-api-version@1:13", "secret-bodies@4:10", "unbounded-bodies@4:10"]
    );
    let fixed = fix(old, Version::NEWEST, Order::Kept).unwrap();
    assert_eq!(fixed.text, old.replace("v1beta1", "v1"));
    assert!(judge(fixed.text.as_bytes(), Version::NEWEST).is_accepted());
}

#[test]
fn an_ignore_comment_silences_what_it_stands_at_and_nothing_else() {
    let dead = "  verbs: [get, '*']";
    let ignore = "# kubectl-audit: ignore dead-selector it is for later";
    let report = |rules: &str| {
        let text = format!("{HEAD}rules:\n{rules}{REST}");
        let report = lint(text.as_bytes(), Version::NEWEST, &LintOptions::default());
        let ids: Vec<&str> = report.findings.iter().map(|finding| finding.id).collect();
        (ids.join(" "), report.ignored)
    };
    let none = String::new;
    assert_eq!(report(&format!("{ignore}\n- level: None\n{dead}\n")), (none(), 1));
    assert_eq!(report(&format!("- level: None\n{dead} {ignore}\n")), (none(), 1));
    assert_eq!(report(&format!("- level: None\n  {ignore}\n{dead}\n")), (none(), 1));
    assert_eq!(
        report(&format!("- level: None\n  {ignore}\n  verbs:\n  - get\n  - '*'\n")),
        (none(), 1)
    );
    let other = format!("{ignore}\n- level: None\n  verbs: [list]\n- level: None\n{dead}\n");
    assert_eq!(report(&other), ("unused-ignore dead-selector".to_owned(), 0));
    let no_reason = format!("# kubectl-audit: ignore dead-selector\n- level: None\n{dead}\n");
    assert_eq!(report(&no_reason), ("unused-ignore dead-selector".to_owned(), 0));
    let quoted = format!("- level: None\n  verbs: [get, '*', ' {ignore}']\n");
    assert_eq!(report(&quoted), ("dead-selector dead-selector".to_owned(), 0));
}

#[test]
fn a_comment_above_the_first_field_is_about_the_whole_policy() {
    let text = format!(
        "# kubectl-audit: ignore no-catch-all only pods matter here\n{HEAD}rules:\n- level: \
         Metadata\n  resources:\n  - resources: ['*']\n"
    );
    let report = lint(text.as_bytes(), Version::NEWEST, &LintOptions::default());
    assert_eq!((report.findings, report.ignored), (vec![], 1));
}

#[test]
fn lost_indentation_is_repaired_and_the_comments_stay() {
    let broken = format!(
        "{HEAD}omitStages:\n- \"RequestReceived\"\nrules:\n# one\n- level: None\n    users: [ \"a\" ] \
         # who\n    resources:\n    - group: \"\" # core\n        resources: [ \"nodes\" ]\n- level: \
         None\n    nonResourceURLs:\n    - /healthz*\n    - /version\n- level: Metadata"
    );
    assert!(!judge(broken.as_bytes(), Version::NEWEST).is_accepted());
    let fixed = fix(&broken, Version::NEWEST, Order::Kept).unwrap();
    let policy = judge(fixed.text.as_bytes(), Version::NEWEST).outcome.unwrap();
    assert_eq!(policy.policy().rules.len(), 3);
    assert_eq!(policy.policy().rules[0].resources[0].resources, ["nodes"]);
    let bare = |text: &str| text.replace([' '], "");
    assert_eq!(bare(&fixed.text), bare(&broken));
    assert_eq!(fix(&fixed.text, Version::NEWEST, Order::Kept), None);
}

#[test]
fn every_check_has_an_id_of_its_own_and_says_what_it_looks_for() {
    let mut ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), CHECKS.len());
    assert!(CHECKS.iter().all(|check| !check.about.is_empty()));
}

#[test]
fn a_word_that_earlier_rules_take_to_another_record_is_found_and_what_is_left_is_said() {
    let none = "- level: None\n  verbs: [watch]\n";
    let rule = "- level: Request\n  verbs: [create, watch]\n  resources: [{group: '', resources: \
                [pods]}]\n";
    let text = format!("{HEAD}rules:\n{none}{rule}{REST}");
    let found = with(&text, &LintOptions::default());
    let is_partly = |finding: &&Finding| finding.id == "partly-unreachable";
    let partly = found.iter().find(is_partly).unwrap();
    assert_eq!(
        (short(partly), partly.severity),
        ("partly-unreachable@7:19".into(), Severity::Info)
    );
    assert!(partly.message.contains("`watch`"), "{partly:?}");
    assert!(partly.message.contains("rule 1 (line 4)"), "{partly:?}");
    assert!(partly.message.contains("`create pods -n default --as alice`"), "{partly:?}");
    let same = format!("{HEAD}rules:\n{}{rule}{REST}", none.replace("None", "Request"));
    assert_eq!(with(&same, &LintOptions::default()).iter().find(is_partly), None);
    let in_part = none.replace("[watch]", "[watch]\n  namespaces: [a]");
    let in_part = format!("{HEAD}rules:\n{in_part}{rule}{REST}");
    assert_eq!(with(&in_part, &LintOptions::default()).iter().find(is_partly), None);
}

#[test]
fn a_thousand_rules_are_answered_or_said_not_to_be() {
    let rule = |number: usize| {
        format!(
            "- level: {}\n  users: [u{}, u{}]\n  userGroups: [g{}, g{}]\n  verbs: [get, {}]\n  \
             namespaces: [n{}, n{}]\n  resources: [{{group: '', resources: [r{}, r{}/*]}}]\n",
            ["Metadata", "Request"][number % 2],
            number % 13,
            number % 7,
            number % 11,
            number % 5,
            ["list", "watch", "create"][number % 3],
            number % 17,
            number % 3,
            number % 100,
            number * 7 % 100,
        )
    };
    let rules: String = (0..1000).map(rule).collect();
    let found = with(&format!("{HEAD}rules:\n{rules}{REST}"), &LintOptions::default());
    let open = found.iter().find(|finding| finding.message.starts_with("not decided"));
    assert_eq!(open, None);
}

#[test]
fn a_migrated_policy_means_what_it_meant_and_keeps_its_comments() {
    for template in Template::ALL {
        let text = template.render::<&str>(&[]).unwrap();
        let old = text.replace("apiVersion: audit.k8s.io/v1", "apiVersion: audit.k8s.io/v1beta1");
        let fixed = fix(&old, Version::NEWEST, Order::Kept).unwrap();
        let parsed = |text: &str| judge(text.as_bytes(), Version::NEWEST).outcome;
        assert!(parsed(&old).is_err());
        assert_eq!(parsed(&fixed.text).unwrap().policy(), parsed(&text).unwrap().policy());
        assert_eq!(fixed.text, text, "{}", template.name);
    }
}
