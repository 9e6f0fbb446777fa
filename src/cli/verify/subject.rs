//! What of a manifest has to be proven, and what a request has to look like to be recorded.

use crate::auditing::FileRef;
use crate::cli::node::Node;
use crate::health::Credentials;
use crate::manifest::Manifest;

/// Returns whether the server lets strangers in, as far as a flag tells.
pub(super) fn strangers(manifest: &Manifest) -> bool {
    manifest.flag("anonymous-auth") != Some("false")
}

/// Returns the client certificates that lie on the node.
pub(in crate::cli) fn credentials(node: &Node, manifest: &Manifest) -> Vec<Credentials> {
    let path = |flag: &str| FileRef::of(manifest, flag)?.node;
    let pair = path("kubelet-client-certificate").zip(path("kubelet-client-key"));
    let pair = pair.as_ref().map(|(certificate, key)| (certificate.as_path(), key.as_path()));
    Credentials::find(node.host.as_ref(), pair)
}
