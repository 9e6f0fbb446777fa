//! The processes that are API servers, and which of them belong to a manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use crate::host::{Host, Process};
use crate::manifest::{Manifest, flag_values};

/// Flags that tell the API servers of one machine apart, as where nodes are containers.
const PLACE: [&str; 4] = ["advertise-address", "bind-address", "secure-port", "etcd-prefix"];

/// An API server that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its process.
    pub process: Process,
    flags: BTreeMap<String, String>,
}

/// `USER_HZ`: 100 on every machine that Kubernetes runs on.
const TICKS_PER_SECOND: u64 = 100;

impl Server {
    /// Returns when the process started, in nanoseconds since 1970, on the clock of the node as it
    /// is now; exact to a hundredth of a second.
    #[must_use]
    pub fn started(&self, host: &dyn Host) -> i128 {
        let after_boot = Duration::from_millis(self.process.start_time * 1000 / TICKS_PER_SECOND);
        let age = host.uptime().saturating_sub(after_boot);
        let since = host.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
            - i128::try_from(age.as_nanos()).unwrap_or(i128::MAX)
    }

    /// Returns the API servers that run where `manifest` says.
    #[must_use]
    pub fn of(host: &dyn Host, manifest: &Manifest) -> Vec<Self> {
        let wanted = manifest.flag_values();
        let servers = host.processes().into_iter().filter_map(|running| {
            let arguments = own_arguments(&running.arguments)?;
            Some(Self { process: running.process, flags: flag_values(arguments) })
        });
        servers
            .filter(|server| PLACE.iter().all(|name| server.flags.get(*name) == wanted.get(*name)))
            .collect()
    }

    /// Returns whether it was started with the audit flags of this manifest, all and no other.
    #[must_use]
    pub fn audits_as(&self, manifest: &Manifest) -> bool {
        let wanted = manifest.flag_values();
        audit(&self.flags).eq(audit(&wanted))
    }

    /// Returns the audit flags that it was started with otherwise than this manifest says, sorted.
    #[must_use]
    pub fn audit_flags_unlike(&self, manifest: &Manifest) -> Vec<String> {
        let wanted = manifest.flag_values();
        let names: BTreeSet<&String> =
            audit(&self.flags).chain(audit(&wanted)).map(|it| it.0).collect();
        let unlike = |name: &&String| self.flags.get(*name) != wanted.get(*name);
        names.into_iter().filter(unlike).cloned().collect()
    }
}

fn audit(flags: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    flags.iter().filter(|(name, _)| name.starts_with("audit-"))
}

/// Returns the command line from the server's own name on; `None` for another program.
fn own_arguments(arguments: &[String]) -> Option<&[String]> {
    let name = |at: usize| arguments.get(at)?.rsplit('/').next();
    match (name(0)?, name(1)) {
        ("kube-apiserver", _) => Some(arguments),
        ("hyperkube", Some("kube-apiserver" | "apiserver")) => Some(&arguments[1..]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    fn manifest(flags: &str) -> Manifest {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: kube-apiserver}}\nspec:\n  containers:\n  \
             - name: kube-apiserver\n    image: x\n    command: [kube-apiserver, {flags}]\n"
        );
        Manifest::parse(text.as_bytes()).unwrap()
    }

    fn running(lines: &[&[&str]]) -> Fake {
        let fake = Fake::new();
        for line in lines {
            fake.with(|machine| machine.put_process(line));
        }
        fake
    }

    #[test]
    fn a_server_of_another_place_is_not_ours() {
        let fake = running(&[
            &["/usr/local/bin/kube-apiserver", "--secure-port=6443"],
            &["kube-apiserver", "--secure-port", "7443"],
            &["hyperkube", "kube-apiserver", "--secure-port=6443"],
            &["etcd", "--secure-port=6443"],
            &["vi", "kube-apiserver"],
        ]);
        assert_eq!(Server::of(&fake, &manifest("--secure-port=6443")).len(), 2);
        assert_eq!(Server::of(&fake, &manifest("--v=2")).len(), 0);
    }

    #[test]
    fn the_audit_flags_are_all_of_the_manifests_and_no_other() {
        let fake = running(&[&["kube-apiserver", "--audit-log-path", "-", "--v=4"]]);
        let servers = Server::of(&fake, &manifest("--v=2"));
        assert!(servers[0].audits_as(&manifest("--audit_log_path=-")));
        assert!(!servers[0].audits_as(&manifest("--audit-log-path=/x")));
        assert!(!servers[0].audits_as(&manifest("--v=4")));
        let other = manifest("--audit-log-path=/x, --audit-log-maxage=3");
        let unlike = servers[0].audit_flags_unlike(&other);
        assert_eq!(unlike, ["audit-log-maxage", "audit-log-path"]);
    }
}
