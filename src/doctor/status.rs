//! Whether auditing is on and alive, in a few words.

use std::path::PathBuf;

use super::facts::{Facts, FileState, LastChange, Log, Pod, ServerFacts};
use super::{NodeFinding, OutageCause, checks};
use crate::auditing::{FileRef, LogTarget};
use crate::digest::sha256;
use crate::flags::Rotation;
use crate::health::{FileUse, Readiness};
use crate::template::Template;
use audit_policy::api::Version;
use audit_policy::finding::Severity;
use audit_policy::policy;

/// What status tells of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeStatus {
    /// Whether auditing is on.
    pub auditing: AuditState,
    /// Whether it lives.
    pub alive: Liveness,
    /// The version of the API server, as far as its image tells.
    pub version: Option<Version>,
    /// The policy, if a flag names one.
    pub policy: Option<PolicyStatus>,
    /// Where events go.
    pub log: EventDestination,
    /// The webhook's configuration, as the container knows it.
    pub webhook: Option<String>,
    /// How the log grows.
    pub growth: Option<Growth>,
    /// The change whose settings something else has overwritten.
    pub overwritten: Option<LastChange>,
    /// Why the server would not start again, or would start from another file, in one sentence.
    pub concern: Option<String>,
}

/// Whether auditing is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditState {
    /// A policy, and somewhere for events to go.
    On,
    /// No audit settings.
    Off,
    /// A policy, and nowhere for events to go.
    NoLog,
    /// A log, and no policy.
    NoPolicy,
    /// A script starts the server: only some of its flags may be plain to see.
    Script,
    /// The kubelet runs nothing of the manifest that can be reported: why.
    Unreadable,
    /// The manifest cannot be read.
    Unknown,
}

/// Whether auditing lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Liveness {
    /// The server runs with these settings and writes where it should.
    Yes,
    /// It does not, and why.
    No(String),
    /// Nothing that runs was looked at, or auditing is off.
    NotLooked,
}

/// The policy in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyStatus {
    /// Where it is, as the caller would type it; as the container knows it where no mount shows it.
    pub path: PathBuf,
    /// Its sha256; `None` if it cannot be read.
    pub sha256: Option<String>,
    /// The template that means the same.
    pub template: Option<&'static str>,
    /// The change of this program that wrote it.
    pub change: Option<LastChange>,
    /// When the file was last written, in nanoseconds since 1970.
    pub modified: Option<i128>,
    /// Whether it is another text than the one the server runs with, as far as that is known.
    pub is_edited: bool,
}

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventDestination {
    /// Into a file on the node.
    File(FileStatus),
    /// Into the container's own file system.
    Container(String),
    /// To the standard output.
    Output,
    /// To no log.
    Nowhere,
}

/// The log in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStatus {
    /// Where it is, as the caller would type it.
    pub path: PathBuf,
    /// Bytes of it and its rotated files.
    pub bytes: u64,
    /// How many files these are.
    pub files: usize,
    /// When it was last written, in nanoseconds since 1970; `None` if it is not there or not seen.
    pub written: Option<i128>,
    /// Whether we may look at it.
    pub is_seen: bool,
    /// How it is rotated.
    pub rotation: Option<Rotation>,
    /// Bytes that are free on its file system.
    pub free: Option<u64>,
}

/// How a log grows, and what that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// Bytes an hour.
    pub hourly: u64,
    /// Hours of events that are kept: until the oldest file goes, or the disk is full.
    pub hours: u64,
    /// Whether it is the disk that ends it.
    pub fills_disk: bool,
}

impl NodeStatus {
    /// Says what the facts come to.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let faults = checks::check(facts);
        let down = OutageCause::of(facts, &faults).map(|cause| cause.what);
        let concern = concern(facts, &faults);
        let overwritten = facts.past.as_ref().and_then(|past| past.overwritten.clone());
        let Some(pod) = &facts.pod else {
            return Self {
                auditing: match facts.file.content {
                    Some(_) => AuditState::Unreadable,
                    None => AuditState::Unknown,
                },
                alive: Liveness::NotLooked,
                version: None,
                policy: None,
                log: EventDestination::Nowhere,
                webhook: None,
                growth: None,
                overwritten,
                concern,
            };
        };
        let log = log(facts, pod);
        Self {
            auditing: auditing(facts, pod),
            alive: alive(facts, pod, down.as_deref()),
            version: pod.manifest.version(),
            policy: pod
                .auditing
                .policy
                .as_ref()
                .map(|policy| policy_status(facts, pod, policy, &faults)),
            growth: match &log {
                EventDestination::File(file) => {
                    facts.log.as_ref().and_then(|log| growth(facts, log, file))
                }
                _ => None,
            },
            log,
            webhook: pod.auditing.webhook.as_ref().map(|file| file.container.clone()),
            overwritten,
            concern,
        }
    }

    /// Returns whether auditing is on as it was turned on, alive as far as that was looked at, and
    /// would be so after the next start.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.auditing == AuditState::On
            && !matches!(self.alive, Liveness::No(_))
            && self.concern.is_none()
            && self.overwritten.is_none()
    }
}

/// A server that is down says why it is; one that is up says nothing of its next start.
fn concern(facts: &Facts, faults: &[NodeFinding]) -> Option<String> {
    let stops = |it: &&NodeFinding| it.blame.is_some() && it.severity == Severity::Error;
    let stopping = faults.iter().filter(|_| !facts.is_down()).find(stops);
    let other_manifest = || faults.iter().find(|it| it.id == "stray-manifest");
    let again = |it: &NodeFinding| format!("the API server does not start again: {}", it.what);
    stopping.map(again).or_else(|| other_manifest().map(|it| it.what.clone()))
}

fn auditing(facts: &Facts, pod: &Pod) -> AuditState {
    if facts.is_script() {
        return AuditState::Script;
    }
    match (pod.auditing.policy.is_some(), pod.auditing.has_backend()) {
        (true, true) => AuditState::On,
        (true, false) => AuditState::NoLog,
        (false, true) => AuditState::NoPolicy,
        (false, false) => AuditState::Off,
    }
}

fn alive(facts: &Facts, pod: &Pod, down: Option<&str>) -> Liveness {
    // A server that is down is worth a word also where nothing is recorded.
    let looked =
        |server: &&ServerFacts| (pod.auditing.records() || facts.is_down()) && !server.is_unseen();
    let Some(server) = facts.server.as_ref().filter(looked) else {
        return Liveness::NotLooked;
    };
    let no = |why: &str| Liveness::No(why.to_owned());
    let because = |what: &str| match down {
        Some(cause) => Liveness::No(format!("{what}. {}", cause.trim_end_matches('.'))),
        None => Liveness::No(what.to_owned()),
    };
    let Some(running) = &server.running else { return because("the API server does not run") };
    if !running.unlike.is_empty() && !facts.is_script() {
        return no("the API server runs with other audit flags than the manifest");
    }
    match &server.readiness {
        Readiness::Unreachable(why) => {
            return because(&format!("the API server does not answer: {why}"));
        }
        Readiness::NotReady(status) => {
            return because(&format!("the API server is not ready: it answers {status}"));
        }
        Readiness::Ready | Readiness::Alive(_) => {}
    }
    if pod.auditing.log.file().is_some() {
        let Some(log) = &facts.log else { return no("the log is lost with the container") };
        match log.file.state {
            FileState::Missing => return no("there is no log"),
            FileState::Unseen => return Liveness::NotLooked,
            FileState::Is(_) => {}
        }
        if matches!(running.log, FileUse::Deleted | FileUse::Moved(_))
            || running.same_log == Some(false)
        {
            return no("the API server writes to a file that is not the log any more");
        }
    }
    Liveness::Yes
}

fn policy_status(
    facts: &Facts,
    pod: &Pod,
    named: &FileRef,
    faults: &[NodeFinding],
) -> PolicyStatus {
    let file = facts.policy.as_ref();
    let text = file.and_then(|file| file.bytes());
    PolicyStatus {
        path: file.map_or_else(|| PathBuf::from(&named.container), |file| file.place.clone()),
        sha256: text.map(sha256),
        template: text.and_then(|text| template(text, pod.auditing.version)),
        change: text.and_then(|text| facts.past.as_ref()?.wrote(text)).cloned(),
        modified: file.and_then(|file| Some(file.stat()?.modified)),
        is_edited: faults
            .iter()
            .any(|it| it.id == "policy-not-loaded" && it.severity > Severity::Info),
    }
}

/// The template that means the same, whatever comments are in it.
fn template(text: &[u8], version: Version) -> Option<&'static str> {
    let meant = |text: &[u8]| Some(policy::judge(text, version).outcome.ok()?.policy().clone());
    let own = meant(text)?;
    let same = |template: &&Template| meant(template.text.as_bytes()).as_ref() == Some(&own);
    Template::ALL.iter().find(same).map(|template| template.name)
}

fn log(facts: &Facts, pod: &Pod) -> EventDestination {
    match (&pod.auditing.log, &facts.log) {
        (LogTarget::None, _) => EventDestination::Nowhere,
        (LogTarget::Output, _) => EventDestination::Output,
        (LogTarget::File(file), None) => EventDestination::Container(file.container.clone()),
        (LogTarget::File(_), Some(log)) => EventDestination::File(FileStatus {
            path: log.file.place.clone(),
            bytes: log.files.iter().map(|file| file.size).sum(),
            files: log.files.len(),
            written: log.file.stat().map(|stat| stat.modified),
            is_seen: log.file.state != FileState::Unseen,
            rotation: pod.auditing.rotation(),
            free: log.log_space.map(|log_space| log_space.free),
        }),
    }
}

const HOUR: i128 = 3_600_000_000_000;

fn growth(facts: &Facts, log: &Log, file: &FileStatus) -> Option<Growth> {
    let hourly = hourly(facts.now, log).filter(|hourly| *hourly > 0)?;
    let rotation = file.rotation?;
    let free = file.free.unwrap_or(u64::MAX);
    // What is written already counts as free: it goes when new files come.
    let fits = |kept: &u64| *kept <= free.saturating_add(file.bytes);
    let kept = rotation.most_bytes().filter(fits);
    let hours = match (kept, rotation.days) {
        (None, _) => free / hourly,
        (Some(kept), None) => kept / hourly,
        (Some(kept), Some(days)) => (kept / hourly).min(days.saturating_mul(24)),
    };
    Some(Growth { hourly, hours, fills_disk: kept.is_none() })
}

/// Bytes an hour: what was written since the oldest rotation that is still there, if its files tell;
/// else what the end of the log tells.
fn hourly(now: i128, log: &Log) -> Option<u64> {
    let packed = log.files.iter().any(|file| file.name.ends_with(".gz"));
    let oldest = log.files.first().and_then(|file| file.rotated).filter(|_| !packed);
    let (bytes, time) = match oldest {
        Some(oldest) => (log.files[1..].iter().map(|file| file.size).sum(), now - oldest),
        None => log.tail.map(|tail| (tail.bytes, tail.nanoseconds))?,
    };
    let hourly = i128::from(bytes).checked_mul(HOUR)?.checked_div(time)?;
    u64::try_from(hourly).ok()
}
