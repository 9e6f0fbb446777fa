//! What the container sees: the policy, the log's directory, and more than it should.

use std::path::Path;

use super::certificates;
use super::flags::place;
use crate::auditing::FileRef;
use crate::diagnosis::Blame;
use crate::doctor::facts::{At, Facts};
use crate::doctor::{Fix, NodeFinding, Pod};
use crate::flags::name;
use crate::host::FileKind;
use crate::manifest::{Mount, Volume};
use crate::node::log_place;
use crate::settings::{LOG_PATH, POLICY_PATH};
use crate::shell;
use audit_policy::finding::Place;
use audit_policy::finding::Severity;

pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let mut faults = log(facts, pod);
    for (what, id, flag) in FILES {
        let file = FileRef::of(&pod.manifest, flag);
        faults.extend(file.and_then(|file| unseen_file(facts, pod, (what, id, flag), &file)));
    }
    faults
        .extend(facts.volumes.iter().filter_map(|(volume, at)| host_path(facts, pod, volume, at)));
    faults.extend(broad(facts, pod));
    faults
}

/// What a file is to a person, the id of the fault that the container does not see it, and its flag.
type StartFile = (&'static str, &'static str, &'static str);

/// Files that the server reads at its start.
const FILES: [StartFile; 2] = [
    ("policy", "policy-not-mounted", name::POLICY_FILE),
    ("webhook's configuration", "webhook-not-mounted", name::WEBHOOK_CONFIG_FILE),
];

fn unseen_file(
    facts: &Facts,
    pod: &Pod,
    (what, id, flag): StartFile,
    file: &FileRef,
) -> Option<NodeFinding> {
    let path = &file.container;
    // What a shell puts into a path is not known.
    if facts.is_script() && path.contains(['$', '`']) {
        return None;
    }
    let said = match (&file.mount, &file.node) {
        (None, _) => "no mount shows it".to_owned(),
        (Some(_), Some(_)) => return None,
        (Some(_), None) => pod.manifest.hidden_at(path)?,
    };
    let fault =
        NodeFinding::error(id, format!("the container does not see the {what} `{path}`: {said}"))
            .file(&facts.file.place)
            .place(place(pod, flag))
            .why("the API server does not start")
            .stops(Blame::Auditing);
    Some(match shown_elsewhere(facts, flag, file.mount.is_some()) {
        Some(arguments) => fault.fix(Fix::OnNode(arguments)),
        None => fault.by_hand(format!(
            "mount the file itself: a hostPath volume of `type: File`, and a read-only volumeMount \
             with the `mountPath` {path}"
        )),
    })
}

/// The arguments that make a file visible: at the same path where nothing else is mounted, else at
/// the usual one. None where a server that is down has to be rescued first, or where the file itself
/// is not on the node.
fn shown_elsewhere(facts: &Facts, flag: &str, is_hidden: bool) -> Option<String> {
    if facts.is_down() {
        return Some("rescue".to_owned());
    }
    let file = facts.hidden_policy.as_ref().filter(|at| at.is_file())?;
    match is_hidden {
        _ if flag != name::POLICY_FILE => None,
        false => Some("enable".to_owned()),
        // It is copied there.
        true => (file.node != Path::new(POLICY_PATH))
            .then(|| format!("enable --policy-path {POLICY_PATH}")),
    }
}

fn log(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let Some(file) = pod.auditing.log.file() else { return vec![] };
    let path = file.container.as_str();
    let at = place(pod, name::LOG_PATH);
    let error = |id, what: String| NodeFinding::error(id, what).file(&facts.file.place).place(at);
    let elsewhere = || Fix::OnNode(format!("enable --log-path {LOG_PATH}"));
    if ["/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/self/fd/1"].contains(&path) {
        return vec![
            error("log-is-output", format!("the log `{path}` is opened and rotated like a file"))
                .why(
                    "the first rotation renames it and makes a plain file in its place, in the \
                     memory of the node or in the container, where nobody reads it; the standard \
                     output is `-`",
                )
                .fix(Fix::OnNode("enable --log-path -".to_owned())),
        ];
    }
    let Some(mount) = &file.mount else {
        return vec![
            error("log-not-mounted", format!("no mount is at or above the log `{path}`"))
                .why(
                    "the log is in the container's own file system: nobody sees it on the node, and \
                     it is lost with the container",
                )
                .fix(elsewhere()),
        ];
    };
    let Some(node) = &file.node else {
        let hidden = pod.manifest.hidden_at(path);
        let what = hidden
            .unwrap_or_else(|| format!("the volume `{}` is no path of this node", mount.volume));
        let what = format!("the log `{path}` is not on the node: {what}");
        return vec![
            error("log-not-mounted", what).why("the log is lost with the pod").fix(elsewhere()),
        ];
    };
    let mut faults = vec![];
    if is_at(mount, path) {
        faults.push(mounted_itself(facts, pod, mount, path));
    }
    if mount.read_only {
        let what = format!("the log `{path}` is below the read-only mount `{}`", mount.mount_path);
        faults.push(
            error("log-mount-read-only", what)
                .why("the API server does not start: it cannot open its log")
                .by_hand(format!("remove `readOnly: true` from the mount `{}`", mount.mount_path))
                .stops(Blame::Auditing),
        );
    }
    let parent = |path: &Path| path.parent().unwrap_or(Path::new("/")).to_owned();
    let bad_places = log_place::check(&parent(node), &parent(&facts.file.node));
    faults.extend(bad_places.into_iter().map(|finding| {
        NodeFinding::of(finding, "a log needs a directory of its own")
            .file(&facts.file.place)
            .place(at)
            .fix(elsewhere())
    }));
    faults
}

fn is_at(mount: &Mount, path: &str) -> bool {
    mount.mount_path.trim_end_matches('/') == path.trim_end_matches('/')
}

/// The mount is at the log's own path: a file that cannot be renamed, or a directory.
fn mounted_itself(facts: &Facts, pod: &Pod, mount: &Mount, path: &str) -> NodeFinding {
    let declared = mount.host_path_type.as_deref().unwrap_or_default();
    let is_directory = facts.log.as_ref().is_some_and(|log| log.file.is_directory());
    let at = place(pod, name::LOG_PATH);
    let fix =
        format!("mount the directory of `{path}` (DirectoryOrCreate) in place of `{path}` itself");
    if is_directory || declared.starts_with("Directory") {
        return NodeFinding::error(
            "log-is-directory",
            format!("a directory is mounted where the log `{path}` belongs"),
        )
        .file(&facts.file.place)
        .place(at)
        .why("the API server does not start: it cannot open a directory as its log")
        .by_hand(fix)
        .stops(Blame::Auditing);
    }
    NodeFinding::error(
        "log-file-mounted",
        format!("the log file `{path}` is mounted instead of its directory"),
    )
    .file(&facts.file.place)
    .place(at)
    .why(
        "a mounted file cannot be renamed: once it is full it is not rotated, and every event is \
             lost (device or resource busy)",
    )
    .by_hand(fix)
}

/// What the kubelet checks before it mounts, by the type of the hostPath.
fn host_path(facts: &Facts, pod: &Pod, volume: &Volume, at: &At) -> Option<NodeFinding> {
    let shown = at.place.display();
    let kind = volume.host_path_type.as_deref().unwrap_or_default();
    let found = at.stat().map(|stat| stat.kind);
    // The policy and the webhook's configuration have checks of their own for what is in their place.
    let is_told = is_read(facts, at);
    let flag = volume_flag(pod, at);
    let blame = if flag.is_some() { Blame::Auditing } else { Blame::Other };
    let fault = |id, what: String| {
        let what = format!("volume `{}`: {what}", volume.name);
        NodeFinding::error(id, what).file(&facts.file.place).place(flag).why(NEW_POD).stops(blame)
    };
    match (kind, found) {
        ("File", None) if at.is_missing() => Some(
            fault("host-path-missing", format!("there is no file `{shown}`"))
                .by_hand(format!("restore the file {shown}, or take the volume and its mount out")),
        ),
        ("Directory", None) if at.is_missing() && certificates::are_in(facts, pod, volume, at) => {
            None
        }
        ("Directory", None) if at.is_missing() => Some(
            fault("host-path-missing", format!("there is no directory `{shown}`"))
                .fix(Fix::Run(format!("mkdir -p {}", shell::word(&at.place)))),
        ),
        ("" | "FileOrCreate", None) if at.is_missing() && is_told => Some(
            fault("host-path-missing", format!("there is no file `{shown}`"))
                .why(
                    "an empty file or a directory is made in its place, and the server does not start \
                     with it",
                )
                .by_hand(format!("restore the file {shown}")),
        ),
        ("File" | "FileOrCreate", Some(FileKind::Directory)) => {
            Some(wrong(fault, at, "a directory", "a file"))
        }
        ("Directory" | "DirectoryOrCreate", Some(FileKind::File)) => {
            Some(wrong(fault, at, "a file", "a directory"))
        }
        _ => None,
    }
}

/// The kubelet checks a hostPath when it starts a pod, and not when a container of it starts again.
const NEW_POD: &str = "a new pod hangs in ContainerCreating, and only the kubelet's journal says why; \
                       the container of a pod that runs is started again without this check, and ends \
                       when the server needs what is not there";

fn wrong(
    fault: impl Fn(&'static str, String) -> NodeFinding,
    at: &At,
    found: &str,
    wanted: &str,
) -> NodeFinding {
    let shown = at.place.display();
    fault("host-path-wrong-kind", format!("`{shown}` is {found}, and the volume wants {wanted}"))
        .by_hand(format!("move away what is at {shown}, or correct the volume's `type`"))
}

/// Whether the server reads this very file at its start because of an audit flag.
fn is_read(facts: &Facts, at: &At) -> bool {
    let files = [&facts.policy, &facts.webhook];
    files.into_iter().flatten().any(|file| file.node == at.node)
}

/// The flag that names what the volume shows, as the nearest place to look at.
fn volume_flag(pod: &Pod, at: &At) -> Option<Place> {
    let flags = pod.manifest.flags().iter().filter(|flag| flag.is_audit());
    let mut named = flags.filter(|flag| {
        let node = FileRef::at(&pod.manifest, flag.value()).node;
        node.is_some_and(|path| path.starts_with(&at.node))
    });
    named.next().map(|flag| flag.place)
}

/// Directories whose content is the control plane: anyone who writes there owns the node.
const CROWN_JEWELS: [&str; 3] =
    ["/etc/kubernetes/manifests", "/etc/kubernetes/pki", "/etc/kubernetes/admin.conf"];

fn broad(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let mounts = pod.manifest.mounts().iter().filter(|mount| !mount.read_only);
    mounts
        .filter_map(|mount| {
            let node = mount.node_path()?;
            let shown = CROWN_JEWELS.iter().filter(|path| Path::new(path).starts_with(&node));
            let shown: Vec<&str> = shown.copied().collect();
            (!shown.is_empty()).then(|| {
                let what = format!(
                    "`{node}` is mounted read-write at `{}`, with {} in it",
                    mount.mount_path,
                    shown.join(", ")
                );
                NodeFinding::new("broad-mount", Severity::Warning, what)
                    .file(&facts.file.place)
                    .why("anyone who breaks into the API server may change manifests and keys of the node")
                    .by_hand(format!(
                        "mount the policy alone, or add `readOnly: true` to the mount `{}`",
                        mount.mount_path
                    ))
            })
        })
        .collect()
}
