//! A change that is stopped, or meets a failure, at every single call to the machine.
//!
//! Each time a kubelet that looks after every call sees the old files or the new ones and nothing
//! else, the way back is durable before the first change, and the next command ends on one side.

use crate::kubelet;
use crate::node;

use std::time::Duration;

use kubectl_audit::apply::{
    ApplyError, ApplyOutcome, WatchedOutcome, keep, recover, run, run_watched,
};
use kubectl_audit::host::{Call, Fake, MountPoint, PowerCut};
use kubectl_audit::journal::{Claim, EntryState, Journal, entries_directory};
use kubectl_audit::plan::{Operation, Plan, Role};
use kubelet::{Kubelet, Triple, look};
use node::{MANIFEST, POLICY, file, plan, who};
use rustix::io::Errno;

const WEBHOOK: &str = "/etc/kubernetes/audit/webhook.yaml";

/// One kind of change, with everything a kubelet may see on the way. The first is the old state, the
/// last the new one; in between is the mixture of files that are replaced under their own paths.
struct Scenario {
    name: &'static str,
    machine: fn() -> Fake,
    plan: fn() -> Plan,
    /// Whether a dead man watches until the change is proven.
    guarded: bool,
    allowed: fn() -> Vec<Triple>,
}

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "enable on a bare node",
        machine: || node::node(&node::bare()),
        plan: node::enable,
        guarded: false,
        allowed: || vec![off(), on()],
    },
    Scenario {
        name: "enable where the manifests directory is a mount of its own",
        machine: || {
            let fake = node::node(&node::bare());
            let path = node::MANIFESTS.into();
            fake.with(|m| m.mount(MountPoint { path, device: 1, read_only: false, free: None }));
            fake
        },
        plan: node::enable,
        guarded: false,
        allowed: || vec![off(), on()],
    },
    Scenario {
        name: "a policy in use is replaced",
        machine: || in_use(1),
        plan: || replace(1, 2, Operation::Enable, &[Role::Policy]),
        guarded: false,
        allowed: || mixtures(1, 2, &[Role::Policy]),
    },
    Scenario {
        name: "policy and webhook configuration in use are replaced",
        machine: || in_use(1),
        plan: || replace(1, 2, Operation::Enable, &[Role::Policy, Role::Webhook]),
        guarded: false,
        allowed: || mixtures(1, 2, &[Role::Policy, Role::Webhook]),
    },
    Scenario {
        name: "a rescue restores the manifest and removes the policy that was new",
        machine: || after(node::node(&node::bare()), &node::enable()),
        plan: || {
            let (before, after) = (node::audited(), node::bare());
            plan(
                Operation::Rescue,
                vec![
                    file(Role::Policy, POLICY, Some(b"rules: [new]\n"), None),
                    file(Role::Manifest, MANIFEST, Some(&before), Some(&after)),
                ],
            )
        },
        guarded: false,
        allowed: || vec![on(), off()],
    },
    Scenario {
        name: "a restore puts policy and webhook configuration in use back",
        machine: || {
            let roles = [Role::Policy, Role::Webhook];
            after(in_use(1), &replace(1, 2, Operation::Enable, &roles))
        },
        plan: || replace(2, 1, Operation::Restore, &[Role::Policy, Role::Webhook]),
        guarded: false,
        allowed: || mixtures(2, 1, &[Role::Policy, Role::Webhook]),
    },
    Scenario {
        name: "enable with a dead man in a session of his own",
        machine: || node::node(&node::bare()),
        plan: node::enable,
        guarded: true,
        allowed: || vec![off(), on()],
    },
    Scenario {
        name: "a policy in use is replaced, with a service of systemd as the dead man",
        machine: || {
            let fake = in_use(1);
            fake.with(|machine| {
                machine.put_directory("/run/systemd/system", 0o755);
                machine.put_directory("/etc/systemd/system", 0o755);
            });
            fake
        },
        plan: || replace(1, 2, Operation::Enable, &[Role::Policy]),
        guarded: true,
        allowed: || mixtures(1, 2, &[Role::Policy]),
    },
];

fn off() -> Triple {
    Triple { manifest: node::bare(), policy: None, webhook: None }
}

fn on() -> Triple {
    let policy = Some(b"rules: [new]\n".to_vec());
    Triple { manifest: node::audited(), policy, webhook: None }
}

fn manifest_in_use(version: u8) -> Vec<u8> {
    node::manifest(&[
        &format!("--annotation=sha256-of-{version}"),
        "--audit-policy-file=/etc/kubernetes/audit/policy.yaml",
        "--audit-webhook-config-file=/etc/kubernetes/audit/webhook.yaml",
    ])
}

fn policy(version: u8) -> Vec<u8> {
    format!("rules: [{version}]\n").into_bytes()
}

fn webhook(version: u8) -> Vec<u8> {
    format!("clusters: [{version}]\n").into_bytes()
}

/// A node that audits with policy, webhook and manifest of one version.
fn in_use(version: u8) -> Fake {
    let fake = node::node(&manifest_in_use(version));
    fake.with(|machine| {
        machine.put(POLICY, policy(version), 0o640);
        machine.put(WEBHOOK, webhook(version), 0o600);
    });
    fake
}

fn replace(from: u8, to: u8, operation: Operation, roles: &[Role]) -> Plan {
    let change = |role| match role {
        Role::Policy => file(role, POLICY, Some(&policy(from)), Some(&policy(to))),
        Role::Webhook => file(role, WEBHOOK, Some(&webhook(from)), Some(&webhook(to))),
        Role::Manifest => {
            file(role, MANIFEST, Some(&manifest_in_use(from)), Some(&manifest_in_use(to)))
        }
    };
    plan(operation, roles.iter().copied().chain([Role::Manifest]).map(change).collect())
}

/// Every mixture of old and new files, the old state first, the new one last. Each starts: no file
/// that a manifest names is ever missing.
fn mixtures(from: u8, to: u8, roles: &[Role]) -> Vec<Triple> {
    let choices = |role| if roles.contains(&role) { vec![from, to] } else { vec![from] };
    let mut all = vec![];
    for of_manifest in [from, to] {
        for of_webhook in choices(Role::Webhook) {
            for of_policy in choices(Role::Policy) {
                all.push(Triple {
                    manifest: manifest_in_use(of_manifest),
                    policy: Some(policy(of_policy)),
                    webhook: Some(webhook(of_webhook)),
                });
            }
        }
    }
    all
}

fn after(fake: Fake, earlier: &Plan) -> Fake {
    run(&fake, earlier, &who(), &[]).unwrap();
    fake.restart()
}

/// Carries out a change with a dead man and keeps it as soon as the files are in place.
/// What fails after the files are in place leaves the entry open.
fn run_to_the_proof(fake: &Fake, plan: &Plan) -> Result<ApplyOutcome, ApplyError> {
    let watched = run_watched(fake, plan, &who(), Duration::from_secs(300))?;
    let WatchedOutcome::Armed(mut entry, _) = watched else { return Ok(ApplyOutcome::Unchanged) };
    let _ = keep(fake, &entry, EntryState::Applied);
    entry.claim = Claim::Plain(EntryState::Applied);
    Ok(ApplyOutcome::Applied(entry))
}

impl Scenario {
    /// The entries that the plan takes the place of: all there are.
    fn supersedes(fake: &Fake) -> Vec<String> {
        fake.with(|machine| machine.names(entries_directory()))
    }

    fn run(&self, fake: &Fake, plan: &Plan) -> Result<ApplyOutcome, ApplyError> {
        if self.guarded {
            return run_to_the_proof(fake, plan);
        }
        let supersedes = Self::supersedes(fake);
        let supersedes: Vec<&str> = supersedes.iter().map(String::as_str).collect();
        run(fake, plan, &who(), &supersedes)
    }

    fn start(&self) -> Triple {
        (self.allowed)().remove(0)
    }

    fn aim(&self) -> Triple {
        (self.allowed)().pop().unwrap()
    }

    /// How many calls the change takes when nothing goes wrong.
    fn calls(&self) -> usize {
        self.undisturbed().len()
    }

    /// The calls the change makes when nothing goes wrong.
    fn undisturbed(&self) -> Vec<Call> {
        let fake = (self.machine)();
        self.run(&fake, &(self.plan)()).unwrap();
        fake.with(|machine| machine.calls().to_vec())
    }

    /// The numbers of the calls that leave the disk different from what it was.
    fn changing_calls(&self) -> Vec<usize> {
        let calls = self.undisturbed();
        calls.iter().filter(|call| kubelet::changes(call)).map(|call| call.number).collect()
    }

    /// Runs the change on a machine that a test has spoilt, watched all the way, and returns what it
    /// said. The kubelet's complaints come with the place they were made at.
    fn run_watched(
        &self,
        place: &str,
        spoil: impl Fn(&Fake),
    ) -> (Fake, Result<ApplyOutcome, ApplyError>) {
        let fake = (self.machine)();
        let kubelet = Kubelet::default();
        kubelet.watch(&fake, (self.allowed)());
        spoil(&fake);
        let result = self.run(&fake, &(self.plan)());
        let complaints = kubelet.complaints.borrow();
        assert!(complaints.is_empty(), "{}, {place}: {complaints:?}", self.name);
        (fake, result)
    }

    /// The next command comes, also watched: it must settle what is open, on one side, and leave
    /// nothing after.
    fn recover(&self, place: &str, fake: &Fake) -> Triple {
        let context = format!("{}, {place}", self.name);
        let kubelet = Kubelet::default();
        kubelet.watch(fake, (self.allowed)());
        let recovered = recover(fake).unwrap_or_else(|error| panic!("{context}: {error:?}"));
        let complaints = kubelet.complaints.borrow().clone();
        assert!(complaints.is_empty(), "{context}: {complaints:?}; settled {recovered:?}");
        assert!(recover(fake).unwrap().is_empty(), "{context}: settled twice");
        let triple = fake.with(|machine| look(machine)).unwrap();
        let one_side = triple == self.start() || triple == self.aim();
        assert!(one_side, "{context}: {triple:?}; settled {recovered:?}");
        self.check_that_all_is_tidy(&context, fake);
        triple
    }

    fn check_that_all_is_tidy(&self, context: &str, fake: &Fake) {
        let journal = Journal::open(fake).unwrap();
        assert!(journal.damages().is_empty(), "{context}: {:?}", journal.damages());
        assert!(journal.unfinished().is_empty(), "{context}: {:?}", journal.unfinished());
        assert!(journal.open_names().is_empty(), "{context}: {:?}", journal.open_names());
        let kept = journal.entries().iter().find(|entry| entry.state().is_in_effect());
        for path in fake.with(|machine| kubelet::staged(machine)) {
            let of_kept = kept.is_some_and(|entry| path.to_string_lossy().contains(entry.id()));
            let former = path.to_string_lossy().ends_with(".former");
            assert!(of_kept && former, "{context}: {} is left", path.display());
        }
        let (mode, attributes) = fake.with(|machine| machine.traits(MANIFEST)).unwrap();
        assert_eq!(mode, 0o600, "{context}");
        assert_eq!(attributes["security.selinux"], b"kubernetes_file_t", "{context}");
    }

    /// And after that the change can be made, unless it was.
    fn finish(&self, place: &str, fake: &Fake, triple: &Triple) {
        let context = format!("{}, {place}", self.name);
        if *triple == self.start() {
            self.run(fake, &(self.plan)()).unwrap_or_else(|error| panic!("{context}: {error:?}"));
        }
        assert_eq!(fake.with(|machine| look(machine)).unwrap(), self.aim(), "{context}");
    }
}

#[test]
fn a_change_that_nothing_disturbs_ends_with_the_new_files_and_an_applied_entry() {
    for scenario in SCENARIOS {
        let (fake, result) = scenario.run_watched("undisturbed", |_| {});
        let Ok(ApplyOutcome::Applied(entry)) = result else {
            panic!("{}: {result:?}", scenario.name)
        };
        assert_eq!(entry.state(), EntryState::Applied);
        assert_eq!(fake.with(|machine| look(machine)).unwrap(), scenario.aim());
        scenario.check_that_all_is_tidy(scenario.name, &fake);
        let log = fake.with(|machine| machine.log().last().cloned()).unwrap();
        assert!(log.contains("by alice on pts/0 applied"), "{log}");
    }
}

#[test]
fn a_process_that_is_stopped_after_any_call_leaves_what_the_next_command_settles() {
    for scenario in SCENARIOS {
        for calls in 0..=scenario.calls() {
            let place = format!("stopped after call {calls}");
            let (fake, _) = scenario.run_watched(&place, |fake| fake.stop_after(calls));
            let next = fake.restart();
            let triple = scenario.recover(&place, &next);
            scenario.finish(&place, &next, &triple);
        }
    }
}

#[test]
fn a_process_that_is_stopped_within_any_call_leaves_what_the_next_command_settles() {
    for scenario in SCENARIOS {
        for call in 1..=scenario.calls() {
            let place = format!("stopped within call {call}");
            let (fake, _) = scenario.run_watched(&place, |fake| fake.stop_within(call));
            let next = fake.restart();
            let triple = scenario.recover(&place, &next);
            scenario.finish(&place, &next, &triple);
        }
    }
}

#[test]
fn a_power_cut_after_any_call_leaves_what_the_next_command_settles() {
    let cuts = [PowerCut::DropsAll, PowerCut::KeepsNames, PowerCut::KeepsContent];
    let cuts = cuts.into_iter().chain((1..=4).map(PowerCut::Some));
    for cut in cuts {
        for scenario in SCENARIOS {
            for calls in scenario.changing_calls() {
                let place = format!("power cut after call {calls}, {cut:?}");
                let (fake, _) = scenario.run_watched(&place, |fake| fake.stop_after(calls));
                let next = fake.power_cut(cut);
                let triple = next.with(|machine| look(machine)).unwrap();
                assert!((scenario.allowed)().contains(&triple), "{}, {place}", scenario.name);
                let triple = scenario.recover(&place, &next);
                scenario.finish(&place, &next, &triple);
            }
        }
    }
}

#[test]
fn a_power_cut_on_a_disk_that_is_full_afterwards_is_settled_without_a_free_block() {
    for scenario in SCENARIOS {
        for calls in scenario.changing_calls() {
            let place = format!("power cut and full after call {calls}");
            let (fake, _) = scenario.run_watched(&place, |fake| fake.stop_after(calls));
            let next = fake.power_cut(PowerCut::DropsAll);
            next.with(|machine| machine.set_free(0));
            scenario.recover(&place, &next);
        }
    }
}

#[test]
fn a_call_that_fails_once_ends_in_the_state_that_the_error_names() {
    for errno in [Errno::NOSPC, Errno::XDEV, Errno::ROFS, Errno::PERM, Errno::IO] {
        for scenario in SCENARIOS {
            for call in 1..=scenario.calls() {
                let place = format!("call {call} fails with {errno:?}");
                let (fake, result) = scenario.run_watched(&place, |fake| fake.fail(call, errno));
                let triple = fake.with(|machine| look(machine)).unwrap();
                scenario.check_that_the_error_tells_the_state(&place, &result, &triple);
                let next = fake.restart();
                let triple = scenario.recover(&place, &next);
                scenario.finish(&place, &next, &triple);
            }
        }
    }
}

#[test]
fn a_disk_that_is_full_from_any_call_on_never_keeps_the_former_files_from_coming_back() {
    for scenario in SCENARIOS {
        for call in 1..=scenario.calls() {
            let place = format!("full from call {call}");
            let (fake, result) = scenario.run_broken(&place, call, |machine| machine.set_free(0));
            let failed = matches!(result, Err(ApplyError::RollbackFailed { .. }));
            assert!(!failed, "{}, {place}: {result:?}", scenario.name);
            let triple = fake.with(|machine| look(machine)).unwrap();
            scenario.check_that_the_error_tells_the_state(&place, &result, &triple);
            let next = fake.restart();
            scenario.recover(&place, &next);
            next.with(|machine| machine.set_free(1 << 30));
            let triple = scenario.recover(&place, &next);
            scenario.finish(&place, &next, &triple);
        }
    }
}

#[test]
fn a_disk_that_turns_read_only_at_any_call_is_settled_when_it_can_be_written_again() {
    for scenario in SCENARIOS {
        for call in 1..=scenario.calls() {
            let place = format!("read-only from call {call}");
            let (fake, result) = scenario.run_broken(&place, call, |m| m.set_read_only(true));
            let triple = fake.with(|machine| look(machine)).unwrap();
            scenario.check_that_the_error_tells_the_state(&place, &result, &triple);
            let next = fake.restart();
            next.with(|machine| machine.set_read_only(false));
            let triple = scenario.recover(&place, &next);
            scenario.finish(&place, &next, &triple);
        }
    }
}

#[test]
fn settling_that_is_stopped_itself_is_settled_by_the_next_command() {
    for scenario in SCENARIOS {
        let renames = scenario.undisturbed().into_iter().filter(|call| call.verb == "put in place");
        for calls in renames.map(|call| call.number) {
            let left = || {
                let place = format!("stopped after call {calls}");
                let (fake, _) = scenario.run_watched(&place, |fake| fake.stop_after(calls));
                fake.restart()
            };
            let fake = left();
            recover(&fake).unwrap();
            for again in 0..=fake.with(|machine| machine.calls().len()) {
                let place = format!("stopped after call {calls}, settling after call {again}");
                let fake = left();
                fake.stop_after(again);
                let _ = recover(&fake);
                let next = if again % 2 == 0 {
                    fake.restart()
                } else {
                    fake.power_cut(PowerCut::DropsAll)
                };
                scenario.recover(&place, &next);
            }
        }
    }
}

impl Scenario {
    /// Runs the change, watched, on a machine that breaks after a call and stays broken.
    fn run_broken(
        &self,
        place: &str,
        call: usize,
        break_it: fn(&mut kubectl_audit::host::Machine),
    ) -> (Fake, Result<ApplyOutcome, ApplyError>) {
        let fake = (self.machine)();
        let allowed = (self.allowed)();
        let wrong = std::rc::Rc::new(std::cell::RefCell::new(vec![]));
        let seen = std::rc::Rc::clone(&wrong);
        fake.after_every_call(move |machine, made| {
            match look(machine) {
                _ if !kubelet::changes(made) => {}
                Ok(triple) if allowed.contains(&triple) => {}
                other => seen.borrow_mut().push(format!("after {made:?}: {other:?}")),
            }
            if made.number == call {
                break_it(machine);
            }
        });
        let result = self.run(&fake, &(self.plan)());
        assert!(wrong.borrow().is_empty(), "{}, {place}: {:?}", self.name, wrong.borrow());
        (fake, result)
    }

    fn check_that_the_error_tells_the_state(
        &self,
        place: &str,
        result: &Result<ApplyOutcome, ApplyError>,
        triple: &Triple,
    ) {
        let context = format!("{}, {place}: {result:?}", self.name);
        match result {
            Ok(_) => assert_eq!(*triple, self.aim(), "{context}"),
            Err(ApplyError::NothingChanged(_)) => assert_eq!(*triple, self.start(), "{context}"),
            Err(ApplyError::RolledBack { files, .. }) => {
                assert_eq!(*triple, self.start(), "{context}");
                assert_eq!(files.left().count(), 0, "{context}");
            }
            Err(ApplyError::RollbackFailed { command, .. }) => {
                assert!(command.contains("rollback.sh"), "{context}");
            }
            Err(ApplyError::Taken { .. }) => panic!("{context}"),
        }
    }
}
