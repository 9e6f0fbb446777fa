//! What the kubelet would refuse.

use kubectl_audit::manifest::check;

fn problems(container: &str, rest: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\nspec:\n  containers:\n  \
         - name: kube-apiserver\n{container}{rest}"
    );
    let problems = check(&text).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

fn first(container: &str, rest: &str) -> String {
    problems(container, rest).into_iter().next().unwrap_or_default()
}

fn volumes(volumes: &str) -> String {
    first("", &format!("  volumes:\n  - {volumes}\n"))
}

fn mounts(mounts: &str) -> String {
    let rest = "  volumes:\n  - {name: a}\n  - {name: b}\n";
    first(&format!("    volumeMounts:\n    - {mounts}\n"), rest)
}

#[test]
fn what_the_kubelet_runs_is_no_problem() {
    let container = "    command: null\n    args: []\n    volumeMounts:\n    \
                     - {name: a, mountPath: /a, readOnly: null}\n    - {name: a, mountPath: /a/b}\n";
    let rest = "  initContainers: [{name: init}]\n  volumes:\n  - {name: a, hostPath: {path: /a, type: \"\"}}\n  \
                - {name: b, hostPath: {path: /a, type: File}}\n  - {name: empty}\n---\nkind: ConfigMap\n";
    assert_eq!(problems(container, rest), [] as [&str; 0]);
}

#[test]
fn volumes_are_checked_in_the_kubelets_words() {
    for (text, problem) in [
        ("hostPath: {path: /x}", "spec.volumes[0].name: Required value"),
        ("{name: 1, hostPath: {path: /x}}", "spec.volumes[0].name: is not a string"),
        ("{name: x, hostPath: {}}", "spec.volumes[0].hostPath.path: Required value"),
        (
            "{name: x, hostPath: {path: /x, type: file}}",
            "spec.volumes[0].hostPath.type: Invalid value: \"file\": must be one of DirectoryOrCreate, \
             Directory, FileOrCreate, File, Socket, CharDevice, BlockDevice",
        ),
        (
            "{name: x, hostPath: {path: /x/..}}",
            "spec.volumes[0].hostPath.path: Invalid value: \"/x/..\": must not contain '..'",
        ),
        (
            "{name: x, hostPath: {path: x}}",
            "spec.volumes[0].hostPath.path: Invalid value: \"x\": must be an absolute path",
        ),
        (
            "{name: x, hostPath: {path: /x}, emptyDir: {}}",
            "spec.volumes[0]: may not specify more than 1 volume type",
        ),
        ("{name: x}\n  - {name: x}", "spec.volumes[1].name: Duplicate value: \"x\""),
    ] {
        assert_eq!(volumes(text), problem, "{text}");
    }
    for name in ["Audit", "audit_log", "-a", "a-", "a.b", &"a".repeat(64)] {
        assert!(volumes(&format!("name: {name}")).contains("Invalid value"), "{name}");
    }
    assert_eq!(volumes(&format!("name: {}", "a".repeat(63))), "");
}

#[test]
fn mounts_are_checked_in_the_kubelets_words() {
    let at = "spec.containers[0].volumeMounts[0]";
    for (text, problem) in [
        ("mountPath: /x", format!("{at}.name: Required value")),
        ("{name: c, mountPath: /x}", format!("{at}.name: Not found: \"c\"")),
        ("name: a", format!("{at}.mountPath: Required value")),
        (
            "{name: a, mountPath: /x:y}",
            format!("{at}.mountPath: Invalid value: \"/x:y\": must not contain ':'"),
        ),
        (
            "{name: a, mountPath: x}",
            format!("{at}.mountPath: Invalid value: \"x\": must be an absolute path"),
        ),
        (
            "{name: a, mountPath: /x, readOnly: yes please}",
            format!("{at}.readOnly: must be true or false"),
        ),
        (
            "{name: a, mountPath: /x}\n    - {name: b, mountPath: /x}",
            "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/x\": must be unique"
                .to_owned(),
        ),
    ] {
        assert_eq!(mounts(text), problem, "{text}");
    }
}

#[test]
fn the_pod_itself_is_checked() {
    let of = |text: &str| check(text).unwrap_err()[0].to_string();
    assert_eq!(of(""), "the kubelet cannot read the file: there is no Pod in it");
    assert_eq!(of("kind: Policy\n"), "kind: must be \"Pod\"");
    assert_eq!(of("kind: Pod\n"), "apiVersion: must be \"v1\"");
    let pod = "apiVersion: v1\nkind: Pod\n";
    assert_eq!(of(pod), "metadata.name: Required value");
    let named = format!("{pod}metadata: {{name: a}}\n");
    assert_eq!(of(&named), "spec.containers: Required value");
    assert!(of(&named.replace("name: a", "name: A")).starts_with("metadata.name: Invalid value"));
    assert_eq!(
        of("a: [\n"),
        "the kubelet cannot read the file: did not find expected node content"
    );
    let whole = format!("{named}spec: {{containers: [{{name: a, command: [1]}}]}}\n");
    assert_eq!(of(&whole), "spec.containers[0].command[0]: is not a string");
    let good = whole.replace("[1]", "[a]");
    assert_eq!(check(&good), Ok(()));
    assert!(
        of(&format!("{good}---\nnot: [yaml")).starts_with("the kubelet cannot read the file: ")
    );
    assert!(of(&format!("{good}---\n{good}")).contains("second Pod"));
    assert!(
        of(&good.replace("{name: a}", "{name: a, annotations: {a: 1}}")).contains("annotations")
    );
    let twice = good.replace("containers: [", "initContainers: [{name: a}], containers: [");
    assert_eq!(of(&twice), "spec.containers[0].name: Duplicate value: \"a\"");
}
