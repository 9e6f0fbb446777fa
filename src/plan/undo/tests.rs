//! Tests of `undo`.

use super::*;
use crate::owner::Owner;

const POLICY: &str = "/etc/p.yaml";

fn manifest(policy: &str) -> Vec<u8> {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: kube-apiserver}}\nspec:\n  containers:\n  - \
         name: kube-apiserver\n    command: [kube-apiserver, --audit-policy-file={policy}]\n    \
         volumeMounts: [{{name: p, mountPath: {policy}}}]\n  volumes:\n  - name: p\n    hostPath: \
         {{path: {policy}}}\n"
    )
    .into_bytes()
}

fn policy(before: Option<&str>, current: PathState) -> FileNow {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let change = FileChange {
        role: Role::Policy,
        path: POLICY.into(),
        before: before.map(bytes),
        after: Some(bytes("new")),
        mode: 0o600,
        owner: Owner::ROOT,
    };
    FileNow { change, current }
}

fn file(text: &str) -> PathState {
    PathState::File { bytes: text.into(), mode: 0o600, owner: Owner::ROOT }
}

/// Takes back a change of the policy alone, under a manifest that names `used`.
fn undone(written: FileNow, used: &str) -> Result<Undo, UndoError> {
    let current = manifest(used);
    let acceptable = |text: &[u8]| text != b"bad";
    undo((Path::new("/m.yaml"), Some(&current)), &[written], None, acceptable)
}

#[test]
fn a_policy_that_no_server_takes_is_not_put_back_where_the_manifest_names_it() {
    let refused = undone(policy(Some("bad"), file("new")), POLICY).unwrap_err();
    assert!(matches!(refused, UndoError::Unacceptable { .. }));
    let undo = undone(policy(Some("bad"), file("new")), "/other.yaml").unwrap();
    assert_eq!(undo.plan.files().count(), 1);
}

#[test]
fn a_directory_in_the_place_of_a_former_policy_is_said_and_left() {
    let refused = undone(policy(Some("old"), PathState::Directory), POLICY).unwrap_err();
    assert!(matches!(refused, UndoError::Occupied { is_directory: true, .. }));
    let undo = undone(policy(None, PathState::Directory), POLICY).unwrap();
    assert!(undo.plan.is_empty());
    assert!(undo.notes[0].contains("rmdir"), "{:?}", undo.notes);
}

#[test]
fn nobody_says_that_a_server_accepts_a_policy_that_is_missing() {
    let undo = undone(policy(None, PathState::Missing), POLICY).unwrap();
    assert!(undo.plan.is_empty());
    assert!(undo.notes[0].contains("is missing already"), "{:?}", undo.notes);
    let undo = undone(policy(Some("old"), PathState::Missing), POLICY).unwrap();
    assert!(undo.notes[0].contains("the former file is restored"), "{:?}", undo.notes);
    let undo = undone(policy(Some("old"), file("edited")), POLICY).unwrap();
    assert!(undo.notes[0].contains("accepts it"), "{:?}", undo.notes);
}
