//! The compiled policy says what the linear one says.

use audit_policy::api::GroupResources;
use audit_policy::api::Level;
use audit_policy::api::Policy;
use audit_policy::api::Rule;
use audit_policy::api::Stage;
use audit_policy::api::Version;
use audit_policy::policy::Compiled;
use audit_policy::policy::decide;
use audit_policy::request::Request;
use audit_policy::request::Resource;
use audit_policy::request::User;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::RngSeed;

const NAMES: [&str; 4] = ["a", "b", "", "a-name-longer-than-sixteen"];
const PATTERNS: [&str; 12] = [
    "a",
    "b",
    "a/b",
    "b/a",
    "a/*",
    "*/b",
    "*",
    "*/*",
    "",
    "/",
    "a/b/c",
    "a-name-longer-than-sixteen/a",
];
const PATHS: [&str; 6] = ["/", "/a", "/a*", "/a/b", "*", "/a/b*"];
const STAGES: [Stage; 4] = Stage::ALL;

fn list(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let some = subsequence(of, 0..=of.len().min(3));
    let texts = some.prop_map(|list| list.into_iter().map(str::to_owned).collect());
    prop_oneof![3 => Just(vec![]), 2 => texts]
}

fn entries() -> impl Strategy<Value = Vec<GroupResources>> {
    let entry = (select(&["", "a", "b", "*"][..]), list(&PATTERNS), list(&NAMES));
    let entry = entry.prop_map(|(group, resources, resource_names)| GroupResources {
        group: group.to_owned(),
        resources,
        resource_names,
    });
    prop_oneof![1 => Just(vec![]), 2 => prop::collection::vec(entry, 1..4)]
}

prop_compose! {
    fn rule()(
        level in select(&Level::ALL[..]),
        (users, user_groups, verbs) in (list(&NAMES), list(&NAMES), list(&NAMES)),
        (resources, namespaces) in (entries(), list(&NAMES)),
        non_resource_urls in list(&PATHS),
        omit_stages in subsequence(&STAGES[..], 0..3),
        omit_managed_fields in any::<Option<bool>>(),
    ) -> Rule {
        Rule {
            level, users, user_groups, verbs, resources, namespaces, non_resource_urls,
            omit_stages, omit_managed_fields,
        }
    }
}

prop_compose! {
    fn policy()(
        rules in prop_oneof![prop::collection::vec(rule(), 0..8), prop::collection::vec(rule(), 60..90)],
        omit_stages in subsequence(&STAGES[..], 0..3),
        omit_managed_fields in any::<bool>(),
    ) -> Policy {
        Policy { rules, omit_stages, omit_managed_fields }
    }
}

prop_compose! {
    fn resource()(
        (group, resource) in (select(&["", "a", "b"][..]), select(&["a", "b", "", "a/b", "*"][..])),
        subresource in select(&["", "", "a", "b", "b/c", "*"][..]),
        (name, namespace) in (select(&NAMES[..]), select(&NAMES[..])),
    ) -> Resource<'static> {
        Resource {
            group: group.into(), resource: resource.into(), subresource: subresource.into(),
            name: name.into(), namespace: namespace.into(),
        }
    }
}

prop_compose! {
    fn request()(
        user in prop::option::weighted(0.9, (select(&NAMES[..]), subsequence(&NAMES[..], 0..3))),
        verb in select(&NAMES[..]),
        path in select(&["/", "/a", "/a/b", "/a*", "/abc", ""][..]),
        resource in prop::option::weighted(0.7, resource()),
    ) -> Request<'static> {
        let user = user.map(|(name, groups)| User {
            name: name.into(),
            groups: groups.into_iter().map(Into::into).collect(),
        });
        Request { user, verb: verb.into(), path: path.into(), resource }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn masks_decide_as_one_rule_after_another_does(
        policy in policy(),
        requests in prop::collection::vec(request(), 50),
        minor in 35_u16..=36,
    ) {
        let version = Version::minor(minor);
        let compiled = Compiled::new(&policy, version);
        for request in &requests {
            prop_assert_eq!(compiled.decide(request), &decide(&policy, request, version));
        }
    }
}

#[test]
fn a_policy_of_a_thousand_rules_is_decided_by_its_last_one_too() {
    let rule = |number: usize| Rule { users: vec![format!("user-{number}")], ..Rule::default() };
    let policy = Policy { rules: (0..1000).map(rule).collect(), ..Policy::default() };
    let compiled = Compiled::new(&policy, Version::NEWEST);
    let user = User { name: "user-999".into(), groups: vec![] };
    let request = Request { user: Some(user), ..Request::default() };
    assert_eq!(compiled.decide(&request).rule.unwrap(), 999);
}
