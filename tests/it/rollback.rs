//! The rollback script, run by real shells on real files: dash, and busybox with only its own tools.

use crate::node;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use kubectl_audit::apply::{ApplyOutcome, run};
use kubectl_audit::host::need::skipped;
use kubectl_audit::host::{Fake, Host, Local};
use kubectl_audit::journal::{Entry, EntryState, Journal, JournalStep, entries_directory, steps};
use kubectl_audit::plan::{Operation, Plan, Role};
use node::{LOG, MANIFEST, POLICY, file, plan, who};
use tempfile::TempDir;

const NEW_POLICY: &[u8] = b"rules: [new]\n";

/// A shell, and where it finds its tools.
struct Shell {
    name: &'static str,
    command: Vec<PathBuf>,
    path: Option<TempDir>,
}

impl Shell {
    fn all() -> Vec<Self> {
        let sh = PathBuf::from("/bin/sh");
        let dash = found("dash");
        let is_dash = dash.as_ref().is_some_and(|dash| same(dash, &sh));
        let mut all = vec![];
        if !is_dash {
            all.push(Self { name: "sh", command: vec![sh], path: None });
        }
        if let Some(dash) = dash {
            all.push(Self { name: "dash", command: vec![dash], path: None });
        } else {
            skipped("dash");
        }
        if let Some(busybox) = found("busybox") {
            let tools = tempfile::tempdir().unwrap();
            let install = [PathBuf::from("--install"), "-s".into(), tools.path().into()];
            Command::new(&busybox).args(install).status().unwrap();
            let command = vec![busybox, "sh".into()];
            all.push(Self { name: "busybox", command, path: Some(tools) });
        } else {
            skipped("busybox");
        }
        all
    }

    fn command(&self, script: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg(script).args(arguments);
        if let Some(tools) = &self.path {
            command.env("PATH", tools.path());
        }
        command
    }
}

fn same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).ok() == fs::canonicalize(other).ok()
}

fn found(name: &str) -> Option<PathBuf> {
    ["/usr/bin", "/bin"].map(|place| Path::new(place).join(name)).into_iter().find(|p| p.exists())
}

/// A node's files in a directory, with one change applied to them.
struct Node {
    directory: TempDir,
    host: Local,
    entry: Entry,
}

impl Node {
    /// Auditing was turned on where it never was.
    fn enabled() -> Self {
        Self::with(&[(MANIFEST, &node::bare(), 0o640)], &node::enable())
    }

    /// A policy in use was replaced.
    fn replaced() -> Self {
        let (old, new) = (in_use(1), in_use(2));
        let change = plan(
            Operation::Enable,
            vec![
                file(Role::Policy, POLICY, Some(b"rules: [1]\n"), Some(b"rules: [2]\n")),
                file(Role::Manifest, MANIFEST, Some(&old), Some(&new)),
            ],
        );
        Self::with(&[(MANIFEST, &old, 0o600), (POLICY, b"rules: [1]\n", 0o644)], &change)
    }

    fn with(files: &[(&str, &[u8], u32)], change: &Plan) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, bytes, mode) in files {
            put(directory.path(), path, bytes, *mode);
        }
        let host = Local::new(Some(directory.path().to_owned()));
        let ApplyOutcome::Applied(entry) = run(&host, change, &who(), &[]).unwrap() else {
            panic!("nothing was applied")
        };
        Self { directory, host, entry: *entry }
    }

    fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.host.place(path.as_ref())
    }

    fn inside(&self, name: &str) -> PathBuf {
        self.at(self.entry.directory()).join(name)
    }

    fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.at(path)).ok()
    }

    /// Puts another claim in the place of the one that is in effect.
    fn claim(&self, name: &str) {
        let standing = self.claims().pop().unwrap();
        fs::rename(self.inside(&standing), self.inside(name)).unwrap();
    }

    fn claims(&self) -> Vec<String> {
        let names = self.host.list(&self.entry.directory()).unwrap();
        names
            .into_iter()
            .filter(|name| kubectl_audit::journal::Claim::parse(name).is_some())
            .collect()
    }

    fn state(&self) -> EntryState {
        Journal::open(&self.host).unwrap().find(self.entry.id()).unwrap().state()
    }

    fn reason(&self) -> String {
        let journal = Journal::open(&self.host).unwrap();
        journal.find(self.entry.id()).unwrap().rolled_back_because(&self.host).unwrap()
    }

    fn roll_back(&self, shell: &Shell, arguments: &[&str]) -> Output {
        shell.command(&self.inside("rollback.sh"), arguments).output().unwrap()
    }

    fn watch(&self, shell: &Shell) -> Watch {
        let mut command = shell.command(&self.inside("rollback.sh"), &["--watch"]);
        Watch(command.stderr(Stdio::null()).spawn().unwrap())
    }

    fn staged(&self) -> Vec<PathBuf> {
        let places = ["/etc/kubernetes", node::MANIFESTS, "/etc/kubernetes/audit"];
        let names = places.iter().flat_map(|place| {
            let names = self.host.list(Path::new(place)).unwrap_or_default();
            names.into_iter().map(move |name| Path::new(place).join(name))
        });
        names.filter(|path| path.to_string_lossy().contains("/.kubectl-audit-")).collect()
    }

    /// Replaces a text in the script, for what a test cannot wait for.
    fn rewrite(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.inside("rollback.sh")).unwrap();
        assert!(text.contains(from), "{from} is not in the script");
        fs::write(self.inside("rollback.sh"), text.replace(from, to)).unwrap();
    }
}

struct Watch(Child);

impl Watch {
    fn ends_within(&mut self, time: Duration) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < time {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const SOON: Duration = Duration::from_secs(20);
const A_WHILE: Duration = Duration::from_millis(1500);

fn in_use(version: u8) -> Vec<u8> {
    let annotation = format!("--annotation=sha256-of-{version}");
    node::manifest(&[&annotation, "--audit-policy-file=/etc/kubernetes/audit/policy.yaml"])
}

fn put(root: &Path, path: &str, bytes: &[u8], mode: u32) {
    let path = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Says what a script said, where its exit code is not the one that was expected.
fn expect(code: i32, output: &Output, shell: &Shell) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{}: {said}", shell.name);
}

#[test]
fn run_by_hand_it_puts_every_file_back_as_it_was_and_a_second_time_changes_nothing() {
    for shell in Shell::all() {
        let node = Node::enabled();
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
        assert_eq!(fs::metadata(node.at(MANIFEST)).unwrap().mode() & 0o7777, 0o640);
        assert_eq!(node.bytes(POLICY), None, "the policy did not exist before");
        assert!(node.at(LOG).is_dir(), "directories stay");
        assert!(node.staged().is_empty(), "{:?}", node.staged());
        assert_eq!(node.claims(), ["rolled-back"]);
        assert_eq!(node.state(), EntryState::RolledBack);
        assert_eq!(node.reason(), "by hand, with rollback.sh");
        let steps = steps(&node.host, &node.entry.name).unwrap();
        assert_eq!(
            steps[steps.len() - 2..],
            [JournalStep::PutBack { file: 1 }, JournalStep::PutBack { file: 0 }]
        );

        let again = node.roll_back(&shell, &[]);
        expect(0, &again, &shell);
        assert!(String::from_utf8_lossy(&again.stderr).contains("nothing to do"));
        expect(0, &node.roll_back(&shell, &["--force"]), &shell);
        assert_eq!(node.claims(), ["rolled-back"]);
    }
}

#[test]
fn files_that_were_replaced_come_back_from_the_journal_when_nothing_is_staged_any_more() {
    for shell in Shell::all() {
        let node = Node::replaced();
        for staged in node.staged() {
            fs::remove_file(node.at(staged)).unwrap();
        }
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(1));
        assert_eq!(node.bytes(POLICY).unwrap(), b"rules: [1]\n");
        assert_eq!(fs::metadata(node.at(MANIFEST)).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(fs::metadata(node.at(POLICY)).unwrap().mode() & 0o7777, 0o644);
        assert!(node.staged().is_empty(), "{:?}", node.staged());
    }
}

#[test]
fn a_manifest_that_was_edited_since_is_left_with_all_that_it_may_need() {
    for shell in Shell::all() {
        let node = Node::enabled();
        put(node.directory.path(), MANIFEST, b"edited", 0o600);
        expect(3, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), b"edited");
        assert_eq!(node.bytes(POLICY).unwrap(), NEW_POLICY);
        assert_eq!(node.state(), EntryState::RolledBack);
    }
}

#[test]
fn an_empty_directory_that_a_starting_container_got_is_removed_too() {
    for shell in Shell::all() {
        let node = Node::enabled();
        fs::remove_file(node.at(POLICY)).unwrap();
        fs::create_dir(node.at(POLICY)).unwrap();
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert!(!node.at(POLICY).exists());
        let node = Node::enabled();
        fs::remove_file(node.at(POLICY)).unwrap();
        put(&node.at("/"), "/etc/kubernetes/audit/policy.yaml/mine", b"x", 0o600);
        expect(3, &node.roll_back(&shell, &[]), &shell);
        assert!(node.at(POLICY).join("mine").exists(), "someone's own is left");
    }
}

#[test]
fn a_watch_whose_entry_is_gone_ends() {
    for shell in Shell::all() {
        let node = Node::enabled();
        node.host
            .rename(&node.entry.directory().join("applied"), &node.entry.directory().join("armed"))
            .unwrap();
        fs::write(node.inside("deadline"), "99999999\n").unwrap();
        let mut watch = node.watch(&shell);
        assert_eq!(watch.ends_within(A_WHILE), None);
        fs::remove_dir_all(node.at(node.entry.directory())).unwrap();
        assert_eq!(watch.ends_within(SOON), Some(0));
    }
}

#[test]
fn a_policy_that_was_edited_since_is_left_and_the_manifest_goes_back() {
    for shell in Shell::all() {
        let node = Node::enabled();
        put(node.directory.path(), POLICY, b"edited", 0o600);
        expect(3, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
        assert_eq!(node.bytes(POLICY).unwrap(), b"edited");
    }
}

#[test]
fn a_missing_manifest_stays_missing_and_it_says_so() {
    for shell in Shell::all() {
        let node = Node::enabled();
        fs::remove_file(node.at(MANIFEST)).unwrap();
        let output = node.roll_back(&shell, &[]);
        expect(3, &output, &shell);
        assert!(String::from_utf8_lossy(&output.stderr).contains("missing"));
        assert_eq!(node.bytes(MANIFEST), None);
        assert_eq!(node.bytes(POLICY).unwrap(), NEW_POLICY);
    }
}

#[test]
fn a_missing_policy_that_the_former_manifest_names_comes_back_first() {
    for shell in Shell::all() {
        let node = Node::replaced();
        fs::remove_dir_all(node.at(POLICY).parent().unwrap()).unwrap();
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(POLICY).unwrap(), b"rules: [1]\n");
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(1));
    }
}

#[test]
fn a_corrupt_backup_is_never_put_back_and_the_way_back_stays_open() {
    for shell in Shell::all() {
        let node = Node::replaced();
        let staged: Vec<_> = node.staged();
        for staged in &staged {
            fs::write(node.at(staged), "rotten").unwrap();
        }
        let backup = node.inside("before/1-kube-apiserver.yaml");
        fs::write(&backup, "rotten").unwrap();
        expect(5, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(2));
        assert_eq!(node.bytes(POLICY).unwrap(), b"rules: [1]\n", "this one was sound");
        assert_eq!(node.state(), EntryState::Armed);

        fs::write(&backup, in_use(1)).unwrap();
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(1));
        assert_eq!(node.state(), EntryState::RolledBack);
    }
}

#[test]
fn a_corrupt_copy_of_the_new_file_keeps_nothing_from_coming_back() {
    for shell in Shell::all() {
        let node = Node::replaced();
        fs::write(node.inside("after/1-kube-apiserver.yaml"), "rotten").unwrap();
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(1));
    }
}

#[test]
fn it_refuses_to_go_back_behind_a_newer_change_unless_forced() {
    for shell in Shell::all() {
        let node = Node::enabled();
        let again = plan(
            Operation::Enable,
            vec![file(Role::Policy, POLICY, Some(NEW_POLICY), Some(b"rules: [newer]\n"))],
        );
        let ApplyOutcome::Applied(newer) = run(&node.host, &again, &who(), &[]).unwrap() else {
            panic!("nothing was applied")
        };
        expect(2, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::audited());
        assert_eq!(node.claims(), ["applied"]);
        expect(3, &node.roll_back(&shell, &["--force"]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
        assert_eq!(node.bytes(POLICY).unwrap(), b"rules: [newer]\n");
        drop(newer);
    }
}

#[test]
fn a_newer_change_that_was_rolled_back_stands_in_nobodys_way() {
    for shell in Shell::all() {
        let node = Node::enabled();
        let again = plan(
            Operation::Enable,
            vec![file(Role::Policy, POLICY, Some(NEW_POLICY), Some(b"rules: [newer]\n"))],
        );
        let ApplyOutcome::Applied(newer) = run(&node.host, &again, &who(), &[]).unwrap() else {
            panic!("nothing was applied")
        };
        let script = node.at(newer.directory()).join("rollback.sh");
        expect(0, &shell.command(&script, &[]).output().unwrap(), &shell);
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
    }
}

#[test]
fn of_many_who_try_at_once_one_rolls_back_and_the_others_find_it_done() {
    for shell in Shell::all() {
        let node = Node::replaced();
        let script = node.inside("rollback.sh");
        let all: Vec<Child> = (0..6)
            .map(|_| shell.command(&script, &[]).stderr(Stdio::piped()).spawn().unwrap())
            .collect();
        let outputs: Vec<Output> = all.into_iter().map(|c| c.wait_with_output().unwrap()).collect();
        for output in &outputs {
            expect(0, output, &shell);
        }
        let puts =
            outputs.iter().filter(|o| String::from_utf8_lossy(&o.stderr).contains("restored"));
        assert_eq!(puts.count(), 1, "{}", shell.name);
        assert_eq!(node.claims(), ["rolled-back"]);
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(1));
    }
}

#[test]
fn it_goes_on_with_a_warning_where_the_journal_cannot_be_written() {
    for shell in Shell::all() {
        let node = Node::replaced();
        let entry = fs::File::open(node.at(node.entry.directory())).unwrap();
        let immutable = rustix::fs::IFlags::IMMUTABLE;
        if rustix::fs::ioctl_setflags(&entry, immutable).is_err() {
            skipped("immutable");
            return;
        }
        let output = node.roll_back(&shell, &[]);
        rustix::fs::ioctl_setflags(&entry, rustix::fs::IFlags::empty()).unwrap();
        expect(0, &output, &shell);
        assert!(String::from_utf8_lossy(&output.stderr).contains("going on without a claim"));
        assert_eq!(node.bytes(MANIFEST).unwrap(), in_use(1));
    }
}

#[test]
fn it_works_only_where_it_was_written() {
    for shell in Shell::all() {
        let node = Node::enabled();
        let elsewhere = tempfile::tempdir().unwrap();
        let copy = elsewhere.path().join("rollback.sh");
        fs::copy(node.inside("rollback.sh"), &copy).unwrap();
        expect(5, &shell.command(&copy, &[]).output().unwrap(), &shell);
        let mut from_inside = shell.command(Path::new("rollback.sh"), &[]);
        let from_inside = from_inside.current_dir(node.at(node.entry.directory()));
        expect(0, &from_inside.output().unwrap(), &shell);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
    }
}

#[test]
fn names_that_mean_something_to_a_shell_are_only_names() {
    for shell in Shell::all() {
        let policy = "/etc/kubernetes/it's a $(touch owned) `x` \"policy\" .yaml";
        let change = plan(
            Operation::Enable,
            vec![
                file(Role::Policy, policy, None, Some(NEW_POLICY)),
                file(Role::Manifest, MANIFEST, Some(&node::bare()), Some(&node::audited())),
            ],
        );
        let node = Node::with(&[(MANIFEST, &node::bare(), 0o600)], &change);
        assert_eq!(node.bytes(policy).unwrap(), NEW_POLICY);
        expect(0, &node.roll_back(&shell, &[]), &shell);
        assert_eq!(node.bytes(policy), None);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
    }
}

#[test]
fn no_step_of_it_shows_a_kubelet_anything_but_old_or_new() {
    let node = Node::replaced();
    let log = node.directory.path().join("seen");
    let shims = tempfile::tempdir().unwrap();
    for tool in ["mv", "rm", "cp", "chmod", "chown"] {
        let text = format!(
            "#!/bin/sh\n{}/{tool} \"$@\"\ncode=$?\ncd '{}'\n{{ echo $(ls {}) $(cat {}) policy: $(cat {}); }} >>'{}'\nexit $code\n",
            found(tool).unwrap().parent().unwrap().display(),
            node.directory.path().display(),
            &node::MANIFESTS[1..],
            &MANIFEST[1..],
            &POLICY[1..],
            log.display(),
        );
        fs::write(shims.path().join(tool), text).unwrap();
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(shims.path().join(tool), executable).unwrap();
    }
    let shell = Shell { name: "sh", command: vec!["/bin/sh".into()], path: Some(shims) };
    expect(0, &node.roll_back(&shell, &[]), &shell);
    let seen = fs::read_to_string(log).unwrap();
    let words = |text: &[u8]| {
        String::from_utf8_lossy(text).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let allowed: Vec<String> = [(2, 2), (2, 1), (1, 1)]
        .map(|(manifest, policy)| {
            format!("kube-apiserver.yaml {} policy: rules: [{policy}]", words(&in_use(manifest)))
        })
        .to_vec();
    assert!(seen.lines().count() > 5, "{seen}");
    for line in seen.lines() {
        assert!(allowed.iter().any(|one| one == line), "{line}");
    }
    assert_eq!(seen.lines().last(), Some(allowed[2].as_str()));
}

#[test]
fn the_watch_fires_when_the_deadline_is_over_and_not_before() {
    for shell in Shell::all() {
        let node = Node::enabled();
        node.claim("armed");
        fs::write(node.inside("deadline"), "99999999999\n").unwrap();
        let mut watch = node.watch(&shell);
        assert_eq!(watch.ends_within(A_WHILE), None, "{}", shell.name);
        let deadman = fs::read_to_string(node.inside("deadman")).unwrap();
        assert!(
            deadman.trim().ends_with(&format!("{} 99999999999", start_of(&watch))),
            "{deadman}"
        );
        fs::write(node.inside(".deadline"), "1\n").unwrap();
        fs::rename(node.inside(".deadline"), node.inside("deadline")).unwrap();
        assert_eq!(watch.ends_within(SOON), Some(0), "{}", shell.name);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
        assert_eq!(node.claims(), ["rolled-back"]);
        assert_eq!(node.reason(), "the API server was not proven healthy in time");
    }
}

fn start_of(watch: &Watch) -> String {
    let stat = fs::read_to_string(format!("/proc/{}/stat", watch.0.id())).unwrap();
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(19).unwrap().to_owned()
}

#[test]
fn the_watch_fires_at_once_when_its_owner_died_or_the_machine_was_started_anew() {
    let owner = format!("owner_pid={}", std::process::id());
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let boot = format!("owner_boot={}", boot.trim());
    let died = "the command ended before the API server was proven healthy";
    for (from, to, why) in [
        (owner.as_str(), "owner_pid=4194305", died),
        (&boot, "owner_boot=another", "the node restarted before it was confirmed"),
    ] {
        for shell in Shell::all() {
            let node = Node::enabled();
            node.claim("armed");
            fs::write(node.inside("deadline"), "99999999999\n").unwrap();
            node.rewrite(from, to);
            assert_eq!(node.watch(&shell).ends_within(SOON), Some(0), "{}: {to}", shell.name);
            assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
            assert_eq!(node.reason(), why);
        }
    }
}

#[test]
fn the_watch_outlives_its_owner_once_the_server_was_healthy() {
    let owner = format!("owner_pid={}", std::process::id());
    for shell in Shell::all() {
        let node = Node::enabled();
        node.claim("armed");
        fs::write(node.inside("deadline"), "99999999999\n").unwrap();
        fs::write(node.inside("healthy"), "").unwrap();
        node.rewrite(&owner, "owner_pid=4194305");
        let mut watch = node.watch(&shell);
        assert_eq!(watch.ends_within(A_WHILE), None, "{}", shell.name);
        node.claim("confirmed");
        assert_eq!(watch.ends_within(SOON), Some(0), "{}", shell.name);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::audited());
        assert_eq!(node.claims(), ["confirmed"]);
    }
}

#[test]
fn the_watch_waits_for_another_owner_who_lives_and_takes_over_from_one_who_died() {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    for shell in Shell::all() {
        let node = Node::enabled();
        let process = node.host.process();
        fs::write(node.inside("deadline"), "1\n").unwrap();
        let name = |pid| format!("claimed-by-rescue-{}-{pid}-{}", boot.trim(), process.start_time);
        node.claim(&name(process.pid));
        let mut watch = node.watch(&shell);
        assert_eq!(watch.ends_within(A_WHILE), None, "{}", shell.name);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::audited());
        node.claim(&name(4_194_305));
        assert_eq!(watch.ends_within(SOON), Some(0), "{}", shell.name);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::bare());
    }
}

#[test]
fn the_watch_leaves_a_newer_change_alone() {
    for shell in Shell::all() {
        let node = Node::enabled();
        let again = plan(
            Operation::Enable,
            vec![file(Role::Policy, POLICY, Some(NEW_POLICY), Some(b"rules: [newer]\n"))],
        );
        run(&node.host, &again, &who(), &[]).unwrap();
        node.claim("armed");
        fs::write(node.inside("deadline"), "1\n").unwrap();
        assert_eq!(node.watch(&shell).ends_within(SOON), Some(0), "{}", shell.name);
        assert_eq!(node.bytes(MANIFEST).unwrap(), node::audited());
        assert_eq!(node.claims(), ["undone"]);
    }
}

/// Lays out on the real disk what a power cut left of a machine in memory.
fn lay_out(fake: &Fake) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, mode, bytes) in fake.with(|machine| machine.tree()) {
        let inside = directory.path().join(path.strip_prefix("/").unwrap());
        match bytes {
            None => fs::create_dir_all(&inside).unwrap(),
            Some(bytes) => {
                fs::write(&inside, bytes).unwrap();
                fs::set_permissions(&inside, fs::Permissions::from_mode(mode)).unwrap();
            }
        }
    }
    directory
}

#[test]
fn wherever_the_power_was_cut_the_script_alone_brings_the_old_files_back() {
    let shell = Shell::all().pop().unwrap();
    let calls = {
        let fake = node::node(&node::bare());
        run(&fake, &node::enable(), &who(), &[]).unwrap();
        fake.with(|machine| machine.calls().len())
    };
    let mut ran = 0;
    for calls in 1..=calls {
        let fake = node::node(&node::bare());
        fake.stop_after(calls);
        let _ = run(&fake, &node::enable(), &who(), &[]);
        let fake = fake.power_cut(kubectl_audit::host::PowerCut::DropsAll);
        let journal = Journal::open(&fake).unwrap();
        let Some(entry) = journal.entries().first() else { continue };
        let directory = lay_out(&fake);
        let host = Local::new(Some(directory.path().to_owned()));
        let script = host.place(&entries_directory().join(&entry.name).join("rollback.sh"));
        expect(0, &shell.command(&script, &[]).output().unwrap(), &shell);
        assert_eq!(host.read(Path::new(MANIFEST)).unwrap(), node::bare(), "after call {calls}");
        assert!(host.stat(Path::new(POLICY)).unwrap().is_none(), "after call {calls}");
        ran += 1;
    }
    assert!(ran > 20, "the script ran {ran} times");
}
