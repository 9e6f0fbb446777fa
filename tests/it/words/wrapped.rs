//! Policies inside other files, found by the commands with the places of the file.

use std::fs;
use std::process::Command;

fn run(directory: &std::path::Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"))
        .args(arguments)
        .current_dir(directory)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.code())
}

const RULES: [&str; 4] = [
    "apiVersion: audit.k8s.io/v1",
    "kind: Policy",
    "rules:",
    "- {level: Metadata, resource: [pods]}",
];

fn indented(by: usize) -> String {
    RULES.map(|line| format!("{:by$}{line}\n", "")).concat()
}

#[test]
fn every_wrapper_is_looked_into_with_its_own_line_numbers() {
    let directory = tempfile::tempdir().unwrap();
    for (name, file, line, within) in [
        (
            "configmap",
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: audit}}\ndata:\n  policy: |\n{}",
                indented(4)
            ),
            9,
            "ConfigMap `audit`, data.policy",
        ),
        (
            "kops",
            format!(
                "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {{name: k}}\nspec:\n  \
                 fileAssets:\n  - name: audit\n    path: /p\n    content: |\n{}",
                indented(6)
            ),
            12,
            "Cluster `k`, spec.fileAssets[0].content",
        ),
        (
            "kcp",
            format!(
                "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\n\
                 metadata: {{name: c}}\nspec:\n  kubeadmConfigSpec:\n    files:\n    - path: /p\n      \
                 content: |\n{}",
                indented(8)
            ),
            12,
            "KubeadmControlPlane `c`, spec.kubeadmConfigSpec.files[0].content",
        ),
        (
            "talos",
            format!("machine: {{}}\ncluster:\n  apiServer:\n    auditPolicy:\n{}", indented(6)),
            8,
            "cluster.apiServer.auditPolicy",
        ),
    ] {
        let file_name = format!("{name}.yaml");
        fs::write(directory.path().join(&file_name), file).unwrap();
        let (text, code) = run(directory.path(), &["lint", &file_name]);
        assert!(text.contains(within), "{text}");
        let place = format!("--> {file_name}:{line}:");
        assert!(text.contains(&place) && text.contains("error[unknown-field]"), "{text}");
        assert_eq!(code, Some(1), "{text}");
        let (text, code) = run(directory.path(), &["explain", "get", "pods", "-f", &file_name]);
        assert!(text.contains(within) && text.contains(&format!("{file_name}:{line}")), "{text}");
        assert_eq!(code, Some(0));
    }
    let (text, code) = run(directory.path(), &["diff", "kops.yaml", "talos.yaml"]);
    assert_eq!(code, Some(0), "{text}");
    let (text, _) = run(directory.path(), &["lint", "."]);
    assert_eq!(text.matches("error[unknown-field]").count(), 4, "{text}");
}

#[test]
fn enable_takes_the_policy_out_of_its_wrapper() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("node");
    let manifests = root.join("etc/kubernetes/manifests");
    fs::create_dir_all(&manifests).unwrap();
    fs::write(manifests.join("kube-apiserver.yaml"), super::node::manifest("v1.31.2", &[]))
        .unwrap();
    let rules =
        RULES.map(|line| format!("      {}\n", line.replace("resource:", "verbs:"))).concat();
    let wrapped = |name: &str| {
        format!(
            "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {{name: {name}}}\nspec:\n  \
             fileAssets:\n  - path: /p\n    content: |\n{rules}"
        )
    };
    fs::write(directory.path().join("one.yaml"), wrapped("k")).unwrap();
    fs::write(directory.path().join("two.yaml"), wrapped("k") + "---\n" + &wrapped("l")).unwrap();
    let broken = wrapped("k").replace("Metadata", "metadata");
    fs::write(directory.path().join("broken.yaml"), broken).unwrap();
    let enable = |file: &str| {
        let arguments = ["enable", "--root", "node", "--yes", "-f", file];
        run(directory.path(), &arguments)
    };
    let (text, code) = enable("two.yaml");
    assert!(
        text.contains("several policies: Cluster `k`, spec.fileAssets[0].content; Cluster `l`")
    );
    assert_eq!(code, Some(2), "{text}");
    let (text, code) = enable("broken.yaml");
    assert!(
        text.contains("--> broken.yaml:11:") && text.contains("write `level: Metadata`"),
        "{text}"
    );
    assert!(text.contains("lint broken.yaml") && !text.contains("--fix"), "{text}");
    assert_eq!(code, Some(2), "{text}");
    let (text, code) = enable("one.yaml");
    assert!(text.contains("the policy is in Cluster `k`"), "{text}");
    assert_eq!(code, Some(0), "{text}");
    let written = fs::read_to_string(root.join("etc/kubernetes/audit/policy.yaml")).unwrap();
    assert_eq!(written, RULES.map(|line| line.replace("resource:", "verbs:") + "\n").concat());
}
