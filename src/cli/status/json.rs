//! The result of `status` for programs.

use serde_json::{Value, json};

use crate::doctor::{
    AuditState, EventDestination, Facts, FileStatus, LastChange, Liveness, NodeStatus, PolicyStatus,
};

/// Returns the status as its documentation promises it.
pub(super) fn json(status: &NodeStatus, facts: &Facts) -> Value {
    let past = facts.past.as_ref();
    let open = past.and_then(|past| past.open.as_ref());
    let (alive, why) = match &status.alive {
        Liveness::Yes => (Some(true), None),
        Liveness::No(why) => (Some(false), Some(why)),
        Liveness::NotLooked => (None, None),
    };
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "Status",
        "auditing": match status.auditing {
            AuditState::On => "on",
            AuditState::Off => "off",
            AuditState::NoLog => "no-log",
            AuditState::NoPolicy => "no-policy",
            AuditState::Script | AuditState::Unreadable | AuditState::Unknown => "unknown",
        },
        "alive": alive,
        "whyNotAlive": why,
        "concern": status.concern,
        "overwrittenChange": status.overwritten.as_ref().map(change),
        "manifest": facts.file.place,
        "owner": facts.distribution.as_ref().map(|it| json!({
            "name": it.distribution.name,
            "evidence": it.evidence,
            "export": it.distribution.export,
        })),
        "version": status.version.map(|version| version.to_string()),
        "policy": status.policy.as_ref().map(policy),
        "log": log(&status.log, facts),
        "webhook": status.webhook,
        "growth": status.growth.map(|growth| json!({
            "bytesPerHour": growth.hourly,
            "hours": growth.hours,
            "fillsDisk": growth.fills_disk,
        })),
        "openChange": open.map(|open| {
            let mut json = change(&open.change);
            json["secondsLeft"] = json!(open.left.map(|left| left.as_secs()));
            json
        }),
        "leftOffBy": past.and_then(|past| past.left_off.as_ref()).map(change),
        "lastChange": past.and_then(|past| past.last.as_ref()).map(change),
        "notLookedAt": facts.unseen,
    })
}

fn policy(policy: &PolicyStatus) -> Value {
    json!({
        "path": policy.path,
        "sha256": policy.sha256,
        "template": policy.template,
        "change": policy.change.as_ref().map(|change| &change.id),
        "modified": policy.modified.map(seconds),
        "changedSinceStart": policy.is_edited,
    })
}

fn log(log: &EventDestination, facts: &Facts) -> Value {
    match log {
        EventDestination::Nowhere => Value::Null,
        EventDestination::Output => json!({ "to": "stdout", "maxBytes": facts.container_log.bytes
            .saturating_mul(facts.container_log.files) }),
        EventDestination::Container(path) => json!({ "to": "container", "path": path }),
        EventDestination::File(file) => self::file(file),
    }
}

fn file(file: &FileStatus) -> Value {
    let rotation = file.rotation;
    json!({
        "to": "file",
        "path": file.path,
        "bytes": file.bytes,
        "files": file.files,
        "lastWrite": file.written.map(seconds),
        "maxBytes": rotation.and_then(|rotation| rotation.most_bytes()),
        "maxAgeDays": rotation.and_then(|rotation| rotation.days),
        "maxBackups": rotation.and_then(|rotation| rotation.backups),
        "maxSizeMegabytes": rotation.and_then(|rotation| rotation.megabytes),
        "freeBytes": file.free,
    })
}

fn change(change: &LastChange) -> Value {
    json!({
        "id": change.id,
        "time": change.time,
        "command": change.command.name(),
        "user": change.user,
        "state": change.state.name(),
    })
}

/// Whole seconds since 1970, which fit every JSON reader's numbers.
fn seconds(nanoseconds: i128) -> i64 {
    i64::try_from(nanoseconds / 1_000_000_000).unwrap_or(i64::MAX)
}
