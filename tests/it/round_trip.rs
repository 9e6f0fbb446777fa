//! The main job on every manifest there is: enable, then rescue, gives back the identical file.
//!
//! Runs the program itself on a node below a directory: on the manifests of `tests/data/manifests`,
//! and on those of the directory that `KUBECTL_AUDIT_CORPUS` names, if it names one.

use kubectl_audit::host::need::skipped;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MANIFEST: &str = "etc/kubernetes/manifests/kube-apiserver.yaml";
const LIST: &[&str] = &["history", "-o", "json"];
const STATE: &str = "var/lib/kubectl-audit";

/// A node below a directory.
struct Node {
    root: tempfile::TempDir,
}

impl Node {
    fn with(manifest: &[u8]) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(MANIFEST).parent().unwrap()).unwrap();
        fs::create_dir_all(root.path().join("var/log")).unwrap();
        fs::write(root.path().join(MANIFEST), manifest).unwrap();
        Self { root }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kubectl-audit"))
            .args(arguments)
            .arg("--root")
            .arg(self.root.path())
            .args(if arguments[0] == "history" && arguments[1] == "-o" {
                &[][..]
            } else {
                &["--yes"]
            })
            .arg("--quiet")
            .output()
            .unwrap()
    }

    fn manifest(&self) -> Vec<u8> {
        fs::read(self.root.path().join(MANIFEST)).unwrap()
    }

    /// The id of the last change.
    fn last(&self) -> String {
        let output = self.run(LIST);
        let history: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        history["entries"][0]["id"].as_str().unwrap().to_owned()
    }

    fn forget(&self) {
        fs::remove_dir_all(self.root.path().join(STATE)).unwrap();
    }
}

fn manifests() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/manifests");
    let corpus = std::env::var_os("KUBECTL_AUDIT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        skipped("corpus");
    }
    let mut found = vec![];
    let mut open: Vec<PathBuf> = corpus.into_iter().chain([own]).collect();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|it| it == "yaml" || it == "manifest" || it == "json")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Whether an edit only adds items to lists. Where it makes a list or a mapping or changes a value,
/// and where audit settings was before, stripping alone cannot know what was there.
fn only_adds(before: &[u8], after: &[u8]) -> bool {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let diff = similar::TextDiff::from_lines(before.as_ref(), after.as_ref());
    let removed = diff.iter_all_changes().any(|it| it.tag() == similar::ChangeTag::Delete);
    let makes = |line: &str| {
        ["volumes:", "volumeMounts:", "annotations:"].iter().any(|key| line.trim().starts_with(key))
    };
    let made = diff
        .iter_all_changes()
        .filter(|it| it.tag() == similar::ChangeTag::Insert)
        .any(|it| makes(it.value()));
    let had_some = before.contains("audit-log-path") || before.contains("audit-policy-file");
    !removed && !made && !had_some
}

#[test]
fn rescue_after_enable_gives_back_the_identical_file() {
    let (mut enabled, mut refused, mut stripped) = (0, 0, 0);
    for path in manifests() {
        let before = fs::read(&path).unwrap();
        let name = path.display();
        let node = Node::with(&before);
        let output = node.run(&["enable", "--template", "minimal"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.code() == Some(2) {
            assert_eq!(node.manifest(), before, "{name}: refused, but changed");
            assert!(
                said.contains("error: ") && said.contains("Nothing was changed."),
                "{name}: {said}"
            );
            refused += 1;
            continue;
        }
        assert_eq!(output.status.code(), Some(0), "{name}: {said}");
        let after = node.manifest();
        enabled += 1;

        let again = node.run(&["enable"]);
        assert_eq!(
            again.status.code(),
            Some(0),
            "{name}: {}",
            String::from_utf8_lossy(&again.stderr)
        );
        assert_eq!(node.manifest(), after, "{name}: a second enable changed something");

        let rescue = node.run(&["rescue"]);
        assert_eq!(
            rescue.status.code(),
            Some(0),
            "{name}: {}",
            String::from_utf8_lossy(&rescue.stderr)
        );
        assert_eq!(node.manifest(), before, "{name}: rescue through the journal");

        if only_adds(&before, &after) {
            let node = Node::with(&after);
            let rescue = node.run(&["rescue"]);
            assert_eq!(
                rescue.status.code(),
                Some(0),
                "{name}: {}",
                String::from_utf8_lossy(&rescue.stderr)
            );
            assert_eq!(node.manifest(), before, "{name}: rescue without a journal");
            stripped += 1;
            node.forget();
        }
    }
    eprintln!("{enabled} enabled and rescued, {refused} refused, {stripped} stripped alone");
    assert!(enabled > 0, "no manifest was enabled");
}

#[test]
fn a_policy_that_was_edited_in_place_is_taken_over_and_rescue_brings_the_former_text() {
    let manifest = fs::read("tests/data/manifests/kubeadm-1.31.yaml").unwrap();
    let node = Node::with(&manifest);
    assert_eq!(node.run(&["enable", "--template", "minimal"]).status.code(), Some(0));
    let policy = node.root.path().join("etc/kubernetes/audit/policy.yaml");
    let (former, enabled) = (fs::read_to_string(&policy).unwrap(), node.manifest());
    let edited = former.replace("level: Metadata", "level: Request");
    fs::write(&policy, &edited).unwrap();

    let again = node.run(&["enable"]);
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(fs::read_to_string(&policy).unwrap(), edited);
    assert_ne!(node.manifest(), enabled, "the annotation restarts the server");

    assert_eq!(node.run(&["rescue"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&policy).unwrap(), former);
    assert_eq!(node.manifest(), enabled);
}

#[test]
fn restoring_a_change_gives_back_what_it_left_on_every_manifest() {
    let mut restored = 0;
    for path in manifests() {
        let name = path.display();
        let node = Node::with(&fs::read(&path).unwrap());
        let succeeds = |arguments: &[&str]| {
            let output = node.run(arguments);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{name}: {arguments:?}: {said}");
        };
        if node.run(&["enable", "--template", "minimal"]).status.code() == Some(2) {
            continue;
        }
        let first = (node.last(), node.manifest());
        succeeds(&["enable", "--template", "cis", "--log-maxage", "7", "--log-mode", "batch"]);
        let second = (node.last(), node.manifest());
        succeeds(&["disable"]);
        let off = (node.last(), node.manifest());
        for (id, manifest) in [&first, &off, &second] {
            succeeds(&["history", "restore", id]);
            assert_eq!(node.manifest(), *manifest, "{name}: restore {id}");
            let last = node.last();
            succeeds(&["history", "restore", id, "--whole-file"]);
            assert_eq!(node.last(), last, "{name}: there was nothing left to do");
        }
        restored += 1;
    }
    eprintln!("{restored} restored");
    assert!(restored > 0, "no manifest was restored");
}

#[test]
fn a_policy_is_restored_also_by_a_change_that_did_not_touch_it() {
    let node = Node::with(&fs::read("tests/data/manifests/kubeadm-1.31.yaml").unwrap());
    let policy = node.root.path().join("etc/kubernetes/audit/policy.yaml");
    assert_eq!(node.run(&["enable", "--template", "minimal"]).status.code(), Some(0));
    let text = fs::read_to_string(&policy).unwrap();
    assert_eq!(node.run(&["enable", "--log-maxage", "7"]).status.code(), Some(0));
    let (id, manifest) = (node.last(), node.manifest());
    assert_eq!(node.run(&["enable", "--template", "cis"]).status.code(), Some(0));
    assert_ne!(fs::read_to_string(&policy).unwrap(), text);
    assert_eq!(node.run(&["history", "restore", &id]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&policy).unwrap(), text);
    assert_eq!(node.manifest(), manifest);
}

#[test]
fn a_policy_that_the_server_of_today_would_reject_is_not_restored() {
    let newer = fs::read_to_string("tests/data/manifests/kubeadm-1.31.yaml").unwrap();
    let node = Node::with(newer.replace("v1.31.4", "v1.36.0").as_bytes());
    let policy = node.root.path().join("policy.yaml");
    let only_since_136 = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  \
                          resources: [{group: '*'}]\n";
    fs::write(&policy, only_since_136).unwrap();
    let enabled = node.run(&["enable", "--policy", policy.to_str().unwrap()]);
    assert_eq!(enabled.status.code(), Some(0), "{}", String::from_utf8_lossy(&enabled.stderr));
    let id = node.last();
    fs::write(node.root.path().join(MANIFEST), &newer).unwrap();
    for flags in [&[][..], &["--force"][..]] {
        let refused = node.run(&[&["history", "restore", &id][..], flags].concat());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("an API server 1.31 would not start with this policy"), "{said}");
        assert!(said.contains("No flag overrides this."), "{said}");
        assert_eq!(node.manifest(), newer.as_bytes());
    }
}

#[test]
fn a_whole_manifest_that_changes_more_than_auditing_needs_force() {
    let newer = fs::read_to_string("tests/data/manifests/kubeadm-1.31.yaml").unwrap();
    let node = Node::with(newer.as_bytes());
    assert_eq!(node.run(&["enable", "--template", "minimal"]).status.code(), Some(0));
    let (id, enabled) = (node.last(), node.manifest());
    let edited = newer.replace("--secure-port=6443", "--secure-port=7443");
    fs::write(node.root.path().join(MANIFEST), &edited).unwrap();
    let refused = node.run(&["history", "restore", &id, "--whole-file"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("-    - --secure-port=7443\n+    - --secure-port=6443"), "{said}");
    let is_changed = |line: &&str| line.starts_with(['-', '+']) && line.contains("--audit-");
    assert_eq!(said.lines().find(is_changed), None, "only what is not auditing");
    assert_eq!(node.manifest(), edited.as_bytes());
    let forced = node.run(&["history", "restore", &id, "--whole-file", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{}", String::from_utf8_lossy(&forced.stderr));
    assert_eq!(node.manifest(), enabled);
}

#[test]
fn what_a_rescue_left_is_auditing_off_and_the_policy_stays() {
    let node = Node::with(&fs::read("tests/data/manifests/kubeadm-1.31.yaml").unwrap());
    let off = node.manifest();
    assert_eq!(node.run(&["enable", "--template", "minimal"]).status.code(), Some(0));
    assert_eq!(node.run(&["rescue"]).status.code(), Some(0));
    let id = node.last();
    assert_eq!(node.run(&["enable", "--template", "cis"]).status.code(), Some(0));
    assert_eq!(node.run(&["history", "restore", &id]).status.code(), Some(0));
    assert_eq!(node.manifest(), off);
    assert!(node.root.path().join("etc/kubernetes/audit/policy.yaml").exists());
}

#[test]
fn a_change_whose_files_are_no_longer_kept_is_said_and_not_guessed() {
    let node = Node::with(&fs::read("tests/data/manifests/kubeadm-1.31.yaml").unwrap());
    assert_eq!(node.run(&["enable", "--template", "minimal"]).status.code(), Some(0));
    let (id, mut manifest) = (node.last(), node.manifest());
    for days in 1..=21 {
        let days = days.to_string();
        assert_eq!(node.run(&["enable", "--log-maxage", &days]).status.code(), Some(0));
        manifest = node.manifest();
    }
    let refused = node.run(&["history", "restore", &id]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("are no longer kept: only the last 20 are"), "{said}");
    assert_eq!(node.manifest(), manifest);
}
