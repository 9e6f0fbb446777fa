//! How long events are kept, and whether the disk has room for them.

use super::flags::place;
use crate::auditing::LogTarget;
use crate::doctor::facts::{Facts, Log};
use crate::doctor::{Fix, NodeFinding, Pod};
use crate::flags::{Rotation, name};
use crate::node::log_space;
use crate::settings::ROTATION;
use audit_policy::api::Version;
use audit_policy::finding::Severity;

/// What the defaults of [`ROTATION`] keep, rounded down: less on the standard output is little.
const SMALL_LOG: u64 = 1 << 30;
/// Where the defaults of the three flags changed.
const CHANGED: Version = Version::minor(36);

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    if !pod.auditing.records() {
        return vec![];
    }
    if pod.auditing.log == LogTarget::Output {
        return stdout(facts, pod).into_iter().collect();
    }
    let Some(rotation) = pod.auditing.rotation() else { return vec![] };
    let mut faults: Vec<NodeFinding> = unbounded(facts, pod, rotation).into_iter().collect();
    if faults.is_empty() {
        faults.extend(by_default(facts, pod));
        faults.extend(facts.log.iter().flat_map(|log| too_large(log, rotation)));
    }
    faults
}

fn enable(flags: &[&str]) -> Fix {
    let value = |flag: &str| ROTATION.iter().find(|(name, _)| *name == flag).map_or("", |it| it.1);
    let flags =
        flags.iter().map(|flag| format!(" --{} {}", flag.replacen("audit-", "", 1), value(flag)));
    Fix::OnNode(format!("enable{}", flags.collect::<String>()))
}

fn unbounded(facts: &Facts, pod: &Pod, rotation: Rotation) -> Option<NodeFinding> {
    let (id, flag, what) = match (rotation.megabytes, rotation.backups) {
        (None, _) => (
            "log-never-rotated",
            name::LOG_MAXSIZE,
            format!("--audit-log-maxsize=0 means no rotation at all on {}", pod.auditing.version),
        ),
        (_, None) => (
            "log-unbounded",
            name::LOG_MAXBACKUP,
            match pod.flag(name::LOG_MAXBACKUP) {
                Some(_) => "--audit-log-maxbackup=0 keeps every rotated file".to_owned(),
                None => format!(
                    "--audit-log-maxbackup is not set, and {} keeps every rotated file then",
                    pod.auditing.version
                ),
            },
        ),
        _ => return None,
    };
    let fault = NodeFinding::warning(id, what)
        .file(&facts.file.place)
        .place(place(pod, flag).or(place(pod, name::LOG_PATH)))
        .why("the log grows until the disk is full, and takes etcd and the node with it")
        .fix(enable(&[flag]));
    Some(fault)
}

fn by_default(facts: &Facts, pod: &Pod) -> Option<NodeFinding> {
    let unset: Vec<&str> =
        ROTATION.iter().map(|(flag, _)| *flag).filter(|flag| pod.flag(flag).is_none()).collect();
    if unset.is_empty() {
        return None;
    }
    let names: Vec<String> = unset.iter().map(|flag| format!("--{flag}")).collect();
    let now = if pod.auditing.version < CHANGED {
        "here unset means 100 MB a file, every file, for ever"
    } else {
        "here unset means 100 MB a file, 100 files, 366 days"
    };
    let fault = NodeFinding::info(
        "retention-by-default",
        format!("{} is left to the server", names.join(", ")),
    )
    .file(&facts.file.place)
    .place(place(pod, name::LOG_PATH))
    .why(format!("the defaults changed in 1.36: {now}; an upgrade may change what is kept"))
    .fix(enable(&unset));
    Some(fault)
}

fn too_large(log: &Log, rotation: Rotation) -> Vec<NodeFinding> {
    let Some(log_space) = &log.log_space else { return vec![] };
    let worse =
        log_space::check(log_space, rotation).into_iter().filter(|it| it.severity > Severity::Info);
    let why = if log_space.beside_etcd {
        "a full disk stops etcd, which is on the same file system, and with it the cluster"
    } else {
        "when the disk is full, events are lost and everything else on it fails too"
    };
    worse
        .map(|finding| {
            NodeFinding::of(finding, why).file(&log.directory.place).by_hand(
                "keep fewer or smaller files with `enable --log-maxbackup N --log-maxsize MB`",
            )
        })
        .collect()
}

fn stdout(facts: &Facts, pod: &Pod) -> Option<NodeFinding> {
    let kept = facts.container_log.bytes.saturating_mul(facts.container_log.files);
    (kept < SMALL_LOG).then(|| {
        let what = format!(
            "the log goes to the standard output, of which the kubelet keeps {} in {} files",
            log_space::bound(kept),
            facts.container_log.files
        );
        NodeFinding::warning("stdout-log", what)
            .file(&facts.file.place)
            .place(place(pod, name::LOG_PATH))
            .why("on a busy cluster that is minutes; what no collector has fetched by then is lost")
            .by_hand("raise containerLogMaxSize and containerLogMaxFiles of the kubelet, or write to a file")
    })
}
