//! What configurations of distributions call the flags, for those that have a name of their own for each.

use super::name;

/// A flag without dashes, and its field.
pub type FlagField = (&'static str, &'static str);

/// The fields of `kubeAPIServer` in a Cluster of kops (Go: `kops.KubeAPIServerConfig`).
pub const KOPS: &[FlagField] = &[
    (name::POLICY_FILE, "auditPolicyFile"),
    (name::LOG_PATH, "auditLogPath"),
    (name::LOG_MAXAGE, "auditLogMaxAge"),
    (name::LOG_MAXBACKUP, "auditLogMaxBackups"),
    (name::LOG_MAXSIZE, "auditLogMaxSize"),
    ("audit-log-format", "auditLogFormat"),
    (name::WEBHOOK_CONFIG_FILE, "auditWebhookConfigFile"),
    ("audit-webhook-mode", "auditWebhookMode"),
    ("audit-webhook-initial-backoff", "auditWebhookInitialBackoff"),
    ("audit-webhook-batch-buffer-size", "auditWebhookBatchBufferSize"),
    ("audit-webhook-batch-max-size", "auditWebhookBatchMaxSize"),
    ("audit-webhook-batch-max-wait", "auditWebhookBatchMaxWait"),
    ("audit-webhook-batch-throttle-burst", "auditWebhookBatchThrottleBurst"),
    ("audit-webhook-batch-throttle-enable", "auditWebhookBatchThrottleEnable"),
    ("audit-webhook-batch-throttle-qps", "auditWebhookBatchThrottleQps"),
];

/// The fields of `features.staticAuditLog.config` in a KubeOneCluster.
pub const KUBEONE: &[FlagField] = &[
    (name::LOG_PATH, "logPath"),
    (name::LOG_MAXAGE, "logMaxAge"),
    (name::LOG_MAXBACKUP, "logMaxBackup"),
    (name::LOG_MAXSIZE, "logMaxSize"),
];

/// Returns the field of a flag, if it has one.
#[must_use]
pub fn field(fields: &[FlagField], flag: &str) -> Option<&'static str> {
    fields.iter().find(|(name, _)| *name == flag).map(|(_, field)| *field)
}
