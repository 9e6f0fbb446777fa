//! Measures decisions beside the server's own: `go test -bench .` in tests/oracle reads the same
//! files.
//!
//! `KUBECTL_AUDIT_POLICY` names a policy, `KUBECTL_AUDIT_REQUESTS` a file of requests, one JSON
//! object a line, as `go run . -t traffic -n 50000` in tests/oracle writes them.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads files, the clock and the environment, and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use audit_policy::api::Version;
use audit_policy::policy;
use audit_policy::policy::Compiled;
use audit_policy::request::Request;

/// So many requests fit into the caches of a processor.
const HOT: usize = 1000;
const DECISIONS: usize = 5_000_000;

fn main() {
    let (Ok(policy), Ok(requests)) =
        (std::env::var("KUBECTL_AUDIT_POLICY"), std::env::var("KUBECTL_AUDIT_REQUESTS"))
    else {
        println!("skipped: KUBECTL_AUDIT_POLICY and KUBECTL_AUDIT_REQUESTS name no files");
        return;
    };
    let text = std::fs::read(policy).expect("the policy can be read");
    let verdict = policy::judge(&text, Version::NEWEST);
    let accepted = verdict.outcome.expect("the policy is accepted");
    let lines = std::fs::read_to_string(requests).expect("the requests can be read");
    let requests: Vec<Request<'_>> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is a request"))
        .collect();
    let compiled = Compiled::new(accepted.policy(), Version::NEWEST);
    let hot = &requests[..HOT.min(requests.len())];
    for (name, requests) in [("hot", hot), ("cold", &requests[..])] {
        measure(&format!("{name} compiled"), requests, |request| {
            compiled.decide(request).level as usize
        });
        measure(&format!("{name} linear"), requests, |request| {
            let rules = &accepted.policy().rules;
            let matches = |rule| policy::matches(rule, request, Version::NEWEST);
            rules.iter().position(matches).unwrap_or(rules.len())
        });
    }
}

fn measure(name: &str, requests: &[Request<'_>], decide: impl Fn(&Request<'_>) -> usize) {
    let start = Instant::now();
    let mut sum = 0;
    for request in requests.iter().cycle().take(DECISIONS) {
        sum += decide(black_box(request));
    }
    black_box(sum);
    let each = start.elapsed().as_secs_f64() * 1e9 / DECISIONS as f64;
    println!("{name}: {each:.1} ns");
}
