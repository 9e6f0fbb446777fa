//! The values of the flags, typed (Go: `AuditOptions`).

use audit_policy::api::Version;
use goyaml::go::Duration;

/// The values of all audit flags of one API server.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditOptions {
    /// `--audit-policy-file`; empty: nothing is recorded.
    pub policy_file: String,
    /// What is written to a file.
    pub log: LogOptions,
    /// What is sent to a webhook.
    pub webhook: WebhookOptions,
}

/// The log backend: events go to a file or to the standard output.
#[derive(Debug, Clone, PartialEq)]
pub struct LogOptions {
    /// `--audit-log-path`; empty: there is no log, `-`: the standard output.
    pub path: String,
    /// `--audit-log-maxage`, in days.
    pub max_age: i64,
    /// `--audit-log-maxbackup`, in files.
    pub max_backup: i64,
    /// `--audit-log-maxsize`, in megabytes.
    pub max_size: i64,
    /// `--audit-log-format`.
    pub format: String,
    /// `--audit-log-compress`.
    pub compress: bool,
    /// `--audit-log-version`.
    pub version: String,
    /// `--audit-log-mode` and `--audit-log-batch-*`.
    pub batch: Batch,
    /// `--audit-log-truncate-*`.
    pub truncate: Truncate,
}

/// The webhook backend: events are sent to a server.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookOptions {
    /// `--audit-webhook-config-file`; empty: nothing is sent.
    pub config_file: String,
    /// `--audit-webhook-initial-backoff` and its deprecated name; whichever comes last counts.
    pub initial_backoff: Duration,
    /// `--audit-webhook-version`.
    pub version: String,
    /// `--audit-webhook-mode` and `--audit-webhook-batch-*`.
    pub batch: Batch,
    /// `--audit-webhook-truncate-*`.
    pub truncate: Truncate,
}

/// How events are written together.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// `…-mode`: `batch`, `blocking` or `blocking-strict`; the others count with `batch` only.
    pub mode: String,
    /// `…-batch-buffer-size`, in events.
    pub buffer_size: i64,
    /// `…-batch-max-size`, in events.
    pub max_size: i64,
    /// `…-batch-max-wait`.
    pub max_wait: Duration,
    /// `…-batch-throttle-enable`; the following two count with `true` only.
    pub throttle: bool,
    /// `…-batch-throttle-qps`, in batches per second.
    pub throttle_qps: f32,
    /// `…-batch-throttle-burst`, in batches.
    pub throttle_burst: i64,
}

/// What happens to events that are too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncate {
    /// `…-truncate-enabled`; the sizes are checked with `false` too.
    pub enabled: bool,
    /// `…-truncate-max-batch-size`, in bytes.
    pub max_batch_size: i64,
    /// `…-truncate-max-event-size`, in bytes.
    pub max_event_size: i64,
}

impl AuditOptions {
    /// Returns the values that hold on a server of this version when no flag is given
    /// (Go: `NewAuditOptions`).
    #[must_use]
    pub fn defaults(version: Version) -> Self {
        Self {
            policy_file: String::new(),
            log: LogOptions::defaults(version),
            webhook: WebhookOptions::defaults(),
        }
    }

    /// Returns whether a request fails whose event cannot be written: a backend that is turned on is
    /// `blocking-strict`.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        let log = (&self.log.path, &self.log.batch);
        let webhook = (&self.webhook.config_file, &self.webhook.batch);
        [log, webhook].iter().any(|(place, batch)| !place.is_empty() && batch.mode == STRICT)
    }
}

/// The mode in which a request fails whose event cannot be written.
const STRICT: &str = "blocking-strict";

/// Events that wait at most, for both backends.
const BUFFER: i64 = 10_000;
/// The only version of the API that servers since 1.24 know.
pub(super) const API_VERSION: &str = "audit.k8s.io/v1";

impl LogOptions {
    fn defaults(version: Version) -> Self {
        let (max_age, max_backup, max_size) =
            if version < Version::minor(36) { (0, 0, 0) } else { (366, 100, 100) };
        Self {
            path: String::new(),
            max_age,
            max_backup,
            max_size,
            format: "json".to_owned(),
            compress: false,
            version: API_VERSION.to_owned(),
            batch: Batch {
                mode: "blocking".to_owned(),
                buffer_size: BUFFER,
                max_size: 1,
                max_wait: Duration::default(),
                throttle: false,
                throttle_qps: 0.0,
                throttle_burst: 0,
            },
            truncate: Truncate::DEFAULT,
        }
    }
}

impl WebhookOptions {
    fn defaults() -> Self {
        Self {
            config_file: String::new(),
            initial_backoff: Duration::seconds(10),
            version: API_VERSION.to_owned(),
            batch: Batch {
                mode: "batch".to_owned(),
                buffer_size: BUFFER,
                max_size: 400,
                max_wait: Duration::seconds(30),
                throttle: true,
                throttle_qps: 10.0,
                throttle_burst: 15,
            },
            truncate: Truncate::DEFAULT,
        }
    }
}

impl Truncate {
    const DEFAULT: Self =
        Self { enabled: false, max_batch_size: 10 * 1024 * 1024, max_event_size: 100 * 1024 };
}
