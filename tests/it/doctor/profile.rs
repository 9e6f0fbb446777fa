//! The rule books.

use kubectl_audit::doctor::{Benchmark, Control};

use super::node::{FLAGS, Node, without};

fn failed(book: Benchmark, node: &Node) -> Vec<&'static str> {
    let controls = book.controls(&node.facts());
    controls.iter().filter(|control| !control.passes).map(|control| control.id).collect()
}

fn ids(controls: &[Control]) -> Vec<&'static str> {
    controls.iter().map(|control| control.id).collect()
}

const ALL: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n";

#[test]
fn a_good_node_passes_cis_and_only_its_policy_fails_the_stig() {
    let node = Node::good();
    let cis = Benchmark::Cis.controls(&node.facts());
    assert_eq!(ids(&cis), ["1.2.16", "1.2.17", "1.2.18", "1.2.19", "3.2.1", "3.2.2"]);
    assert_eq!(failed(Benchmark::Cis, &node), Vec::<&str>::new());
    assert_eq!(failed(Benchmark::Stig, &node), ["V-242403"]);
    node.put_policy(ALL);
    assert_eq!(failed(Benchmark::Stig, &node), Vec::<&str>::new());
    assert_eq!(failed(Benchmark::Cis, &node), ["3.2.2"]);
}

#[test]
fn numbers_that_are_too_small_or_not_given_fail() {
    let mut node = Node::good();
    node.set("--audit-log-maxage", "29");
    assert_eq!(failed(Benchmark::Cis, &node), ["1.2.17"]);
    assert_eq!(failed(Benchmark::Stig, &node), ["V-242403", "V-242464"]);
    node.run_with(&without(&FLAGS, &["--audit-log-maxsize"]));
    node.replace("v1.31.4", "v1.36.0");
    let controls = Benchmark::Cis.controls(&node.facts());
    let size = controls.iter().find(|control| control.id == "1.2.19").unwrap();
    assert!(!size.passes);
    assert_eq!(size.evidence, "--audit-log-maxsize is not set; this server's default is 100");
}

#[test]
fn without_auditing_everything_fails() {
    let mut node = Node::good();
    node.run_with(&FLAGS[..1]);
    assert_eq!(failed(Benchmark::Cis, &node).len(), 6);
    assert_eq!(failed(Benchmark::Stig, &node).len(), 7);
}
