//! Who else writes the manifest, and what it will write.

use std::collections::BTreeMap;

use crate::doctor::facts::{Facts, Pod};
use crate::doctor::{Fix, NodeFinding};
use crate::kubeadm::{AuditArgs, ClusterConfiguration};
use crate::plan;

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    owner(facts).into_iter().chain(differs(facts, pod)).collect()
}

/// A distribution that overwrites the manifest; what kubeadm will write is compared instead.
fn owner(facts: &Facts) -> Option<NodeFinding> {
    let detected = facts.distribution.as_ref().filter(|_| !facts.is_kubeadms())?;
    let evidence = detected.evidence.first()?;
    let distribution = detected.distribution;
    let finding = NodeFinding::info("manifest-owner", distribution.fate())
        .file(&facts.file.place)
        .why(format!("{evidence}; an edit by hand does not last"))
        .by_hand(distribution.advice());
    Some(finding)
}

/// kubeadm-config, which the next upgrade goes by, has other audit settings than the manifest.
fn differs(facts: &Facts, pod: &Pod) -> Option<NodeFinding> {
    let config = ClusterConfiguration::parse(facts.cluster_configuration.as_ref()?).ok()?;
    let (manifest, config) = (plan::audit_args(&pod.manifest), config.audit_args());
    let (now, next) = (flags(&manifest), flags(&config));
    if now == next {
        return None;
    }
    let (what, why, fix) = match (now.is_empty(), next.is_empty()) {
        (false, true) => (
            "kubeadm-config has no audit settings".to_owned(),
            "the next `kubeadm upgrade` writes the manifest from it, and turns auditing off",
            "enable --persist",
        ),
        (true, false) => (
            "kubeadm-config has audit settings, and the manifest has none".to_owned(),
            "the next `kubeadm upgrade` writes the manifest from it, and turns auditing on",
            "disable --persist",
        ),
        _ => (
            format!(
                "kubeadm-config has other audit settings than the manifest: {}",
                first(&now, &next)
            ),
            "the next `kubeadm upgrade` writes the manifest from it",
            "enable --persist",
        ),
    };
    let finding = NodeFinding::warning("kubeadm-config-differs", what)
        .why(why)
        .fix(Fix::OnNode(fix.to_owned()));
    Some(finding)
}

/// Of a flag that is given twice the last one counts.
fn flags(args: &AuditArgs) -> BTreeMap<&str, &str> {
    args.flags.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The first flag that differs, on both sides.
fn first(now: &BTreeMap<&str, &str>, next: &BTreeMap<&str, &str>) -> String {
    let value = |side: &BTreeMap<&str, &str>, name: &str| {
        side.get(name).map_or("nothing".to_owned(), |value| format!("`{value}`"))
    };
    let name = now.keys().chain(next.keys()).find(|name| now.get(*name) != next.get(*name));
    name.map_or(String::new(), |name| {
        format!("--{name} is {} there, {} here", value(next, name), value(now, name))
    })
}
