//! What people really have, below a directory: doctor, status and rescue as they are typed, and what
//! becomes of a node when the command that doctor prints is obeyed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::node::policy;

const MANIFEST: &str = "etc/kubernetes/manifests/kube-apiserver.yaml";
const AMONG: &str = "etc/kubernetes/manifests/audit-policy.yaml";
const USUAL: &str = "etc/kubernetes/audit/policy.yaml";

/// A node's file system, and our program on it.
struct Tree {
    root: TempDir,
}

/// How a command ended.
struct Said {
    code: i32,
    text: String,
}

impl Said {
    fn holds(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(self.text.contains(word), "`{word}` is missing in:\n{}", self.text);
        }
        self
    }

    fn lacks(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(!self.text.contains(word), "`{word}` is in:\n{}", self.text);
        }
        self
    }

    fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}", self.text);
        self
    }
}

impl Tree {
    fn new(manifest: &str) -> Self {
        let tree = Self { root: tempfile::tempdir().unwrap() };
        tree.put(MANIFEST, manifest);
        fs::create_dir_all(tree.at("var/log/a")).unwrap();
        tree
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-audit"));
        command.args(arguments).arg("--root").arg(self.root.path());
        command.env("NO_COLOR", "1").env("USER", "root").env_remove("SUDO_USER");
        let ran = command.output().unwrap();
        let text = [ran.stdout, ran.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
        Said { code: ran.status.code().unwrap(), text }
    }

    fn doctor(&self) -> Said {
        self.run(&["doctor"])
    }

    /// Types what doctor prints for this id, as root would, and returns how it ended.
    fn obey(&self, id: &str) -> Said {
        let said = self.doctor();
        let fault = said.text.split("\n\n").find(|it| it.contains(&format!("[{id}]")));
        let line = fault.unwrap_or_else(|| panic!("no {id} in {}", said.text));
        let line = line.lines().find_map(|line| line.trim().strip_prefix("fix")).unwrap();
        let line = line.trim().replacen(" --root", " --yes --root", 1);
        let ran = Command::new("sh").args(["-c", &line]).env("NO_COLOR", "1").output().unwrap();
        let text = [ran.stdout, ran.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
        Said { code: ran.status.code().unwrap(), text: format!("$ {line}\n{text}") }
    }
}

/// A manifest that audits with the policy at `policy`, after these mounts and volumes.
fn manifest(policy: &str, mounts: &str, volumes: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\nspec:\n  \
         containers:\n  - command:\n    - kube-apiserver\n    - --advertise-address=192.0.2.10\n    - \
         --audit-policy-file={policy}\n    - --audit-log-path=/var/log/a/a.log\n    - \
         --audit-log-maxage=30\n    - --audit-log-maxbackup=10\n    - --audit-log-maxsize=100\n    image: \
         registry.example/kube-apiserver:v1.31.2\n    name: kube-apiserver\n    volumeMounts:\n{mounts}    - \
         {{mountPath: /var/log/a, name: log}}\n  hostNetwork: true\n  volumes:\n{volumes}  - name: log\n    \
         hostPath: {{path: /var/log/a, type: DirectoryOrCreate}}\n"
    )
}

/// A manifest without auditing.
fn bare() -> String {
    let text = manifest("/x", "", "");
    let kept = text.lines().filter(|line| !line.contains("--audit-"));
    kept.map(|line| format!("{line}\n")).collect()
}

fn minimal() -> String {
    String::from_utf8(policy().to_vec()).unwrap()
}

/// The policy is among the manifests and is in use (D04), each way in which it may be mounted.
#[test]
fn a_policy_among_the_manifests_moves_with_its_flag_and_its_mount() {
    let path = "/etc/kubernetes/manifests/audit-policy.yaml";
    for (flag, mount, volume) in [
        (path, path, format!("{path}, type: File")),
        (path, "/etc/kubernetes/manifests", "/etc/kubernetes/manifests".to_owned()),
        ("/p/audit-policy.yaml", "/p", "/etc/kubernetes/manifests, type: Directory".to_owned()),
        ("/p.yaml", "/p.yaml", path.to_owned()),
    ] {
        let tree = Tree::new(&manifest(
            flag,
            &format!("    - {{mountPath: {mount}, name: pol, readOnly: true}}\n"),
            &format!("  - name: pol\n    hostPath: {{path: {volume}}}\n"),
        ));
        tree.put(AMONG, &minimal());
        tree.doctor()
            .holds(&["[file-among-manifests]", "file, flag and mount together"])
            .lacks(&["mv -n"]);
        tree.run(&["rescue", "--dry-run"]).lacks(&["mv -n"]);
        tree.obey("file-among-manifests").ends(0);
        assert_eq!(tree.text(USUAL), minimal());
        assert!(!tree.at(AMONG).exists());
        assert!(!tree.text(MANIFEST).contains("name: pol"), "{}", tree.text(MANIFEST));
        tree.doctor().ends(0).holds(&["Nothing is wrong"]);
        // And all the way back.
        tree.run(&["rescue", "--yes"]).ends(0);
        assert_eq!(tree.text(AMONG), minimal());
        assert!(tree.text(MANIFEST).contains(&format!("--audit-policy-file={flag}")));
    }
}

#[test]
fn another_file_that_the_server_uses_among_the_manifests_is_not_moved_alone() {
    let path = "/etc/kubernetes/manifests/admission.yaml";
    let text = manifest(
        "/etc/kubernetes/audit/policy.yaml",
        &format!(
            "    - {{mountPath: {path}, name: adm}}\n    - {{mountPath: /etc/kubernetes/audit, name: pol}}\n"
        ),
        &format!(
            "  - name: adm\n    hostPath: {{path: {path}}}\n  - name: pol\n    hostPath: {{path: \
             /etc/kubernetes/audit}}\n"
        ),
    );
    let text = text.replace(
        "    - --audit-log-path",
        &format!("    - --admission-control-config-file={path}\n    - --audit-log-path"),
    );
    let tree = Tree::new(&text);
    tree.put(USUAL, &minimal());
    tree.put("etc/kubernetes/manifests/admission.yaml", "kind: AdmissionConfiguration\n");
    tree.doctor()
        .holds(&["[file-among-manifests]", "hostPath", "and in the flag"])
        .lacks(&["mv -n"]);
    // One that nobody uses goes as before.
    tree.put("etc/kubernetes/manifests/notes.txt", "hello\n");
    tree.doctor().holds(&["[no-pod]", "mv -n"]);
}

/// `--policy FILE` that is among the manifests (D05).
#[test]
fn a_named_policy_among_the_manifests_is_copied_and_not_used_there() {
    let tree = Tree::new(&bare());
    tree.put(AMONG, &minimal());
    let file = tree.at(AMONG);
    tree.run(&["enable", "--yes", "--policy", file.to_str().unwrap()]).ends(0);
    assert!(tree.text(MANIFEST).contains("--audit-policy-file=/etc/kubernetes/audit/policy.yaml"));
    assert_eq!(tree.text(USUAL), minimal());
    tree.obey("no-pod").ends(0);
    tree.doctor().ends(0).holds(&["Nothing is wrong"]);
}

/// The policy is below a mount that shows no file of the node (D06).
#[test]
fn a_policy_that_its_volume_does_not_show_is_an_error_with_the_reason() {
    for (source, reason) in [
        ("emptyDir: {}", "is an emptyDir"),
        ("emptyDir: {medium: Memory}", "is an emptyDir"),
        ("hostpath:\n      path: /etc/kubernetes/configs", "has `hostpath` where a source belongs"),
        ("HostPath: {path: /etc/kubernetes/configs}", "has `HostPath` where a source belongs"),
        ("configMap: {name: policy}", "is a configMap, which comes from the API"),
        ("secret: {secretName: policy}", "is a secret, which comes from the API"),
        ("projected: {sources: []}", "is a projected, which comes from the API"),
    ] {
        let tree = Tree::new(&manifest(
            "/etc/kubernetes/configs/p.yaml",
            "    - {mountPath: /etc/kubernetes/configs, name: conf}\n",
            &format!("  - name: conf\n    {source}\n"),
        ));
        tree.put("etc/kubernetes/configs/p.yaml", &minimal());
        tree.doctor().ends(1).holds(&["error[policy-not-mounted]", reason]);
        tree.run(&["status"]).ends(1).holds(&["does not start again", reason]);
        tree.run(&["enable", "--dry-run"]).ends(2).holds(&[reason, "--policy-path"]);
        tree.run(&["rescue", "--dry-run"]).ends(0).holds(&[reason]);
        tree.obey("policy-not-mounted").ends(0);
        tree.doctor().lacks(&["error["]);
        tree.run(&["status"]).ends(0);
    }
}

#[test]
fn a_volume_of_another_machine_is_not_judged() {
    let tree = Tree::new(&manifest(
        "/etc/kubernetes/configs/p.yaml",
        "    - {mountPath: /etc/kubernetes/configs, name: conf}\n",
        "  - name: conf\n    nfs: {server: x, path: /y}\n",
    ));
    tree.doctor().ends(0).lacks(&["policy-not-mounted"]);
    tree.run(&["status"]).ends(0);
}

/// A manifest that kubeadm or another tool has written again since (D08).
#[test]
fn settings_that_something_else_overwrote_are_missed_and_restored_with_the_own_policy() {
    let own = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  users: [bob]\n- level: Metadata\n";
    let other = bare().replace("v1.31.2", "v1.31.9");
    let older = manifest(
        "/etc/old.yaml",
        "    - {mountPath: /etc/old.yaml, name: o}\n",
        "  - name: o\n    hostPath: {path: /etc/old.yaml}\n",
    );
    for overwritten in [bare(), other, older] {
        let tree = Tree::new(&bare());
        tree.put("mine.yaml", own);
        tree.put("etc/old.yaml", &minimal());
        let file = tree.at("mine.yaml");
        tree.run(&["enable", "--yes", "--policy", file.to_str().unwrap()]).ends(0);
        tree.doctor().ends(0);
        tree.put(MANIFEST, &overwritten);
        tree.doctor()
            .ends(1)
            .holds(&["error[auditing-overwritten]", "history restore "])
            .lacks(&["--template"]);
        tree.run(&["status"])
            .ends(1)
            .holds(&["are gone: the manifest was overwritten", "history restore "]);
        tree.obey("auditing-overwritten").ends(0);
        assert_eq!(tree.text(USUAL), own);
        assert!(
            tree.text(MANIFEST).contains("--audit-policy-file=/etc/kubernetes/audit/policy.yaml")
        );
        tree.doctor().lacks(&["error["]);
        tree.run(&["status"]).ends(0);
    }
}

#[test]
fn an_edit_by_hand_and_a_tool_that_keeps_the_settings_overwrite_nothing() {
    let tree = Tree::new(&bare());
    tree.run(&["enable", "--yes", "--template", "minimal"]).ends(0);
    let text = tree.text(MANIFEST);
    let unmarked: String = text
        .lines()
        .filter(|line| !line.contains("policy-sha256") && !line.trim().starts_with("annotations:"))
        .map(|line| format!("{line}\n"))
        .collect();
    for edited in [text.replace("maxage=30", "maxage=31"), unmarked] {
        tree.put(MANIFEST, &edited);
        tree.doctor().ends(0).lacks(&["overwritten"]);
        tree.run(&["status"]).ends(0);
    }
    // Turned off on purpose, it is not lost.
    tree.put(MANIFEST, &text);
    tree.run(&["disable", "--yes"]).ends(0);
    tree.doctor().ends(0).lacks(&["overwritten"]).holds(&["[auditing-off]", "enable --root"]);
}

fn script(run: &str) -> String {
    let text = bare();
    let command = "    - kube-apiserver\n    - --advertise-address=192.0.2.10\n";
    assert!(text.contains(command));
    text.replace("  - command:\n", "  - command:\n    - /bin/sh\n    - -c\n").replace(command, run)
}

/// A script starts the server (D21, D25).
#[test]
fn a_script_is_stripped_where_that_is_safe_or_says_how() {
    let one_line = "    - exec kube-apiserver --a=b --audit-log-path=- --audit-policy-file=/p --c=d 2>&1 | tee /var/log/x\n";
    let tree = Tree::new(&script(one_line));
    tree.run(&["status"])
        .ends(1)
        .holds(&["unknown: a script", "--audit-log-path=-"])
        .lacks(&["cannot be read"]);
    tree.doctor().holds(&["[manifest-uneditable]", "the kubelet runs this manifest"]);
    tree.run(&["rescue", "--yes"]).ends(0).lacks(&["kubeadm"]);
    assert!(
        tree.text(MANIFEST).contains("- exec kube-apiserver --a=b --c=d 2>&1 | tee"),
        "{}",
        tree.text(MANIFEST)
    );
    tree.run(&["status"]).ends(1).holds(&["no audit flag"]);

    let hidden =
        "    - |\n      FLAGS=\"--a=b --audit-log-path=/x\"\n      exec kube-apiserver $FLAGS\n";
    let tree = Tree::new(&script(hidden));
    let said = tree.run(&["rescue", "--yes"]);
    said.ends(2).holds(&["line 12: FLAGS=", "--audit-"]).lacks(&["kubeadm", "Nothing to do"]);
    assert_eq!(tree.text(MANIFEST), script(hidden));
}

/// A manifest that cannot be repaired, of one who is not kubeadm's (D21).
#[test]
fn kubeadm_is_proposed_only_where_kubeadm_made_the_node() {
    let broken = bare().replace("spec:", "spec: [");
    let kops = Tree::new(&broken);
    fs::create_dir_all(kops.at("opt/kops")).unwrap();
    kops.run(&["rescue", "--yes"])
        .ends(2)
        .holds(&["kops rewrites this manifest"])
        .lacks(&["kubeadm init"]);
    let nobody = Tree::new(&broken);
    nobody.run(&["rescue", "--yes"]).ends(2).lacks(&["kubeadm init"]).holds(&["backup"]);
    let kubeadm = Tree::new(&broken);
    kubeadm.put("etc/kubernetes/admin.conf", "");
    kubeadm
        .run(&["rescue", "--yes"])
        .ends(2)
        .holds(&["kubeadm init phase control-plane apiserver"]);
}

/// The certificates are gone (D30).
#[test]
fn certificates_that_are_gone_are_said_with_a_way_to_get_them_back() {
    let pki = |path: &str| {
        let text = bare();
        text.replace(
            "    volumeMounts:\n",
            &format!("    volumeMounts:\n    - {{mountPath: {path}, name: pki}}\n"),
        )
        .replace(
            "  volumes:\n",
            &format!(
                "  volumes:\n  - name: pki\n    hostPath: {{path: {path}, type: Directory}}\n"
            ),
        )
    };
    for path in
        ["/etc/kubernetes/pki", "/etc/kubernetes/pki/etcd", "/etc/kubernetes/ssl", "/srv/pki"]
    {
        let tree = Tree::new(&pki(path));
        tree.doctor()
            .ends(1)
            .holds(&["error[certificates-missing]", "certificates are gone", "backup"])
            .lacks(&["mkdir", "kubeadm"]);
        tree.run(&["status"]).ends(1);
        tree.run(&["rescue", "--yes"])
            .ends(2)
            .holds(&["certificates are gone"])
            .lacks(&["Nothing to do"]);
        if !path.ends_with("ssl") {
            tree.put("etc/kubernetes/admin.conf", "");
            tree.doctor().holds(&["kubeadm init phase certs all", "authorities"]);
        }
    }
    let other = Tree::new(&pki("/etc/keystone"));
    other.doctor().ends(1).holds(&["error[host-path-missing]", "mkdir -p"]);
}

/// The three on trees with one thing wrong: none says that all is well where another does not.
#[test]
fn the_three_agree_on_every_tree() {
    let sound = || {
        let tree = Tree::new(&bare());
        tree.run(&["enable", "--yes", "--template", "minimal"]).ends(0);
        tree
    };
    let edit = |tree: &Tree, from: &str, to: &str| {
        let text = tree.text(MANIFEST);
        assert!(text.contains(from), "{from}");
        tree.put(MANIFEST, &text.replacen(from, to, 1));
    };
    type Plant = (&'static str, Box<dyn Fn(&Tree)>);
    let gone =
        |path: &'static str| Box::new(move |tree: &Tree| fs::remove_file(tree.at(path)).unwrap());
    let directory = |path: &'static str| {
        Box::new(move |tree: &Tree| {
            fs::remove_file(tree.at(path)).unwrap();
            fs::create_dir(tree.at(path)).unwrap();
        })
    };
    let plants: Vec<Plant> = vec![
        ("policy gone", gone(USUAL)),
        ("policy a directory", directory(USUAL)),
        ("policy emptied", Box::new(|tree| tree.put(USUAL, ""))),
        ("policy broken", Box::new(|tree| tree.put(USUAL, "rules: ["))),
        (
            "log mount read-only",
            Box::new(move |tree| {
                edit(
                    tree,
                    "mountPath: /var/log/kubernetes/audit\n",
                    "mountPath: /var/log/kubernetes/audit\n      readOnly: true\n",
                );
            }),
        ),
        ("flag refused", Box::new(move |tree| edit(tree, "maxage=30", "maxage=7d"))),
        (
            "volume unknown",
            Box::new(move |tree| {
                edit(tree, "  - name: log\n    hostPath", "  - name: logs\n    hostPath");
            }),
        ),
        ("YAML broken", Box::new(move |tree| edit(tree, "spec:", "spec: ["))),
        ("manifest gone", gone(MANIFEST)),
        ("a stray", Box::new(|tree| tree.put(&format!("{MANIFEST}.bak"), &bare()))),
    ];
    for (name, plant) in plants {
        let tree = sound();
        plant(&tree);
        let (doctor, status) = (tree.doctor(), tree.run(&["status"]));
        assert_eq!((doctor.code, status.code), (1, 1), "{name}: {}{}", doctor.text, status.text);
        let rescue = tree.run(&["rescue", "--dry-run"]);
        rescue.ends(0).lacks(&["Nothing to do", "accepts it", "Nothing to rescue"]);
        doctor.lacks(&["--template", "kubeadm"]);
        if name == "a stray" {
            rescue.holds(&["mv -n"]);
            continue;
        }
        // What rescue does leads to a node that starts.
        tree.run(&["rescue", "--yes"]).ends(0);
        tree.doctor().ends(0);
    }
}

#[test]
fn with_nothing_to_undo_a_rescue_says_what_is_wrong_and_fails() {
    let tree = Tree::new(&bare());
    tree.run(&["rescue", "--yes"]).ends(0).holds(&["Nothing to do"]);
    tree.put(&format!("{MANIFEST}.bak"), &bare());
    tree.run(&["rescue", "--yes"]).ends(2).holds(&["mv -n", "doctor"]).lacks(&["Nothing to do"]);
    assert!(Path::new(&tree.at(MANIFEST)).exists());
}

#[test]
fn a_rescue_never_restores_a_policy_that_no_server_takes() {
    let tree = Tree::new(&bare());
    tree.run(&["enable", "--yes", "--template", "minimal"]).ends(0);
    tree.put(USUAL, "rules: [");
    tree.obey("policy-not-loaded").ends(0);
    assert_eq!(tree.text(USUAL), minimal());
    tree.doctor().ends(0);
    // What that restore found was the broken text: the change before it is taken back as well.
    tree.run(&["rescue", "--yes"]).ends(0).holds(&["takes back enable", "takes back restore"]);
    assert_eq!(tree.text(MANIFEST), bare());
    tree.doctor().ends(0);
}
