//! The result of `status` for people: one screen.

use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::cli::environment::Environment;
use crate::cli::node::Node;
use crate::doctor::{
    AuditState, EventDestination, Facts, FileStatus, Growth, LastChange, Liveness, NodeStatus,
    PolicyStatus,
};
use crate::flags::Rotation;
use crate::node::log_space::{bound, size};
use crate::operation::spoken;
use crate::view::paint::{Tone, paint};

/// Returns the screen.
pub(super) fn text(
    status: &NodeStatus,
    facts: &Facts,
    node: &Node,
    environment: &Environment,
) -> String {
    let mut screen = Screen::default();
    screen.line("auditing", &auditing(status, facts));
    if let Some(change) = &status.overwritten {
        screen.line("", &paint(Tone::Bad, change.says_overwritten()));
        let restore = format!("history restore {}", change.id);
        screen.line("", &format!("back again: {}", node.command(environment, &restore)));
    }
    if let Some(concern) = &status.concern {
        screen.line("", &paint(Tone::Bad, concern));
        screen.line("", &format!("what to do: {}", node.command(environment, "doctor")));
    }
    let past = facts.past.as_ref();
    if let Some(change) = past.and_then(|past| past.left_off.as_ref()) {
        screen.line("", &paint(Tone::Caution, change.says_off()));
        screen.line("", &format!("on again: {}", node.command(environment, "enable")));
    }
    let version = status.version.map(|it| format!(" (kube-apiserver {it})")).unwrap_or_default();
    screen.line("manifest", &format!("{}{version}", facts.file.place.display()));
    if let Some(it) = &facts.distribution {
        screen.line("written", &format!("by {}: {}", it.distribution.name, it.evidence.join(", ")));
    }
    if let Some(policy) = &status.policy {
        screen.line("policy", &policy.path.display().to_string());
        screen.line("", &known(policy, facts));
        if policy.is_edited {
            screen.line("", &paint(Tone::Caution, EDITED));
        }
    }
    log(&mut screen, status, facts);
    if let Some(webhook) = &status.webhook {
        screen.line("webhook", webhook);
    }
    if let Some(open) = past.and_then(|past| past.open.as_ref()) {
        let id = &open.change.id;
        let (said, command) = match open.left {
            Some(left) => (format!("change {id} is restored in {}", spoken(left)), "confirm"),
            None if open.watched => (format!("change {id} is being made"), "history"),
            None => (format!("change {id} was left unfinished"), "rescue"),
        };
        screen.line("open", &paint(Tone::Caution, said));
        screen.line("", &node.command(environment, command));
    }
    if let Some(last) = past.and_then(|past| past.last.as_ref()) {
        screen.line("change", &changed(last));
    }
    screen.text
}

const EDITED: &str = "it was changed since the API server started, which goes by the former one";

#[derive(Default)]
struct Screen {
    text: String,
}

impl Screen {
    fn line(&mut self, name: &str, value: &str) {
        let name = paint(Tone::Faint, format!("{name:<9}"));
        self.text.push_str(&format!("{name} {value}\n"));
    }
}

fn auditing(status: &NodeStatus, facts: &Facts) -> String {
    let (tone, said) = match (status.auditing, &status.alive) {
        (AuditState::Unknown, _) => (Tone::Bad, unknown(facts)),
        (AuditState::Unreadable, _) => (Tone::Bad, unreadable(facts)),
        (AuditState::Script, _) => (Tone::Bad, of_script(facts)),
        (AuditState::Off, _) => (Tone::Bad, "off".to_owned()),
        (AuditState::NoLog, _) => {
            (Tone::Bad, "off: there is a policy, and neither log nor webhook".to_owned())
        }
        (AuditState::NoPolicy, _) => {
            (Tone::Bad, "off: there is a log or webhook, and no policy".to_owned())
        }
        (AuditState::On, Liveness::Yes) => (Tone::Good, "on, and alive".to_owned()),
        (AuditState::On, Liveness::No(_)) => (Tone::Bad, "on, and not alive".to_owned()),
        (AuditState::On, Liveness::NotLooked) => {
            (Tone::Good, "on in the files; nothing that runs was checked".to_owned())
        }
    };
    match &status.alive {
        Liveness::No(why) => paint(tone, format!("{said}: {why}")),
        Liveness::Yes | Liveness::NotLooked => paint(tone, said),
    }
}

fn unknown(facts: &Facts) -> String {
    match facts.file.is_missing() {
        true => "not known: there is no manifest".to_owned(),
        false => "not known: the manifest cannot be read".to_owned(),
    }
}

/// The kubelet does not run such a manifest.
fn unreadable(facts: &Facts) -> String {
    match &facts.refusal {
        Some(it) => format!("not known: line {} of the manifest: {}", it.place.line, it.reason),
        None => "not known: the manifest cannot be read".to_owned(),
    }
}

/// What is plain to see of a server that a script starts.
fn of_script(facts: &Facts) -> String {
    let flags = facts.pod.iter().flat_map(|pod| pod.manifest.flags());
    let audit = flags.filter(|flag| flag.is_audit());
    let seen: Vec<String> = audit.map(|it| format!("--{}={}", it.name, it.value())).collect();
    let seen = match seen.is_empty() {
        true => "no audit flag".to_owned(),
        false => seen.join(" "),
    };
    format!("unknown: a script starts the API server; plain to see in it: {seen}")
}

/// Digits of a sha256 that tell policies apart.
const SHORT: usize = 12;

fn known(policy: &PolicyStatus, facts: &Facts) -> String {
    let Some(sum) = &policy.sha256 else {
        let said = match &facts.policy {
            None => "the container does not see it",
            Some(at) if at.is_missing() => "it is missing",
            Some(at) if at.is_directory() => "a directory is in its place",
            Some(_) => "it cannot be read",
        };
        return said.to_owned();
    };
    let template = match policy.template {
        Some(template) => format!("template {template}, "),
        None => String::new(),
    };
    let since = match (&policy.change, policy.modified) {
        (Some(change), _) => format!(", since {} (change {})", change.time, change.id),
        (None, Some(modified)) => format!(", written {}", date(modified)),
        (None, None) => String::new(),
    };
    format!("{template}sha256 {}{since}", &sum[..SHORT.min(sum.len())])
}

fn date(nanoseconds: i128) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let time = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok();
    time.and_then(|time| time.format(format).ok()).unwrap_or_default()
}

fn log(screen: &mut Screen, status: &NodeStatus, facts: &Facts) {
    match &status.log {
        EventDestination::Nowhere => {}
        EventDestination::Container(path) => {
            let said = format!("{path} in the container, below no mount: it is lost with it");
            screen.line("log", &paint(Tone::Bad, said));
        }
        EventDestination::Output => {
            let kept = facts.container_log;
            screen.line("log", "standard output of the container");
            let bytes = bound(kept.bytes.saturating_mul(kept.files));
            screen.line("kept", &format!("{} files by the kubelet, at most {bytes}", kept.files));
        }
        EventDestination::File(file) => {
            screen.line("log", &file.path.display().to_string());
            screen.line("", &written(file, facts.now));
            screen.line("kept", &kept(file));
            if let Some(growth) = &status.growth {
                screen.line("", &grows(*growth));
            }
        }
    }
}

fn written(file: &FileStatus, now: i128) -> String {
    let Some(written) = file.written else {
        let said = if file.is_seen { "it is not there yet" } else { "it cannot be looked at" };
        return said.to_owned();
    };
    let seconds = u64::try_from((now - written) / 1_000_000_000).unwrap_or_default();
    let files = if file.files == 1 { "file" } else { "files" };
    let ago = spoken(Duration::from_secs(rounded(seconds)));
    format!("last write {ago} ago, {} in {} {files}", size(file.bytes), file.files)
}

/// Days and minutes need no seconds after them.
fn rounded(seconds: u64) -> u64 {
    match seconds {
        0..600 => seconds,
        600..86_400 => seconds / 60 * 60,
        _ => seconds / 3600 * 3600,
    }
}

fn kept(file: &FileStatus) -> String {
    let Some(rotation) = file.rotation else { return "not known".to_owned() };
    let Rotation { megabytes, backups, days } = rotation;
    let number = |value: Option<u64>, unit: &str, none: &str| {
        value.map_or_else(|| none.to_owned(), |value| format!("{value} {unit}"))
    };
    let mut said = format!(
        "{} of {}, {}",
        number(backups, "files", "every file"),
        number(megabytes, "MB", "any size"),
        number(days, "days", "for ever")
    );
    if let Some(most) = rotation.most_bytes() {
        said.push_str(&format!(": at most {}", bound(most)));
    }
    if let Some(free) = file.free {
        said.push_str(&format!("; {} are free", size(free)));
    }
    said
}

fn grows(growth: Growth) -> String {
    let Growth { hourly, hours, fills_disk } = growth;
    let time = if hours < 48 { format!("{hours} hours") } else { format!("{} days", hours / 24) };
    let end = match fills_disk {
        true => paint(Tone::Bad, format!("the disk is full in about {time}")),
        false => format!("about {time} of events are kept"),
    };
    format!("grows by {} an hour: {end}", size(hourly))
}

fn changed(last: &LastChange) -> String {
    let LastChange { id, command, time, user, state, rolled_back_because } = last;
    let because = rolled_back_because.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{} {id} of {time} by {user}: {}{because}", command.name(), state.name())
}
