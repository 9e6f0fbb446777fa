//! A certificate or key that is missing, expired, or not believed.

use std::path::Path;

use crate::diagnosis::errno::Errno;
use crate::diagnosis::{Diagnosis, text};
use crate::shell::word;

use crate::diagnosis::text::reason;

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    expired(said).or_else(|| missing(said)).or_else(|| refused(said))
}

fn expired(said: &str) -> Option<Diagnosis> {
    let words = ["certificate has expired or is not yet valid", "tls: expired certificate"];
    text::has(said, &words).then(|| {
        let whose = if said.contains("handshake failed") { " on the way to etcd" } else { "" };
        Diagnosis::other("certificate-expired")
            .cause(format!("A certificate{whose} has expired, or the node's clock is wrong."))
            .fix(
                "`date` says what time it is here, `openssl x509 -noout -enddate -in FILE` how long a \
                 certificate is valid; renew it with the tool that made it.",
            )
    })
}

fn missing(said: &str) -> Option<Diagnosis> {
    Errno::of(said)?;
    let path = text::path(said).filter(|path| is_certificate(path))?;
    Some(
        Diagnosis::other("certificate-missing")
            .cause(format!(
                "The certificate or key `{path}` cannot be opened: {}.",
                reason(said)
            ))
            .fix(format!(
                "Look with `ls -l {}`; restore it from a backup, or make it again with the tool that \
                 made it.",
                word(Path::new(path))
            ))
            .path(path),
    )
}

fn is_certificate(path: &str) -> bool {
    let ends = [".crt", ".key", ".pem", ".pub", ".cert"];
    ends.iter().any(|end| path.ends_with(end)) || path.contains("/pki/")
}

fn refused(said: &str) -> Option<Diagnosis> {
    let words = [
        "x509: ",
        "tls: bad certificate",
        "tls: unknown certificate",
        "private key does not match",
        "failed to find any PEM data",
        "failed to load SNI cert and key",
        "certificate and key must be supplied",
        "data does not contain any valid",
        "unable to load client CA",
    ];
    text::has(said, &words).then(|| {
        Diagnosis::other("certificate-refused")
            .cause(format!(
                "A certificate or key is damaged, or the other side does not believe it: {said}."
            ))
            .fix(
                "Compare the files below /etc/kubernetes/pki with their authority: `openssl verify \
                 -CAfile ca.crt apiserver.crt`.",
            )
    })
}
