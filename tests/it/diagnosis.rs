//! What dead servers and complaining kubelets wrote, and the causes we read from it.
//!
//! `tests/data/last-words.jsonl` holds one message a line, as server and kubelet write them.

use std::collections::BTreeSet;

use kubectl_audit::diagnosis::{
    Blame, DIAGNOSES, Diagnosis, LogLine, PodFilter, complaints, container_log, last_words,
    of_kubelet, of_log, of_server, same,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

const MESSAGES: &str = include_str!("../data/last-words.jsonl");
const SOURCE: &str = include_str!("../../src/diagnosis/mod.rs");
const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";

fn messages() -> impl Iterator<Item = Value> {
    MESSAGES.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn of(message: &Value) -> Option<Diagnosis> {
    let line = message["line"].as_str().unwrap();
    if message["from"] == "kubelet" { of_kubelet(line) } else { Some(of_server(line)) }
}

fn name(blame: Blame) -> &'static str {
    match blame {
        Blame::Auditing => "auditing",
        Blame::Other => "other",
        Blame::Unknown => "unknown",
    }
}

fn line(text: &str) -> LogLine {
    LogLine { time: "2026-11-21T01:54:36Z".to_owned(), text: text.to_owned() }
}

#[test]
fn every_message_has_its_cause_and_the_cause_names_the_thing() {
    let mut wrong = vec![];
    for message in messages() {
        let case = &message["case"];
        let Some(found) = of(&message) else {
            wrong.push(format!("{case}: no diagnosis"));
            continue;
        };
        if (message["id"].as_str(), message["blame"].as_str())
            != (Some(found.id), Some(name(found.blame)))
        {
            wrong.push(format!("{case}: {} ({})", found.id, name(found.blame)));
        }
        for says in message["says"].as_array().unwrap() {
            if !found.cause.contains(says.as_str().unwrap())
                && !found.fix.contains(says.as_str().unwrap())
            {
                wrong.push(format!("{case}: {says} is missing in: {} {}", found.cause, found.fix));
            }
        }
        let ends = found.cause.ends_with('.') && found.fix.ends_with(['.', '`', '"']);
        if !ends || found.cause.contains(char::is_control) || found.fix.contains(char::is_control) {
            wrong.push(format!("{case}: is not fit to print: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(messages().count() > 160, "messages were lost");
}

#[test]
fn the_table_is_the_registry() {
    let registry: BTreeSet<(String, String)> = DIAGNOSES
        .iter()
        .flat_map(|kind| kind.blames.iter().map(|it| (kind.id.to_owned(), name(*it).to_owned())))
        .collect();
    assert_eq!(documented(), registry);
    for kind in DIAGNOSES {
        assert!(SOURCE.contains(&format!("| {} |\n", kind.about)), "{}", kind.id);
    }
}

/// The ids of the table in the module's documentation, each with the blames it may have.
fn documented() -> BTreeSet<(String, String)> {
    let rows = SOURCE.lines().filter_map(|line| line.strip_prefix("//! | `"));
    rows.flat_map(|row| {
        let (id, rest) = row.split_once("` | ").unwrap();
        let blames = rest.split(" | ").next().unwrap().split(" or ");
        blames.map(move |blame| (id.to_owned(), blame.to_owned()))
    })
    .collect()
}

#[test]
fn the_documented_ids_are_those_there_are() {
    let mut tried = BTreeSet::new();
    for found in messages().filter_map(|message| of(&message)) {
        tried.insert((found.id.to_owned(), name(found.blame).to_owned()));
    }
    let undocumented: Vec<_> = tried.difference(&documented()).cloned().collect();
    assert!(undocumented.is_empty(), "not in the table: {undocumented:?}");
    let ids = |of: &BTreeSet<(String, String)>| -> BTreeSet<String> {
        of.iter().map(|(id, _)| id.clone()).collect()
    };
    let untried: Vec<_> = ids(&documented()).difference(&ids(&tried)).cloned().collect();
    assert!(untried.is_empty(), "in the table, but no message has it: {untried:?}");
}

#[test]
fn a_diagnosis_is_the_same_from_the_log_in_either_format() {
    for message in messages().filter(|message| message["from"] == "server") {
        let text = message["line"].as_str().unwrap();
        let cri = format!("torn stderr F x\n2026-11-21T01:54:36.6Z stderr F {text}\n");
        let docker = serde_json::json!({
            "log": format!("{text}\n"), "stream": "stderr", "time": "2026-11-21T01:54:36.6Z"
        });
        for log in [cri, format!("{docker}\n")] {
            let lines = container_log(log.as_bytes());
            assert_eq!(of_server(&last_words(&lines).unwrap()), of_server(text), "{log}");
        }
    }
}

#[test]
fn a_warning_in_front_tells_why_etcd_did_not_answer() {
    let expired = "W1121 01:54:36.600974       1 logging.go:55] [core] grpc: addrConn.createTransport \
                   failed to connect to {Addr: \"127.0.0.1:2379\"}. Err: connection error: desc = \
                   \"transport: authentication handshake failed: x509: certificate has expired or is \
                   not yet valid: current time 2023-12-16T06:35:01Z is after 2023-12-03T03:37:19Z\"";
    let fatal = "F1121 01:54:36.600974       1 instance.go:232] Error creating leases: error \
                 creating storage factory: context deadline exceeded";
    assert_eq!(of_log(&[line(expired), line(fatal)]).unwrap().id, "certificate-expired");
    assert_eq!(of_log(&[line("Version"), line(fatal)]).unwrap().id, "etcd-unreachable");
    assert_eq!(
        of_log(&[line(expired), line("Error: unknown flag: --x")]).unwrap().id,
        "flag-unknown"
    );
    assert_eq!(of_log(&[]), None);
}

#[test]
fn the_kubelets_daily_lines_are_no_complaints() {
    for line in [
        "I1121 01:54:36.600974     812 kubelet.go:2421] \"SyncLoop ADD\" source=\"file\" pods=[\"kube-system/kube-apiserver-cp1\"]",
        "E1121 01:54:36.600974     812 controller.go:145] \"Failed to ensure lease exists, will retry\" err=\"Get \\\"https://10.0.0.1:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/cp1\\\": dial tcp 10.0.0.1:6443: connect: connection refused\" interval=\"7s\"",
        "E1121 01:54:36.600974     812 kubelet.go:1929] \"Failed creating a mirror pod for\" err=\"connection refused\" pod=\"kube-system/kube-apiserver-cp1\"",
        "I1121 01:54:36.600974     812 operation_generator.go:1] MountVolume.SetUp succeeded for volume \"audit-policy\"",
        "",
    ] {
        assert_eq!(of_kubelet(line), None, "{line}");
    }
}

#[test]
fn complaints_are_those_about_this_pod_each_once_in_its_newest_words() {
    let head = "E1121 01:54:36.600974     812 ";
    let parse = |file: &str, line: u32| {
        format!(
            "{head}file.go:187] \"Could not process manifest file\" err=\"{file}: couldn't parse as \
             pod(yaml: line {line}: did not find expected key), please check config file\" path=\"{file}\""
        )
    };
    let syncing = |pod: &str, seconds: u32| {
        format!(
            "Nov 21 01:54:36 cp1 kubelet[812]: {head}pod_workers.go:1301] \"Error syncing pod, \
             skipping\" err=\"failed to \\\"StartContainer\\\" for \\\"c\\\" with CrashLoopBackOff: \
             \\\"back-off {seconds}s restarting failed container\\\"\" pod=\"kube-system/{pod}\" podUID=\"17b6\""
        )
    };
    let journal = [
        parse(MANIFEST, 17),
        parse(&format!("{MANIFEST}.bak"), 3),
        parse("/etc/kubernetes/manifests/kube-apiserver-old.yaml", 4),
        syncing("kube-apiserver-cp1", 10),
        syncing("etcd-cp1", 10),
        "torn line \"kube-apiserver-cp1\" err=\"".to_owned(),
        parse(MANIFEST, 17),
        syncing("kube-apiserver-cp1", 20),
    ]
    .join("\n");
    let about = PodFilter { manifest: MANIFEST, pod: "kube-apiserver" };
    let found = complaints(&journal, about);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].line.starts_with("\"Could not process manifest file\""), "{found:?}");
    assert!(found[1].line.contains("back-off 20s"), "{found:?}");
    assert_eq!((&found[0].uid, found[1].uid.as_deref()), (&None, Some("17b6")));
    let ids: Vec<_> = found.iter().map(|it| of_kubelet(&it.line).unwrap().id).collect();
    assert_eq!(ids, ["manifest-not-yaml", "crash-loop"]);
}

/// What a kubelet 1.37 wrote when a manifest with a wrong volume was replaced by a good one.
const JOURNAL: &str = include_str!("../data/kubelet-journal.txt");

#[test]
fn a_complaint_counts_until_the_kubelet_begins_with_another_pod() {
    let about = PodFilter { manifest: MANIFEST, pod: "kube-apiserver" };
    let until = |mark: &str| {
        let to = JOURNAL.find(mark).unwrap();
        complaints(&JOURNAL[..to], about)
    };
    let begun = "1795862763.450030";
    let found = until(begun);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].uid.as_deref(), Some("c13b4fa2511b4171efb3d5ea129dcea2"));
    assert_eq!(found[0].at, Some(1_795_862_733_073_381_000));
    assert_eq!(
        found[0].line,
        "MountVolume.SetUp failed for volume \"ca-certs\" : hostPath type check failed: /etc/ssl/certs \
         is not a file, it's a Directory"
    );
    let cause = of_kubelet(&found[0].line).unwrap();
    assert_eq!(cause.id, "host-path-wrong-kind");
    assert!(cause.cause.ends_with("and there is a directory."), "{}", cause.cause);
    // Until then the kubelet repeats the event of the pod that is gone, and afterwards, too.
    assert!(JOURNAL.rfind("Unable to write event").unwrap() > JOURNAL.find(begun).unwrap());
    assert_eq!(complaints(JOURNAL, about), []);
}

/// Words in the source of kubelets 1.34 to 1.37, with a message that has them. `tests/oracle/kubelet`
/// looks whether the source says so.
const WORDS: &str = include_str!("../data/kubelet-words.jsonl");

/// Returns whether a message has these words of Go's source, with something in the place of verbs.
fn has_words(line: &str, words: &str) -> bool {
    let pieces = ["%v", "%s", "%q", "%d"]
        .iter()
        .fold(words.replace("%w", "%v"), |words, verb| words.replace(verb, "\0"));
    let mut rest = line.replace("\\\"", "\"");
    pieces.split('\0').all(|piece| match rest.split_once(piece) {
        Some((_, after)) => {
            rest = after.to_owned();
            true
        }
        None => false,
    })
}

#[test]
fn the_words_of_the_kubelets_source_are_understood() {
    let mut understood = 0;
    for entry in WORDS.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        // Figures that a restart is reckoned with have no message.
        let Some(line) = entry["line"].as_str() else { continue };
        let words = entry["words"].as_str().unwrap();
        assert!(has_words(line, words), "{words}\n{line}");
        let found = of_kubelet(line);
        assert_eq!(found.as_ref().map(|it| it.id), entry["id"].as_str(), "{words}: {found:?}");
        understood += 1;
    }
    assert!(understood > 30);
}

#[test]
fn what_names_no_pod_or_is_about_an_event_is_no_complaint() {
    let lines = JOURNAL.lines().filter(|line| line.contains("event.go"));
    assert!(lines.clone().count() > 3);
    for line in lines {
        assert_eq!(of_kubelet(line), None, "{line}");
    }
    let failed = JOURNAL.lines().find(|line| line.contains("SetUp failed")).unwrap();
    let nameless = failed.replace("(UID: \"c13b4fa2511b4171efb3d5ea129dcea2\")", "");
    let about = PodFilter { manifest: MANIFEST, pod: "kube-apiserver" };
    assert_eq!(complaints(failed, about).len(), 1);
    assert_eq!(complaints(&nameless, about), []);
}

#[test]
fn an_error_of_several_lines_is_one_complaint() {
    let journal = format!(
        "E1121 01:54:36.600974     812 file.go:187] \"Could not process manifest file\" err=<\n\
         \t{MANIFEST}: couldn't parse as pod(yaml: unmarshal errors:\n\t  line 3: key \"a\" already \
         set in map), please check config file\n > path=\"{MANIFEST}\"\n"
    );
    let found = complaints(&journal, PodFilter { manifest: MANIFEST, pod: "kube-apiserver" });
    assert_eq!(found.len(), 1);
    let found = of_kubelet(&found[0].line).unwrap();
    assert_eq!(found.id, "manifest-not-yaml");
    assert!(found.cause.contains("line 3: key \"a\" already set in map"), "{}", found.cause);
}

#[test]
fn the_same_failure_is_known_again_and_another_is_not() {
    let mut all: Vec<String> = messages()
        .filter(|message| message["from"] == "server")
        .map(|message| message["line"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all.dedup();
    for line in &all {
        let again = line
            .replace("01:54:36.600974       1", "02:07:01.000001      23")
            .replace("E1121", "E1122");
        assert!(same(line, &again), "{line}");
    }
    let distinct: BTreeSet<_> = all.iter().map(|line| of_server(line).id).collect();
    for (one, other) in all.iter().zip(all.iter().skip(1)) {
        assert!(!same(one, other) || of_server(one) == of_server(other), "{one}\n{other}");
    }
    assert!(distinct.len() > 40);
}

/// Pieces that the readers look for, so that chance meets them.
fn piece() -> impl Strategy<Value = String> {
    let words: Vec<String> = messages()
        .flat_map(|message| {
            let line = message["line"].as_str().unwrap().to_owned();
            line.split_inclusive([' ', ':', '"', '[', ']', '\\'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    prop_oneof![
        4 => proptest::sample::select(words),
        1 => any::<String>(),
        1 => proptest::sample::select(vec!["\n", "\t", "=<", " >", "\"", "\\u12", "é", "\0", "\x1b"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_reader_panic_or_reach_the_terminal(
        pieces in proptest::collection::vec(piece(), 0..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let text = pieces.concat();
        let diagnoses = [Some(of_server(&text)), of_kubelet(&text)];
        for found in diagnoses.into_iter().flatten() {
            let path = found.path.clone().unwrap_or_default();
            let shown = format!("{}{}{}{path}", found.cause, found.fix, found.flag.unwrap_or_default());
            prop_assert!(!shown.contains(char::is_control), "{shown:?}");
        }
        for found in complaints(&text, PodFilter { manifest: MANIFEST, pod: "kube-apiserver" }) {
            prop_assert!(!found.line.contains(char::is_control));
        }
        prop_assert!(same(&text, &text));
        let log = format!("2026-11-21T01:54:36.6Z stderr F {}", text.replace('\n', "\n2026-11-21T01:54:36.6Z stderr P "));
        let at = cut.index(log.len());
        let lines = container_log(&log.as_bytes()[at..]);
        if let Some(words) = last_words(&lines) {
            prop_assert!(!words.contains(char::is_control));
        }
        let _ = of_log(&lines);
    }

    #[test]
    fn no_bytes_make_the_log_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = last_words(&container_log(&bytes));
    }
}
