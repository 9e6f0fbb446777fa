//! The certificates and keys of the server: gone, or nothing in them.

use std::path::Path;

use super::flags::place;
use crate::diagnosis::Blame;
use crate::doctor::facts::{At, Certificate, Facts};
use crate::doctor::{NodeFinding, Pod};
use crate::manifest::Volume;

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let gone = |(volume, at): &&(Volume, At)| at.is_missing() && are_in(facts, pod, volume, at);
    let directories: Vec<&At> = facts.volumes.iter().filter(gone).map(|(_, at)| at).collect();
    if !directories.is_empty() {
        let all = directories.iter().map(|at| format!("`{}`", at.place.display()));
        let what = format!("the certificates are gone: there is no {}", listed(all));
        return vec![fault(facts, what)];
    }
    files(facts, pod).into_iter().collect()
}

/// A file that a flag names and that is missing, empty, or none. Below a directory nobody starts a
/// server: an image may get its certificates later.
fn files(facts: &Facts, pod: &Pod) -> Option<NodeFinding> {
    let bad: Vec<&Certificate> = facts
        .certificates
        .iter()
        .filter(|it| facts.live && (it.at.is_missing() || it.at.is_directory() || is_empty(&it.at)))
        .collect();
    let first = bad.first()?;
    let all = bad.iter().map(|it| {
        let how = match &it.at {
            at if at.is_missing() => "missing",
            at if at.is_directory() => "a directory",
            _ => "empty",
        };
        format!("`{}` (--{}) is {how}", it.at.place.display(), it.flag)
    });
    let what = format!("the certificates are gone: {}", listed(all));
    Some(fault(facts, what).place(place(pod, &first.flag)))
}

fn is_empty(at: &At) -> bool {
    at.stat().is_some_and(|stat| at.is_file() && stat.size == 0)
}

/// Most things that are written out.
const MOST: usize = 3;

fn listed(things: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = things.collect();
    let more = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    if more > 0 {
        all.push(format!("{more} more"));
    }
    all.join(", ")
}

fn fault(facts: &Facts, what: String) -> NodeFinding {
    let restored = "restore the directory from a backup of this node";
    let authorities = "or copy the authorities (`ca.*`, `front-proxy-ca.*`, `etcd/ca.*`, `sa.*`) from \
                       another control-plane node into it; then `kubeadm init phase certs all` makes \
                       the other ones. Without the keys of the authorities it makes new ones, which \
                       no node and no kubeconfig of this cluster believes";
    let by_hand = match facts.is_kubeadms() {
        true => format!("{restored}, {authorities}"),
        false => format!("{restored}, or make the files again with the tool that made them"),
    };
    NodeFinding::error("certificates-missing", what)
        .file(&facts.file.place)
        .why("the API server does not start without them, whatever its audit settings are")
        .by_hand(by_hand)
        .stops(Blame::Other)
}

/// Returns whether a volume is one of certificates: a flag names some in it, or it is called so.
pub(super) fn are_in(facts: &Facts, pod: &Pod, volume: &Volume, at: &At) -> bool {
    let named = facts.certificates.iter().any(|it| it.at.node.starts_with(&at.node));
    let is_named_so = at.node.components().any(|part| part.as_os_str() == "pki")
        || at.node.ends_with(Path::new("kubernetes/ssl"));
    // The kubelet makes such a directory, empty, where that is not `Directory`.
    let is_made = volume.host_path_type.as_deref() != Some("Directory");
    let is_used = pod.manifest.mounts().iter().any(|mount| mount.volume == volume.name);
    is_used && (named || is_named_so) && (facts.live || !is_made)
}
