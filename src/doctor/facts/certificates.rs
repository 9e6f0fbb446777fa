//! The certificates and keys that the flags of the server name.

use super::file::At;
use super::reader::FactsReader;
use crate::auditing::FileRef;
use crate::manifest::Manifest;

/// A certificate or key that a flag names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The flag, without dashes.
    pub flag: String,
    /// What is there.
    pub at: At,
}

/// Flags of the server that name certificates and keys: without them it does not start.
const FLAGS: [&str; 15] = [
    "client-ca-file",
    "etcd-cafile",
    "etcd-certfile",
    "etcd-keyfile",
    "kubelet-certificate-authority",
    "kubelet-client-certificate",
    "kubelet-client-key",
    "oidc-ca-file",
    "proxy-client-cert-file",
    "proxy-client-key-file",
    "requestheader-client-ca-file",
    "service-account-key-file",
    "service-account-signing-key-file",
    "tls-cert-file",
    "tls-private-key-file",
];

/// Looks at each file that a mount shows under the path that the flag gives it.
pub(super) fn read(reader: &FactsReader<'_>, manifest: &Manifest) -> Vec<Certificate> {
    let named = manifest.flags().iter().filter(|flag| FLAGS.contains(&flag.name.as_str()));
    let certificate = |flag: &crate::manifest::ManifestFlag| {
        let on_node = FileRef::at(manifest, flag.value()).node?;
        Some(Certificate { flag: flag.name.clone(), at: reader.look(&on_node) })
    };
    named.filter_map(certificate).collect()
}
