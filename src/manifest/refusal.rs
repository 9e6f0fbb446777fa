//! Why a manifest is not edited, where, and what to do by hand.

use audit_policy::finding::Place;

use super::check::PodProblem;
use super::typo::{Mistake, Typo};

/// A manifest that is not edited: what is wrong, where, and what to do.
///
/// Nothing has been changed when one of these is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {reason}", place.line, place.column)]
pub struct ManifestRefusal {
    /// What is wrong.
    pub reason: RefusalReason,
    /// Where it is; the beginning of the text where it is about the whole of it.
    pub place: Place,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusalReason {
    /// The bytes are no text.
    #[error("the file is not UTF-8 text")]
    NotUtf8,
    /// The kubelet cannot read it either.
    #[error("the kubelet cannot read the file: {message}{}", likely(.typo.as_ref()))]
    NotYaml {
        /// The words of the YAML parser or of the kubelet.
        message: String,
        /// The typing mistake that most likely causes it.
        typo: Option<Typo>,
    },
    /// A typing mistake that YAML lets pass.
    #[error("{0}")]
    Mistake(Mistake),
    /// There is something else in the file than a static Pod.
    #[error("the file holds {found}, no static Pod")]
    NoPod {
        /// What it holds.
        found: String,
        /// What to do.
        advice: String,
    },
    /// The Pod is not the first document, and the kubelet reads no further.
    #[error("the Pod is not the first document, and the kubelet reads only that one")]
    NotFirst,
    /// More than one Pod.
    #[error("the file holds several Pods, and the kubelet runs only the first one")]
    SeveralPods,
    /// `metadata.uid` is set.
    #[error("`metadata.uid` is set, so the kubelet does not notice that the file has changed")]
    UidSet,
    /// No container runs the API server.
    #[error("no container runs kube-apiserver, only {}", .containers.join(", "))]
    NoContainer {
        /// The names of the containers.
        containers: Vec<String>,
    },
    /// Several containers run an API server.
    #[error("several containers run kube-apiserver: {}", .containers.join(", "))]
    SeveralContainers {
        /// Their names.
        containers: Vec<String>,
    },
    /// The command line is text for a shell.
    #[error("the API server is started by a script for `{shell}`, whose flags cannot be separated")]
    Shell {
        /// The shell.
        shell: String,
    },
    /// No word of the command line is the API server.
    #[error(
        "no word of the container's command line is kube-apiserver, so its flags are not known"
    )]
    NoBinary,
    /// An anchor or an alias where an edit would change two places, or the wrong one.
    #[error("`{text}` makes one text stand for two places")]
    Anchor {
        /// The anchor or alias.
        text: String,
    },
    /// A merge key.
    #[error("a merge key (`<<`) brings in parts that are written elsewhere")]
    MergeKey,
    /// A key is there twice.
    #[error("the key `{key}` is there twice, and only the last one counts")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A value of another kind than the kubelet reads.
    #[error("`{path}` is not {wanted}")]
    Kind {
        /// Where it is, such as `spec.containers[0].command[3]`.
        path: String,
        /// What it should be.
        wanted: &'static str,
        /// How it becomes that.
        repair: &'static str,
    },
    /// The kubelet would refuse the Pod.
    #[error("the kubelet refuses the Pod: {}", join(.0))]
    Invalid(Vec<PodProblem>),
    /// A name or path that is to be added is taken.
    #[error("`{name}` is already there, for something else")]
    Taken {
        /// The name of the volume, or the path of the mount.
        name: String,
    },
    /// A mount that is to be added was none of a path of the node.
    #[error("`{mount_path}` was mounted from a volume that is no hostPath")]
    NoHostPath {
        /// The path of the mount.
        mount_path: String,
    },
    /// The text is laid out in a way the editor cannot follow.
    #[error("the text around `{path}` is laid out in a way that is not safe to edit")]
    Layout {
        /// Path of the collection.
        path: String,
    },
}

impl ManifestRefusal {
    pub(super) fn new(reason: RefusalReason, place: Place) -> Self {
        Self { reason, place }
    }

    /// Returns the refusal for a typing mistake.
    pub(super) fn typo(typo: Typo) -> Self {
        Self { reason: RefusalReason::Mistake(typo.mistake), place: typo.place }
    }

    /// Returns what to do by hand, as one imperative sentence without a full stop.
    #[must_use]
    pub fn repair(&self) -> String {
        match &self.reason {
            RefusalReason::NotUtf8 => "save the file as UTF-8".to_owned(),
            RefusalReason::NotYaml { typo: Some(typo), .. } => {
                format!("in line {}, {}", typo.place.line, typo.mistake.repair())
            }
            RefusalReason::NotYaml { typo: None, .. } => "repair the YAML at this line".to_owned(),
            RefusalReason::Mistake(mistake) => mistake.repair(),
            RefusalReason::NoPod { advice, .. } => advice.clone(),
            RefusalReason::NotFirst => {
                "put the Pod first, or alone into a file of its own".to_owned()
            }
            RefusalReason::SeveralPods => "give every Pod a file of its own".to_owned(),
            RefusalReason::UidSet => {
                "remove `metadata.uid`, or change the file by the tool that wrote it".to_owned()
            }
            RefusalReason::NoContainer { .. } => {
                "name the manifest of the API server, most often kube-apiserver.yaml in the same \
                 directory"
                    .to_owned()
            }
            RefusalReason::SeveralContainers { .. } => {
                "edit the flags, mounts and volumes of the right one by hand".to_owned()
            }
            RefusalReason::Shell { .. } => {
                "write the audit flags into the script by hand, after the other flags of \
                 kube-apiserver, or turn it into a list of words under `command`"
                    .to_owned()
            }
            RefusalReason::NoBinary => {
                "begin `command` with the path of kube-apiserver, or edit the flags by hand"
                    .to_owned()
            }
            RefusalReason::Anchor { .. } | RefusalReason::MergeKey => {
                "write the list out in full where it is used".to_owned()
            }
            RefusalReason::DuplicateKey { key } => {
                format!("join the parts under one `{key}`, and remove the other")
            }
            RefusalReason::Kind { repair, .. } => (*repair).to_owned(),
            RefusalReason::Invalid(problems) => match &problems[..] {
                [problem] => problem.repair.clone(),
                problems => {
                    let repair = |it: &PodProblem| format!("line {}: {}", it.place.line, it.repair);
                    problems.iter().map(repair).collect::<Vec<_>>().join("; ")
                }
            },
            RefusalReason::Taken { name } => {
                format!("remove or rename what uses `{name}`, or pick another")
            }
            RefusalReason::NoHostPath { .. } => "add the volume and its mount by hand".to_owned(),
            RefusalReason::Layout { .. } => {
                "put each item on a line of its own, or edit by hand".to_owned()
            }
        }
    }
}

fn likely(typo: Option<&Typo>) -> String {
    typo.map(|typo| format!("; most likely line {}: {}", typo.place.line, typo.mistake))
        .unwrap_or_default()
}

fn join(problems: &[PodProblem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
