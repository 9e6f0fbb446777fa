//! Proof that the server records: a request of this program that its policy records, found in its log.

use std::path::{Path, PathBuf};

use super::pod_logs::names;
use crate::host::{Host, Process};
use audit_policy::api::Level;
use audit_policy::api::Stage;
use audit_policy::api::Version;
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;
use audit_policy::request;
use audit_policy::request::Request;
use audit_policy::request::User;

/// Requests that anybody may send and that change nothing, the most telling ones first. Those that
/// a stranger is refused are recorded as well.
const REQUESTS: [&str; 10] = [
    "/version",
    "/api/v1/namespaces/kube-system",
    "/api/v1/nodes",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/api/v1/namespaces/kube-system/secrets",
    "/api/v1/namespaces/default/pods",
    "/api",
    "/readyz",
    "/healthz",
    "/kubectl-audit",
];

/// Whom the server takes a stranger for.
const STRANGER: (&str, &str) = ("system:anonymous", "system:unauthenticated");

/// Returns the first of our requests that this policy records, for a server that lets strangers in
/// or not; `None` if it records none of them.
#[must_use]
pub fn request(policy: &AcceptedPolicy, version: Version, strangers: bool) -> Option<&'static str> {
    REQUESTS.into_iter().find(|path| {
        let Ok(asked) = request::request_info("GET", path) else { return false };
        let user =
            strangers.then(|| User { name: STRANGER.0.into(), groups: vec![STRANGER.1.into()] });
        let asked = Request { user, ..asked.request };
        let decision = policy::decide(policy.policy(), &asked, version);
        // A request that fails authentication is written in one stage only
        // (Go: withFailedAuthenticationAudit).
        let stages: &[Stage] = if strangers {
            &[Stage::RequestReceived, Stage::ResponseComplete]
        } else {
            &[Stage::ResponseStarted]
        };
        decision.level > Level::None
            && stages.iter().any(|stage| !decision.omit_stages.contains(stage))
    })
}

/// Where the log of a server ends now: what comes after was written later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogPosition {
    inode: (u64, u64),
    size: u64,
}

impl LogPosition {
    /// Looks at a log. One that is not there yet ends at its beginning.
    #[must_use]
    pub fn of(host: &dyn Host, log: &Path) -> Self {
        let stat = host.stat(log).ok().flatten();
        stat.map_or_else(Self::default, |stat| Self { inode: stat.inode, size: stat.size })
    }

    /// Returns whether what was written to `log` since then names `id`. A log that was rotated
    /// meanwhile is read from its beginning.
    #[must_use]
    pub fn is_followed_by(&self, host: &dyn Host, log: &Path, id: &str) -> bool {
        let now = Self::of(host, log);
        let same = now.inode == self.inode && now.size >= self.size;
        let from = if same { self.size } else { 0 };
        host.read_from(log, from).is_ok_and(|bytes| names(&bytes, id))
    }
}

/// Returns whether what a process calls `inside` is the file `outside` of the node.
///
/// A server that starts makes its log at once and ends where it cannot (Go: `ensureLogFile`), but
/// opens it with the first event: so an open descriptor would be asked too much of one that records
/// nothing.
#[must_use]
pub fn sees(host: &dyn Host, process: &Process, inside: &Path, outside: &Path) -> bool {
    same_file(host, process, inside, outside) == Some(true)
}

/// Returns whether what a process calls `inside` is the file `outside` of the node; `None` if one of
/// them is not there, or we may not look.
#[must_use]
pub fn same_file(
    host: &dyn Host,
    process: &Process,
    inside: &Path,
    outside: &Path,
) -> Option<bool> {
    let root = PathBuf::from(format!("/proc/{}/root", process.pid));
    let inode = |path: &Path| Some(host.stat(path).ok()??.inode);
    let seen = inode(&root.join(inside.strip_prefix("/").ok()?))?;
    Some(seen == inode(outside)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    const LOG: &str = "/var/log/kubernetes/audit/audit.log";
    const INSIDE: &str = "/var/log/audit/audit.log";

    /// A server whose container has the directory of the log as a mount, here a link.
    fn server(mounted: &str) -> (Fake, Process) {
        let fake = Fake::new();
        let process = fake.with(|machine| {
            machine.put(LOG, b"", 0o600);
            machine.put("/container/own/audit.log", b"", 0o600);
            machine.put_directory("/container/var/log", 0o755);
            machine.put_symlink("/container/var/log/audit", mounted);
            let process = machine.put_process(&["kube-apiserver"]);
            machine.put_directory(format!("/proc/{}", process.pid), 0o755);
            machine.put_symlink(format!("/proc/{}/root", process.pid), "/container");
            process
        });
        (fake, process)
    }

    #[test]
    fn a_server_sees_the_log_of_the_node_where_its_directory_is_mounted() {
        let (fake, process) = server("/var/log/kubernetes/audit");
        assert!(sees(&fake, &process, Path::new(INSIDE), Path::new(LOG)));
    }

    #[test]
    fn a_log_in_the_layer_of_the_container_is_not_the_one_of_the_node() {
        let (fake, process) = server("/container/own");
        assert!(!sees(&fake, &process, Path::new(INSIDE), Path::new(LOG)));
        assert!(!sees(&fake, &process, Path::new("/nowhere"), Path::new("/nowhere")));
    }
}
