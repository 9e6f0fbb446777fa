//! `status --all-nodes`: kubectl is asked, and what it shows is compared.

use crate::kubectl;

use std::process::Output;

use kubectl::text;

/// Runs `status --all-nodes` with a kubectl that is this script, or with none.
fn status(script: Option<&str>, arguments: &[&str]) -> (Output, String) {
    kubectl::run(script, &[&["status", "--all-nodes"], arguments].concat())
}

fn pod(node: &str, flags: &str, sum: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"kube-apiserver-{node}","namespace":"kube-system","uid":"1","annotations":{{"kubectl-audit/policy-sha256":"{sum}"}}}},"spec":{{"nodeName":"{node}","containers":[{{"name":"kube-apiserver","image":"k/kube-apiserver:v1.31.4","command":["kube-apiserver"{flags}]}}]}},"status":{{"conditions":[{{"type":"Ready","status":"True"}}]}}}}"#
    )
}

fn list(pods: &[String]) -> String {
    format!("echo '{{\"kind\":\"List\",\"items\":[{}]}}'", pods.join(","))
}

const ON: &str = r#","--audit-policy-file=/p.yaml","--audit-log-path=/var/log/a.log""#;

#[test]
fn nodes_that_are_alike_are_a_row_each_and_exit_0() {
    let script = list(&[pod("b", ON, "1234567890abcdef"), pod("a", ON, "1234567890abcdef")]);
    let given = ["--context", "x", "--kubeconfig", "/k", "--request-timeout", "3s"];
    let (output, asked) = status(Some(&script), &given);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let rows = "NODE  VERSION  READY  AUDITING  POLICY   LOG             SHA256\n\
                a     v1.31.4  yes    on        /p.yaml  /var/log/a.log  1234567890ab\n\
                b     v1.31.4  yes    on        /p.yaml  /var/log/a.log  1234567890ab\n";
    assert_eq!(text(&output.stdout), rows);
    assert_eq!(text(&output.stderr), "");
    let wanted = "get pods -n kube-system -l component=kube-apiserver -o json \
                  --request-timeout=3s --context=x --kubeconfig=/k\n";
    assert_eq!(asked, wanted);
}

#[test]
fn a_node_that_differs_is_marked_and_one_that_is_off_is_counted() {
    let script = list(&[pod("a", ON, "11"), pod("b", ON, "22"), pod("c", "", "11")]);
    let (output, _) = status(Some(&script), &[]);
    assert_eq!(output.status.code(), Some(1));
    let (rows, said) = (text(&output.stdout), text(&output.stderr));
    assert!(
        rows.contains("\nb     v1.31.4  yes    on        /p.yaml  /var/log/a.log  22 *\n"),
        "{rows}"
    );
    assert!(
        rows.contains("\nc     v1.31.4  yes    off *     - *      - *             11\n"),
        "{rows}"
    );
    assert!(said.contains("audit-log-path, audit-policy-file, policy-sha256"), "{said}");
    assert!(said.contains("auditing covers 2 of 3 API servers"), "{said}");
}

#[test]
fn a_flag_without_a_column_marks_its_row_too() {
    let more = format!(r#"{ON},"--audit-log-maxage=7""#);
    let script = list(&[pod("a", ON, "1"), pod("b", &more, "1")]);
    let (output, _) = status(Some(&script), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("\nb     v1.31.4  yes    on *  "));
    assert!(text(&output.stderr).contains("the nodes differ in audit-log-maxage "));
}

#[test]
fn programs_get_every_flag() {
    let script = list(&[pod("a", ON, "1"), pod("b", "", "1")]);
    let (output, _) = status(Some(&script), &["-o", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["kind"], "StatusList");
    assert_eq!(json["nodes"][0]["flags"]["audit-log-path"], "/var/log/a.log");
    assert_eq!(json["nodes"][1]["auditing"], "off");
    assert_eq!(json["differences"][0], "audit-log-path");
}

#[test]
fn whatever_goes_wrong_is_told_and_exits_2() {
    for (script, said) in [
        (None, "there is no kubectl on the PATH"),
        (Some("echo 'no route to host' >&2; exit 1"), "did not list the pods: no route to host"),
        (Some("echo hello"), "kubectl printed something that is no list of pods"),
        (Some("echo '{\"items\":[]}'"), "no pod of kube-system has the label"),
    ] {
        let (output, _) = status(script, &[]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
    let (output, _) = status(None, &["--root", "/x"]);
    assert_eq!(output.status.code(), Some(2));
}
