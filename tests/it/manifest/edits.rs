//! Single edits, and what is read from a manifest.

use audit_policy::api::Version;
use kubectl_audit::manifest::{
    CollectionKey, Manifest, ManifestEdit, RefusalReason, RunAs, transplant,
};

/// A small manifest with these lines in the container and after it.
fn manifest(container: &str, rest: &str) -> Manifest {
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\n\
         spec:\n  containers:\n  - name: kube-apiserver\n{container}{rest}"
    );
    Manifest::parse(text.as_bytes()).unwrap()
}

fn with_flags(flags: &str) -> Manifest {
    manifest(&format!("    command:\n    - kube-apiserver\n{flags}"), "")
}

fn lines(manifest: &Manifest, from: usize) -> String {
    manifest.text().split_inclusive('\n').skip(from).collect()
}

fn set(name: &str, value: &str) -> ManifestEdit {
    ManifestEdit::SetFlag { name: name.to_owned(), value: value.to_owned() }
}

fn remove(name: &str) -> ManifestEdit {
    ManifestEdit::RemoveFlag { name: name.to_owned() }
}

fn mount(volume: &str, path: &str) -> ManifestEdit {
    ManifestEdit::AddMount {
        volume: volume.to_owned(),
        host_path: path.to_owned(),
        host_path_type: None,
        mount_path: path.to_owned(),
        read_only: false,
    }
}

const MOUNTED: &str = "    command: [kube-apiserver]\n    volumeMounts:\n    \
    - {mountPath: /etc/kubernetes, name: all, readOnly: true}\n    \
    - {mountPath: /etc/kubernetes/audit, name: audit}\n    \
    - {mountPath: /var/log/api, name: logs, subPath: kubernetes/api}\n    \
    - {mountPath: /scratch, name: scratch}\n    \
    - {mountPath: /expr, name: logs, subPathExpr: $(NODE)}\n";
const VOLUMES: &str = "  volumes:\n  - {name: all, hostPath: {path: /etc/kubernetes/}}\n  \
    - {name: audit, hostPath: {path: /srv/audit}}\n  - {name: logs, hostPath: {path: /var/log}}\n  \
    - {name: scratch, emptyDir: {}}\n";

#[test]
fn a_value_is_replaced_in_the_spelling_it_has() {
    let before = with_flags(
        "    - '--audit_log_maxage=1' # days\n    - --audit-log-path\n    - \"/x\"\n    \
         - --audit-log-compress\n",
    );
    let edits = [
        set("audit-log-maxage", "30"),
        set("audit-log-path", "-"),
        set("audit-log-compress", "false"),
    ];
    let after = before.edit(&edits).unwrap();
    assert_eq!(
        lines(&after, 10),
        "    - '--audit_log_maxage=30' # days\n    - --audit-log-path\n    - \"-\"\n    \
         - --audit-log-compress=false\n"
    );
    assert_eq!(before.edit(&[set("audit-log-compress", "true")]).unwrap().text(), before.text());
}

#[test]
fn a_value_that_plain_style_cannot_hold_is_quoted() {
    let after = with_flags("    - --v=2\n").edit(&[set("audit-log-path", "/a b: #c")]).unwrap();
    assert_eq!(after.flag("audit-log-path"), Some("/a b: #c"));
    assert!(after.text().ends_with("    - \"--audit-log-path=/a b: #c\"\n"), "{}", after.text());
    let after = after.edit(&[set("audit-log-path", "\n\t\"\\é\u{7f}")]).unwrap();
    assert_eq!(after.flag("audit-log-path"), Some("\n\t\"\\é\u{7f}"));
}

#[test]
fn of_a_flag_given_twice_the_last_is_set_and_all_are_removed() {
    let before =
        with_flags("    - --audit-log-maxage=1\n    - --v=2\n    - --audit-log-maxage=2\n");
    assert_eq!(before.flag("audit-log-maxage"), Some("2"));
    assert_eq!(before.all_flags("audit-log-maxage").count(), 2);
    let after = before.edit(&[set("audit-log-maxage", "3")]).unwrap();
    assert_eq!(
        lines(&after, 10),
        "    - --audit-log-maxage=1\n    - --v=2\n    - --audit-log-maxage=3\n"
    );
    let after = before.edit(&[remove("audit-log-maxage"), remove("not-there")]).unwrap();
    assert_eq!(lines(&after, 10), "    - --v=2\n");
}

#[test]
fn a_flag_is_removed_with_its_value_wherever_it_stands() {
    let before = manifest(
        "    command: [kube-apiserver, --audit-log-path, /x, --v=2]\n    args: [\n      \
         --audit-log-maxage=1, # days\n      --v=3 # last\n    ]\n",
        "",
    );
    let after = before.edit(&[remove("audit-log-path"), remove("audit-log-maxage")]).unwrap();
    assert_eq!(
        lines(&after, 8),
        "    command: [kube-apiserver, --v=2]\n    args: [\n       # days\n      --v=3 # last\n    ]\n"
    );
    assert_eq!(after.flag("v"), Some("3"));
}

#[test]
fn new_flags_stand_behind_the_last_audit_flag_else_behind_the_last_one() {
    let edit = [set("audit-log-maxage", "1")];
    let after = with_flags("    - --audit-log-path=-\n    - --v=2\n").edit(&edit).unwrap();
    assert_eq!(
        lines(&after, 10),
        "    - --audit-log-path=-\n    - --audit-log-maxage=1\n    - --v=2\n"
    );
    let after = with_flags("").edit(&edit).unwrap();
    assert_eq!(lines(&after, 10), "    - --audit-log-maxage=1\n");
    let after =
        with_flags("    - --v=2\n    - --\n    - --audit-log-path=-\n").edit(&edit).unwrap();
    assert_eq!(
        lines(&after, 10),
        "    - --v=2\n    - --audit-log-maxage=1\n    - --\n    - --audit-log-path=-\n",
        "the server reads no flags after `--`"
    );
}

#[test]
fn a_name_or_path_that_is_taken_for_something_else_is_refused() {
    let before = manifest(MOUNTED, VOLUMES);
    let taken = |edit: ManifestEdit| match before.edit(&[edit]).unwrap_err().reason {
        RefusalReason::Taken { name } => name,
        other => panic!("{other}"),
    };
    assert_eq!(taken(mount("audit", "/other")), "audit");
    assert_eq!(taken(mount("new", "/etc/kubernetes/audit/")), "/etc/kubernetes/audit/");
    assert_eq!(before.free_volume_name("audit"), "audit-2");
    assert_eq!(before.free_volume_name("new"), "new");
    let same = ManifestEdit::AddMount {
        volume: "audit".to_owned(),
        host_path: "/srv/audit".to_owned(),
        host_path_type: None,
        mount_path: "/etc/kubernetes/audit".to_owned(),
        read_only: false,
    };
    assert_eq!(before.edit(&[same]).unwrap().text(), before.text());
}

#[test]
fn an_edit_whose_result_the_kubelet_refuses_is_refused() {
    let before = manifest(MOUNTED, VOLUMES);
    let refusal =
        before.edit(&[ManifestEdit::RemoveVolume { name: "logs".to_owned() }]).unwrap_err();
    assert!(refusal.to_string().contains("volumeMounts[2].name: Not found: \"logs\""), "{refusal}");
    assert!(before.edit(&[mount("Not_a_label", "/x")]).is_err());
    assert!(before.edit(&[mount("x", "/x/../y")]).is_err());
    assert!(before.edit(&[mount("x", "relative")]).is_err());
}

#[test]
fn keys_that_an_edit_made_go_when_they_are_empty_again() {
    let before = with_flags("    - --v=2\n");
    let annotation = "example.com/a".to_owned();
    let made = [
        mount("logs", "/var/log/api"),
        ManifestEdit::SetAnnotation { key: annotation.clone(), value: "yes".to_owned() },
    ];
    let after = before.edit(&made).unwrap();
    assert_eq!(after.annotation("example.com/a"), Some("yes"));
    let mut undo = vec![
        ManifestEdit::RemoveMount { mount_path: "/var/log/api/".to_owned() },
        ManifestEdit::RemoveVolume { name: "logs".to_owned() },
        ManifestEdit::RemoveAnnotation { key: annotation },
    ];
    let emptied = after.edit(&undo).unwrap();
    assert!(
        emptied.text().contains("  annotations:\n") && emptied.text().ends_with("  volumes:\n")
    );
    undo.extend(CollectionKey::ALL.map(|key| ManifestEdit::RemoveKeyIfEmpty { key }));
    assert_eq!(after.edit(&undo).unwrap().text(), before.text());
}

#[test]
fn a_key_in_front_of_others_is_removed_too() {
    let before = manifest("    command: [kube-apiserver]\n", "");
    let text = before
        .text()
        .replace("  - name: kube-apiserver\n", "  - volumeMounts: []\n    name: kube-apiserver\n");
    let edit = [ManifestEdit::RemoveKeyIfEmpty { key: CollectionKey::VolumeMounts }];
    let after = Manifest::parse(text.as_bytes()).unwrap().edit(&edit).unwrap();
    assert_eq!(after.text(), before.text());
}

#[test]
fn a_node_path_is_found_in_the_container_through_the_deepest_mount() {
    let manifest = manifest(MOUNTED, VOLUMES);
    let inside = |node: &str| manifest.covering_mount(node).map(|it| it.container_path);
    let is = |path: &str| Some(path.to_owned());
    assert_eq!(inside("/etc/kubernetes/pki/ca.crt"), is("/etc/kubernetes/pki/ca.crt"));
    assert_eq!(inside("/srv/audit/policy.yaml"), is("/etc/kubernetes/audit/policy.yaml"));
    assert_eq!(inside("/etc/kubernetes/audit/x"), None, "hidden by another mount");
    assert_eq!(inside("/var/log/kubernetes/api/audit.log"), is("/var/log/api/audit.log"));
    assert_eq!(inside("/var/log/other"), None, "outside of the subPath");
    let on_node = |path: &str| manifest.seen_at(path).map(|it| it.node_path);
    assert_eq!(on_node("/etc/kubernetes/audit/a"), Some(is("/srv/audit/a")));
    assert_eq!(on_node("/etc/kubernetes/auditor"), Some(is("/etc/kubernetes/auditor")));
    assert_eq!(on_node("/scratch/a"), Some(None));
    assert_eq!(on_node("/expr/a"), Some(None));
    assert_eq!(on_node("/elsewhere"), None);
    assert!(manifest.covering_mount("/etc/kubernetes/x").unwrap().mount.read_only);
}

#[test]
fn a_mounted_file_shows_nothing_below_it() {
    let manifest = manifest(
        "    command: [kube-apiserver]\n    volumeMounts:\n    - {mountPath: /p, name: p}\n",
        "  volumes:\n  - {name: p, hostPath: {path: /etc/p, type: File}}\n",
    );
    assert_eq!(manifest.covering_mount("/etc/p").unwrap().container_path, "/p");
    assert_eq!(manifest.covering_mount("/etc/p/x"), None);
}

#[test]
fn image_version_user_and_names_are_read() {
    let with_image = |image: &str| {
        manifest(&format!("    command: [kube-apiserver]\n    image: {image}\n"), "").version()
    };
    assert_eq!(
        with_image("registry:5000/kube-apiserver:v1.31.2@sha256:0"),
        Some(Version::minor(31))
    );
    assert_eq!(with_image("registry:5000/kube-apiserver"), None);
    assert_eq!(with_image("kube-apiserver:latest"), None);
    let own = "    command: [kube-apiserver]\n    securityContext: {runAsUser: 65534}\n";
    let manifest = manifest(own, "  securityContext: {runAsUser: 1, runAsGroup: 2}\n");
    assert_eq!(manifest.run_as(), RunAs { user: Some(65534), group: Some(2) });
    assert_eq!(manifest.run_as().owner().gid, 2);
    assert_eq!(manifest.pod_name(), "kube-apiserver");
    assert_eq!(manifest.pod_namespace(), "kube-system");
    assert_eq!(manifest.image(), None);
}

#[test]
fn parts_of_another_state_come_back_under_a_name_that_is_free() {
    let before = manifest(
        "    command: [kube-apiserver, --audit-log-path=/logs/audit.log]\n    volumeMounts:\n    \
         - {mountPath: /logs, name: logs, subPath: audit}\n",
        "  volumes:\n  - {name: logs, hostPath: {path: /var/log, type: Directory}}\n",
    );
    let current = manifest(
        "    command: [kube-apiserver, --v=4]\n    volumeMounts:\n    - {mountPath: /x, name: logs}\n",
        "  volumes:\n  - {name: logs, hostPath: {path: /x}}\n",
    );
    let after = transplant(&current, &before.audit_parts()).unwrap();
    assert_eq!(after.flag("audit-log-path"), Some("/logs/audit.log"));
    assert_eq!(after.flag("v"), Some("4"));
    let seen = after.seen_at("/logs/audit.log").unwrap();
    assert_eq!(seen.node_path.as_deref(), Some("/var/log/audit/audit.log"));
    assert_eq!(seen.mount.volume, "logs-2");
}

#[test]
fn a_mount_that_was_no_path_of_the_node_is_not_made_up() {
    let before = manifest(
        "    command: [kube-apiserver, --audit-log-path=/logs/audit.log]\n    volumeMounts:\n    \
         - {mountPath: /logs, name: logs}\n",
        "  volumes:\n  - {name: logs, emptyDir: {}}\n",
    );
    let current = with_flags("");
    let refusal = transplant(&current, &before.audit_parts()).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::NoHostPath { mount_path: "/logs".to_owned() });
    assert_eq!(transplant(&before, &before.audit_parts()).unwrap().text(), before.text());
}
