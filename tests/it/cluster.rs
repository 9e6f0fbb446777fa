//! `--set KEY=@cluster`: kubectl is asked, and what it says or fails to say decides.

use crate::kubectl;

use std::path::Path;
use std::process::Output;

use kubectl::text;

/// Runs `init deckhouse` with a kubectl that is this script, or with none.
fn init(script: Option<&str>, arguments: &[&str]) -> (Output, String) {
    kubectl::run(
        script,
        &[&["init", "deckhouse", "--set", "system-namespaces=@cluster"], arguments].concat(),
    )
}

fn list(names: &[&str]) -> String {
    let items: Vec<String> =
        names.iter().map(|name| format!(r#"{{"metadata":{{"name":"{name}"}}}}"#)).collect();
    format!(r#"echo '{{"kind":"NamespaceList","items":[{}]}}'"#, items.join(","))
}

#[test]
fn the_namespaces_of_the_system_come_from_the_cluster_that_was_named() {
    let script = list(&["prod", "kube-system", "d8-own", "kubernetes"]);
    let (output, asked) =
        init(Some(&script), &["--context", "a b", "--kubeconfig", "/k", "--request-timeout", "3s"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let policy = text(&output.stdout);
    let list = "    namespaces: # each {system-namespaces}\n      - d8-own\n      - kube-system\n    \
                omitStages";
    assert!(policy.contains(list), "{policy}");
    assert!(!policy.contains("- prod") && !policy.contains("kubernetes\n"));
    assert!(text(&output.stderr).starts_with("2 of the 4 namespaces of the cluster are of the"));
    let wanted =
        "get --raw=/api/v1/namespaces --request-timeout=3s --context=a b --kubeconfig=/k\n";
    assert_eq!(asked, wanted);
}

#[test]
fn whatever_goes_wrong_is_told_with_what_to_do_and_nothing_is_written() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("policy.yaml");
    let foreign = list(&["prod", "default"]);
    for (script, said) in [
        (None, "there is no kubectl on the PATH"),
        (Some("echo first >&2; echo 'no route to host' >&2; exit 1"), "no route to host"),
        (Some("exit 1"), "it failed or timed out without an error message"),
        (Some("echo hello"), "kubectl printed something that is no list of namespaces"),
        (Some(foreign.as_str()), "none of the 2 namespaces of the cluster is kube-* or d8-*"),
    ] {
        let (output, _) = init(script, &["--out", file.to_str().unwrap()]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
        assert!(stderr.contains("\nNothing was changed.\n"), "{stderr}");
        assert!(stderr.contains("--set system-namespaces=kube-system,…"), "{stderr}");
        assert!(!Path::new(&file).exists());
    }
}
