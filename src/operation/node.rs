//! The node that an operation acts on: a machine, and how its user knows it.

use std::path::{Path, PathBuf};

use super::failure::{Failure, Next};
use super::files::path_state;
use crate::auditing::{Endpoint, FileRef};
use crate::distribution::{self, Distribution, Stance};
use crate::doctor::{Facts, Inquiry, Probes};
use crate::health::{self, Credentials};
use crate::host::{Host, caller};
use crate::journal::Entry;
use crate::manifest::{Manifest, ManifestRefusal};
use crate::node::{DirectoryTrust, Kubelet, NoManifest, discover, evidence};
use crate::plan::PathState;
use crate::shell;

/// What kind of node it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodePlace {
    /// The machine we run on.
    Live,
    /// The file system of a node below a directory.
    Root(PathBuf),
    /// A throw-away node below a directory.
    Sandbox(PathBuf),
}

/// A node to act on.
pub struct Node {
    /// The way to it.
    pub host: Box<dyn Host>,
    /// What kind of node it is.
    pub place: NodePlace,
    /// The manifest the user named.
    pub named_manifest: Option<PathBuf>,
    /// Whether refusals are overridden.
    pub force: bool,
}

impl NodePlace {
    /// Returns the directory the node is below; `None` for this machine.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        match self {
            Self::Live => None,
            Self::Root(root) | Self::Sandbox(root) => Some(root),
        }
    }

    /// Returns the flag that names this node again in a next command, with a blank before it.
    #[must_use]
    pub fn flag(&self) -> String {
        match self {
            Self::Live => String::new(),
            Self::Root(root) => format!(" --root {}", shell::word(root)),
            Self::Sandbox(root) => format!(" --sandbox={}", shell::word(root)),
        }
    }
}

impl Node {
    /// Returns where a path of the node is for the user of this command.
    #[must_use]
    pub fn outside(&self, path: &Path) -> PathBuf {
        match self.place.root() {
            None => path.to_owned(),
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
        }
    }

    /// Returns a command line of this program for this node.
    #[must_use]
    pub fn again(&self, arguments: &str) -> Next {
        match self.place {
            NodePlace::Live => Next::OursAsRoot(arguments.to_owned()),
            _ => Next::Ours(format!("{arguments}{}", self.place.flag())),
        }
    }

    /// Returns the path of the manifest: the one the user named, else the kubelet's.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn manifest_path(&self) -> Result<PathBuf, Failure> {
        self.manifest_path_of(&Kubelet::read(self.host.as_ref()))
    }

    /// As [`Self::manifest_path`], of a kubelet that was read already.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn manifest_path_of(&self, kubelet: &Kubelet) -> Result<PathBuf, Failure> {
        let named = self.named_manifest.as_deref();
        discover::manifest(self.host.as_ref(), kubelet, named).map_err(|error| {
            let failure = Failure::refused(&error);
            let name = "Name the static pod manifest of the API server with --manifest PATH.";
            let managed = "k3s and managed control planes have no manifest.";
            match error {
                NoManifest::NotFound { .. } if self.place == NodePlace::Live => failure
                    .next(
                        "It seems that this machine is no control-plane node: run kubectl-audit on \
                         one. From here:",
                    )
                    .next(Next::Ours("status --all-nodes".to_owned()))
                    .next(Next::Ours("enable --sandbox --template cis".to_owned()))
                    .next(name)
                    .next(managed),
                NoManifest::NotFound { .. } => failure.next(name).next(managed),
                _ => failure.next(name),
            }
        })
    }

    /// Reads and parses the manifest.
    ///
    /// # Errors
    ///
    /// It is not there, no regular file, or not safe to edit.
    pub fn manifest(&self, path: &Path) -> Result<Manifest, Failure> {
        match path_state(self.host.as_ref(), path)? {
            PathState::File { bytes, .. } => {
                Manifest::parse(&bytes).map_err(|refusal| self.refusal(path, &refusal))
            }
            PathState::Missing => Err(Failure::refused(format!(
                "there is no manifest {}",
                self.outside(path).display()
            ))
            .next("Name the static pod manifest of the API server with --manifest PATH.")),
            _ => Err(self.not_a_file(path)),
        }
    }

    /// Returns the failure for something that is not a regular file.
    #[must_use]
    pub fn not_a_file(&self, path: &Path) -> Failure {
        let shown = self.outside(path);
        let shown = shown.display();
        Failure::refused(format!("{shown} is not a regular file; it is not edited"))
            .next("If it is a symbolic link, name the file it leads to with --manifest.")
            .never_overridden()
    }

    /// Returns the refusal of a manifest that belongs to a distribution which would overwrite it: how
    /// it is written does not matter then.
    fn managed(&self, path: &Path) -> Option<Failure> {
        let bytes = self.host.read(path).ok()?;
        let signs = evidence::read(self.host.as_ref(), Some((path, &bytes))).ok()?;
        let detected = Distribution::detect(&signs)?;
        let is_refused = detected.distribution.stance == Stance::Refuse;
        is_refused
            .then(|| Failure::refused(distribution::check(&detected).message).never_overridden())
    }

    /// Returns the failure for a manifest that is not edited.
    #[must_use]
    pub fn refusal(&self, path: &Path, refusal: &ManifestRefusal) -> Failure {
        if let Some(failure) = self.managed(path) {
            return failure;
        }
        let (shown, place, reason) = (self.outside(path), refusal.place, &refusal.reason);
        Failure::refused(format!("{}:{place}: {reason}", shown.display()))
            .next(format!("By hand: {}.", refusal.repair()))
            .never_overridden()
    }

    /// Returns whether an entry is about the manifest that the user named, if one was.
    #[must_use]
    pub fn is_about(&self, entry: &Entry) -> bool {
        self.named_manifest.as_ref().is_none_or(|manifest| *manifest == entry.record.manifest)
    }

    /// Returns whose files are trusted: on a running node root's only; below a directory also those
    /// of the user who works there.
    #[must_use]
    pub fn trust(&self) -> DirectoryTrust {
        match self.place {
            NodePlace::Live => DirectoryTrust::Root,
            _ => DirectoryTrust::User(caller::effective_uid().unwrap_or_default()),
        }
    }

    /// Reads everything doctor and status know about the node, of the manifest at `path`. What runs is
    /// looked at on a running node only; `namespaces` and
    /// `cluster_configuration` ask the cluster for them.
    #[must_use]
    pub fn facts(
        &self,
        path: &Path,
        namespaces: &dyn Fn() -> Option<Vec<String>>,
        cluster_configuration: &dyn Fn() -> Option<String>,
    ) -> Facts {
        let ready = |manifest: &Manifest| {
            health::readyz(Endpoint::of(manifest), &self.credentials(manifest))
        };
        let probes = Probes { ready: &ready, namespaces, cluster_configuration };
        Facts::read(&Inquiry {
            host: self.host.as_ref(),
            manifest: path,
            trust: self.trust(),
            probes: (self.place == NodePlace::Live).then_some(probes),
        })
    }

    /// Returns the client certificates on the node that its API server may take.
    #[must_use]
    pub fn credentials(&self, manifest: &Manifest) -> Vec<Credentials> {
        let path = |flag: &str| FileRef::of(manifest, flag)?.node;
        let pair = path("kubelet-client-certificate").zip(path("kubelet-client-key"));
        let pair = pair.as_ref().map(|(certificate, key)| (certificate.as_path(), key.as_path()));
        Credentials::find(self.host.as_ref(), pair)
    }
}
