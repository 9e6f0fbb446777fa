//! Causes that are not auditing: etcd, the port, other files and flags, the machine.

use std::path::Path;

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Blame, Diagnosis, runtime, text};
use crate::shell::word;

use super::certificate;

/// The id of etcd not answering, of which earlier lines may say more.
pub(super) const ETCD: &str = "etcd-unreachable";

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let judges = [
        encryption,
        service_account,
        feature_gate,
        checks,
        certificate::judge,
        port,
        etcd,
        memory,
        runtime::judge,
        space,
        file,
        crash,
    ];
    judges.iter().find_map(|judge| judge(said))
}

fn encryption(said: &str) -> Option<Diagnosis> {
    let words = ["encryption provider configuration", "encryption-provider-config", "KMS"];
    let found = text::has(said, &words).then(|| {
        Diagnosis::other("encryption-config")
            .cause(format!("The configuration of encryption at rest cannot be used: {said}."))
            .fix("Correct the file that `--encryption-provider-config` names, or its mount.")
            .flag("--encryption-provider-config")
    })?;
    Some(match text::between(said, "configuration file \"", "\"") {
        Some(path) => found.path(path),
        None => found,
    })
}

fn service_account(said: &str) -> Option<Diagnosis> {
    let is_key = said.contains("service-account") || said.contains("/pki/sa.");
    is_key.then(|| {
        Diagnosis::other("service-account-key")
            .cause(format!("The keys or the issuer of service accounts cannot be used: {said}."))
            .fix(
                "Check `--service-account-issuer`, `--service-account-key-file` and \
                 `--service-account-signing-key-file` and the files they name.",
            )
    })
}

fn feature_gate(said: &str) -> Option<Diagnosis> {
    let words = ["feature gate", "--feature-gates", "missing bool value for"];
    text::has(said, &words).then(|| {
        Diagnosis::other("feature-gate")
            .cause(format!("This API server does not take a feature gate: {said}."))
            .fix("Remove it from `--feature-gates`; gates come and go with the version.")
            .flag("--feature-gates")
    })
}

/// `--etcd-servers must be specified` and others of the server's own checks.
fn checks(said: &str) -> Option<Diagnosis> {
    let is_check =
        [" is a required flag", " are required flags", " must be specified", " must be set"]
            .iter()
            .any(|words| said.contains(words))
            || said.contains(" is not a valid mode")
            || (said.contains(" plugin \"") && said.ends_with("is unknown"))
            || said.starts_with("--secure-port ");
    is_check.then(|| {
        Diagnosis::other("flag-refused")
            .cause(format!(
                "The API server refuses flags that have nothing to do with auditing: {said}."
            ))
            .fix("Correct these flags in the manifest.")
    })
}

fn port(said: &str) -> Option<Diagnosis> {
    let address = text::between(said, "listen tcp ", ": bind").unwrap_or("its address");
    if said.contains("address already in use") {
        let port = address.rsplit(':').next().unwrap_or(address);
        return Some(
            Diagnosis::other("port-in-use")
                .cause(format!(
                    "Something else already listens on {address}: often the former API server, \
                     which has not ended yet."
                ))
                .fix(format!("`ss -ltnp 'sport = :{port}'` says who; a lingering pod ends with `crictl stopp`.")),
        );
    }
    let words = ["cannot assign requested address", "bind: permission denied"];
    text::has(said, &words).then(|| {
        Diagnosis::other("address-unavailable")
            .cause(format!("The API server cannot listen on {address}: {}.", text::reason(said)))
            .fix("Compare `--bind-address` and `--secure-port` with `ip address`.")
    })
}

fn etcd(said: &str) -> Option<Diagnosis> {
    let words = ["etcd", "storage factory", "storage backend", ":2379", "createTransport failed"];
    let is_etcd = text::has(said, &words) || said.contains("context deadline exceeded");
    is_etcd.then(|| {
        Diagnosis::other(ETCD)
            .cause("etcd does not answer, and the API server does not start without it.")
            .fix(
                "Look at etcd first: `crictl ps -a --name etcd`, `crictl logs ID`; then compare \
                 `--etcd-servers`.",
            )
    })
}

/// A line of a server that waits for etcd: only this one tells whether it is a certificate.
pub(super) fn waiting(said: &str) -> Option<Diagnosis> {
    if !said.contains("createTransport failed") {
        return None;
    }
    certificate::judge(said).or_else(|| etcd(said))
}

/// Audit buffers grow with a slow webhook, so this may be auditing or not.
fn memory(said: &str) -> Option<Diagnosis> {
    let words =
        ["out of memory", "OOMKilled", "cannot allocate memory", "exit code 137", "exitCode=137"];
    text::has(said, &words).then(|| {
        Diagnosis::unknown("out-of-memory")
            .cause("The API server was ended for want of memory.")
            .fix(
                "`dmesg | grep -i oom` and `free -m`; bodies recorded at RequestResponse and a \
                 slow audit webhook take memory too.",
            )
    })
}

/// The audit log may be what filled it.
fn space(said: &str) -> Option<Diagnosis> {
    (Errno::of(said) == Some(Errno::NoSpace)).then(|| {
        let found = Diagnosis::unknown("disk-full")
            .cause(format!("A disk of this node is full: {said}."))
            .fix("Make room: `df -h`, `df -i`, `du -xsh /var/log/*`.");
        match text::path(said) {
            Some(path) => found.path(path),
            None => found,
        }
    })
}

/// A file that some other flag names.
fn file(said: &str) -> Option<Diagnosis> {
    Errno::of(said)?;
    let path = text::path(said)?;
    let blame = if text::names_auditing(path) { Blame::Unknown } else { Blame::Other };
    Some(
        Diagnosis::new("file-unusable", blame)
            .cause(format!("The API server cannot use `{path}`: {}.", text::reason(said)))
            .fix(format!(
                "`grep -n {} /etc/kubernetes/manifests/kube-apiserver.yaml` says which flag names \
                 it; look whether the file is there and mounted.",
                word(Path::new(path))
            ))
            .path(path),
    )
}

fn crash(said: &str) -> Option<Diagnosis> {
    let starts = ["panic: ", "fatal error: "];
    starts.iter().any(|start| said.starts_with(start)).then(|| {
        Diagnosis::unknown("crash")
            .cause(format!("The API server crashed, which is a fault of its own: {said}."))
            .fix("Go back to what ran before, and look for the message among the known issues of this version.")
    })
}
