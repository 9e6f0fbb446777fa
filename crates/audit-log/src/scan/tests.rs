//! The scanners beside serde_json.

use super::extract::{Extract, ScanDepth};
use super::swift::LineVerdict;
use super::*;

fn plainly(line: &[u8]) -> (Result<bool, LineFault>, LoggedEvent<'_>) {
    let mut extract = Extract::new(ScanDepth::Whole);
    (plain::run(line, &mut extract), extract.event)
}

const LINE: &str = concat!(
    r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"a-1","#,
    r#""stage":"ResponseComplete","requestURI":"/api/v1/pods?a=1\u0026b=\"x\"","verb":"create","#,
    r#""user":{"username":"CORP\\svc","uid":"u","groups":["a","b"],"extra":{"k":["v"]}},"#,
    r#""impersonatedUser":{"username":"анна"},"sourceIPs":["10.0.0.1","::1"],"userAgent":"x/1 (y)","#,
    r#""objectRef":{"resource":"pods","namespace":"n","name":"p","apiVersion":"v1"},"#,
    r#""responseStatus":{"metadata":{},"status":"Failure","reason":"Forbidden","code":403},"#,
    r#""requestObject":{"a":[1,-2.5e3,true,false,null,{"b":{"c":[[],{}]}}],"verb":"list","s":"\\\"\n🏖"},"#,
    r#""responseObject":{"user":{"username":"no"}},"requestReceivedTimestamp":"2026-11-01T00:00:00.008119Z","#,
    r#""stageTimestamp":"2026-11-01T00:00:00.011800Z","annotations":{"a/decision":"forbid","a/reason":""}}"#
);

#[test]
fn a_line_of_the_server_gives_its_fields() {
    let scanned = scan(LINE.as_bytes(), ScanDepth::Whole);
    assert_eq!((scanned.fault, scanned.swift), (None, true));
    let event = scanned.event;
    assert_eq!(event.user.name.decode(), "CORP\\svc");
    assert_eq!(event.as_user.name.decode(), "анна");
    assert_eq!(event.request_uri.decode(), "/api/v1/pods?a=1&b=\"x\"");
    assert_eq!((event.verb.decode().as_ref(), event.code), ("create", Some(403)));
    assert_eq!(event.object.resource.decode(), "pods");
    assert_eq!(event.annotation("a/decision").as_deref(), Some("forbid"));
    assert_eq!(event.source_ips.elements().count(), 2);
    assert_eq!(plainly(LINE.as_bytes()).1, event);
}

/// A generator of numbers, so that a failure can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Changes a few bytes: most of what a flipped, lost or doubled byte can do to JSON.
fn mutate(line: &mut Vec<u8>, random: &mut Random) {
    const LIKELY: &[u8] = b"\"\\{}[]:,0123456789-+.eEtfn u/ \n\t\x00\x1f\x7f\x80\xc3\xed\xf0a";
    for _ in 0..=random.below(3) {
        let at = random.below(line.len());
        let byte = LIKELY[random.below(LIKELY.len())];
        match random.below(5) {
            0 => line[at] = byte,
            1 => line.insert(at, byte),
            2 => drop(line.remove(at)),
            3 => {
                let to = (at + 1 + random.below(12)).min(line.len());
                let part = line[at..to].to_vec();
                let place = random.below(line.len());
                line.splice(place..place, part);
            }
            _ if line.len() > 40 => line.truncate(line.len() - random.below(8)),
            _ => {}
        }
        if line.is_empty() {
            line.push(b'{');
        }
    }
}

/// Says what is wrong if the two scanners and serde_json do not agree on a line.
fn disagreement(line: &[u8]) -> Option<String> {
    let (plain, event) = plainly(line);
    let mut extract = Extract::new(ScanDepth::Whole);
    let verdict = vector::portable(line, &mut extract);
    let mut again = Extract::new(ScanDepth::Whole);
    let fast = vector::scan(line, &mut again);
    let serde =
        serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|value| value.is_object());
    if serde != (plain == Ok(true)) {
        return Some(format!("serde_json {serde}, plain {plain:?}"));
    }
    if verdict == LineVerdict::Whole && !serde {
        return Some("swift takes what serde_json refuses".to_owned());
    }
    if verdict != fast {
        return Some(format!("portable {verdict:?}, vector {fast:?}"));
    }
    if fast == LineVerdict::Whole && (again.event != event || extract.event != event) {
        return Some(format!("{:?}\n{event:?}", again.event));
    }
    None
}

#[test]
fn mutated_lines_are_judged_as_serde_json_judges_them() {
    let rounds = option_env!("KUBECTL_AUDIT_FUZZ").and_then(|text| text.parse().ok());
    let seeds = [
        LINE.as_bytes(),
        br#"{"a":{"b":[{"c":1},{"d":[1,2,[3,"x"]]}],"e":"\ud83d\ude00"},"verb":"get","f":-0.1E+2}"#,
        br#"{"log":"{\"kind\":\"Event\"}\n","verb":"\u0067et","user":null,"x":[[[[{}]]]],"y":{"z":""}}"#,
    ];
    let mut random = Random(7);
    for round in 0..rounds.unwrap_or(20_000) {
        let mut line = seeds[random.below(seeds.len())].to_vec();
        mutate(&mut line, &mut random);
        if let Some(what) = disagreement(&line) {
            panic!("round {round}: {what}\n{}", String::from_utf8_lossy(&line));
        }
    }
}

#[test]
fn every_cut_of_a_line_is_a_fault() {
    for end in 0..LINE.len() {
        let scanned = scan(&LINE.as_bytes()[..end], ScanDepth::Whole);
        assert!(scanned.fault.is_some(), "{end}");
        assert_eq!(disagreement(&LINE.as_bytes()[..end]), None, "{end}");
    }
}

#[test]
fn depth_is_bounded_as_in_serde_json() {
    for depth in [3, 100, 125, 126, 127, 128, 129, 100_000] {
        let line = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(disagreement(line.as_bytes()), None, "{depth}");
    }
}

#[test]
fn numbers_are_those_of_json() {
    for number in [
        "0",
        "-0",
        "01",
        "1.",
        ".5",
        "1e",
        "1e5",
        "1E+5",
        "-",
        "+1",
        "1e999",
        "1e-999",
        "0x1",
        "1.5.2",
        "9".repeat(400).as_str(),
        "tru",
        "true",
        "nul",
        "null",
        "nulll",
        "Infinity",
        "12 ",
        "",
    ] {
        for line in [format!("{{\"a\":{number}}}"), format!("{{\"a\":[{number},1]}}")] {
            assert_eq!(disagreement(line.as_bytes()), None, "{line}");
        }
    }
}
