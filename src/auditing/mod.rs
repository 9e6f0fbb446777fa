//! What a manifest says about auditing: read once, typed, and the same for everyone who asks.
//!
//! ```text
//!   Manifest ──► Auditing   version, flags, policy, log, webhook, endpoint
//!                  FileRef  where a file is that a flag names: container, node, mount
//!                  Backend  where events can be looked for on this node
//! ```

mod endpoint;
mod file;

use std::path::PathBuf;
use std::time::Duration;

use crate::flags::{AuditOptions, Flag, FlagError, Rotation, name};
use crate::manifest::Manifest;
use crate::settings::STDOUT;
use audit_policy::api::Version;
use audit_policy::lint::OnWriteError;

pub use endpoint::Endpoint;
pub use file::{FileRef, policy_path};

/// The audit settings of one API server, as its manifest has them.
///
/// A flag that is given without a value counts as not given, as for the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Auditing {
    /// The supported version nearest to the server's, whose rules hold.
    pub version: Version,
    /// The values of all audit flags; the server's own error if it cannot read one, and does not
    /// start for that.
    pub options: Result<AuditOptions, FlagError>,
    /// The policy, if a flag names one.
    pub policy: Option<FileRef>,
    /// The log backend.
    pub log: LogTarget,
    /// The configuration of the webhook backend, if a flag names one.
    pub webhook: Option<FileRef>,
    /// Where the server listens.
    pub endpoint: Endpoint,
}

/// Where the log backend writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogTarget {
    /// There is no log.
    None,
    /// The standard output, which is the log of the container.
    Output,
    /// A file.
    File(FileRef),
}

/// Where events can be looked for on the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// In a file.
    File {
        /// Its path on the node.
        node: PathBuf,
        /// Its path as the server knows it.
        container: PathBuf,
    },
    /// On the standard output: the log of the container.
    Output,
    /// Only at a webhook: what arrives there cannot be seen from here.
    Webhook,
}

/// Returns the flags of a manifest that are read as its server reads them. A server that is older
/// than those whose flags are known may have others.
#[must_use]
pub fn known_flags(manifest: &Manifest) -> Vec<(&str, Option<&str>)> {
    let is_old = manifest.version().is_some_and(|version| version < Version::OLDEST);
    let flags = manifest.flags().iter().map(|flag| (flag.name.as_str(), flag.value.as_deref()));
    flags.filter(|(name, _)| !is_old || Flag::find(name).is_some()).collect()
}

impl Auditing {
    /// Reads the audit settings of a manifest.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let version = manifest.version().unwrap_or(Version::NEWEST);
        let flags = known_flags(manifest);
        Self {
            version,
            options: AuditOptions::read(version, flags),
            policy: FileRef::of(manifest, name::POLICY_FILE),
            log: LogTarget::of(manifest),
            webhook: FileRef::of(manifest, name::WEBHOOK_CONFIG_FILE),
            endpoint: Endpoint::of(manifest),
        }
    }

    /// Returns whether events have anywhere to go: a log or a webhook.
    #[must_use]
    pub fn has_backend(&self) -> bool {
        self.log != LogTarget::None || self.webhook.is_some()
    }

    /// Returns whether the server records anything anywhere: a policy, and a log or a webhook.
    #[must_use]
    pub fn records(&self) -> bool {
        self.policy.is_some() && self.has_backend()
    }

    /// Returns where its events can be looked for, the log before the webhook. `None` if it writes
    /// none, or to a file that is not on the node.
    #[must_use]
    pub fn backend(&self) -> Option<Backend> {
        self.policy.as_ref()?;
        match &self.log {
            LogTarget::Output => Some(Backend::Output),
            LogTarget::File(file) => Some(Backend::File {
                node: file.node.clone()?,
                container: PathBuf::from(&file.container),
            }),
            LogTarget::None => self.webhook.as_ref().map(|_| Backend::Webhook),
        }
    }

    /// Returns what becomes of a request whose event cannot be written: it fails if a backend that is
    /// in use, log or webhook, is `blocking-strict`.
    #[must_use]
    pub fn on_write_error(&self) -> OnWriteError {
        match &self.options {
            Ok(options) if options.is_strict() => OnWriteError::Strict,
            _ => OnWriteError::Tolerant,
        }
    }

    /// Returns how long the log backend may hold an event back before it writes it.
    #[must_use]
    pub fn log_wait(&self) -> Duration {
        let batch = self.options.as_ref().ok().map(|options| &options.log.batch);
        let batch = batch.filter(|batch| batch.mode == "batch");
        batch.map_or(Duration::ZERO, |batch| batch.max_wait.to_std())
    }

    /// Returns how the log is rotated; `None` if it is no file, or a flag cannot be read.
    #[must_use]
    pub fn rotation(&self) -> Option<Rotation> {
        self.options.as_ref().ok()?.log.rotation(self.version)
    }
}

impl LogTarget {
    fn of(manifest: &Manifest) -> Self {
        match FileRef::of(manifest, name::LOG_PATH) {
            None => Self::None,
            Some(file) if file.container == STDOUT => Self::Output,
            Some(file) => Self::File(file),
        }
    }

    /// Returns the file that is written, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&FileRef> {
        match self {
            Self::File(file) => Some(file),
            Self::None | Self::Output => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auditing(flags: &[&str]) -> Auditing {
        let flags: String = flags.iter().map(|flag| format!(", {flag}")).collect();
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: kube-apiserver}}\nspec:\n  containers:\n  \
             - name: kube-apiserver\n    image: kube-apiserver:v1.31.4\n    command: \
             [kube-apiserver{flags}]\n    volumeMounts: [{{name: log, mountPath: /var/log/audit}}]\n  \
             volumes: [{{name: log, hostPath: {{path: /srv/audit}}}}]\n"
        );
        Auditing::of(&Manifest::parse(text.as_bytes()).unwrap())
    }

    const POLICY: &str = "--audit-policy-file=/p.yaml";
    const LOG: &str = "--audit-log-path=/var/log/audit/a.log";
    const WEBHOOK: &str = "--audit-webhook-config-file=/w.yaml";

    #[test]
    fn a_file_is_where_its_mount_shows_it_and_nowhere_without_one() {
        let auditing = auditing(&[POLICY, LOG]);
        let log = auditing.log.file().unwrap();
        assert_eq!(log.node.as_deref(), Some("/srv/audit/a.log".as_ref()));
        assert_eq!(log.node_or_same(), "/srv/audit/a.log");
        let policy = auditing.policy.unwrap();
        assert_eq!((&policy.node, &policy.mount), (&None, &None));
        assert_eq!(policy.node_or_same(), "/p.yaml");
    }

    #[test]
    fn events_are_looked_for_in_the_log_before_the_webhook() {
        let node = PathBuf::from("/srv/audit/a.log");
        let container = PathBuf::from("/var/log/audit/a.log");
        let backend = |flags: &[&str]| auditing(flags).backend();
        assert_eq!(backend(&[POLICY, LOG, WEBHOOK]), Some(Backend::File { node, container }));
        assert_eq!(backend(&[POLICY, "--audit-log-path=-"]), Some(Backend::Output));
        assert_eq!(backend(&[POLICY, WEBHOOK]), Some(Backend::Webhook));
        assert_eq!(backend(&[POLICY, "--audit-log-path=/inside.log"]), None);
        assert_eq!(backend(&[LOG]), None);
    }

    #[test]
    fn a_log_in_batches_waits_only_as_long_as_it_says() {
        let batch = "--audit-log-mode=batch";
        let wait = |flags: &[&str]| auditing(flags).log_wait().as_secs();
        assert_eq!(wait(&[POLICY, LOG, batch]), 0);
        assert_eq!(wait(&[POLICY, LOG, batch, "--audit-log-batch-max-wait=7s"]), 7);
        assert_eq!(wait(&[POLICY, LOG, "--audit-log-batch-max-wait=7s"]), 0);
    }

    #[test]
    fn either_backend_that_is_in_use_can_fail_requests() {
        let strict = "--audit-webhook-mode=blocking-strict";
        assert_eq!(
            auditing(&[POLICY, LOG, WEBHOOK, strict]).on_write_error(),
            OnWriteError::Strict
        );
        assert_eq!(auditing(&[POLICY, LOG, strict]).on_write_error(), OnWriteError::Tolerant);
    }
}
