//! What of a manifest has to be proven, and what a request has to look like to be recorded.

use std::path::PathBuf;
use std::time::Duration;

use crate::cli::node::Node;
use crate::health::{Credentials, Sink};
use crate::manifest::Manifest;
use goyaml::go;

/// `--audit-log-batch-max-wait` of a server that is not told (Go: `NewBatchConfig`).
const BATCH_WAIT: Duration = Duration::from_secs(30);

/// Returns where the server of this manifest writes its events; `None` if it writes none.
pub(super) fn sink(manifest: &Manifest) -> Option<Sink> {
    let named = |flag: &str| manifest.flag(flag).filter(|value| !value.is_empty());
    named("audit-policy-file")?;
    match named("audit-log-path") {
        Some("-") => Some(Sink::Output),
        Some(container) => {
            let seen = manifest.seen_at(container).and_then(|seen| seen.node_path);
            Some(Sink::File { node: PathBuf::from(seen?), container: PathBuf::from(container) })
        }
        None => named("audit-webhook-config-file").map(|_| Sink::Webhook),
    }
}

/// Returns how long the server may hold events back.
pub(super) fn batch(manifest: &Manifest) -> Duration {
    if manifest.flag("audit-log-mode") != Some("batch") {
        return Duration::ZERO;
    }
    let wait = manifest.flag("audit-log-batch-max-wait");
    wait.and_then(|text| go::Duration::parse(text).ok()).map_or(BATCH_WAIT, go::Duration::to_std)
}

/// Returns whether the server lets strangers in, as far as a flag tells.
pub(super) fn strangers(manifest: &Manifest) -> bool {
    manifest.flag("anonymous-auth") != Some("false")
}

/// Returns the client certificates that lie on the node.
pub(in crate::cli) fn credentials(node: &Node, manifest: &Manifest) -> Vec<Credentials> {
    let path = |flag: &str| {
        let seen = manifest.seen_at(manifest.flag(flag)?)?;
        seen.node_path.map(PathBuf::from)
    };
    let pair = path("kubelet-client-certificate").zip(path("kubelet-client-key"));
    let pair = pair.as_ref().map(|(certificate, key)| (certificate.as_path(), key.as_path()));
    Credentials::find(node.host.as_ref(), pair)
}
