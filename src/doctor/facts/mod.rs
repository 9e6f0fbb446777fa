//! What is read from a node, before anything is concluded.

mod certificates;
mod file;
mod journal;
mod log;
mod logrotate;
mod pod;
mod reader;
mod running;
mod selinux;

use std::path::{Path, PathBuf};

use crate::auditing::FileRef;
use crate::distribution::{self, Detection, Distribution};
use crate::health::Readiness;
use crate::host::Host;
use crate::journal::Journal;
use crate::manifest::{Manifest, ManifestRefusal, RefusalReason, Volume};
use crate::node::{DirectoryTrust, Kubelet, evidence, images, kubelet, other_manifests};
use crate::settings::POLICY_PATH;
use audit_policy::finding::Finding;

pub use certificates::Certificate;
pub use file::{At, FileState};
pub use journal::{JournalFacts, LastChange, OpenChange, left_off, left_off_with};
pub use log::{Log, WrittenBytes};
pub use logrotate::Rotator;
pub use pod::Pod;
pub use running::{LastRun, RunningServer, ServerFacts};

use reader::FactsReader;

/// What to read, and what the caller brings.
pub struct Inquiry<'a> {
    /// The node.
    pub host: &'a dyn Host,
    /// The path of the manifest on it.
    pub manifest: &'a Path,
    /// Whose files are trusted.
    pub trust: DirectoryTrust,
    /// How what runs is asked; `None` where nothing that runs is to be looked at.
    pub probes: Option<Probes<'a>>,
}

/// What runs is asked through the caller: the network is no part of a node's file system.
#[derive(Clone, Copy)]
pub struct Probes<'a> {
    /// Asks the server of a manifest whether it is ready.
    pub ready: &'a dyn Fn(&Manifest) -> Readiness,
    /// Asks the cluster for its namespaces; `None` if it does not tell.
    pub namespaces: &'a dyn Fn() -> Option<Vec<String>>,
    /// Asks the cluster for kubeadm's ClusterConfiguration; `None` if it does not tell.
    pub cluster_configuration: &'a dyn Fn() -> Option<String>,
}

/// Everything doctor and status know about a node.
#[derive(Debug)]
pub struct Facts {
    /// When they were read, in nanoseconds since 1970.
    pub now: i128,
    /// The manifest's file.
    pub file: At,
    /// What is in it, as far as it can be distinguished.
    pub pod: Option<Pod>,
    /// What keeps it from being run or edited.
    pub refusal: Option<ManifestRefusal>,
    /// Who else writes the manifest.
    pub distribution: Option<Detection>,
    /// What is wrong around it: other files in its directory, the kubelet's configuration, the way.
    pub nearby: Vec<Finding>,
    /// Files in the manifests directory that are no pods and that the server uses.
    pub among_manifests: Vec<(PathBuf, Finding)>,
    /// What is at the hostPath of each volume.
    pub volumes: Vec<(Volume, At)>,
    /// The certificates and keys that flags name.
    pub certificates: Vec<Certificate>,
    /// The policy's file, if a flag names one.
    pub policy: Option<At>,
    /// What is on the node under the path of a policy that no hostPath shows.
    pub hidden_policy: Option<At>,
    /// Whether there is a policy where `enable` looks for one.
    pub usual_policy: bool,
    /// The webhook's configuration, if a flag names one.
    pub webhook: Option<At>,
    /// The log, if it is a file on the node.
    pub log: Option<Log>,
    /// How the kubelet keeps what goes to the standard output.
    pub container_log: kubelet::ContainerLogLimits,
    /// Whether what runs was looked at.
    pub live: bool,
    /// What runs; `None` if it was not looked at.
    pub server: Option<ServerFacts>,
    /// The namespaces of the cluster; `None` if nobody could be asked.
    pub namespaces: Option<Vec<String>>,
    /// The ClusterConfiguration that the next `kubeadm upgrade` goes by; `None` if nobody could be asked.
    pub cluster_configuration: Option<String>,
    /// What was done here; `None` if we may not look.
    pub past: Option<JournalFacts>,
    /// What could not be looked at, and why.
    pub unseen: Vec<String>,
}

impl Facts {
    /// Reads everything that can be read. What cannot is [named](Self::unseen), and never an error.
    #[must_use]
    pub fn read(inquiry: &Inquiry<'_>) -> Self {
        let Inquiry { host, manifest: path, trust, probes } = *inquiry;
        let reader = FactsReader::new(host);
        let kubelet = Kubelet::read(host);
        let file = reader.at(path, trust);
        let (pod, refusal) = file.bytes().map(understood).unwrap_or_default();
        let used = pod.as_ref().map(|pod| pod.manifest.node_paths()).unwrap_or_default();
        let directory = reader.seen(other_manifests::ManifestsDirectory::read(reader.host, path));
        let journal = reader.seen(Journal::open(host));
        let mut nearby = nearby(directory.as_ref(), &kubelet, path, &used);
        nearby.extend(images::check(host, &kubelet));
        let mut facts = Self {
            now: reader::now(host),
            nearby,
            among_manifests: directory.map(|it| it.used_by_server(&used)).unwrap_or_default(),
            distribution: distribution(&reader, path, &file),
            file,
            refusal,
            volumes: vec![],
            certificates: vec![],
            policy: None,
            hidden_policy: None,
            usual_policy: reader.look(Path::new(POLICY_PATH)).is_file(),
            webhook: None,
            log: None,
            container_log: kubelet.container_log,
            server: None,
            namespaces: None,
            cluster_configuration: None,
            live: probes.is_some(),
            past: journal.as_ref().map(|it| journal::read(&reader, it, path, pod.as_ref())),
            pod: None,
            unseen: vec![],
        };
        // Of a manifest that is gone or broken, the last one tells which server is looked for.
        let former = || journal::last_manifest(host, journal.as_ref()?, path);
        let former = if pod.is_none() { former() } else { None };
        let looked_for = pod.as_ref().map(|pod| &pod.manifest).or(former.as_ref());
        facts.server = probes
            .zip(looked_for)
            .map(|(it, manifest)| running::read(&reader, path, manifest, it.ready));
        if let Some(pod) = pod {
            facts.read_pod(&reader, &pod, trust);
            let names = |at: &At| at.bytes().is_some_and(|text| names_namespaces(text, &pod));
            if facts.policy.as_ref().is_some_and(names) {
                facts.namespaces = probes.and_then(|it| (it.namespaces)());
            }
            if facts.is_kubeadms() {
                facts.cluster_configuration = probes.and_then(|it| (it.cluster_configuration)());
            }
            facts.pod = Some(pod);
        }
        facts.unseen = reader.into_unseen();
        facts
    }

    /// Returns whether a script starts the server, so that its flags are not all known.
    #[must_use]
    pub fn is_script(&self) -> bool {
        self.refusal.as_ref().is_some_and(|it| matches!(it.reason, RefusalReason::Shell { .. }))
    }

    /// Returns whether what runs was looked at, and no API server answers that is up.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.server.as_ref().is_some_and(|server| !server.readiness.lives())
    }

    /// Returns whether the manifest is one of kubeadm's: its commands help there, and nowhere else.
    #[must_use]
    pub fn is_kubeadms(&self) -> bool {
        self.distribution.as_ref().is_some_and(|it| *it.distribution == distribution::KUBEADM)
    }

    fn read_pod(&mut self, reader: &FactsReader<'_>, pod: &Pod, trust: DirectoryTrust) {
        let manifest = &pod.manifest;
        let auditing = &pod.auditing;
        let on_node =
            |file: &Option<FileRef>| Some(reader.at(file.as_ref()?.node.as_ref()?, trust));
        self.policy = on_node(&auditing.policy);
        self.webhook = on_node(&auditing.webhook);
        let hidden = auditing.policy.as_ref().filter(|_| self.policy.is_none());
        self.hidden_policy = hidden.map(|file| reader.at(Path::new(&file.container), trust));
        self.certificates = certificates::read(reader, manifest);
        let host_paths = manifest.volumes().iter().filter(|volume| volume.host_path.is_some());
        self.volumes = host_paths
            .map(|volume| {
                let path = PathBuf::from(volume.host_path.as_deref().unwrap_or_default());
                (volume.clone(), reader.look(&path))
            })
            .collect();
        let log = auditing.log.file().and_then(|file| file.node.as_ref());
        self.log = log.map(|path| log::read(reader, path, trust));
    }
}

/// Reads a manifest as the kubelet does, and what speaks against it.
fn understood(bytes: &[u8]) -> (Option<Pod>, Option<ManifestRefusal>) {
    (Manifest::parse_as_run(bytes).ok().map(Pod::of), Manifest::parse(bytes).err())
}

fn nearby(
    directory: Option<&other_manifests::ManifestsDirectory>,
    kubelet: &Kubelet,
    path: &Path,
    used: &[String],
) -> Vec<Finding> {
    let mut findings = kubelet::check(kubelet, path);
    findings.extend(directory.into_iter().flat_map(|it| other_manifests::check(it, path, used)));
    findings
}

/// Who writes the manifest. A link or a directory in its place has no content to tell it by.
fn distribution(reader: &FactsReader<'_>, path: &Path, file: &At) -> Option<Detection> {
    let manifest = file.bytes().map(|bytes| (path, bytes));
    Distribution::detect(&reader.seen(evidence::read(reader.host, manifest))?)
}

fn names_namespaces(text: &[u8], pod: &Pod) -> bool {
    let accepted = audit_policy::policy::judge(text, pod.auditing.version).outcome;
    accepted.is_ok_and(|it| it.policy().rules.iter().any(|rule| !rule.namespaces.is_empty()))
}
