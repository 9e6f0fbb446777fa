//! From bytes to the parts of a Pod: what is where, and what keeps it from being edited.

use serde_json::Value;

use audit_policy::finding::Place;
use goyaml::{Document, Node};

use super::check::is_pod;
use super::flags::CommandLine;
use super::mounts::{self, Mount, Volume};
use super::refusal::{ManifestRefusal, RefusalReason};
use super::source::{PodSource, place};
use super::{broken, container, shape};

const BEGINNING: Place = Place { line: 1, column: 1 };

/// A text with its trees and the value the kubelet decodes from it.
#[derive(Debug, Clone)]
pub(super) struct DecodedPod {
    /// The text.
    pub(super) text: String,
    /// The tree of the first document, which is the Pod.
    pub(super) root: Node,
    /// The documents after it, which the kubelet does not read.
    pub(super) others: Vec<Document>,
    /// What the Pod means.
    pub(super) value: Value,
}

impl DecodedPod {
    /// Reads a text whose first document is a Pod, and the only one.
    pub(super) fn of(text: String) -> Result<Self, ManifestRefusal> {
        let read = Self::read(text)?;
        only_pod(&read.root, &read.others, &read.value)?;
        Ok(read)
    }

    /// Reads the first document of a text as the kubelet does, whatever makes it unsafe to edit.
    pub(super) fn as_run(text: String) -> Result<Self, ManifestRefusal> {
        let read = Self::read(text)?;
        only_pod(&read.root, &[], &read.value)?;
        Ok(read)
    }

    fn read(text: String) -> Result<Self, ManifestRefusal> {
        let mut others =
            goyaml::parse(&text).map_err(|it| not_yaml(&text, it.message, it.line, it.column))?;
        if others.is_empty() {
            return Err(no_pod("nothing", "name a manifest that is not empty", BEGINNING));
        }
        let first = others.remove(0);
        let value = goyaml::value_of(&first)
            .map_err(|it| not_yaml(&text, it.message, it.line, it.column))?;
        Ok(Self { text, root: first.root, others, value })
    }

    /// Returns the Pod.
    pub(super) fn source(&self) -> PodSource<'_> {
        PodSource { text: &self.text, root: &self.root, value: &self.value }
    }
}

/// Returns the text of `bytes`.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, ManifestRefusal> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        ManifestRefusal::new(RefusalReason::NotUtf8, Place { line, column })
    })
}

fn not_yaml(text: &str, message: String, line: usize, column: usize) -> ManifestRefusal {
    let typo = broken::most_likely(text, line);
    ManifestRefusal::new(RefusalReason::NotYaml { message, typo }, Place { line, column })
}

/// Refuses everything but one Pod at the start.
fn only_pod(first: &Node, others: &[Document], value: &Value) -> Result<(), ManifestRefusal> {
    let second = others.iter().map(|it| &it.root).find(|it| is_pod(it));
    match (is_pod(first), second) {
        (true, None) => {}
        (true, Some(pod)) => {
            return Err(ManifestRefusal::new(RefusalReason::SeveralPods, place(pod.span)));
        }
        (false, Some(pod)) => {
            return Err(ManifestRefusal::new(RefusalReason::NotFirst, place(pod.span)));
        }
        (false, None) => return Err(other_kind(value, place(first.span))),
    }
    match value.get("apiVersion").and_then(Value::as_str) {
        Some("v1") => Ok(()),
        _ => Err(no_pod("a Pod without `apiVersion: v1`", "write `apiVersion: v1`", BEGINNING)),
    }
}

fn no_pod(found: &str, advice: &str, place: Place) -> ManifestRefusal {
    ManifestRefusal::new(
        RefusalReason::NoPod { found: found.to_owned(), advice: advice.to_owned() },
        place,
    )
}

/// Names what is in place of a Pod, and where that would be changed.
fn other_kind(value: &Value, place: Place) -> ManifestRefusal {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (version, kind) = (text("apiVersion"), text("kind"));
    let advice = match kind {
        "ClusterConfiguration" | "InitConfiguration" | "JoinConfiguration" => {
            "name the manifest that kubeadm wrote from it, most often \
             /etc/kubernetes/manifests/kube-apiserver.yaml"
        }
        "Policy" if version.starts_with("audit.k8s.io/") => {
            "name the API server's manifest here, and this file as the policy"
        }
        "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" | "Job" => {
            "edit the flags of this self-hosted API server through the object itself, with kubectl"
        }
        _ => {
            "name the API server's manifest, most often \
             /etc/kubernetes/manifests/kube-apiserver.yaml"
        }
    };
    match (kind, version) {
        ("", _) => no_pod("no `kind`", advice, place),
        (kind, "") => no_pod(&format!("a {kind}"), advice, place),
        (kind, version) => no_pod(&format!("a {kind} ({version})"), advice, place),
    }
}

/// The parts of a Pod that audit settings live in.
#[derive(Debug, Clone)]
pub(super) struct PodParts {
    /// JSON pointer of the container.
    pub(super) container: String,
    /// Its command line.
    pub(super) command_line: CommandLine,
    /// Its mounts.
    pub(super) mounts: Vec<Mount>,
    /// The volumes of the Pod.
    pub(super) volumes: Vec<Volume>,
}

impl PodParts {
    /// Finds the parts, and refuses what makes it unsafe to edit them.
    pub(super) fn of(source: PodSource<'_>) -> Result<Self, ManifestRefusal> {
        shape::check_keys(source.root)?;
        shape::check_way_to(source.root, "/spec/containers")?;
        let container = container::find(source)?;
        for list in ["command", "args", "volumeMounts"] {
            shape::check_all_of(source.root, &format!("{container}/{list}"))?;
        }
        shape::check_all_of(source.root, "/spec/volumes")?;
        shape::check_way_to(source.root, "/metadata/annotations")?;
        let volumes = mounts::read_volumes(source);
        Ok(Self {
            command_line: container::command_line(source, &container)?,
            mounts: mounts::read_mounts(source, &container, &volumes),
            volumes,
            container,
        })
    }

    /// Finds the parts as the kubelet runs them; `None` where no container is the API server.
    pub(super) fn as_run(source: PodSource<'_>) -> Option<Self> {
        let container = container::find_as_run(source)?;
        let volumes = mounts::read_volumes(source);
        Some(Self {
            command_line: container::command_line_as_run(source, &container),
            mounts: mounts::read_mounts(source, &container, &volumes),
            volumes,
            container,
        })
    }

    /// Returns the path of the container's mounts.
    pub(super) fn mounts_path(&self) -> String {
        format!("{}/volumeMounts", self.container)
    }
}
