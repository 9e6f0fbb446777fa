//! What a change refuses, what it keeps, and what it does beside others.

use crate::node;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use kubectl_audit::apply::{
    ApplyError, ApplyOutcome, Cause, RecoverError, RecoveredAs, recover, run,
};
use kubectl_audit::host::need::skipped;
use kubectl_audit::host::{Fake, Host, Local};
use kubectl_audit::journal::{Entry, EntryState, Journal, STATE};
use kubectl_audit::plan::{Operation, Plan, Role};
use node::{LOG, MANIFEST, MANIFESTS, POLICY, audited, bare, enable, file, node, plan, who};

fn applied(result: Result<ApplyOutcome, ApplyError>) -> Entry {
    match result {
        Ok(ApplyOutcome::Applied(entry)) => *entry,
        other => panic!("not applied: {other:?}"),
    }
}

/// The cause of a refusal that left everything as it was.
fn refused(result: Result<ApplyOutcome, ApplyError>) -> Cause {
    match result {
        Err(ApplyError::NothingChanged(cause)) => cause,
        other => panic!("not refused: {other:?}"),
    }
}

fn bytes(fake: &Fake, path: &str) -> Option<Vec<u8>> {
    fake.with(|machine| machine.bytes(path))
}

/// Every file but those of the journal, to compare a machine with itself.
fn files(fake: &Fake) -> Vec<(std::path::PathBuf, u32, Option<Vec<u8>>)> {
    let mut all = fake.with(|machine| machine.tree());
    all.retain(|(path, _, _)| !path.starts_with(STATE));
    all
}

#[test]
fn an_empty_plan_touches_nothing() {
    let fake = node(&bare());
    let result = run(&fake, &plan(Operation::Enable, vec![]), &who(), &[]);
    assert!(matches!(result, Ok(ApplyOutcome::Unchanged)));
    assert!(fake.with(|machine| machine.calls().is_empty()));
}

#[test]
fn new_files_and_directories_get_the_mode_of_the_plan_and_replaced_ones_keep_theirs() {
    let fake = node(&bare());
    fake.with(|machine| machine.put(MANIFEST, bare(), 0o640));
    fake.with(|machine| machine.set_xattr(MANIFEST, "user.note", b"kept"));
    applied(run(&fake, &enable(), &who(), &[]));
    let mode = |path| fake.with(|machine| machine.traits(path)).unwrap().0;
    assert_eq!((mode(POLICY), mode(LOG)), (0o600, 0o700));
    assert_eq!((mode("/etc/kubernetes/audit"), mode("/var/log/kubernetes")), (0o755, 0o755));
    assert_eq!((mode(STATE), mode("/var/lib/kubectl-audit/entries")), (0o700, 0o700));
    let (mode, attributes) = fake.with(|machine| machine.traits(MANIFEST)).unwrap();
    assert_eq!((mode, attributes["user.note"].as_slice()), (0o640, b"kept".as_slice()));
}

#[test]
fn a_replaced_file_becomes_readable_where_the_plan_needs_it_and_nothing_else_changes() {
    let fake = node(&bare());
    fake.with(|machine| machine.put(POLICY, "rules: [old]", 0o600));
    let mut change = file(Role::Policy, POLICY, Some(b"rules: [old]"), Some(b"rules: [new]"));
    if let kubectl_audit::plan::Change::File(file) = &mut change {
        file.mode = 0o777;
    }
    applied(run(&fake, &plan(Operation::Enable, vec![change]), &who(), &[]));
    assert_eq!(fake.with(|machine| machine.traits(POLICY)).unwrap().0, 0o644);
}

/// Something another administrator does.
type Edit = fn(&mut kubectl_audit::host::Machine);

#[test]
fn a_file_that_changed_since_the_plan_was_made_is_not_touched() {
    let edits: [(&str, Edit); 4] = [
        ("the manifest was edited", |machine| machine.edit(MANIFEST, "edited")),
        ("the manifest is gone", |machine| machine.take_away(MANIFEST)),
        ("a policy has appeared", |machine| machine.put(POLICY, "appeared", 0o600)),
        ("an empty policy has appeared", |machine| machine.put(POLICY, "", 0o600)),
    ];
    for (what, edit) in edits {
        let fake = node(&bare());
        fake.with(edit);
        let before = files(&fake);
        let cause = refused(run(&fake, &enable(), &who(), &[]));
        assert!(matches!(cause, Cause::Changed { .. }), "{what}: {cause:?}");
        assert_eq!(files(&fake), before, "{what}");
    }
}

#[test]
fn an_editor_that_comes_between_any_two_calls_is_noticed_and_never_overwritten() {
    let calls = {
        let fake = node(&bare());
        applied(run(&fake, &enable(), &who(), &[]));
        fake.with(|machine| machine.calls().len())
    };
    let (mut noticed, mut kept) = (0, 0);
    for call in 1..calls {
        let fake = node(&bare());
        let edited = std::rc::Rc::new(std::cell::Cell::new(false));
        let done = std::rc::Rc::clone(&edited);
        fake.after_every_call(move |machine, made| {
            // Until the manifest is replaced; anyone who edits the new one edits the new one.
            let old = machine.bytes(MANIFEST).is_some_and(|bytes| bytes == bare());
            if made.number == call && old {
                machine.edit(MANIFEST, "edited");
                done.set(true);
            }
        });
        let result = run(&fake, &enable(), &who(), &[]);
        match edited.get() {
            // The one moment nobody can close: between the last look and the rename.
            true if result.is_ok() => kept += 1,
            true => {
                let cause = refused(result);
                assert!(matches!(cause, Cause::Changed { .. }), "call {call}: {cause:?}");
                assert_eq!(bytes(&fake, MANIFEST).unwrap(), b"edited", "call {call}");
                assert_eq!(bytes(&fake, POLICY), None, "call {call}");
                noticed += 1;
            }
            false => {}
        }
    }
    assert!(noticed > 50, "noticed {noticed}");
    assert!(kept <= 2, "{kept} edits were lost");
}

#[test]
fn the_wish_to_stop_is_granted_before_the_manifest_changes_and_leaves_nothing() {
    let calls = {
        let fake = node(&bare());
        applied(run(&fake, &enable(), &who(), &[]));
        fake.with(|machine| machine.calls().len())
    };
    let mut stopped = 0;
    for call in 1..calls {
        let fake = node(&bare());
        let before = files(&fake);
        fake.after_every_call(move |machine, made| {
            if made.number == call {
                machine.interrupt();
            }
        });
        match run(&fake, &enable(), &who(), &[]) {
            Ok(_) => assert_eq!(bytes(&fake, MANIFEST).unwrap(), audited(), "call {call}"),
            result => {
                assert!(matches!(refused(result), Cause::Interrupted), "call {call}");
                assert_eq!(files(&fake), before, "call {call}");
                stopped += 1;
            }
        }
    }
    assert!(stopped > 50, "stopped {stopped} times");
}

#[test]
fn a_lock_on_a_directory_that_everybody_may_open_keeps_nobody_out() {
    let fake = node(&bare());
    let other = fake.beside();
    let _locks = ["/etc/kubernetes", "/etc/kubernetes/manifests", "/var/lib"]
        .map(|path| other.lock(Path::new(path)).unwrap());
    applied(run(&fake, &enable(), &who(), &[]));
}

#[test]
fn a_second_command_finds_the_lock_and_writes_nothing() {
    let fake = node(&bare());
    let other = fake.beside();
    fake.with(|machine| machine.put_directory(STATE, 0o700));
    let lock = other.lock(Path::new(STATE)).unwrap();
    assert!(matches!(refused(run(&fake, &enable(), &who(), &[])), Cause::Locked { .. }));
    drop(lock);
    applied(run(&fake, &enable(), &who(), &[]));
}

/// Leaves the entry of an `enable` open, just before its last claim.
fn left_open(fake: &Fake) {
    let calls = {
        let fake = node(&bare());
        applied(run(&fake, &enable(), &who(), &[]));
        let applied = |call: &&kubectl_audit::host::Call| call.path.ends_with("applied");
        fake.with(|machine| machine.calls().iter().find(applied).map(|call| call.number)).unwrap()
    };
    fake.stop_after(calls - 1);
    let _ = run(fake, &enable(), &who(), &[]);
    assert_eq!(bytes(fake, MANIFEST).unwrap(), audited());
}

#[test]
fn an_open_change_whose_owner_lives_stops_everybody_else() {
    let fake = node(&bare());
    left_open(&fake);
    // The process lives on, but is not heard of any more.
    fake.stop_after(usize::MAX);
    let error = recover(&fake.beside()).unwrap_err();
    let RecoverError::Busy { command: Operation::Enable, pid, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(pid, fake.process().pid);
}

#[test]
fn somebody_who_is_putting_files_back_is_waited_for() {
    let fake = node(&bare());
    left_open(&fake);
    let next = fake.restart();
    let entry = Journal::open(&next).unwrap().entries()[0].clone();
    let on_it = next.beside().process();
    let claim =
        kubectl_audit::journal::Claim::By { who: "dead-man".to_owned(), process: on_it.clone() };
    let taken = entry.directory().join(claim.file_name());
    next.rename(&entry.directory().join("armed"), &taken).unwrap();
    let mut looks = 0;
    next.after_every_call(move |machine, call| {
        looks += usize::from(call.verb == "list" && call.path == entry.directory());
        if looks == 3 && machine.bytes(&taken).is_some() {
            machine.edit(MANIFEST, bare());
            machine.take_away(POLICY);
            machine.move_file(&taken, taken.with_file_name("rolled-back"));
        }
    });
    let begin = next.uptime();
    assert!(recover(&next).unwrap().is_empty(), "it was settled by the dead man");
    assert!(next.uptime() > begin, "nobody was waited for");
    assert!(Journal::open(&next).unwrap().open_names().is_empty());
}

#[test]
fn an_open_change_whose_owner_died_is_rolled_back_before_anything_new() {
    let fake = node(&bare());
    left_open(&fake);
    let next = fake.restart();
    let again = plan(
        Operation::Disable,
        vec![file(Role::Manifest, MANIFEST, Some(&audited()), Some(&bare()))],
    );
    let cause = refused(run(&next, &again, &who(), &[]));
    assert!(matches!(cause, Cause::Open { state: EntryState::Armed, .. }), "{cause:?}");
    let recovered = recover(&next).unwrap();
    assert!(matches!(recovered[0].how, RecoveredAs::RolledBack(_)));
    assert_eq!((bytes(&next, MANIFEST).unwrap(), bytes(&next, POLICY)), (bare(), None));
    let log = next.with(|machine| machine.log().last().cloned()).unwrap();
    assert!(log.starts_with("enable by alice on pts/0 was left open and is settled"), "{log}");
}

#[test]
fn settling_leaves_what_was_edited_since_and_says_so() {
    let fake = node(&bare());
    left_open(&fake);
    let next = fake.restart();
    next.with(|machine| machine.edit(MANIFEST, "edited"));
    let recovered = recover(&next).unwrap();
    let RecoveredAs::RolledBack(files) = &recovered[0].how else { panic!("{recovered:?}") };
    assert_eq!(files.left().count(), 2, "{files:?}");
    assert_eq!(bytes(&next, MANIFEST).unwrap(), b"edited");
    assert_eq!(bytes(&next, POLICY).unwrap(), b"rules: [new]\n", "the manifest may need it");
}

#[test]
fn settling_leaves_a_missing_manifest_missing() {
    let fake = node(&bare());
    left_open(&fake);
    let next = fake.restart();
    next.with(|machine| machine.take_away(MANIFEST));
    let recovered = recover(&next).unwrap();
    assert!(matches!(recovered[0].how, RecoveredAs::RolledBack(_)));
    assert_eq!(bytes(&next, MANIFEST), None);
}

#[test]
fn an_old_open_change_never_undoes_a_newer_one_even_when_bytes_repeat() {
    let fake = node(&bare());
    let first = applied(run(&fake, &enable(), &who(), &[]));
    let off = |files| plan(Operation::Disable, files);
    let to_bare = file(Role::Manifest, MANIFEST, Some(&audited()), Some(&bare()));
    applied(run(&fake, &off(vec![to_bare]), &who(), &[]));
    let to_audited = file(Role::Manifest, MANIFEST, Some(&bare()), Some(&audited()));
    applied(run(&fake, &plan(Operation::Enable, vec![to_audited]), &who(), &[]));
    let claim = |name: &str| Path::new(STATE).join("entries").join(&first.name).join(name);
    fake.rename(&claim("applied"), &claim("armed")).unwrap();
    let recovered = recover(&fake.restart()).unwrap();
    assert!(matches!(recovered[0].how, RecoveredAs::Superseded), "{recovered:?}");
    assert_eq!(bytes(&fake, MANIFEST).unwrap(), audited());
    assert_eq!(bytes(&fake, POLICY).unwrap(), b"rules: [new]\n");
}

#[test]
fn a_change_that_supersedes_another_ends_it_as_undone_and_gives_it_back_if_it_fails() {
    let fake = node(&bare());
    let first = applied(run(&fake, &enable(), &who(), &[]));
    let undo = plan(
        Operation::Rescue,
        vec![
            file(Role::Policy, POLICY, Some(b"rules: [new]\n"), None),
            file(Role::Manifest, MANIFEST, Some(&audited()), Some(&bare())),
        ],
    );
    let state = |fake: &Fake| Journal::open(fake).unwrap().find(first.id()).unwrap().state();
    fake.with(|machine| machine.set_immutable(MANIFEST, true));
    let cause = refused(run(&fake, &undo, &who(), &[&first.name]));
    assert!(matches!(cause, Cause::Immutable { .. }), "{cause:?}");
    assert_eq!(state(&fake), EntryState::Applied);
    fake.with(|machine| machine.set_immutable(MANIFEST, false));
    fake.after_every_call(|machine, call| {
        if call.path.ends_with("armed") {
            machine.interrupt();
        }
    });
    refused(run(&fake, &undo, &who(), &[&first.name]));
    assert_eq!(state(&fake), EntryState::Applied);
    let next = fake.restart();
    applied(run(&next, &undo, &who(), &[&first.name]));
    assert_eq!(state(&next), EntryState::Undone);
    assert_eq!((bytes(&next, MANIFEST).unwrap(), bytes(&next, POLICY)), (bare(), None));
}

#[test]
fn an_open_entry_that_is_damaged_stops_everything_but_the_change_that_supersedes_it() {
    let fake = node(&bare());
    left_open(&fake);
    let next = fake.restart();
    let name = Journal::open(&next).unwrap().open_names()[0].to_owned();
    let entry = Path::new(STATE).join("entries").join(&name).join("entry.json");
    next.with(|machine| machine.edit(entry, "{}"));
    assert!(matches!(recover(&next), Err(RecoverError::Damaged(_))));
    let strip = plan(
        Operation::Rescue,
        vec![file(Role::Manifest, MANIFEST, Some(&audited()), Some(&bare()))],
    );
    let cause = refused(run(&next, &strip, &who(), &[]));
    assert!(matches!(cause, Cause::Journal(_)), "{cause:?}");
    applied(run(&next, &strip, &who(), &[&name]));
    assert_eq!(bytes(&next, MANIFEST).unwrap(), bare());
    assert!(Journal::open(&next).unwrap().open_names().is_empty());
    assert!(recover(&next.restart()).unwrap().is_empty());
}

#[test]
fn a_change_that_somebody_takes_over_stops_and_leaves_the_files_to_them() {
    let fake = node(&bare());
    let rescuer = fake.beside().process();
    fake.after_every_call(move |machine, call| {
        if call.verb == "put in place" && call.path.ends_with("armed") {
            let claim = kubectl_audit::journal::Claim::By {
                who: "rescue".to_owned(),
                process: rescuer.clone(),
            };
            machine.move_file(&call.path, call.path.with_file_name(claim.file_name()));
        }
    });
    let error = run(&fake, &enable(), &who(), &[]).unwrap_err();
    assert!(matches!(error, ApplyError::Taken { .. }), "{error:?}");
    assert!(error.to_string().contains("by rescue"), "{error}");
    assert_eq!((bytes(&fake, MANIFEST).unwrap(), bytes(&fake, POLICY)), (bare(), None));
}

#[test]
fn a_manifest_that_is_missing_can_be_brought_back_and_that_can_be_undone() {
    let fake = node(&bare());
    fake.with(|machine| machine.take_away(MANIFEST));
    let change = vec![file(Role::Manifest, MANIFEST, None, Some(&bare()))];
    let entry = applied(run(&fake, &plan(Operation::Rescue, change), &who(), &[]));
    assert_eq!(bytes(&fake, MANIFEST).unwrap(), bare());
    let claim = |name: &str| entry.directory().join(name);
    fake.rename(&claim("applied"), &claim("armed")).unwrap();
    recover(&fake.restart()).unwrap();
    assert_eq!(bytes(&fake, MANIFEST), None);
}

#[test]
fn former_files_stay_staged_until_the_next_change_of_the_same_manifest_stands() {
    let fake = node(&bare());
    let staged = |fake: &Fake| {
        let names = fake.with(|machine| machine.names("/etc/kubernetes"));
        names.into_iter().filter(|name| name.starts_with('.')).collect::<Vec<_>>()
    };
    let first = applied(run(&fake, &enable(), &who(), &[]));
    assert_eq!(staged(&fake), [format!(".kubectl-audit-{}-1.former", first.id())]);
    fake.with(|machine| machine.put("/opt/manifests/other.yaml", bare(), 0o600));
    let other = Plan {
        operation: Operation::Enable,
        manifest: "/opt/manifests/other.yaml".into(),
        changes: vec![file(Role::Manifest, "/opt/manifests/other.yaml", Some(&bare()), Some(b"x"))],
    };
    applied(run(&fake, &other, &who(), &[]));
    assert_eq!(staged(&fake), [format!(".kubectl-audit-{}-1.former", first.id())]);
    let off = vec![file(Role::Manifest, MANIFEST, Some(&audited()), Some(&bare()))];
    let last = applied(run(&fake, &plan(Operation::Disable, off), &who(), &[]));
    assert_eq!(staged(&fake), [format!(".kubectl-audit-{}-0.former", last.id())]);
}

#[test]
fn a_disk_that_keeps_something_else_than_was_written_is_found_out_before_anything_changes() {
    for what in [".new", ".former", "before/1-kube-apiserver.yaml", "rollback.sh"] {
        let fake = node(&bare());
        let before = files(&fake);
        fake.after_every_call(move |machine, call| {
            if call.verb == "write" && call.path.to_string_lossy().ends_with(what) {
                machine.edit(&call.path, "rotten");
            }
        });
        let cause = refused(run(&fake, &enable(), &who(), &[]));
        assert!(cause.to_string().contains("not what was written"), "{what}: {cause}");
        assert_eq!(files(&fake), before, "{what}");
    }
}

#[test]
fn a_change_that_came_to_its_end_stays_in_the_history_without_its_directory() {
    let fake = node(&bare());
    let entry = applied(run(&fake, &enable(), &who(), &[]));
    kubectl_audit::journal::remove_entry(&fake, &entry.name).unwrap();
    let journal = Journal::open(&fake).unwrap();
    assert_eq!(journal.entries().len(), 1);
    assert_eq!(journal.entries()[0].record, entry.record);
}

#[test]
fn too_little_room_is_told_before_anything_is_written() {
    let fake = node(&bare());
    fake.with(|machine| machine.set_free(100_000));
    let before = fake.with(|machine| machine.tree());
    let cause = refused(run(&fake, &enable(), &who(), &[]));
    assert!(matches!(cause, Cause::NoSpace { free: 100_000, .. }), "{cause:?}");
    assert_eq!(fake.with(|machine| machine.tree()), before);
}

#[test]
fn links_relative_paths_and_control_characters_are_refused() {
    let fake = node(&bare());
    fake.with(|machine| {
        machine.put("/elsewhere.yaml", bare(), 0o600);
        machine.take_away(MANIFEST);
        machine.put_symlink(MANIFEST, "/elsewhere.yaml");
    });
    let cause = refused(run(&fake, &enable(), &who(), &[]));
    assert!(matches!(cause, Cause::NotAFile { .. }), "{cause:?}");
    for path in ["etc/policy.yaml", "/etc/../policy.yaml", "/etc/a\nb.yaml"] {
        let change = plan(Operation::Enable, vec![file(Role::Policy, path, None, Some(b"x"))]);
        let cause = refused(run(&node(&bare()), &change, &who(), &[]));
        assert!(matches!(cause, Cause::Path { .. }), "{path}: {cause:?}");
    }
}

#[test]
fn a_log_directory_that_is_a_file_is_refused_before_any_file_changes() {
    let fake = node(&bare());
    fake.with(|machine| machine.put(LOG, "", 0o600));
    refused(run(&fake, &enable(), &who(), &[]));
    assert_eq!((bytes(&fake, MANIFEST).unwrap(), bytes(&fake, POLICY)), (bare(), None));
}

/// The same on a real file system, below a directory.
struct Tree {
    directory: tempfile::TempDir,
    host: Local,
}

impl Tree {
    fn new() -> Self {
        Self::at(tempfile::tempdir().unwrap())
    }

    fn at(directory: tempfile::TempDir) -> Self {
        fs::create_dir_all(directory.path().join(&MANIFESTS[1..])).unwrap();
        fs::write(directory.path().join(&MANIFEST[1..]), bare()).unwrap();
        let host = Local::new(Some(directory.path().to_owned()));
        Self { directory, host }
    }

    fn enable(&self) -> Result<ApplyOutcome, ApplyError> {
        run(&self.host, &enable(), &who(), &[])
    }

    fn manifest(&self) -> Vec<u8> {
        fs::read(self.directory.path().join(&MANIFEST[1..])).unwrap()
    }
}

#[test]
fn on_real_files_a_change_is_applied_and_undone_byte_for_byte() {
    let tree = Tree::new();
    let entry = applied(tree.enable());
    assert_eq!(tree.manifest(), audited());
    let journal = Journal::open(&tree.host).unwrap();
    let entry = journal.find(&entry.id()[..4]).unwrap();
    let undo: Plan = plan(
        Operation::Rescue,
        entry
            .record
            .files
            .iter()
            .map(|record| {
                let before = entry.latter(&tree.host, record).unwrap();
                let after = entry.former(&tree.host, record).unwrap();
                let path = record.path.to_str().unwrap();
                file(record.role, path, before.as_deref(), after.as_deref())
            })
            .collect(),
    );
    applied(run(&tree.host, &undo, &who(), &[&entry.name]));
    assert_eq!(tree.manifest(), bare());
    assert!(tree.host.stat(Path::new(POLICY)).unwrap().is_none());
}

#[test]
fn on_real_files_two_at_once_end_with_one_change_and_one_refusal() {
    let tree = Tree::new();
    let results: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| tree.enable())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let (done, refusals): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refusals.len()), (1, 3), "{refusals:?}");
    for refusal in refusals {
        let cause = refused(refusal);
        let known = matches!(cause, Cause::Locked { .. } | Cause::Changed { .. });
        assert!(known, "{cause:?}");
    }
    assert_eq!(tree.manifest(), audited());
    assert_eq!(Journal::open(&tree.host).unwrap().entries().len(), 1);
}

#[test]
fn on_real_files_a_full_disk_refuses_and_leaves_no_trace_but_the_journals_directory() {
    let directory = tempfile::tempdir().unwrap();
    let mount = |program: &str, arguments: &[&str]| {
        let mut command = std::process::Command::new(program);
        let command = command.args(arguments).arg(directory.path());
        command.stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if !mount("mount", &["-t", "tmpfs", "-o", "size=1m", "none"]) {
        skipped("mount");
        return;
    }
    let path = directory.path().to_owned();
    let tree = Tree::at(directory);
    let filler = path.join("filler");
    let _ = fs::write(&filler, vec![b'x'; 2 << 20]);
    let result = tree.enable();
    let manifest = tree.manifest();
    let refusal = format!("{result:?}");
    fs::remove_file(&filler).unwrap();
    let again = tree.enable();
    let umount = std::process::Command::new("umount").arg(&path).status();
    assert!(umount.unwrap().success());
    assert!(matches!(refused(result), Cause::NoSpace { .. } | Cause::Host(_)), "{refusal}");
    assert_eq!(manifest, bare());
    applied(again);
}

#[test]
fn on_real_files_an_immutable_manifest_and_a_linked_one_are_named() {
    let tree = Tree::new();
    let manifest = tree.directory.path().join(&MANIFEST[1..]);
    let opened = fs::File::open(&manifest).unwrap();
    if rustix::fs::ioctl_setflags(&opened, rustix::fs::IFlags::IMMUTABLE).is_err() {
        skipped("immutable");
        return;
    }
    let result = tree.enable();
    rustix::fs::ioctl_setflags(&opened, rustix::fs::IFlags::empty()).unwrap();
    assert!(matches!(refused(result), Cause::Immutable { .. }));

    fs::rename(&manifest, tree.directory.path().join("real.yaml")).unwrap();
    symlink("/real.yaml", &manifest).unwrap();
    assert!(matches!(refused(tree.enable()), Cause::NotAFile { .. }));
}
