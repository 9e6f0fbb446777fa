//! Small random policies, the same for the same number.

use audit_policy::analysis::ClusterFacts;
use audit_policy::analysis::Identities;
use audit_policy::analysis::ResourceScope;
use audit_policy::api::GroupResources;
use audit_policy::api::Level;
use audit_policy::api::Policy;
use audit_policy::api::Rule;
use audit_policy::api::Stage;

/// A source of numbers that look random (Steele's splitmix64).
pub(crate) struct Random(u64);

const USERS: [&str; 4] = ["alice", "kubelet", "system:anonymous", "system:serviceaccount:x:robot"];
const GROUPS: [&str; 6] = [
    "devs",
    "ops",
    "system:authenticated",
    "system:unauthenticated",
    "system:serviceaccounts",
    "system:serviceaccounts:x",
];
const VERBS: [&str; 8] = ["get", "list", "create", "watch", "delete", "*", "head", "update"];
const NAMESPACES: [&str; 4] = ["x", "y", "", "kube-*"];
const API_GROUPS: [&str; 3] = ["", "apps", "*"];
const RESOURCES: [&str; 11] = [
    "pods",
    "pods/log",
    "pods/*",
    "nodes",
    "namespaces",
    "namespaces/status",
    "namespaces/*",
    "*",
    "*/status",
    "*/log",
    "*/*",
];
const NAMES: [&str; 3] = ["a", "x", ""];
const PATHS: [&str; 9] = [
    "/healthz",
    "/healthz*",
    "/healthz/etcd",
    "/o*",
    "/api*",
    "/api/v1/*",
    "/api/v1/",
    "*",
    "/api/v1/pods",
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// No value in `empty_in` of ten cases, else up to three.
    fn some(&mut self, empty_in: usize, from: &[&str]) -> Vec<String> {
        if self.below(10) < empty_in {
            return vec![];
        }
        (0..=self.below(3)).map(|_| self.pick(from).to_owned()).collect()
    }

    /// A policy of at most so many rules.
    pub(crate) fn policy(&mut self, most: usize) -> Policy {
        Policy {
            rules: (0..=self.below(most)).map(|_| self.rule()).collect(),
            omit_stages: if self.one_in(4) { vec![Stage::RequestReceived] } else { vec![] },
            omit_managed_fields: self.one_in(4),
        }
    }

    pub(crate) fn rule(&mut self) -> Rule {
        let mut rule = Rule {
            level: self.pick(&Level::ALL),
            users: self.some(7, &USERS),
            user_groups: self.some(6, &GROUPS),
            verbs: self.some(5, &VERBS),
            ..Rule::default()
        };
        match self.below(5) {
            0 => {}
            1 => rule.non_resource_urls = self.some(1, &PATHS),
            _ => {
                rule.namespaces = self.some(6, &NAMESPACES);
                rule.resources = (0..self.below(3)).map(|_| self.resources()).collect();
            }
        }
        if self.one_in(4) {
            rule.omit_stages = vec![self.pick(&Stage::ALL)];
        }
        rule.omit_managed_fields = [None, None, Some(true), Some(false)][self.below(4)];
        rule
    }

    fn resources(&mut self) -> GroupResources {
        let resources = self.some(2, &RESOURCES);
        let names = if resources.is_empty() { 10 } else { 6 };
        GroupResources {
            group: self.pick(&API_GROUPS).to_owned(),
            resource_names: self.some(names, &NAMES),
            resources,
        }
    }

    /// A policy that is another one but for some changes.
    pub(crate) fn changed(&mut self, policy: &Policy) -> Policy {
        let mut changed = policy.clone();
        for _ in 0..=self.below(3) {
            let at = self.below(changed.rules.len());
            match self.below(5) {
                0 => changed.rules[at].level = self.pick(&Level::ALL),
                1 => {
                    let rule = changed.rules.remove(at);
                    changed.rules.insert(self.below(changed.rules.len() + 1), rule);
                }
                2 => changed.rules.insert(at, self.rule()),
                3 => changed.rules[at].verbs = self.some(5, &VERBS),
                _ => changed.rules[at].user_groups = self.some(5, &GROUPS),
            }
        }
        changed
    }

    pub(crate) fn world(&mut self) -> ClusterFacts {
        let scopes = [
            ("nodes", ResourceScope::Cluster),
            ("namespaces", ResourceScope::Cluster),
            ("pods", ResourceScope::Namespaced),
        ];
        let known = if self.one_in(2) { scopes.len() } else { 0 };
        let scope = |(resource, scope): &(&str, ResourceScope)| {
            (String::new(), (*resource).to_owned(), *scope)
        };
        ClusterFacts {
            identities: if self.one_in(3) { Identities::Any } else { Identities::AsAuthenticated },
            scopes: scopes[..known].iter().map(scope).collect(),
        }
    }
}
