//! The dead man: a process outside ours that takes a change back when nobody says that all is well.
//!
//! Where systemd runs he is a service with a unit file of his own, so he outlives the session, its
//! terminal and a reboot. Elsewhere he is a process in a session of his own; a reboot then ends him.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cause::Cause;
use crate::host::{Host, HostError, make_file};
use crate::journal::{ENABLED, Entry, STATE, UNITS, ids_with_unit, set_deadline, unit};
use crate::shell::word;

/// How a dead man runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadManKind {
    /// A service of systemd: it survives a reboot.
    Service,
    /// A process in a session of its own: a reboot leaves the change open.
    Process,
}

/// It is there where systemd is what started the machine (`sd_booted(3)`).
const SYSTEMD: &str = "/run/systemd/system";
const UNIT_MODE: u32 = 0o644;
/// A manager that is busy takes a moment; one that hangs is not waited for.
const SYSTEMCTL: Duration = Duration::from_secs(30);
/// How long he may take until he says that he watches.
const START_TIMEOUT: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How long after patience is over he strikes: the command itself goes first.
const RETRY_DELAY: Duration = Duration::from_secs(30);

/// Starts the dead man of an entry, and returns when he says that he watches and is seen alive.
///
/// # Errors
///
/// [`Cause::NotArmed`], or [`Cause::Interrupted`] by the user meanwhile; nothing of him is left then, or he finds a final claim and ends.
pub(super) fn arm(
    host: &dyn Host,
    entry: &Entry,
    patience: Duration,
) -> Result<DeadManKind, Cause> {
    set_deadline(host, &entry.name, host.uptime() + patience + RETRY_DELAY)?;
    let kind = kind(host)?;
    let started = match kind {
        DeadManKind::Service => start_service(host, entry),
        DeadManKind::Process => {
            host.start("sh", &[&script(host, entry), "--watch"]).map_err(Into::into)
        }
    };
    let seen = started.and_then(|()| if wakes(host, entry) { Ok(()) } else { Err(silent()) });
    if let Err(cause) = seen {
        dismiss(host, entry.id());
        return Err(if host.interrupted() { Cause::Interrupted } else { cause });
    }
    Ok(kind)
}

/// Takes away what a dead man leaves outside his entry. He himself ends at the final claim that must
/// stand by now, and takes his unit away too; the second one finds nothing.
///
/// The link by which the unit is enabled is removed here too: a systemd that is busy does not.
pub(super) fn dismiss(host: &dyn Host, id: &str) {
    let exists = |path: &PathBuf| host.stat(path).is_ok_and(|stat| stat.is_some());
    if ![UNITS, ENABLED].iter().any(|directory| exists(&Path::new(directory).join(unit(id)))) {
        return;
    }
    let _ = host.run("systemctl", &["disable", &unit(id)], SYSTEMCTL);
    for directory in [ENABLED, UNITS] {
        let directory = Path::new(directory);
        let path = directory.join(unit(id));
        if exists(&path) {
            let _ = host.remove(&path);
            let _ = host.sync_directory(directory);
        }
    }
    let _ = host.run("systemctl", &["daemon-reload"], SYSTEMCTL);
}

/// Returns the ids of the entries whose unit file, or its link, exists although none of `open`,
/// directory names of entries, needs it: a command that was killed after the final claim leaves one.
pub(super) fn leftovers(host: &dyn Host, open: &[&str]) -> Result<BTreeSet<String>, HostError> {
    let needed = |id: &String| open.iter().any(|name| name.ends_with(&format!("-{id}")));
    let mut ids = ids_with_unit(host)?;
    ids.retain(|id| !needed(id));
    Ok(ids)
}

fn kind(host: &dyn Host) -> Result<DeadManKind, HostError> {
    let booted = host.stat(Path::new(SYSTEMD))?.is_some();
    Ok(if booted { DeadManKind::Service } else { DeadManKind::Process })
}

fn start_service(host: &dyn Host, entry: &Entry) -> Result<(), Cause> {
    let (name, path) = (unit(entry.id()), unit_path(entry.id()));
    make_file(host, &path, unit_text(host, entry).as_bytes(), UNIT_MODE)?;
    host.sync_directory(Path::new(UNITS))?;
    for arguments in [vec!["daemon-reload"], vec!["enable", &name], vec!["start", &name]] {
        let ran = host.run("systemctl", &arguments, SYSTEMCTL)?;
        if !ran.succeeded {
            let why = ran.complaint.lines().last().unwrap_or("it failed").to_owned();
            return Err(not_armed(format!("systemctl {}: {why}", arguments.join(" "))));
        }
    }
    Ok(())
}

/// Waits until he has written his name down and lives.
fn wakes(host: &dyn Host, entry: &Entry) -> bool {
    let end = host.uptime() + START_TIMEOUT;
    loop {
        if entry.dead_man(host).is_some_and(|man| host.alive(&man.process)) {
            return true;
        }
        if host.uptime() >= end || host.interrupted() {
            return false;
        }
        host.pause(POLL_INTERVAL);
    }
}

fn silent() -> Cause {
    not_armed("it was started and did not say that it watches".to_owned())
}

fn not_armed(why: String) -> Cause {
    Cause::NotArmed { why }
}

fn script(host: &dyn Host, entry: &Entry) -> String {
    host.place(&entry.directory().join("rollback.sh")).to_string_lossy().into_owned()
}

fn unit_path(id: &str) -> PathBuf {
    Path::new(UNITS).join(unit(id))
}

/// Returns the unit. It loops instead of having a timer: so it sees deadline, claims and the end of
/// our process; and it is enabled, so that after a reboot it rolls back at once, before the kubelet
/// reads the manifest.
fn unit_text(host: &dyn Host, entry: &Entry) -> String {
    let manifests = entry.record.manifest.parent().unwrap_or(Path::new("/"));
    format!(
        "# Made by kubectl-audit for one change, and removed with its end.\n\
         [Unit]\n\
         Description=Roll back kubectl-audit change {id} unless it proves healthy\n\
         Before=kubelet.service\n\
         RequiresMountsFor={STATE} {manifests}\n\
         \n\
         [Service]\n\
         ExecStart=/bin/sh {script} --watch\n\
         Restart=on-abnormal\n\
         RestartSec=1\n\
         OOMScoreAdjust=-999\n\
         \n\
         [Install]\n\
         WantedBy=multi-user.target\n",
        id = entry.id(),
        // A percent sign begins a specifier.
        manifests = word(manifests).replace('%', "%%"),
        script = script(host, entry),
    )
}
