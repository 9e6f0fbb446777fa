//! The main job on every manifest there is: enable, then rescue, gives back the identical file.
//!
//! Runs the program itself on a node below a directory: on the manifests of `tests/data/manifests`,
//! and on those of the directory that `KUBECTL_AUDIT_CORPUS` names, if it names one.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that makes nodes and says what it did"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MANIFEST: &str = "etc/kubernetes/manifests/kube-apiserver.yaml";
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
            .args(["--yes", "--quiet"])
            .output()
            .unwrap()
    }

    fn manifest(&self) -> Vec<u8> {
        fs::read(self.root.path().join(MANIFEST)).unwrap()
    }

    fn forget(&self) {
        fs::remove_dir_all(self.root.path().join(STATE)).unwrap();
    }
}

fn manifests() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/manifests");
    let corpus = std::env::var_os("KUBECTL_AUDIT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("skipped: the corpus, as KUBECTL_AUDIT_CORPUS names none");
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
/// and where audit settings stood before, stripping alone cannot know what stood there.
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
