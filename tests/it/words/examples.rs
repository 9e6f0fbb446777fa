//! Every example that lint and diff print, asked of `explain`, is decided as they say.

use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::policy::{AcceptedPolicy, decide};
use audit_policy::request::{CanI, NamespaceChoice, ask, user};
use proptest::prelude::*;

use super::{HEAD, accepted, lint_text};

/// The request that the arguments of `explain` stand for.
fn request(arguments: &str) -> audit_policy::request::Request<'static> {
    let mut words = arguments.split(' ');
    let (verb, target) = (words.next().unwrap(), words.next().unwrap());
    let (mut scope, mut name, mut sub) = (NamespaceChoice::Unsaid, "", "");
    let (mut who, mut groups) = (None, vec![]);
    while let Some(word) = words.next() {
        match word {
            "-A" => scope = NamespaceChoice::All,
            "-n" => scope = NamespaceChoice::Namespace(words.next().unwrap()),
            "--as" => who = words.next(),
            "--as-group" => groups.push(words.next().unwrap().to_owned()),
            "--subresource" => sub = words.next().unwrap(),
            "--no-user" => {}
            other => name = other,
        }
    }
    let mut request = ask(CanI { verb, target, name, subresource: sub, scope }).unwrap().request;
    request.user = who.map(|who| user(who, &groups));
    request
}

/// What a message says: the example, and the level at which it is recorded.
fn claim(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("for example `")?;
    let (arguments, rest) = rest.split_once('`')?;
    let level = match rest.split_once("is recorded at ") {
        Some((_, level)) => level.split(',').next()?,
        None => "",
    };
    Some((arguments, level))
}

/// Returns what is wrong with the example of a finding: it is decided otherwise than the finding says,
/// or by another rule than the one at its place.
pub(super) fn judged(policy: &AcceptedPolicy, finding: &Finding) -> Result<(), String> {
    let Some((arguments, level)) = claim(&finding.message) else { return Ok(()) };
    let decision = decide(policy.policy(), &request(arguments), Version::NEWEST);
    if !level.is_empty() {
        let right = decision.level.name() == level;
        return right.then_some(()).ok_or(format!("{}: {}", finding.message, decision.level));
    }
    let starts = policy.rule_places();
    let place = finding.place.ok_or("no place")?;
    let of = starts.iter().rposition(|start| start.line <= place.line);
    let right = decision.rule == of;
    right.then_some(()).ok_or(format!("{}: decided by {:?}", finding.message, decision.rule))
}

fn list(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::subsequence(words, 0..=2).prop_map(|words| format!("{words:?}"))
}

fn rule() -> impl Strategy<Value = String> {
    let level = prop::sample::select(vec!["None", "Metadata", "Request", "RequestResponse"]);
    let people = prop::sample::select(vec![
        "",
        "  userGroups: [\"system:masters\"]\n",
        "  userGroups: [ops]\n",
        "  userGroups: [\"system:serviceaccounts\"]\n",
        "  users: [\"system:anonymous\"]\n",
    ]);
    let targets = prop::sample::select(vec![
        "",
        "  resources: [{group: \"\"}]\n",
        "  resources: [{group: \"\", resources: [pods, secrets]}]\n",
        "  resources: [{group: \"\", resources: [\"pods/*\", configmaps]}, {group: apps}]\n",
        "  resources: [{group: \"\", resources: [pods], resourceNames: [log, web]}]\n",
        "  resources: [{group: batch, resources: [\"*/status\"]}]\n",
        "  nonResourceURLs: [\"/healthz*\"]\n",
        "  namespaces: [kube-system]\n",
    ]);
    let verbs = list(&["get", "list", "create", "delete", "watch", "deletecollection"]);
    (level, people, targets, verbs).prop_map(|(level, people, targets, verbs)| {
        let verbs = if verbs == "[]" { String::new() } else { format!("  verbs: {verbs}\n") };
        format!("- level: {level}\n{people}{targets}{verbs}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_example_of_lint_is_decided_as_lint_says(rules in prop::collection::vec(rule(), 1..6)) {
        let rules = rules.concat() + "- level: Metadata\n";
        let policy = accepted(&rules);
        for finding in lint_text(&format!("{HEAD}rules:\n{rules}")) {
            if let Err(wrong) = judged(&policy, &finding) {
                prop_assert!(false, "{}\n{}", rules, wrong);
            }
        }
    }

    #[test]
    fn every_example_of_diff_is_decided_as_diff_says(
        old in prop::collection::vec(rule(), 1..4),
        new in prop::collection::vec(rule(), 1..4),
    ) {
        use audit_policy::analysis::{Bound, DecisionEquality, ClusterFacts, difference};
        let policies = [old, new].map(|rules| accepted(&rules.concat()));
        let both = [policies[0].policy(), policies[1].policy()];
        let world = ClusterFacts::of_every_cluster();
        let found = difference(both, Version::NEWEST, world, DecisionEquality::Observed, Bound::default());
        for change in found.changes() {
            let words = audit_policy::request::Words::of(&change.example);
            let Some(arguments) = words.and_then(|words| words.arguments()) else { continue };
            let request = request(&arguments.join(" "));
            prop_assert_eq!(&decide(both[0], &request, Version::NEWEST), &change.before);
            prop_assert_eq!(&decide(both[1], &request, Version::NEWEST), &change.after);
        }
    }
}
