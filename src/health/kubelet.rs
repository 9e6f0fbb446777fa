//! What the kubelet says: with the API away, its journal is the only place where it says anything.

use std::path::Path;
use std::time::Duration;

use crate::diagnosis::{About, complaints, of_kubelet};
use crate::host::Host;
use crate::manifest::Manifest;

/// Units the kubelet runs as.
const UNITS: [&str; 2] = ["kubelet", "snap.kubelet.daemon"];
/// A journal on a slow disk takes a moment.
const JOURNALCTL: Duration = Duration::from_secs(15);

/// Returns what the kubelet wrote to the journal in the last `seconds`; nothing where there is no
/// journal, which is not the kubelet's fault.
#[must_use]
pub fn journal(host: &dyn Host, seconds: u64) -> String {
    let since = format!("--since=-{seconds}s");
    let mut arguments = vec!["--no-pager", "--output=cat", &since];
    for unit in UNITS {
        arguments.extend(["--unit", unit]);
    }
    host.run("journalctl", &arguments, JOURNALCTL).map(|ran| ran.output).unwrap_or_default()
}

/// Returns the kubelet's newest complaint about the pod of this manifest that time does not mend: it
/// refuses the manifest, or cannot mount what the manifest names.
#[must_use]
pub fn complaint(journal: &str, path: &Path, manifest: &Manifest) -> Option<String> {
    let path = path.to_string_lossy();
    let about = About { manifest: &path, pod: manifest.pod_name() };
    complaints(journal, about).into_iter().rfind(|line| {
        of_kubelet(line).is_some_and(|it| {
            it.id != "pod-not-synced" && STANDING.iter().any(|begin| it.id.starts_with(begin))
        })
    })
}

/// How the ids of such complaints begin.
const STANDING: [&str; 4] = ["manifest-", "pod-", "host-path-", "mount-"];

/// Returns whether a kubelet can be seen running.
#[must_use]
pub fn runs(host: &dyn Host) -> bool {
    let is_kubelet = |name: &str| matches!(name.rsplit('/').next(), Some("kubelet" | "hyperkube"));
    host.processes()
        .iter()
        .any(|running| running.arguments.first().is_some_and(|name| is_kubelet(name)))
}
