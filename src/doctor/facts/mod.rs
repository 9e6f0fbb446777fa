//! What is read from a node, before anything is concluded.

mod file;
mod log;
mod logrotate;
mod past;
mod reader;
mod running;
mod selinux;

use std::path::{Path, PathBuf};

use crate::flags::{FlagError, Options};
use crate::health::Readiness;
use crate::host::Host;
use crate::manifest::{Manifest, Refusal, Volume};
use crate::node::{Kubelet, Trust, kubelet, strays};
use audit_policy::api::Version;
use audit_policy::finding::Finding;

pub use file::{At, Standing};
pub use log::{Log, Written};
pub use logrotate::Rotator;
pub use past::{Last, Open, Past, left_off};
pub use running::{Running, Server};

use reader::Reader;

/// What to read, and what the caller brings.
pub struct Inquiry<'a> {
    /// The node.
    pub host: &'a dyn Host,
    /// The path of the manifest on it.
    pub manifest: &'a Path,
    /// Whose files are trusted.
    pub trust: Trust,
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
}

/// Everything doctor and status know about a node.
#[derive(Debug)]
pub struct Facts {
    /// When they were read, in nanoseconds since 1970.
    pub now: i128,
    /// The manifest's file.
    pub file: At,
    /// What stands in it, as far as it can be told apart.
    pub pod: Option<Pod>,
    /// What keeps it from being run or edited.
    pub refusal: Option<Refusal>,
    /// What is wrong around it: other files in its directory, the kubelet's configuration, the way.
    pub nearby: Vec<Finding>,
    /// What stands at the hostPath of each volume.
    pub volumes: Vec<(Volume, At)>,
    /// The policy's file, if a flag names one.
    pub policy: Option<At>,
    /// The webhook's configuration, if a flag names one.
    pub webhook: Option<At>,
    /// The log, if it is a file on the node.
    pub log: Option<Log>,
    /// How the kubelet keeps what goes to the standard output.
    pub container_log: kubelet::ContainerLog,
    /// Whether what runs was looked at.
    pub live: bool,
    /// What runs; `None` if it was not looked at.
    pub server: Option<Server>,
    /// The namespaces of the cluster; `None` if nobody could be asked.
    pub namespaces: Option<Vec<String>>,
    /// What was done here; `None` if we may not look.
    pub past: Option<Past>,
    /// What could not be looked at, and why.
    pub unseen: Vec<String>,
}

/// A manifest whose parts can be told apart.
#[derive(Debug)]
pub struct Pod {
    /// The manifest.
    pub manifest: Manifest,
    /// The version whose rules its server follows.
    pub version: Version,
    /// The audit flags as the server reads them.
    pub options: Result<Options, FlagError>,
}

impl Facts {
    /// Reads everything that can be read. What cannot is [named](Self::unseen), and never an error.
    #[must_use]
    pub fn read(inquiry: &Inquiry<'_>) -> Self {
        let Inquiry { host, manifest: path, trust, probes } = *inquiry;
        let reader = Reader::new(host);
        let kubelet = Kubelet::read(host);
        let file = reader.at(path, trust);
        let (pod, refusal) = file.bytes().map(understood).unwrap_or_default();
        let mut facts = Self {
            now: reader::now(host),
            nearby: nearby(&reader, &kubelet, path),
            file,
            refusal,
            volumes: vec![],
            policy: None,
            webhook: None,
            log: None,
            container_log: kubelet.container_log,
            server: None,
            namespaces: None,
            live: probes.is_some(),
            past: past::read(&reader, path, pod.as_ref()),
            pod: None,
            unseen: vec![],
        };
        if let Some(pod) = pod {
            facts.read_pod(&reader, &pod, trust);
            facts.server = probes.map(|it| running::read(&reader, path, &pod.manifest, it.ready));
            let names = |at: &At| at.bytes().is_some_and(|text| names_namespaces(text, &pod));
            if facts.policy.as_ref().is_some_and(names) {
                facts.namespaces = probes.and_then(|it| (it.namespaces)());
            }
            facts.pod = Some(pod);
        }
        facts.unseen = reader.into_unseen();
        facts
    }

    fn read_pod(&mut self, reader: &Reader<'_>, pod: &Pod, trust: Trust) {
        let manifest = &pod.manifest;
        let on_node = |flag: &str| pod.on_node(flag).map(|path| reader.at(&path, trust));
        self.policy = on_node("audit-policy-file");
        self.webhook = on_node("audit-webhook-config-file");
        let host_paths = manifest.volumes().iter().filter(|volume| volume.host_path.is_some());
        self.volumes = host_paths
            .map(|volume| {
                let path = PathBuf::from(volume.host_path.as_deref().unwrap_or_default());
                (volume.clone(), reader.look(&path))
            })
            .collect();
        if pod.flag("audit-log-path").is_some_and(|path| path != "-") {
            let path = pod.on_node("audit-log-path");
            self.log = path.map(|path| log::read(reader, &path, trust));
        }
    }
}

impl Pod {
    /// Returns the value of a flag that is given and not empty.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.manifest.flag(name).filter(|value| !value.is_empty())
    }

    /// Returns the path on the node of the file that a flag names, if the container sees it there.
    #[must_use]
    pub fn on_node(&self, flag: &str) -> Option<PathBuf> {
        self.manifest.seen_at(self.flag(flag)?)?.node_path.map(PathBuf::from)
    }

    /// Returns whether its server records anything anywhere: a policy, and a log or a webhook.
    #[must_use]
    pub fn audits(&self) -> bool {
        self.flag("audit-policy-file").is_some()
            && (self.flag("audit-log-path").is_some()
                || self.flag("audit-webhook-config-file").is_some())
    }
}

/// Tells the parts of a manifest apart, and what speaks against it.
fn understood(bytes: &[u8]) -> (Option<Pod>, Option<Refusal>) {
    let pod = Manifest::parse_for_rescue(bytes).ok().map(|manifest| {
        let version = manifest.nearest_version();
        let flags = manifest.flags().iter().map(|flag| (flag.name.as_str(), flag.value.as_deref()));
        let options = Options::read(version, flags);
        Pod { manifest, version, options }
    });
    (pod, Manifest::parse(bytes).err())
}

fn nearby(reader: &Reader<'_>, kubelet: &Kubelet, path: &Path) -> Vec<Finding> {
    let mut findings = kubelet::check(kubelet, path);
    let directory = reader.seen(strays::Directory::read(reader.host, path));
    findings.extend(directory.iter().flat_map(|directory| strays::check(directory, path)));
    findings
}

fn names_namespaces(text: &[u8], pod: &Pod) -> bool {
    let accepted = audit_policy::policy::judge(text, pod.version).accepted;
    accepted.is_some_and(|it| it.policy().rules.iter().any(|rule| !rule.namespaces.is_empty()))
}
