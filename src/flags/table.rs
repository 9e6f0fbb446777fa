//! The table of all `--audit-*` flags.

#[cfg(test)]
mod tests;

use std::fmt;

use audit_policy::api::Version;
use audit_policy::did_you_mean;
use goyaml::go::{self, Duration};

use super::{AuditOptions, name};

/// One `--audit-*` flag of the API server.
#[derive(Clone, Copy)]
pub struct Flag {
    /// The name without leading dashes, such as `audit-log-maxage`.
    pub name: &'static str,
    /// What it does, in one sentence without a full stop.
    pub usage: &'static str,
    /// The flag to use instead of this deprecated one, which sets the same value.
    pub instead: Option<&'static str>,
    pub(super) field: FlagTarget,
}

/// The value that a flag sets, by what it takes.
#[derive(Clone, Copy)]
pub(super) enum FlagTarget {
    String(fn(&mut AuditOptions) -> &mut String),
    Bool(fn(&mut AuditOptions) -> &mut bool),
    Int(fn(&mut AuditOptions) -> &mut i64),
    Int64(fn(&mut AuditOptions) -> &mut i64),
    Float32(fn(&mut AuditOptions) -> &mut f32),
    Duration(fn(&mut AuditOptions) -> &mut Duration),
}

impl Flag {
    /// Every flag, in alphabetical order.
    pub const ALL: &'static [Self] = TABLE;

    /// Returns the flag of that name: with or without leading dashes, with `_` or `-` inside, as
    /// the server takes it.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let name = normalize(name);
        Self::ALL.iter().find(|flag| flag.name == name)
    }

    /// Returns the flag that a mistyped name is probably meant to be, such as `audit-log-maxage`
    /// for `audit-log-max-age`.
    #[must_use]
    pub fn nearest(name: &str) -> Option<&'static Self> {
        let without_prefix = Self::find(&format!("audit-{}", normalize(name)));
        if without_prefix.is_some() {
            return without_prefix;
        }
        did_you_mean::nearest(&normalize(name), Self::ALL.iter().map(|flag| flag.name))
            .and_then(Self::find)
    }

    /// Returns the name our commands offer it under: without `audit-`.
    #[must_use]
    pub fn option(&self) -> &'static str {
        self.name.strip_prefix("audit-").unwrap_or(self.name)
    }

    /// Returns what it takes, as the server's help calls it: `string`, `bool`, `int`, `int64`,
    /// `float32` or `duration`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.field {
            FlagTarget::String(_) => "string",
            FlagTarget::Bool(_) => "bool",
            FlagTarget::Int(_) => "int",
            FlagTarget::Int64(_) => "int64",
            FlagTarget::Float32(_) => "float32",
            FlagTarget::Duration(_) => "duration",
        }
    }

    /// Returns whether the flag alone, without a value, means `true`.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        matches!(self.field, FlagTarget::Bool(_))
    }

    /// Returns the value that holds on a server of this version when the flag is not given.
    #[must_use]
    pub fn default_for(&self, version: Version) -> String {
        let options = &mut AuditOptions::defaults(version);
        match self.field {
            FlagTarget::String(field) => field(options).clone(),
            FlagTarget::Bool(field) => field(options).to_string(),
            FlagTarget::Int(field) | FlagTarget::Int64(field) => field(options).to_string(),
            FlagTarget::Float32(field) => go::float32(*field(options)),
            FlagTarget::Duration(field) => field(options).to_string(),
        }
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "--{}", self.name)
    }
}

/// Go: `WordSepNormalizeFunc`.
fn normalize(name: &str) -> String {
    name.strip_prefix("--").unwrap_or(name).replace('_', "-")
}

const fn flag(name: &'static str, field: FlagTarget, usage: &'static str) -> Flag {
    Flag { name, usage, instead: None, field }
}

const BUFFER: &str = "Events that wait to be written at most; more are dropped (mode batch)";
const BATCH: &str = "Events that are written at once at most (mode batch)";
const WAIT: &str = "How long an incomplete batch waits before it is written (mode batch)";
const THROTTLE: &str = "Whether the number of batches per second is limited (mode batch)";
const QPS: &str = "Batches per second on average at most (mode batch, throttled)";
const BURST: &str = "Batches in a row before the limit holds (mode batch, throttled)";
const MODE: &str = "How events are written: batch (later, together; lost when the buffer is full), \
                    blocking (the request waits, errors are ignored) or blocking-strict (a request \
                    whose arrival cannot be recorded fails)";
const TRUNCATE: &str = "Whether events that are too large lose their bodies, and batches are split";
const BATCH_BYTES: &str = "Size of a batch in bytes from which it is split";
const EVENT_BYTES: &str = "Size of an event in bytes from which it loses its bodies, and is dropped \
                           when that is not enough";
const BACKOFF: &str = "Initial back-off before a failed request is retried";

const TABLE: &[Flag] = &[
    flag(
        "audit-log-batch-buffer-size",
        FlagTarget::Int(|all| &mut all.log.batch.buffer_size),
        BUFFER,
    ),
    flag("audit-log-batch-max-size", FlagTarget::Int(|all| &mut all.log.batch.max_size), BATCH),
    flag("audit-log-batch-max-wait", FlagTarget::Duration(|all| &mut all.log.batch.max_wait), WAIT),
    flag(
        "audit-log-batch-throttle-burst",
        FlagTarget::Int(|all| &mut all.log.batch.throttle_burst),
        BURST,
    ),
    flag(
        "audit-log-batch-throttle-enable",
        FlagTarget::Bool(|all| &mut all.log.batch.throttle),
        THROTTLE,
    ),
    flag(
        "audit-log-batch-throttle-qps",
        FlagTarget::Float32(|all| &mut all.log.batch.throttle_qps),
        QPS,
    ),
    flag(
        "audit-log-compress",
        FlagTarget::Bool(|all| &mut all.log.compress),
        "Whether rotated files are compressed (gzip)",
    ),
    flag(
        "audit-log-format",
        FlagTarget::String(|all| &mut all.log.format),
        "How events are written: json (one object a line) or legacy (one line of text)",
    ),
    flag(
        name::LOG_MAXAGE,
        FlagTarget::Int(|all| &mut all.log.max_age),
        "Days after which a rotated file is removed; 0 keeps it whatever its age",
    ),
    flag(
        name::LOG_MAXBACKUP,
        FlagTarget::Int(|all| &mut all.log.max_backup),
        "Rotated files that are kept at most; 0 keeps all of them",
    ),
    flag(
        name::LOG_MAXSIZE,
        FlagTarget::Int(|all| &mut all.log.max_size),
        "Size in megabytes at which the file is rotated; 0 means 100 before 1.36, never since",
    ),
    flag("audit-log-mode", FlagTarget::String(|all| &mut all.log.batch.mode), MODE),
    flag(
        name::LOG_PATH,
        FlagTarget::String(|all| &mut all.log.path),
        "File in the container that events are written to; - is the standard output",
    ),
    flag(
        "audit-log-truncate-enabled",
        FlagTarget::Bool(|all| &mut all.log.truncate.enabled),
        TRUNCATE,
    ),
    flag(
        "audit-log-truncate-max-batch-size",
        FlagTarget::Int64(|all| &mut all.log.truncate.max_batch_size),
        BATCH_BYTES,
    ),
    flag(
        "audit-log-truncate-max-event-size",
        FlagTarget::Int64(|all| &mut all.log.truncate.max_event_size),
        EVENT_BYTES,
    ),
    flag(
        "audit-log-version",
        FlagTarget::String(|all| &mut all.log.version),
        "API version of the events in the file; only audit.k8s.io/v1 exists",
    ),
    flag(
        name::POLICY_FILE,
        FlagTarget::String(|all| &mut all.policy_file),
        "File in the container with the audit policy; without it nothing is recorded",
    ),
    flag(
        "audit-webhook-batch-buffer-size",
        FlagTarget::Int(|all| &mut all.webhook.batch.buffer_size),
        BUFFER,
    ),
    Flag {
        instead: Some("audit-webhook-initial-backoff"),
        ..flag(
            "audit-webhook-batch-initial-backoff",
            FlagTarget::Duration(|all| &mut all.webhook.initial_backoff),
            BACKOFF,
        )
    },
    flag(
        "audit-webhook-batch-max-size",
        FlagTarget::Int(|all| &mut all.webhook.batch.max_size),
        BATCH,
    ),
    flag(
        "audit-webhook-batch-max-wait",
        FlagTarget::Duration(|all| &mut all.webhook.batch.max_wait),
        WAIT,
    ),
    flag(
        "audit-webhook-batch-throttle-burst",
        FlagTarget::Int(|all| &mut all.webhook.batch.throttle_burst),
        BURST,
    ),
    flag(
        "audit-webhook-batch-throttle-enable",
        FlagTarget::Bool(|all| &mut all.webhook.batch.throttle),
        THROTTLE,
    ),
    flag(
        "audit-webhook-batch-throttle-qps",
        FlagTarget::Float32(|all| &mut all.webhook.batch.throttle_qps),
        QPS,
    ),
    flag(
        name::WEBHOOK_CONFIG_FILE,
        FlagTarget::String(|all| &mut all.webhook.config_file),
        "File in the container, like a kubeconfig, that says where events are sent",
    ),
    flag(
        "audit-webhook-initial-backoff",
        FlagTarget::Duration(|all| &mut all.webhook.initial_backoff),
        BACKOFF,
    ),
    flag("audit-webhook-mode", FlagTarget::String(|all| &mut all.webhook.batch.mode), MODE),
    flag(
        "audit-webhook-truncate-enabled",
        FlagTarget::Bool(|all| &mut all.webhook.truncate.enabled),
        TRUNCATE,
    ),
    flag(
        "audit-webhook-truncate-max-batch-size",
        FlagTarget::Int64(|all| &mut all.webhook.truncate.max_batch_size),
        BATCH_BYTES,
    ),
    flag(
        "audit-webhook-truncate-max-event-size",
        FlagTarget::Int64(|all| &mut all.webhook.truncate.max_event_size),
        EVENT_BYTES,
    ),
    flag(
        "audit-webhook-version",
        FlagTarget::String(|all| &mut all.webhook.version),
        "API version of the events that are sent; only audit.k8s.io/v1 exists",
    ),
];
