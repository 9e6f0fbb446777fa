//! What may go unrecorded, and what never does.

use audit_policy::request::Request;

/// Who sends requests by themselves, and everyone else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum NoiseSource {
    /// The kubelets.
    Nodes,
    /// A component or a service account, by its name.
    Program(String),
    /// People, and requests without a user: they are never silenced by who they are.
    Others,
}

/// The group of the kubelets.
pub(super) const NODES: &str = "system:nodes";

impl NoiseSource {
    pub(super) fn of(request: &Request<'_>) -> Self {
        let Some(user) = &request.user else { return Self::Others };
        if user.name.starts_with("system:node:") && user.groups.iter().any(|group| group == NODES) {
            return Self::Nodes;
        }
        let programs = ["system:serviceaccount:", "system:kube-", "system:apiserver"];
        if programs.iter().any(|prefix| user.name.starts_with(prefix)) {
            return Self::Program(user.name.to_string());
        }
        Self::Others
    }

    /// Returns what tells one from another.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Nodes => NODES,
            Self::Program(name) => name,
            Self::Others => "",
        }
    }
}

/// What a request is about, as a rule could name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum NoiseTarget {
    /// A resource of a group, with its subresource after a slash.
    Resource { group: String, name: String },
    /// Paths, as a rule would write them; empty for others.
    Path(&'static str),
}

impl NoiseTarget {
    pub(super) fn of(request: &Request<'_>) -> Self {
        let Some(asked) = &request.resource else { return Self::Path(Self::path(&request.path)) };
        let mut name = asked.resource.to_string();
        if !asked.subresource.is_empty() {
            name.push('/');
            name.push_str(&asked.subresource);
        }
        Self::Resource { group: asked.group.to_string(), name }
    }

    /// Returns how a rule names a path that is asked for again and again.
    pub(super) fn path(path: &str) -> &'static str {
        let begins = |pattern: &&&str| path.starts_with(pattern.trim_end_matches('*'));
        PROBES.iter().chain(&DISCOVERY).find(begins).copied().unwrap_or("")
    }
}

/// Whether the server is well: asked for by probes and load balancers.
const PROBES: [&str; 3] = ["/healthz*", "/livez*", "/readyz*"];
/// Which APIs there are. No resource is directly below these paths, so only discovery does.
const DISCOVERY: [&str; 4] = ["/openapi*", "/apis*", "/api*", "/version*"];

/// Why requests are noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Noise {
    /// A program reads.
    Reads,
    /// A program says that it lives, or what state something is in.
    State,
    /// Probes of the server's health.
    Probes,
    /// A program looks which APIs there are.
    Discovery,
}

const READS: [&str; 3] = ["get", "list", "watch"];

/// What holds secrets or grants permissions, by group and name: it is recorded, no matter who reads it.
/// CIS 3.2.2 wants the first four.
const KEPT: [(&str, &str); 9] = [
    ("", "secrets"),
    ("", "configmaps"),
    ("", "serviceaccounts"),
    ("authentication.k8s.io", "*"),
    ("rbac.authorization.k8s.io", "*"),
    ("certificates.k8s.io", "*"),
    ("admissionregistration.k8s.io", "*"),
    ("apiextensions.k8s.io", "*"),
    ("apiregistration.k8s.io", "*"),
];

/// Ways into a container or past the API.
const WAYS_IN: [&str; 7] =
    ["exec", "attach", "portforward", "proxy", "log", "ephemeralcontainers", "token"];

/// What programs write all the time, and what is rewritten before anybody could look.
const STATE: [(&str, &str); 9] = [
    ("coordination.k8s.io", "leases"),
    ("", "nodes/status"),
    ("", "endpoints"),
    ("discovery.k8s.io", "endpointslices"),
    ("", "events"),
    ("events.k8s.io", "events"),
    ("authorization.k8s.io", "subjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectaccessreviews"),
    ("metrics.k8s.io", "*"),
];

impl Noise {
    /// Returns why a request may go unrecorded; `None` if it may not.
    pub(super) fn of(who: &NoiseSource, verb: &str, target: &NoiseTarget) -> Option<Self> {
        match target {
            NoiseTarget::Path(path) if verb != "get" || path.is_empty() => None,
            NoiseTarget::Path(path) if PROBES.contains(path) => Some(Self::Probes),
            NoiseTarget::Path(_) if *who != NoiseSource::Others => Some(Self::Discovery),
            NoiseTarget::Resource { group, name } if *who != NoiseSource::Others => {
                let (resource, subresource) = name.split_once('/').unwrap_or((name, ""));
                let is = |(a_group, a_name): &(&str, &str)| {
                    group == a_group && (*a_name == "*" || *a_name == resource)
                };
                if KEPT.iter().any(is) || WAYS_IN.contains(&subresource) {
                    return None;
                }
                let is_state = |(a_group, a_name): &(&str, &str)| {
                    group == a_group && (*a_name == "*" || a_name == name)
                };
                if READS.contains(&verb) {
                    Some(Self::Reads)
                } else if matches!(verb, "create" | "update" | "patch")
                    && STATE.iter().any(is_state)
                {
                    Some(Self::State)
                } else {
                    None
                }
            }
            _ => None,
        }
    }
}

/// Says whether the bodies of a request may be left out while who, what and when stay: those of
/// reads, and those of a status, which is written again and again.
pub(super) fn may_lose_bodies(verb: &str, target: &NoiseTarget) -> bool {
    match target {
        NoiseTarget::Resource { name, .. } => {
            READS.contains(&verb) || matches!(verb, "update" | "patch") && name.ends_with("/status")
        }
        NoiseTarget::Path(_) => false,
    }
}
