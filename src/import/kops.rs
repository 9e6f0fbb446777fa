//! kops: `fileAssets` and `kubeAPIServer` of a Cluster.

use serde_json::Value;

use super::file::{File, Imported, named, text_at};
use crate::flags::name;

/// The fields of `kubeAPIServer` that stand for flags.
const FIELDS: [(&str, &str); 15] = [
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

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let cluster = file.find("Cluster", "kops.k8s.io/")?;
    let mut found = Imported::of(named("the kops Cluster", cluster));
    found.fields(cluster.pointer("/spec/kubeAPIServer")?, &FIELDS);
    let assets = cluster.pointer("/spec/fileAssets").and_then(Value::as_array);
    let path = found.policy_path.clone();
    let asset = assets.into_iter().flatten().find(|asset| text_at(asset, "/path") == path);
    found.policy = asset.and_then(|asset| text_at(asset, "/content"));
    found.unless_empty()
}
