//! Restarts, second by second.

use super::*;
use crate::health::Readiness;

const FATAL: &str = "loading audit policy file: loaded illegal policy with 0 rules";

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn process(pid: u32) -> Option<Process> {
    Some(Process { boot_id: "b".to_owned(), pid, start_time: 1 })
}

fn tracker() -> RestartTracker {
    RestartTracker::new(seconds(300), seconds(20), seconds(0))
}

fn running(at: u64) -> Observation {
    Observation { at: seconds(at), new_pod: true, server: process(7), ..Observation::default() }
}

fn ready(at: u64) -> Observation {
    Observation { readiness: Some(Readiness::Ready), ..running(at) }
}

#[test]
fn three_answers_and_an_event_are_proof() {
    let mut tracker = tracker();
    let old = Observation { at: seconds(1), old_runs: true, ..Observation::default() };
    assert_eq!(tracker.see(&old), RestartDecision::Wait);
    assert!(!tracker.asks(seconds(1)), "the old server would answer");
    assert_eq!(tracker.see(&Observation { old_runs: true, ..running(2) }), RestartDecision::Wait);
    assert!(!tracker.asks(seconds(2)), "the old server would answer");
    assert_eq!(tracker.see(&running(3)), RestartDecision::Wait);
    assert!(tracker.asks(seconds(3)));
    assert_eq!(tracker.see(&ready(3)), RestartDecision::Wait);
    assert!(!tracker.asks(seconds(7)) && tracker.asks(seconds(8)));
    assert_eq!(tracker.see(&ready(8)), RestartDecision::Wait);
    assert_eq!(tracker.see(&ready(13)), RestartDecision::Wait);
    assert_eq!(
        tracker.see(&Observation { recorded: true, ..running(14) }),
        RestartDecision::Proven
    );
    let times: Vec<_> = tracker.milestones().iter().map(|(_, at)| at.as_secs()).collect();
    assert_eq!(times, [2, 3, 3, 3, 8, 13, 14]);
}

#[test]
fn a_server_that_ends_between_two_answers_begins_anew() {
    let mut tracker = tracker();
    tracker.see(&ready(3));
    tracker.see(&ready(8));
    tracker.see(&Observation { server: None, ..running(9) });
    tracker.see(&Observation { server: process(8), ..ready(12) });
    assert_eq!(tracker.milestones().last().unwrap().0, Milestone::Ready(1));
}

#[test]
fn the_same_last_words_twice_are_a_failure_and_different_ones_are_not_yet() {
    let ended = |words: &[&str]| Observation {
        server: None,
        last_words: words.iter().map(|&words| words.to_owned()).collect(),
        ..running(5)
    };
    assert_eq!(tracker().see(&ended(&[FATAL])), RestartDecision::Wait);
    assert_eq!(tracker().see(&ended(&[FATAL, "another"])), RestartDecision::Wait);
    let failed = RestartDecision::Failed(RestartFailure::Fatal { words: FATAL.to_owned() });
    assert_eq!(tracker().see(&ended(&[FATAL, "another", FATAL])), failed);
}

#[test]
fn a_port_that_the_former_server_still_holds_is_waited_for() {
    let words = "E1121 01:54:36.600974       1 run.go:72] \"command failed\" err=\"failed to create \
                 listener: failed to listen on 0.0.0.0:6443: listen tcp 0.0.0.0:6443: bind: address \
                 already in use\"";
    let ended = Observation { server: None, last_words: vec![words.to_owned(); 3], ..running(5) };
    assert_eq!(tracker().see(&ended), RestartDecision::Wait);
}

#[test]
fn a_complaint_has_to_stand_for_a_while() {
    let mut tracker = tracker();
    let line = "MountVolume.SetUp failed for volume \"audit-policy\"".to_owned();
    let complains = |at| Observation {
        at: seconds(at),
        complaint: Some(line.clone()),
        ..Observation::default()
    };
    assert_eq!(tracker.see(&complains(2)), RestartDecision::Wait);
    assert_eq!(
        tracker.see(&Observation { complaint: None, ..complains(4) }),
        RestartDecision::Wait
    );
    assert_eq!(tracker.see(&complains(6)), RestartDecision::Wait);
    assert_eq!(
        tracker.see(&complains(11)),
        RestartDecision::Failed(RestartFailure::Kubelet { line })
    );
}

#[test]
fn a_kubelet_that_starts_nothing_has_two_looks() {
    let mut tracker = tracker();
    let nothing = |at| Observation { at: seconds(at), ..Observation::default() };
    assert_eq!(tracker.see(&nothing(10)), RestartDecision::Wait);
    assert_eq!(tracker.see(&nothing(54)), RestartDecision::Wait);
    assert_eq!(tracker.see(&nothing(55)), RestartDecision::Failed(RestartFailure::NothingStarted));
}

#[test]
fn a_pod_that_the_kubelet_holds_back_is_waited_for() {
    let mut tracker = tracker();
    let held = |at| Observation {
        at: seconds(at),
        back_off: Some(seconds(160)),
        ..Observation::default()
    };
    for at in [10, 55, 160] {
        assert_eq!(tracker.see(&held(at)), RestartDecision::Wait);
        assert_eq!(tracker.awaited(), WaitTarget::BackOff(seconds(160)));
    }
    assert_eq!(tracker.see(&Observation { server: None, ..running(165) }), RestartDecision::Wait);
    assert_eq!(tracker.awaited(), WaitTarget::NewStarts);
    let RestartDecision::Failed(RestartFailure::Patience { missing, .. }) = tracker.see(&held(300))
    else {
        panic!("patience is over");
    };
    assert_eq!(missing, Milestone::Running);
}

#[test]
fn when_patience_is_over_what_is_missing_is_named() {
    let missing = |seen: Observation| match tracker().see(&seen) {
        RestartDecision::Failed(RestartFailure::Patience { missing, .. }) => missing,
        other => panic!("{other:?}"),
    };
    let old = Observation { old_runs: true, ..Observation::default() };
    assert_eq!(missing(Observation { at: seconds(300), ..old.clone() }), Milestone::Taken);
    assert_eq!(missing(Observation { old_runs: true, ..running(300) }), Milestone::OldGone);
    assert_eq!(missing(running(300)), Milestone::Ready(1));
    assert_eq!(
        missing(Observation { new_pod: true, server: None, ..running(300) }),
        Milestone::Running
    );
}

fn answers(at: u64, readiness: Readiness) -> Observation {
    Observation { readiness: Some(readiness), ..running(at) }
}

#[test]
fn a_start_that_answers_403_then_500_then_200_is_an_ordinary_one() {
    let mut tracker = tracker();
    for (at, status) in [(3, 403), (4, 403)] {
        assert_eq!(tracker.see(&answers(at, Readiness::Alive(status))), RestartDecision::Wait);
        assert!(tracker.asks(seconds(at + 1)) && !tracker.seeks_an_event());
    }
    assert_eq!(tracker.see(&answers(5, Readiness::NotReady(500))), RestartDecision::Wait);
    for at in [6, 11] {
        assert_eq!(tracker.see(&ready(at)), RestartDecision::Wait);
        assert!(!tracker.asks(seconds(at + 4)) && tracker.seeks_an_event());
    }
    assert_eq!(tracker.see(&Observation { recorded: true, ..ready(16) }), RestartDecision::Proven);
    let ready = |(milestone, _): &&(_, _)| matches!(milestone, Milestone::Ready(_));
    let times: Vec<_> = tracker.milestones().iter().filter(ready).map(|it| it.1).collect();
    assert_eq!(times, [6, 11, 16].map(seconds));
}

#[test]
fn a_server_that_goes_on_to_tell_nothing_is_alive_and_no_failure() {
    let mut tracker = tracker();
    let alive = |at| Observation { recorded: true, ..answers(at, Readiness::Alive(401)) };
    for at in [3, 8, 13, 18, 23] {
        assert_eq!(tracker.see(&alive(at)), RestartDecision::Wait, "{at}");
    }
    assert_eq!(tracker.awaited(), WaitTarget::Readiness(401));
    let unproven = RestartDecision::Unproven(UnprovenReason::Unanswered { status: 401 });
    assert_eq!(tracker.see(&alive(28)), unproven);
    assert!(!tracker.has(Milestone::Ready(1)), "it never said that it is ready");
}

#[test]
fn a_200_or_a_500_after_a_403_clears_what_was_not_told() {
    let mut tracker = tracker();
    tracker.see(&running(3));
    for at in [20, 25] {
        tracker.see(&answers(at, Readiness::Alive(403)));
    }
    tracker.see(&answers(30, Readiness::NotReady(500)));
    assert_eq!(tracker.see(&answers(35, Readiness::Alive(403))), RestartDecision::Wait);
    for at in [40, 45] {
        assert_eq!(tracker.see(&ready(at)), RestartDecision::Wait);
    }
    assert_eq!(tracker.see(&Observation { recorded: true, ..ready(50) }), RestartDecision::Proven);
}

#[test]
fn the_kubelet_has_taken_it_when_the_old_server_stops() {
    let mut tracker = tracker();
    let old = |at| Observation { at: seconds(at), old_runs: true, ..Observation::default() };
    tracker.see(&old(1));
    assert_eq!((tracker.awaited(), tracker.seeks_the_stop()), (WaitTarget::Kubelet, true));
    tracker.see(&Observation { old_stops: true, ..old(2) });
    assert_eq!(tracker.milestones(), [(Milestone::Taken, seconds(2))]);
    assert_eq!((tracker.awaited(), tracker.seeks_the_stop()), (WaitTarget::OldStops, false));
    tracker.see(&Observation { old_runs: false, ..old(32) });
    assert_eq!(tracker.awaited(), WaitTarget::NewStarts);
    tracker.see(&running(42));
    assert_eq!(tracker.awaited(), WaitTarget::Ready);
    assert!(tracker.asks(seconds(42)));
}

#[test]
fn an_event_that_does_not_come_is_no_failure_and_a_batch_is_given_its_time() {
    let mut tracker = RestartTracker::new(seconds(300), seconds(20), seconds(30));
    for at in [3, 8, 13] {
        assert_eq!(tracker.see(&ready(at)), RestartDecision::Wait);
    }
    assert_eq!(tracker.see(&running(57)), RestartDecision::Wait);
    assert_eq!(tracker.see(&running(58)), RestartDecision::Unproven(UnprovenReason::NotRecorded));
}

#[test]
fn an_event_is_not_waited_for_until_the_dead_man_acts() {
    let mut tracker = RestartTracker::new(seconds(30), seconds(20), seconds(300));
    for at in [15, 20, 25] {
        tracker.see(&ready(at));
    }
    assert_eq!(tracker.see(&running(44)), RestartDecision::Wait);
    assert_eq!(tracker.see(&running(45)), RestartDecision::Unproven(UnprovenReason::NotRecorded));
}
