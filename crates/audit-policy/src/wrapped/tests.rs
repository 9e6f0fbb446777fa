//! Tests of `wrapped`.

use super::*;

const POLICY: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n";

fn indented(by: usize) -> String {
    POLICY.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

fn only(file: &str) -> WrappedPolicy {
    let found = find(file);
    let [one] = &found[..] else { panic!("{file}\n{found:#?}") };
    one.clone()
}

#[test]
fn a_policy_is_found_wherever_it_lies_with_the_places_of_the_outer_file() {
    for (file, holder, line) in [
        (
            format!("kind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  p.yaml: |\n{}", indented(4)),
            "ConfigMap `a`, data.p.yaml",
            5,
        ),
        (
            format!(
                "kind: Cluster\nmetadata:\n  name: k\nspec:\n  fileAssets:\n  - name: audit\n    \
                 content: |-\n{}",
                indented(6)
            ),
            "Cluster `k`, spec.fileAssets[0].content",
            8,
        ),
        (
            format!("cluster:\n  apiServer:\n    auditPolicy:\n{}", indented(6)),
            "the file, cluster.apiServer.auditPolicy",
            4,
        ),
        (format!("kind: Namespace\n---\n{POLICY}"), "document 2", 3),
    ] {
        let found = only(&file);
        assert_eq!((&*found.holder, found.place.0), (holder, line), "{file}");
        assert_eq!(found.text.trim_end(), POLICY.trim_end(), "{file}");
        let outer: Vec<&str> = file.lines().collect();
        for (index, inner) in found.placed.lines().enumerate() {
            assert!(inner.is_empty() || outer[index] == inner, "{file}\n{inner}");
        }
    }
}

#[test]
fn quoted_and_encoded_policies_are_found_at_the_value_that_holds_them() {
    let quoted = POLICY.replace('\n', "\\n");
    let found = only(&format!("{{\"kind\": \"ConfigMap\",\n \"data\": {{\"p\": \"{quoted}\"}}}}"));
    assert_eq!((&*found.text, found.is_placed, found.place), (POLICY, false, (2, 16)));
    let encoded =
        "YXBpVmVyc2lvbjogYXVkaXQuazhzLmlvL3YxCmtpbmQ6IFBvbGljeQpydWxlczoKLSBsZXZlbDogTWV0YWRhdGEK";
    let found = only(&format!("kind: Secret\ndata:\n  p: {encoded}\n"));
    assert_eq!((&*found.text, found.place), (POLICY, (3, 6)));
}

#[test]
fn the_policy_itself_is_not_wrapped() {
    assert_eq!(find(POLICY), []);
    assert_eq!(find("kind: ConfigMap\ndata: {a: audit.k8s.io/v1 is a version}\n"), []);
}
