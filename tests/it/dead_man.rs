//! The dead man: armed before the first change, seen alive, and gone with the end of the change.

use crate::node;

use std::time::Duration;

use kubectl_audit::apply::{
    ApplyError, Cause, DeadManKind, FinishError, RecoverError, WatchedOutcome, keep, recover,
    run_watched, take_back,
};
use kubectl_audit::host::{Fake, Host, Local, ProgramOutput};
use kubectl_audit::journal::{Entry, EntryState, Journal, mark_healthy};
use node::{MANIFEST, POLICY, bare, enable, who};

const PATIENCE: Duration = Duration::from_secs(300);
const WHY: &str = "the API server does not start";
const UNITS: &str = "/etc/systemd/system";

fn armed(host: &dyn Host) -> (Box<Entry>, DeadManKind) {
    match run_watched(host, &enable(), &who(), PATIENCE).unwrap() {
        WatchedOutcome::Armed(entry, kind) => (entry, kind),
        WatchedOutcome::Unchanged => panic!("nothing was changed"),
    }
}

fn with_systemd() -> Fake {
    let fake = node::node(&bare());
    fake.with(|machine| {
        machine.put_directory("/run/systemd/system", 0o755);
        machine.put_directory(UNITS, 0o755);
    });
    fake
}

fn units(fake: &Fake) -> Vec<String> {
    fake.with(|machine| machine.names(UNITS))
}

fn not_armed(fake: &Fake) -> String {
    let result = run_watched(fake, &enable(), &who(), PATIENCE);
    let Err(ApplyError::NothingChanged(Cause::NotArmed { why })) = result else {
        panic!("{result:?}")
    };
    assert_eq!(fake.with(|machine| machine.bytes(MANIFEST)).unwrap(), bare());
    assert_eq!(fake.with(|machine| machine.bytes(POLICY)), None);
    assert!(Journal::open(fake).unwrap().open_names().is_empty());
    why
}

#[test]
fn a_change_stays_armed_until_somebody_keeps_it() {
    let fake = node::node(&bare());
    let (entry, kind) = armed(&fake);
    assert_eq!((entry.state(), kind), (EntryState::Armed, DeadManKind::Process));
    let man = entry.dead_man(&fake).unwrap();
    assert!(fake.alive(&man.process));
    assert_eq!(entry.deadline(&fake), Some(fake.uptime() + Duration::from_secs(330)));
    keep(&fake, &entry, EntryState::Verified).unwrap();
    assert_eq!(Journal::open(&fake).unwrap().entries()[0].state(), EntryState::Verified);
}

#[test]
fn a_change_that_is_taken_back_leaves_the_former_files() {
    let fake = node::node(&bare());
    let (entry, _) = armed(&fake);
    let files = take_back(&fake, &entry, WHY).unwrap();
    assert!(!files.has_failed());
    assert_eq!(fake.with(|machine| machine.bytes(MANIFEST)).unwrap(), bare());
    assert_eq!(fake.with(|machine| machine.bytes(POLICY)), None);
    let journal = Journal::open(&fake).unwrap();
    assert_eq!(journal.entries()[0].state(), EntryState::RolledBack);
    assert_eq!(journal.entries()[0].rolled_back_because(&fake).unwrap(), WHY);
}

#[test]
fn an_empty_directory_that_a_starting_container_got_in_place_of_a_new_file_goes_too() {
    let fake = node::node(&bare());
    let (entry, _) = armed(&fake);
    fake.with(|machine| {
        machine.take_away(POLICY);
        machine.put_directory(POLICY, 0o755);
    });
    assert_eq!(take_back(&fake, &entry, WHY).unwrap().left().count(), 0);
    assert!(fake.stat(POLICY.as_ref()).unwrap().is_none());
}

#[test]
fn of_two_who_end_a_change_the_second_is_told() {
    let fake = node::node(&bare());
    let (entry, _) = armed(&fake);
    keep(&fake, &entry, EntryState::Confirmed).unwrap();
    let error = keep(&fake, &entry, EntryState::Verified).unwrap_err();
    assert!(
        matches!(error, FinishError::Taken { now: Some(EntryState::Confirmed), .. }),
        "{error:?}"
    );
    let error = take_back(&fake, &entry, WHY).unwrap_err();
    assert!(matches!(error, FinishError::Taken { .. }), "{error:?}");
    assert_ne!(fake.with(|machine| machine.bytes(MANIFEST)).unwrap(), bare());
}

#[test]
fn where_systemd_runs_he_is_a_service_that_a_reboot_starts_again() {
    let fake = with_systemd();
    let (entry, kind) = armed(&fake);
    assert_eq!(kind, DeadManKind::Service);
    let name = format!("kubectl-audit-rollback-{}.service", entry.id());
    assert_eq!(units(&fake), std::slice::from_ref(&name));
    let text = fake.with(|machine| machine.bytes(format!("{UNITS}/{name}"))).unwrap();
    let expected = format!(
        "# Made by kubectl-audit for one change, and removed with its end.\n\
         [Unit]\n\
         Description=Roll back kubectl-audit change {id} unless it proves healthy\n\
         Before=kubelet.service\n\
         RequiresMountsFor=/var/lib/kubectl-audit /etc/kubernetes/manifests\n\
         \n\
         [Service]\n\
         ExecStart=/bin/sh /var/lib/kubectl-audit/entries/{entry}/rollback.sh --watch\n\
         Restart=on-abnormal\n\
         RestartSec=1\n\
         OOMScoreAdjust=-999\n\
         \n\
         [Install]\n\
         WantedBy=multi-user.target\n",
        id = entry.id(),
        entry = entry.name,
    );
    assert_eq!(String::from_utf8(text).unwrap(), expected);
    let called = |verb: &str| format!("systemctl {verb} {name}");
    let calls = || fake.with(|machine| machine.called().to_vec());
    assert_eq!(calls(), ["systemctl daemon-reload".to_owned(), called("enable"), called("start")]);
    keep(&fake, &entry, EntryState::Verified).unwrap();
    assert!(units(&fake).is_empty());
    assert_eq!(calls()[3..], [called("disable"), "systemctl daemon-reload".to_owned()]);
}

#[test]
fn nothing_is_changed_when_he_cannot_be_started() {
    let fake = node::node(&bare());
    fake.with(kubectl_audit::host::Machine::take_programs_away);
    run_watched(&fake, &enable(), &who(), PATIENCE).unwrap_err();
    assert_eq!(fake.with(|machine| machine.bytes(MANIFEST)).unwrap(), bare());
    assert!(Journal::open(&fake).unwrap().open_names().is_empty());
}

#[test]
fn somebody_who_interrupts_while_he_begins_is_told_just_that() {
    let fake = node::node(&bare());
    fake.with(kubectl_audit::host::Machine::take_programs_away);
    fake.after_every_call(|machine, call| {
        if call.path.ends_with("deadline") {
            machine.interrupt();
        }
    });
    let result = run_watched(&fake, &enable(), &who(), PATIENCE);
    assert!(matches!(result, Err(ApplyError::NothingChanged(Cause::Interrupted))), "{result:?}");
}

#[test]
fn a_service_manager_that_refuses_is_quoted_and_leaves_no_unit() {
    let fake = with_systemd();
    let complaint = "Failed to enable unit: access denied\n".to_owned();
    let ran = ProgramOutput { succeeded: false, complaint, ..ProgramOutput::default() };
    fake.with(|machine| machine.answer("systemctl", ran));
    assert_eq!(not_armed(&fake), "systemctl daemon-reload: Failed to enable unit: access denied");
    assert!(units(&fake).is_empty());
}

#[test]
fn a_change_that_waits_to_be_confirmed_is_not_settled_by_the_next_command() {
    let fake = node::node(&bare());
    let (entry, _) = armed(&fake);
    mark_healthy(&fake, &entry.name, None).unwrap();
    let next = fake.restart();
    let error = recover(&next).unwrap_err();
    assert!(matches!(error, RecoverError::Unconfirmed { .. }), "{error:?}");
    // When his time is over and he is gone, the next command does what he should have done.
    let man = entry.dead_man(&next).unwrap();
    next.with(|machine| machine.end_process(man.process.pid));
    assert_eq!(recover(&next).unwrap().len(), 1);
    assert_eq!(next.with(|machine| machine.bytes(MANIFEST)).unwrap(), bare());
}

#[test]
fn a_real_one_lives_in_a_session_of_his_own_until_the_claim_is_final() {
    let directory = tempfile::tempdir().unwrap();
    let host = Local::new(Some(directory.path().to_owned()));
    kubectl_audit::host::make_parents(&host, MANIFEST.as_ref()).unwrap();
    kubectl_audit::host::make_file(&host, MANIFEST.as_ref(), &bare(), 0o600).unwrap();
    let (entry, kind) = armed(&host);
    assert_eq!(kind, DeadManKind::Process);
    let man = entry.dead_man(&host).unwrap();
    let running = host.processes().into_iter().find(|running| running.process == man.process);
    let arguments = running.unwrap().arguments;
    assert_eq!(arguments[0], "sh");
    assert_eq!(arguments[2], "--watch");
    keep(&host, &entry, EntryState::Verified).unwrap();
    let ended = (0..100).any(|_| {
        host.pause(Duration::from_millis(100));
        !host.alive(&man.process)
    });
    assert!(ended, "he still watches");
}

#[test]
fn a_unit_that_a_killed_command_left_goes_with_the_next_one() {
    let fake = with_systemd();
    let (entry, _) = armed(&fake);
    let unit = format!("kubectl-audit-rollback-{}.service", entry.id());
    keep(&fake, &entry, EntryState::Verified).unwrap();
    assert!(!units(&fake).contains(&unit));
    fake.with(|machine| {
        machine.put(format!("{UNITS}/{unit}"), b"[Service]", 0o644);
        machine.put(format!("{UNITS}/another.service"), b"[Service]", 0o644);
    });
    assert!(recover(&fake).unwrap().is_empty());
    assert_eq!(units(&fake), ["another.service"]);
}

#[test]
fn a_link_to_a_unit_that_is_gone_goes_with_the_next_command() {
    const ENABLED: &str = "/etc/systemd/system/multi-user.target.wants";
    let fake = with_systemd();
    let unit = "kubectl-audit-rollback-be23585d.service";
    fake.with(|machine| {
        machine.put_directory(ENABLED, 0o755);
        machine.put_symlink(format!("{ENABLED}/{unit}"), format!("{UNITS}/{unit}"));
        machine.put_symlink(format!("{ENABLED}/kubelet.service"), "../kubelet.service");
    });
    assert!(recover(&fake).unwrap().is_empty());
    assert_eq!(fake.with(|machine| machine.names(ENABLED)), ["kubelet.service"]);
}
