//! `enable --persist` and what takes it back, with a stand-in for kubectl that keeps one ConfigMap.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::CONFIG;

/// Answers a read with the file `map`, and a patch by noting it; the test puts it into the map.
const KUBECTL: &str = "#!/bin/sh
printf '%s\\n' \"$@\" >> asked
case $1 in
  get) cat map ;;
  patch) [ -e conflict ] && { echo 'Operation cannot be fulfilled: the object has been modified' >&2; exit 1; }
    for word in \"$@\"; do case $word in '{'*) printf '%s' \"$word\" > patch ;; esac; done ;;
esac
";

struct Cluster {
    directory: TempDir,
}

struct Ran {
    text: String,
    exit: i32,
}

impl Cluster {
    fn with(config: &str) -> Self {
        let cluster = Self { directory: tempfile::tempdir().unwrap() };
        let kubectl = cluster.path("kubectl");
        fs::write(&kubectl, KUBECTL).unwrap();
        fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
        cluster.set(config, 41);
        cluster.ours(&["enable", "--sandbox=node", "--template", "minimal", "--yes"]);
        cluster.ours(&["disable", "--root", "node", "--yes"]);
        cluster
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    fn set(&self, config: &str, version: u32) {
        let map = json!({"metadata": {"resourceVersion": version.to_string()}, "data": {"ClusterConfiguration": config}});
        fs::write(self.path("map"), map.to_string()).unwrap();
    }

    /// The ConfigMap, with what was patched since the last look.
    fn config(&self) -> String {
        let map: Value = serde_json::from_slice(&fs::read(self.path("map")).unwrap()).unwrap();
        let patch = fs::read(self.path("patch"))
            .ok()
            .map(|patch| serde_json::from_slice::<Value>(&patch).unwrap());
        let version = map["metadata"]["resourceVersion"].as_str().unwrap().parse::<u32>().unwrap();
        if let Some(patch) = patch {
            fs::remove_file(self.path("patch")).unwrap();
            assert_eq!(
                patch["metadata"]["resourceVersion"],
                version.to_string(),
                "the version that was read is asked for"
            );
            self.set(patch["data"]["ClusterConfiguration"].as_str().unwrap(), version + 1);
            return self.config();
        }
        map["data"]["ClusterConfiguration"].as_str().unwrap().to_owned()
    }

    fn ours(&self, arguments: &[&str]) -> Ran {
        let path = format!("{}:/usr/bin:/bin", self.directory.path().display());
        let output = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"))
            .args(arguments)
            .current_dir(self.directory.path())
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        Ran { text, exit: output.status.code().unwrap() }
    }

    fn on_node(&self, words: &str) -> Ran {
        let words = format!("{words} --root node --kubeconfig kubeconfig --yes");
        self.ours(&words.split(' ').collect::<Vec<_>>())
    }

    fn record(&self) -> Option<Value> {
        let record = self.path("node/var/lib/kubectl-audit/kubeadm-config.json");
        fs::read(record).ok().map(|text| serde_json::from_slice(&text).unwrap())
    }
}

#[test]
fn enable_puts_the_settings_there_and_disable_restores_the_former_text_byte_for_byte() {
    let cluster = Cluster::with(CONFIG);
    let enabled = cluster.on_node("enable --template minimal --persist");
    assert_eq!(enabled.exit, 0, "{}", enabled.text);
    assert!(
        enabled.text.contains("+  extraArgs:\n+  - name: audit-policy-file\n"),
        "{}",
        enabled.text
    );
    assert!(
        enabled.text.contains("persisted ConfigMap kube-system/kubeadm-config"),
        "{}",
        enabled.text
    );
    let after = cluster.config();
    assert!(after.contains("pathType: DirectoryOrCreate"), "{after}");
    assert_eq!(cluster.record().unwrap()["before"], CONFIG);
    assert_eq!(cluster.record().unwrap()["state"], "applied");

    let again = cluster.on_node("enable --persist");
    assert!(again.text.contains("Nothing to do"), "{}", again.text);
    let changed = cluster.on_node("enable --log-maxage 90 --persist");
    assert!(changed.text.contains("+    value: \"90\"\n"), "{}", changed.text);
    let config = cluster.config();
    assert!(config.contains("value: \"90\""), "{config}");

    let disabled = cluster.on_node("disable");
    assert_eq!(disabled.exit, 0, "{}", disabled.text);
    assert_eq!(cluster.config(), CONFIG);
    assert_eq!(cluster.record(), None);
}

#[test]
fn what_others_changed_since_stays() {
    let cluster = Cluster::with(CONFIG);
    cluster.on_node("enable --template minimal --persist");
    let touched =
        cluster.config().replace("clusterName: kubernetes", "clusterName: prod # renamed");
    cluster.set(&touched, 50);
    let disabled = cluster.on_node("disable");
    assert_eq!(disabled.exit, 0, "{}", disabled.text);
    let config = cluster.config();
    assert!(
        config.contains("clusterName: prod # renamed") && !config.contains("audit"),
        "{config}"
    );
}

#[test]
fn a_change_by_somebody_else_meanwhile_refuses_and_says_what_the_node_is() {
    let cluster = Cluster::with(CONFIG);
    fs::write(cluster.path("conflict"), "").unwrap();
    let enabled = cluster.on_node("enable --template minimal --persist");
    assert_eq!(enabled.exit, 4, "{}", enabled.text);
    assert!(
        enabled.text.contains("the node is changed, but kubeadm-config is not"),
        "{}",
        enabled.text
    );
    assert!(enabled.text.contains("enable --template minimal --persist"), "{}", enabled.text);
    fs::remove_file(cluster.path("conflict")).unwrap();
    let again = cluster.on_node("enable --persist");
    assert_eq!(again.exit, 0, "{}", again.text);
    assert!(cluster.config().contains("audit-log-path"));
}

#[test]
fn a_rescue_leaves_it_and_says_so_and_disable_takes_it_out_later() {
    let cluster = Cluster::with(CONFIG);
    cluster.on_node("enable --template minimal --persist");
    let with = cluster.config();
    let rescued = cluster.ours(&["rescue", "--root", "node", "--yes"]);
    assert_eq!(rescued.exit, 0, "{}", rescued.text);
    assert!(
        rescued.text.contains("the next `kubeadm upgrade` writes them back"),
        "{}",
        rescued.text
    );
    assert!(rescued.text.contains("disable --persist"), "{}", rescued.text);
    assert_eq!(cluster.config(), with);
    assert_eq!(cluster.record().unwrap()["state"], "pending");
    let disabled = cluster.on_node("disable");
    assert_eq!((disabled.exit, cluster.config()), (0, CONFIG.to_owned()), "{}", disabled.text);
}

#[test]
fn history_restore_brings_the_settings_of_that_state_there_too() {
    let cluster = Cluster::with(CONFIG);
    cluster.on_node("enable --template minimal --persist");
    cluster.config();
    let entries = || {
        let listed = cluster.ours(&["history", "--root", "node", "-o", "json"]);
        let text = listed.text[listed.text.find('{').unwrap()..].to_owned();
        let value: Value = serde_json::from_str(&text).unwrap();
        value["entries"].as_array().unwrap().clone()
    };
    let first = entries()[0]["id"].as_str().unwrap().to_owned();
    cluster.on_node("enable --log-maxage 90 --persist");
    assert!(cluster.config().contains("\"90\""));
    let restored = cluster.on_node(&format!("history restore {first}"));
    assert_eq!(restored.exit, 0, "{}", restored.text);
    let config = cluster.config();
    assert!(config.contains("value: \"30\"") && !config.contains("\"90\""), "{config}");
}

#[test]
fn nothing_is_changed_in_a_dry_run_and_without_a_cluster() {
    let cluster = Cluster::with(CONFIG);
    let words = [
        "enable",
        "--template",
        "minimal",
        "--persist",
        "--root",
        "node",
        "--kubeconfig",
        "k",
        "--dry-run",
        "-o",
        "json",
    ];
    let shown = cluster.ours(&words);
    let value: Value = serde_json::from_str(shown.text.split("Dry run.").next().unwrap()).unwrap();
    let changes = value["changes"].as_array().unwrap();
    assert_eq!(changes.last().unwrap()["kind"], "ClusterConfig");
    assert!(changes.last().unwrap()["diff"].as_str().unwrap().contains("+  extraArgs:"));
    assert_eq!((cluster.config(), cluster.record()), (CONFIG.to_owned(), None));
    let refused =
        cluster.ours(&["enable", "--template", "minimal", "--persist", "--root", "node", "--yes"]);
    assert_eq!(refused.exit, 2, "{}", refused.text);
    assert!(refused.text.contains("--kubeconfig FILE"), "{}", refused.text);
}

#[test]
fn export_apply_changes_the_config_map_and_keeps_the_former_text_beside() {
    let cluster = Cluster::with(&CONFIG.replace("v1beta4", "v1beta3"));
    let words = ["export", "kubeadm", "--template", "minimal", "--apply"];
    let refused = cluster.ours(&words);
    assert_eq!(
        refused.exit, 2,
        "without a terminal and --yes nothing is changed: {}",
        refused.text
    );
    let applied = cluster.ours(&[&words[..], &["--yes"]].concat());
    assert_eq!(applied.exit, 0, "{}", applied.text);
    let config = cluster.config();
    assert!(config.contains("    audit-log-maxage: \"30\"\n"), "{config}");
    let former = fs::read_to_string(cluster.path("kubeadm-config-before-41.yaml")).unwrap();
    assert_eq!(former, CONFIG.replace("v1beta4", "v1beta3"));
    let again = cluster.ours(&words);
    assert!(again.text.contains("Nothing to do"), "{}", again.text);
    let other = cluster.ours(&["export", "kops", "--template", "minimal", "--apply", "--yes"]);
    assert_eq!(other.exit, 2, "{}", other.text);
}

#[test]
fn a_config_map_of_nobody_knows_what_is_refused_before_anything_changes() {
    let cluster = Cluster::with("apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n");
    let manifest = Path::new("node/etc/kubernetes/manifests/kube-apiserver.yaml");
    let before = fs::read(cluster.path(manifest.to_str().unwrap())).unwrap();
    let enabled = cluster.on_node("enable --template minimal --persist");
    assert_eq!(enabled.exit, 2, "{}", enabled.text);
    assert!(enabled.text.contains("v1beta3, v1beta4 and v1"), "{}", enabled.text);
    assert_eq!(fs::read(cluster.path(manifest.to_str().unwrap())).unwrap(), before);
}
