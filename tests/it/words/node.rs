//! What is said about nodes as people have them: whose manifest it is, where the policy and the log
//! are, which flag was meant.

use std::fs;
use std::path::Path;
use std::process::Command;

const POLICY: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n";

/// A node below a directory, with flags more in its manifest.
struct Node(tempfile::TempDir);

impl Node {
    fn with(flags: &[&str]) -> Self {
        Self::named("kube-apiserver.yaml", &manifest("v1.31.2", flags))
    }

    fn named(name: &str, manifest: &str) -> Self {
        let node = Self(tempfile::tempdir().unwrap());
        node.write(&format!("etc/kubernetes/manifests/{name}"), manifest);
        node.write("etc/ssl/certs/p.yaml", POLICY);
        node
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, command: &str) -> String {
        let root: &Path = self.0.path();
        let output = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"))
            .args(command.split(' '))
            .args(["--root", root.to_str().unwrap()])
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8(text).unwrap().replace(root.to_str().unwrap(), "")
    }

    #[track_caller]
    fn says(&self, command: &str, words: &[&str]) {
        let text = self.run(command);
        for word in words {
            assert!(text.contains(word), "{word}\n{text}");
        }
    }

    #[track_caller]
    fn does_not_say(&self, command: &str, word: &str) {
        let text = self.run(command);
        assert!(!text.contains(word), "{word}\n{text}");
    }
}

pub(super) fn manifest(version: &str, flags: &[&str]) -> String {
    let flags: String = flags.iter().map(|flag| format!("    - {flag}\n")).collect();
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\nspec:\n  \
         hostNetwork: true\n  containers:\n  - name: kube-apiserver\n    image: \
         registry.k8s.io/kube-apiserver:{version}\n    command:\n    - kube-apiserver\n    - \
         --etcd-servers=https://127.0.0.1:2379\n{flags}    volumeMounts:\n    - {{mountPath: \
         /etc/ssl/certs, name: certs, readOnly: true}}\n  volumes:\n  - name: certs\n    hostPath: \
         {{path: /etc/ssl/certs}}\n"
    )
}

const ENABLE: &str = "enable --template minimal --dry-run";

#[test]
fn a_manifest_of_openshift_is_its_operators_however_it_is_written() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: \
                openshift-kube-apiserver}\nspec:\n  containers:\n  - name: kube-apiserver\n    command: \
                [/bin/bash, -ec]\n    args: [exec hyperkube kube-apiserver --x]\n";
    for name in ["kube-apiserver.yaml", "kube-apiserver-pod.yaml"] {
        Node::named(name, text).says(ENABLE, &["OpenShift", "oc edit apiserver cluster"]);
    }
}

#[test]
fn an_old_server_is_not_condemned_by_rules_of_new_ones() {
    let flags = ["--audit-policy-file=/etc/ssl/certs/p.yaml", "--audit-dynamic-configuration=true"];
    let node = Node::named("kube-apiserver.yaml", &manifest("v1.14.10", &flags));
    node.does_not_say(ENABLE, "unknown flag");
    node.does_not_say("doctor", "flag-refused");
    Node::with(&flags).says("doctor", &["unknown flag: --audit-dynamic-configuration"]);
}

#[test]
fn an_owner_is_claimed_on_good_evidence_only() {
    let node = Node::with(&["--tls-cert-file=/etc/kubernetes/ssl/apiserver.pem"]);
    node.does_not_say(ENABLE, "kubespray");
    Node::with(&["--tls-cert-file=/srv/kubernetes/server.cert"]).does_not_say(ENABLE, "kops");
}

#[test]
fn standard_output_as_a_path_is_explained() {
    let flags = ["--audit-policy-file=/etc/ssl/certs/p.yaml", "--audit-log-path=/dev/stdout"];
    let node = Node::with(&flags);
    node.says("doctor", &["error[log-is-output]", "rotated like a file", "enable --log-path -"]);
    node.says("enable --dry-run", &["--log-path -"]);
}

#[test]
fn a_log_does_not_open_what_belongs_to_others() {
    let node = Node::with(&[]);
    for directory in [
        "/etc/kubernetes",
        "/etc/kubernetes/pki",
        "/var/lib/etcd",
        "/var/lib/kubelet",
        "/root",
        "/home/a",
    ] {
        let command = format!("{ENABLE} --log-path {directory}/audit.log");
        node.says(&command, &["error:", "write access", "--force"]);
    }
    node.does_not_say(&format!("{ENABLE} --log-path /var/log/k/audit.log"), "error:");
}

#[test]
fn a_log_directly_in_var_log_leaves_it_open_for_others() {
    let command = format!("{ENABLE} --log-path /var/log/k.txt");
    Node::with(&[]).says(&command, &["make the directory /var/log (0755)"]);
}

#[test]
fn the_policy_is_taken_where_people_have_it() {
    let node = Node::with(&[]);
    node.write("etc/kubernetes/logpolicy/p.yaml", POLICY);
    node.says(
        "enable --policy-path /etc/kubernetes/logpolicy/p.yaml --dry-run",
        &["--audit-policy-file=/etc/kubernetes/logpolicy/p.yaml"],
    );
    node.write("etc/kubernetes/audit-policy.yaml", POLICY);
    node.says("enable --dry-run", &["--audit-policy-file=/etc/kubernetes/audit-policy.yaml"]);
}

#[test]
fn a_manifest_that_is_a_template_is_called_one() {
    let jinja = format!("{{% set v = 1 %}}\n{}", manifest("v1.31.0", &[]));
    let terraform = manifest("v1.31.0", &["--a=${b}"])
        .replace("    - --a=${b}\n", "    ${g == \"\" ? \"\" : \"- --feature-gates=${g}\"}\n");
    for text in [jinja, terraform] {
        Node::named("kube-apiserver.yaml", &text)
            .says(ENABLE, &["template that was not filled in"]);
    }
}

#[test]
fn the_one_manifest_of_an_api_server_is_found_under_any_name() {
    let node = Node::named("apiserver.yaml", &manifest("v1.31.2", &[]));
    node.write(
        "etc/kubernetes/manifests/etcd.yaml",
        "kind: Pod\nspec: {containers: [{name: etcd}]}\n",
    );
    node.says(ENABLE, &["/etc/kubernetes/manifests/apiserver.yaml"]);
}

#[test]
fn a_webhook_is_looked_into() {
    let flags = [
        "--audit-policy-file=/etc/ssl/certs/p.yaml",
        "--audit-webhook-config-file=/etc/ssl/certs/w.yaml",
    ];
    for (server, id) in [
        ("http://192.0.2.14:9765/x", "webhook-unencrypted"),
        ("https://sink.monitoring.svc:9765/x", "webhook-cluster-name"),
        ("https://sink.monitoring.svc.cluster.local/x", "webhook-cluster-name"),
    ] {
        let node = Node::with(&flags);
        let config = format!(
            "clusters:\n- name: other\n  cluster: {{server: \"https://192.0.2.1\"}}\n- name: sink\n  \
             cluster: {{server: \"{server}\"}}\ncontexts:\n- name: c\n  context: {{cluster: sink}}\n\
             current-context: c\n"
        );
        node.write("etc/ssl/certs/w.yaml", &config);
        node.says("doctor", &[id]);
        node.write("etc/ssl/certs/w.yaml", &config.replace(server, "https://192.0.2.2"));
        node.does_not_say("doctor", "webhook-");
    }
}

#[test]
fn a_flag_that_nearly_is_one_is_named_with_the_right_one() {
    for (flag, meant) in [
        ("--audit-log-max-age=3", "--audit-log-maxage"),
        ("--webhook-config-file=/etc/ssl/certs/w.yaml", "--audit-webhook-config-file"),
        ("--policy-file=/etc/ssl/certs/p.yaml", "--audit-policy-file"),
        ("--log-maxbackup=3", "--audit-log-maxbackup"),
    ] {
        let node = Node::with(&[flag]);
        node.says("doctor", &["unknown flag", &format!("write `{meant}`")]);
        node.says(ENABLE, &["unknown flag", &format!("write {meant} ")]);
    }
}

#[test]
fn an_old_server_gets_the_format_that_it_reads() {
    const OLD: [(&str, &str, bool, bool); 4] = [
        ("v1.11.9", "audit.k8s.io/v1beta1", true, false),
        ("v1.14.10", "audit.k8s.io/v1", true, true),
        ("v1.23.0", "audit.k8s.io/v1", true, true),
        ("v1.24.0", "audit.k8s.io/v1", false, true),
    ];
    for (version, format, takes_beta, takes_v1) in OLD {
        let node = Node::named("kube-apiserver.yaml", &manifest(version, &[]));
        node.says(ENABLE, &[&format!("+apiVersion: {format}\n")]);
        let refusal = "would not start with this policy";
        for (policy, is_taken) in
            [(POLICY.to_owned(), takes_v1), (POLICY.replace("/v1", "/v1beta1"), takes_beta)]
        {
            node.write("etc/kubernetes/audit-policy.yaml", &policy);
            let text = node.run("enable --dry-run");
            assert_eq!(!text.contains(refusal), is_taken, "{version} {policy}\n{text}");
        }
        node.write("etc/kubernetes/audit-policy.yaml", POLICY);
        if !takes_v1 {
            node.says("enable --dry-run", &["write `audit.k8s.io/v1beta1`"]);
        }
    }
    let flags = ["--audit-policy-file=/etc/ssl/certs/p.yaml", "--audit-log-path=-"];
    let node = Node::named("kube-apiserver.yaml", &manifest("v1.14.10", &flags));
    node.write("etc/ssl/certs/p.yaml", &POLICY.replace("/v1", "/v1beta1"));
    node.does_not_say("doctor", "policy-rejected");
}

#[test]
fn a_refused_policy_comes_with_the_command_that_repairs_it() {
    let node = Node::with(&[]);
    node.write("etc/kubernetes/audit-policy.yaml", &POLICY.replace("/v1", "/v1beta1"));
    node.says(
        "enable --dry-run",
        &["would not start", "lint --fix /etc/kubernetes/audit-policy.yaml"],
    );
    node.write("etc/kubernetes/audit-policy.yaml", &POLICY.replace("Metadata", "metadata"));
    node.says(
        "enable --dry-run",
        &["write `level: Metadata`", "lint /etc/kubernetes/audit-policy"],
    );
}

#[test]
fn a_policy_among_the_manifests_is_copied_out_of_them() {
    let node = Node::with(&[]);
    node.write("etc/kubernetes/manifests/p.yaml", POLICY);
    let file = node.0.path().join("etc/kubernetes/manifests/p.yaml");
    let command = format!("enable --dry-run --policy {}", file.display());
    node.says(
        &command,
        &["manifests/p.yaml is copied", "--audit-policy-file=/etc/kubernetes/audit/policy.yaml"],
    );
}

#[test]
fn a_rescue_does_not_claim_to_have_stripped_what_was_not_there() {
    let text = manifest("v1.31.0", &[]).replace(
        "    - kube-apiserver\n    - --etcd",
        "    - /bin/bash\n    - -ec\n    - exec kube-apiserver --etcd",
    );
    let node = Node::named("kube-apiserver.yaml", &text);
    node.does_not_say("rescue --dry-run", "taken out");
}
