//! What the journal keeps, what it forgets, and what it will not trust.

use std::path::PathBuf;

use super::*;
use crate::digest::sha256;
use crate::host::Fake;
use crate::owner::Owner;
use crate::plan::{Operation, Role};

const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";

fn who() -> Operator {
    Operator { user: "alice".to_owned(), terminal: None }
}

/// A new entry with one file, claimed in that state.
fn add(fake: &Fake, state: EntryState) -> Entry {
    make_state(fake).unwrap();
    let journal = Journal::open(fake).unwrap();
    let newest = journal.newest_name();
    let mut draft = EntryDraft::new(fake, newest, Operation::Enable, &who(), Path::new(MANIFEST));
    let body = |bytes: &[u8]| Body {
        name: body_name(0, Path::new(MANIFEST)),
        sha256: sha256(bytes),
        size: bytes.len() as u64,
        mode: 0o600,
        owner: Owner::ROOT,
        xattrs: [("security.selinux".to_owned(), vec![0, 255])].into(),
    };
    let file = FileRecord {
        role: Role::Manifest,
        path: PathBuf::from(MANIFEST),
        before: Some(body(b"old")),
        after: Some(body(b"new")),
    };
    draft.write(fake, vec![file], &[Some(b"old".into())], &[Some(b"new".into())]).unwrap();
    let mut entry = draft.prepare(fake).unwrap();
    move_claim(fake, &entry.name, &entry.claim, &Claim::Plain(state)).unwrap();
    entry.claim = Claim::Plain(state);
    entry
}

fn open(fake: &Fake) -> Journal {
    Journal::open(fake).unwrap()
}

fn history(fake: &Fake) -> String {
    let bytes = fake.with(|machine| machine.bytes("/var/lib/kubectl-audit/history.jsonl"));
    String::from_utf8(bytes.unwrap_or_default()).unwrap()
}

#[test]
fn a_node_without_a_journal_has_none_and_gets_none_by_looking() {
    let fake = Fake::new();
    let journal = open(&fake);
    assert!(journal.is_missing());
    assert!(journal.entries().is_empty() && journal.damages().is_empty());
    assert_eq!(fake.with(|machine| machine.tree().len()), 1, "only the root directory");
}

#[test]
fn an_entry_comes_back_as_it_was_made_with_its_files() {
    let fake = Fake::new();
    let entry = add(&fake, EntryState::Verified);
    let journal = open(&fake);
    assert_eq!(journal.entries(), std::slice::from_ref(&entry));
    assert!(!journal.is_missing());
    let file = &entry.record.files[0];
    assert_eq!(entry.former(&fake, file).unwrap().unwrap(), b"old");
    assert_eq!(entry.latter(&fake, file).unwrap().unwrap(), b"new");
    assert_eq!(entry.record.time, "2026-11-21T14:22:10Z");
}

#[test]
fn entries_are_listed_newest_first_even_when_the_clock_was_set_back() {
    let fake = Fake::new();
    let first = add(&fake, EntryState::Applied);
    fake.with(|machine| machine.set_clock(1_000_000_000));
    let second = add(&fake, EntryState::Applied);
    let names: Vec<_> = open(&fake).entries().iter().map(|entry| entry.name.clone()).collect();
    assert_eq!(names, [second.name, first.name]);
}

#[test]
fn an_entry_is_found_by_the_beginning_of_its_id_or_name() {
    let fake = Fake::new();
    let entry = add(&fake, EntryState::Applied);
    let journal = open(&fake);
    assert_eq!(journal.find(&entry.id()[..3]).unwrap().name, entry.name);
    assert_eq!(journal.find(&entry.name).unwrap().name, entry.name);
    assert!(matches!(journal.find("zz"), Err(JournalError::Unknown { .. })));
    add(&fake, EntryState::Applied);
    assert!(matches!(open(&fake).find(""), Err(JournalError::Ambiguous { count: 2, .. })));
}

/// A new entry that changed one file.
fn change(fake: &Fake, path: &str, before: &str, after: &str) -> Entry {
    make_state(fake).unwrap();
    let journal = Journal::open(fake).unwrap();
    let newest = journal.newest_name();
    let mut draft = EntryDraft::new(fake, newest, Operation::Enable, &who(), Path::new(MANIFEST));
    let body = |text: &str| Body {
        name: body_name(0, Path::new(path)),
        sha256: sha256(text.as_bytes()),
        size: text.len() as u64,
        mode: 0o600,
        owner: Owner::ROOT,
        xattrs: Default::default(),
    };
    let (role, path) = (Role::Policy, PathBuf::from(path));
    let file = FileRecord { role, path, before: Some(body(before)), after: Some(body(after)) };
    draft.write(fake, vec![file], &[Some(before.into())], &[Some(after.into())]).unwrap();
    let entry = draft.prepare(fake).unwrap();
    move_claim(fake, &entry.name, &entry.claim, &Claim::Plain(EntryState::Applied)).unwrap();
    entry
}

#[test]
fn what_an_entry_left_is_its_own_file_else_what_the_next_entry_found() {
    let fake = Fake::new();
    let first = change(&fake, "/p", "1", "2");
    change(&fake, "/w", "5", "6");
    change(&fake, "/w", "7", "8");
    let journal = open(&fake);
    let left = |path: &str| {
        let entry = journal.find(first.id()).unwrap();
        let text = journal.left_at(&fake, entry, Path::new(path)).unwrap();
        text.map(|bytes| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(left("/p").as_deref(), Some("2"));
    assert_eq!(left("/w").as_deref(), Some("5"), "as the second entry found it");
    assert_eq!(left("/elsewhere"), None);
}

#[test]
fn a_text_is_found_by_its_sum_on_either_side_of_a_change() {
    let fake = Fake::new();
    change(&fake, "/p", "1", "2");
    let journal = open(&fake);
    let found = |text: &str| {
        journal.text_of(&fake, Role::Policy, &sha256(text.as_bytes())).unwrap().is_some()
    };
    assert!(found("1") && found("2"));
    assert!(!found("3"));
    let other = journal.text_of(&fake, Role::Webhook, &sha256(b"1")).unwrap();
    assert_eq!(other, None, "another role");
}

#[test]
fn a_directory_without_a_claim_is_no_entry() {
    let fake = Fake::new();
    let entry = add(&fake, EntryState::Prepared);
    fake.remove(&entry.directory().join("prepared")).unwrap();
    let journal = open(&fake);
    assert!(journal.entries().is_empty());
    assert_eq!(journal.unfinished(), [entry.name.as_str()]);
    assert_eq!(unfinished_record(&fake, &entry.name), Some(entry.record));
}

#[test]
fn whatever_is_wrong_with_an_entry_is_damage_and_says_which_and_why() {
    type Spoil = fn(&mut crate::host::Machine, &Path);
    let wrongs: [(&str, Spoil); 5] = [
        ("No such file", |machine, entry| machine.take_away(entry.join("entry.json"))),
        ("sha256 differs", |machine, entry| machine.edit(entry.join("entry.json"), "{}")),
        ("journal.jsonl", |machine, entry| machine.edit(entry.join("journal.jsonl"), "")),
        ("journal.jsonl", |machine, entry| machine.take_away(entry.join("journal.jsonl"))),
        ("more than one claim", |machine, entry| machine.put(entry.join("undone"), "", 0o600)),
    ];
    for (why, spoil) in wrongs {
        let fake = Fake::new();
        let good = add(&fake, EntryState::Verified);
        let bad = add(&fake, EntryState::Armed);
        fake.with(|machine| spoil(machine, &bad.directory()));
        let journal = open(&fake);
        assert_eq!(journal.entries(), [good], "{why}");
        let [damage] = journal.damages() else { panic!("{why}: {:?}", journal.damages()) };
        assert_eq!(damage.entry.as_deref(), Some(bad.name.as_str()), "{why}");
        assert!(damage.to_string().contains(why), "{damage}");
        assert!(matches!(journal.find(bad.id()), Err(JournalError::Damaged(_))), "{why}");
        assert_eq!(journal.open_names(), [bad.name.as_str()], "{why}");
    }
}

#[test]
fn a_copy_that_is_not_what_was_kept_is_never_given_out() {
    let fake = Fake::new();
    let entry = add(&fake, EntryState::Verified);
    let copy = entry.directory().join("before/0-kube-apiserver.yaml");
    fake.with(|machine| machine.edit(&copy, "rotten"));
    let error = entry.former(&fake, &entry.record.files[0]).unwrap_err();
    assert!(matches!(&error, JournalError::Damaged(damage) if damage.place == copy), "{error}");
}

#[test]
fn a_journal_that_is_no_directory_is_damaged_and_not_missing() {
    let fake = Fake::new();
    fake.with(|machine| machine.put(STATE, "", 0o600));
    let journal = open(&fake);
    assert!(!journal.is_missing());
    assert_eq!(journal.damages().len(), 1);
}

#[test]
fn the_files_of_the_last_entries_are_kept_and_a_line_of_every_other() {
    let fake = Fake::new();
    let still_open = add(&fake, EntryState::Armed);
    let all: Vec<Entry> = (0..KEPT + 2).map(|_| add(&fake, EntryState::Verified)).collect();
    let journal = open(&fake);
    record_final(&fake, journal.entries()).unwrap();
    prune(&fake, &journal).unwrap();
    let journal = open(&fake);
    assert!(journal.damages().is_empty(), "{:?}", journal.damages());
    assert_eq!(journal.entries().len(), KEPT + 3);
    let pruned: Vec<&Entry> =
        journal.entries().iter().filter(|entry| entry.bodies == Bodies::Pruned).collect();
    let names: Vec<&str> = pruned.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, [all[1].name.as_str(), all[0].name.as_str()]);
    assert_eq!(pruned[1].record, all[0].record);
    assert_eq!(journal.find(&still_open.name).unwrap().bodies, Bodies::Kept);
    let error = pruned[0].former(&fake, &pruned[0].record.files[0]).unwrap_err();
    assert!(matches!(error, JournalError::Pruned { .. }), "{error}");
}

#[test]
fn the_history_gets_a_line_when_an_entry_ends_and_another_when_its_end_changes() {
    let fake = Fake::new();
    let entry = add(&fake, EntryState::Armed);
    let note = |fake: &Fake| {
        record_final(fake, open(fake).entries()).unwrap();
        history(fake).lines().count()
    };
    assert_eq!(note(&fake), 0, "it is open");
    move_claim(&fake, &entry.name, &entry.claim, &Claim::Plain(EntryState::Verified)).unwrap();
    assert_eq!((note(&fake), note(&fake)), (1, 1));
    let (from, to) = (Claim::Plain(EntryState::Verified), Claim::Plain(EntryState::Undone));
    move_claim(&fake, &entry.name, &from, &to).unwrap();
    assert_eq!(note(&fake), 2);
    remove_entry(&fake, &entry.name).unwrap();
    assert_eq!(open(&fake).entries()[0].state(), EntryState::Undone);
}

#[test]
fn a_line_that_was_changed_or_taken_out_of_the_history_is_noticed() {
    let fake = Fake::new();
    for _ in 0..3 {
        add(&fake, EntryState::Verified);
        record_final(&fake, open(&fake).entries()).unwrap();
    }
    assert!(open(&fake).damages().is_empty());
    let lines: Vec<String> = history(&fake).lines().map(str::to_owned).collect();
    let forged = [
        format!("{}\n{}\n", lines[0], lines[2]),
        format!("{}\n{}\n{}\n", lines[0].replace("alice", "mallory"), lines[1], lines[2]),
        format!("{}\nxx{}\n{}\n", lines[0], lines[1], lines[2]),
    ];
    for text in forged {
        fake.with(|machine| machine.edit("/var/lib/kubectl-audit/history.jsonl", &text));
        let journal = open(&fake);
        let [damage] = journal.damages() else { panic!("unnoticed: {text}") };
        assert!(damage.to_string().contains("does not follow"), "{damage}");
    }
}

#[test]
fn a_torn_line_at_the_end_of_the_history_is_written_anew() {
    let fake = Fake::new();
    add(&fake, EntryState::Verified);
    record_final(&fake, open(&fake).entries()).unwrap();
    add(&fake, EntryState::Verified);
    let whole = history(&fake);
    let torn = format!("{whole}{}", &whole[..100]);
    fake.with(|machine| machine.edit("/var/lib/kubectl-audit/history.jsonl", torn));
    record_final(&fake, open(&fake).entries()).unwrap();
    assert!(open(&fake).damages().is_empty(), "{:?}", open(&fake).damages());
    assert_eq!(history(&fake).lines().count(), 3);
}

#[test]
fn what_this_version_writes_is_read_back_from_a_text_kept_here() {
    let text = r#"{
  "version": 1,
  "id": "0a1b2c3d",
  "time": "2026-11-21T14:22:10Z",
  "command": "enable",
  "user": "alice",
  "terminal": "pts/0",
  "process": {
    "boot_id": "00000000-0000-4000-8000-000000000001",
    "pid": 101,
    "start_time": 10100
  },
  "manifest": "/etc/kubernetes/manifests/kube-apiserver.yaml",
  "files": [
    {
      "role": "policy",
      "path": "/etc/kubernetes/audit/policy.yaml",
      "before": null,
      "after": {
        "name": "0-policy.yaml",
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "size": 0,
        "mode": "0600",
        "owner": {
          "uid": 0,
          "gid": 0
        }
      }
    }
  ]
}
"#;
    let fake = Fake::new();
    let entry = "20261121T142210Z-0a1b2c3d";
    let path = entries_directory().join(entry).join("entry.json");
    fake.with(|machine| machine.put(path, text, 0o600));
    let record = unfinished_record(&fake, entry).unwrap();
    assert_eq!(serde_json::to_string_pretty(&record).unwrap() + "\n", text);
}
