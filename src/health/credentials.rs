//! Client certificates that are on a control-plane node, for servers that tell strangers nothing.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, parse_pem};

use crate::host::{FileKind, Host};

/// The kubelet's own certificate and key, in one file. A link that the kubelet turns over.
const KUBELET: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";
/// Kubeconfigs that kubeadm writes for people.
const KUBECONFIGS: [&str; 2] = ["/etc/kubernetes/admin.conf", "/etc/kubernetes/super-admin.conf"];
/// A link to a link is one more than the kubelet makes.
const MOST_LINKS: usize = 4;

/// A client certificate and its key.
#[derive(Clone)]
pub struct Credentials {
    certificate: ClientCert,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Credentials")
    }
}

impl Credentials {
    /// Reads what a node has: the certificate with which the API server asks the kubelet (`pair`,
    /// paths of certificate and key on the node), the kubelet's own, the administrator's. What is
    /// missing or unreadable is left out.
    #[must_use]
    pub fn find(host: &dyn Host, pair: Option<(&Path, &Path)>) -> Vec<Self> {
        let of_server = pair.and_then(|(certificate, key)| {
            let key = read(host, key)?;
            Self::from_pem(&[&read(host, certificate)?[..], b"\n", &key].concat())
        });
        let of_kubelet = read(host, Path::new(KUBELET)).and_then(|pem| Self::from_pem(&pem));
        let of_people = KUBECONFIGS.iter().filter_map(|path| {
            Self::from_kubeconfig(&String::from_utf8(read(host, Path::new(path))?).ok()?)
        });
        of_server.into_iter().chain(of_kubelet).chain(of_people).collect()
    }

    fn from_pem(pem: &[u8]) -> Option<Self> {
        let mut chain: Vec<Certificate<'static>> = vec![];
        let mut key: Option<PrivateKey<'static>> = None;
        for item in parse_pem(pem).flatten() {
            match item {
                PemItem::Certificate(certificate) => chain.push(certificate),
                PemItem::PrivateKey(private) => key = Some(private),
                _ => {}
            }
        }
        let key = key.filter(|_| !chain.is_empty())?;
        Some(Self { certificate: ClientCert::new_with_certs(&chain, key) })
    }

    /// Takes the user of the current context, else the first one. Only certificates within the file.
    fn from_kubeconfig(text: &str) -> Option<Self> {
        let config = goyaml::decode(text).ok()?;
        let named = |list: &str, name: &Value| {
            config.get(list)?.as_array()?.iter().find(|it| it.get("name") == Some(name)).cloned()
        };
        let user = config
            .get("current-context")
            .and_then(|context| named("contexts", context))
            .and_then(|context| named("users", context.pointer("/context/user")?))
            .or_else(|| config.pointer("/users/0").cloned())?;
        let part = |key: &str| {
            let text = user.get("user")?.get(key)?.as_str()?;
            STANDARD.decode(text.trim()).ok()
        };
        let key = part("client-key-data")?;
        Self::from_pem(&[&part("client-certificate-data")?[..], b"\n", &key].concat())
    }

    pub(super) fn client_cert(&self) -> ClientCert {
        self.certificate.clone()
    }
}

/// Reads a file through the links that lead to it.
fn read(host: &dyn Host, path: &Path) -> Option<Vec<u8>> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match host.stat(&path).ok()??.kind {
            FileKind::Symlink => {
                let target = host.read_link(&path).ok()??;
                path = path.parent()?.join(target);
            }
            _ => return host.read(&path).ok(),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Fake;

    /// A certificate and a key of no server: P-256, made for this test.
    const PEM: &str = include_str!("../../tests/data/client.pem");

    #[test]
    fn the_kubelets_certificate_is_found_behind_its_link() {
        let fake = Fake::new();
        fake.with(|machine| {
            let file = "/var/lib/kubelet/pki/kubelet-client-2026-11-21.pem";
            machine.put(file, PEM, 0o600);
            machine.put_symlink(KUBELET, file);
        });
        assert_eq!(Credentials::find(&fake, None).len(), 1);
    }

    #[test]
    fn certificates_are_found_in_files_and_in_a_kubeconfig() {
        let fake = Fake::new();
        let split = PEM.find("-----BEGIN PRIVATE KEY").unwrap();
        let (certificate, key) = PEM.split_at(split);
        let config = format!(
            "current-context: a\ncontexts: [{{name: a, context: {{user: b}}}}]\nusers:\n- name: c\n- \
             name: b\n  user: {{client-certificate-data: {}, client-key-data: {}}}\n",
            STANDARD.encode(certificate),
            STANDARD.encode(key)
        );
        fake.with(|machine| {
            machine.put("/pki/client.crt", certificate, 0o600);
            machine.put("/pki/client.key", key, 0o600);
            machine.put(KUBECONFIGS[0], config, 0o600);
        });
        let pair = (Path::new("/pki/client.crt"), Path::new("/pki/client.key"));
        assert_eq!(Credentials::find(&fake, Some(pair)).len(), 2);
    }

    #[test]
    fn what_is_damaged_is_left_out() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put(KUBELET, "-----BEGIN CERTIFICATE-----\nx", 0o600);
            machine.put(KUBECONFIGS[0], "users: [{user: {client-key-data: '***'}}]", 0o600);
            machine.put(KUBECONFIGS[1], "\t", 0o600);
        });
        assert!(Credentials::find(&fake, None).is_empty());
    }
}
