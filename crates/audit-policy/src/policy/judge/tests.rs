//! Tests of `judge`.

use super::*;

const HEAD: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

fn judge_rules(rules: &str) -> Verdict {
    judge(format!("{HEAD}rules:\n{rules}").as_bytes(), Version::NEWEST)
}

fn places(verdict: &Verdict) -> Vec<String> {
    verdict.problems.iter().map(|problem| problem.place.to_string()).collect()
}

#[test]
fn between_two_turns_every_version_says_the_same() {
    let texts = [
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verb: [get]\n",
        "apiVersion: audit.k8s.io/v1\nrules:\n- level: None\n  resources: [{group: '*'}]\n",
        "apiVersion: audit.k8s.io/v1\nrules:\n- level: None\n  resources: [{resourceNames: [a]}]\n",
        "apiVersion: audit.k8s.io/v1beta1\nrules: []\n",
    ];
    for text in texts {
        let ranges = judge_all(text.as_bytes());
        for version in Version::supported() {
            let range = ranges.iter().find(|it| it.from <= version && version <= it.to);
            assert_eq!(
                range.unwrap().verdict,
                judge(text.as_bytes(), version),
                "{version}: {text}"
            );
        }
    }
}

#[test]
fn every_problem_has_the_place_of_what_is_wrong() {
    let verdict = judge_rules("- level: None\n- verbs: [get]\n- level: none\n  omitStages: [X]\n");
    assert_eq!(places(&verdict), ["5:3", "6:10", "7:16"]);
    let verdict = judge_rules("- level: None\n  user: [x]\n  level: None\n");
    assert_eq!(places(&verdict), ["6:3", "5:3"]);
    assert!(verdict.is_accepted());
    let verdict = judge_rules("- level: None\n  users: [1]\n");
    assert_eq!(places(&verdict), ["5:11"]);
    let verdict =
        judge(b"{\"apiVersion\": \"audit.k8s.io/v1\",\n \"rules\": [{}]}", Version::NEWEST);
    assert_eq!(places(&verdict), ["2:12"]);
}

#[test]
fn a_server_reads_the_formats_of_its_time() {
    for (format, oldest, newest) in [("v1alpha1", 7, 23), ("v1beta1", 8, 23), ("v1", 12, 38)] {
        let text = format!("apiVersion: audit.k8s.io/{format}\nrules:\n- level: Metadata\n");
        for minor in 7..=38 {
            let verdict = judge(text.as_bytes(), Version::minor(minor));
            let reads = (oldest..=newest).contains(&minor);
            assert_eq!(verdict.is_accepted(), reads, "{format} {minor}: {verdict:?}");
            assert!(reads || verdict.problems[0].kind == ProblemKind::Version, "{verdict:?}");
        }
    }
}

#[test]
fn versions_that_say_the_same_are_one_range() {
    let ranges = |rules: &str| -> Vec<String> {
        let ranges = judge_all(format!("{HEAD}rules:\n{rules}").as_bytes());
        let shown = |range: &VersionRange| {
            let verdict = &range.verdict;
            let (ok, warned) = (verdict.is_accepted(), verdict.warning.is_some());
            format!("{}-{} {ok} {warned}", range.from, range.to)
        };
        ranges.iter().map(shown).collect()
    };
    assert_eq!(ranges("- level: None\n"), ["1.24-1.37 true false"]);
    assert_eq!(ranges("- level: None\n  x: 1\n"), ["1.24-1.25 true false", "1.26-1.37 true true"]);
    assert_eq!(
        ranges("- level: None\n  resources: [{group: '*'}]\n"),
        ["1.24-1.35 false false", "1.36-1.37 true false"]
    );
    assert_eq!(
        ranges("- level: None\n  resources: [{resourceNames: [a]}]\n"),
        ["1.24-1.33 false false", "1.34-1.37 false false"]
    );
}

#[test]
fn a_text_nested_as_deep_as_the_server_reads_is_judged() {
    let nested = |levels| {
        format!("{HEAD}rules: [{{level: None}}]\nx: {}", "[".repeat(levels) + &"]".repeat(levels))
    };
    assert!(judge(nested(9_999).as_bytes(), Version::NEWEST).is_accepted());
    let error = judge(nested(10_000).as_bytes(), Version::NEWEST).outcome.unwrap_err().error;
    assert!(error.ends_with("invalid character '[' exceeded max depth"), "{error}");
}

#[test]
fn names_written_twice_in_json_leave_what_the_second_value_does_not_reach() {
    let text = br#"{"apiVersion":"audit.k8s.io/v1","rules":[{"level":"None","users":["a"]}],"rules":[{"verbs":["x"]}]}"#;
    let accepted = judge(text, Version::NEWEST).outcome.unwrap();
    let rule = &accepted.policy().rules[0];
    assert_eq!((rule.users.join(","), rule.verbs.join(",")), ("a".to_owned(), "x".to_owned()));
}
