//! Which node a command acts on: this machine, one that lies below a directory, or a throw-away one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};

use super::carry_out::Ending;
use super::environment::Environment;
use super::failure::Failure;
use super::{Exit, ground, ui::Ui};
use crate::distribution::{self, Distribution, Stance};
use crate::host::{Fake, FileKind, Host, Local};
use crate::journal::Entry;
use crate::manifest::{Manifest, Refusal};
use crate::node::{Kubelet, NoManifest, discover, signs};
use crate::plan::Standing;
use crate::sandbox;
use crate::shell;

/// Where the node is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Node")]
pub(super) struct NodeArgs {
    /// The static pod manifest of the API server, a path on the node
    ///
    /// Without it: kube-apiserver.yaml in the kubelet's staticPodPath, else in
    /// /etc/kubernetes/manifests.
    #[arg(long, value_name = "PATH")]
    manifest: Option<PathBuf>,
    /// Act on the file system of a node that lies at DIR: an image, a rescue disk
    #[arg(long, value_name = "DIR", conflicts_with = "sandbox")]
    root: Option<PathBuf>,
    /// Act on a throw-away node made in DIR, or in a new temporary directory
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    sandbox: Option<Option<PathBuf>>,
    /// Override a refusal, but never one that would take the API server down
    #[arg(long)]
    pub(super) force: bool,
}

/// How a changing command asks and answers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Change")]
pub(super) struct ChangeArgs {
    /// Show what would change and write nothing at all
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true,
          default_missing_value = "client", value_parser = ["client"])]
    pub(super) dry_run: Option<String>,
    /// Answer the question with yes
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Format of the result; json needs --dry-run
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: Format,
}

/// Text for people or JSON for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// Text
    #[default]
    Text,
    /// JSON
    Json,
}

/// What kind of node it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The machine we run on.
    Live,
    /// The file system of a node below a directory.
    Root(PathBuf),
    /// A throw-away node below a directory.
    Sandbox(PathBuf),
}

/// A node to act on.
pub(super) struct Node {
    /// The way to it.
    pub(super) host: Box<dyn Host>,
    /// What kind of node it is.
    pub(super) place: Place,
    /// The manifest the user named.
    pub(super) named_manifest: Option<PathBuf>,
    /// Whether refusals are overridden.
    pub(super) force: bool,
}

impl NodeArgs {
    /// Finds the node. A sandbox is made on disk only if something may be written, else in memory.
    pub(super) fn node(&self, stop: Arc<AtomicBool>, writes: bool) -> Result<Node, Failure> {
        let place = match (&self.root, &self.sandbox) {
            (Some(root), _) => Place::Root(self.checked_root(root)?),
            (None, Some(directory)) => Place::Sandbox(sandbox_path(directory.as_deref())?),
            (None, None) => Place::Live,
        };
        let local = Local::new(place.root().map(Path::to_owned)).with_stop(stop);
        let host: Box<dyn Host> = match &place {
            Place::Sandbox(directory) => opened(directory, local, writes)?,
            _ => Box::new(local),
        };
        let named_manifest = self.manifest.clone();
        Ok(Node { host, place, named_manifest, force: self.force })
    }

    /// Refuses a root that is no directory or that a node runs from.
    fn checked_root(&self, root: &Path) -> Result<PathBuf, Failure> {
        let root = std::path::absolute(root)?;
        let here = Local::new(None);
        match here.stat(&root)? {
            Some(stat) if stat.kind == FileKind::Directory => {
                let runs =
                    here.stat(&root.join("proc"))?.is_some_and(|proc| proc.inode.0 != stat.inode.0);
                if (runs || root.parent().is_none()) && !self.force {
                    let shown = root.display();
                    return Err(Failure::refused(format!(
                        "--root {shown} is the root of a node that runs: its /proc is mounted, and \
                         nothing would be checked or verified there"
                    ))
                    .next(format!("chroot {shown} kubectl-audit …   acts on it as what it is."))
                    .overridden_by("--force"));
                }
                Ok(root)
            }
            _ => Err(Failure::refused(format!("--root {} is not a directory", root.display()))
                .never_overridden()),
        }
    }
}

/// Returns where the sandbox lies: where the user says, else a new path for temporary files.
fn sandbox_path(directory: Option<&Path>) -> Result<PathBuf, Failure> {
    match directory {
        Some(directory) => Ok(std::path::absolute(directory)?),
        None => Ok(sandbox::fresh(&Local::new(None), &std::env::temp_dir())),
    }
}

/// Makes the sandbox, or takes one that is there. What may not be written is made in memory.
fn opened(directory: &Path, local: Local, writes: bool) -> Result<Box<dyn Host>, Failure> {
    let here = Local::new(None);
    let is_directory = here.stat(directory)?.is_some_and(|it| it.kind == FileKind::Directory);
    if writes || (is_directory && !here.list(directory)?.is_empty()) {
        sandbox::open(&here, directory)
            .map_err(|error| Failure::refused(error).never_overridden())?;
        return Ok(Box::new(local));
    }
    let memory = Fake::new();
    sandbox::open(&memory, Path::new("/"))?;
    Ok(Box::new(memory))
}

impl Place {
    /// Returns the directory the node lies below; `None` for this machine.
    pub(super) fn root(&self) -> Option<&Path> {
        match self {
            Self::Live => None,
            Self::Root(root) | Self::Sandbox(root) => Some(root),
        }
    }

    /// Returns the flag that names this node again in a next command, with a blank in front.
    pub(super) fn flag(&self) -> String {
        match self {
            Self::Live => String::new(),
            Self::Root(root) => format!(" --root {}", shell::word(root)),
            Self::Sandbox(root) => format!(" --sandbox={}", shell::word(root)),
        }
    }
}

impl Node {
    /// Returns the machine we run on, to be looked at only.
    pub(super) fn of_this_machine() -> Self {
        let host = Box::new(Local::new(None));
        Self { host, place: Place::Live, named_manifest: None, force: false }
    }

    /// Returns where a path of the node lies for the user of this command.
    pub(super) fn outside(&self, path: &Path) -> PathBuf {
        match self.place.root() {
            None => path.to_owned(),
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
        }
    }

    /// Returns a command line of ours for this node that works here and now.
    pub(super) fn command(&self, environment: &Environment, arguments: &str) -> String {
        match self.place {
            Place::Live => environment.root_command(arguments),
            _ => environment.command(&format!("{arguments}{}", self.place.flag())),
        }
    }

    /// Returns the path of the manifest: the one the user named, else the kubelet's.
    pub(super) fn manifest_path(&self) -> Result<PathBuf, Failure> {
        let kubelet = Kubelet::read(self.host.as_ref());
        let named = self.named_manifest.as_deref();
        discover::manifest(self.host.as_ref(), &kubelet, named).map_err(|error| {
            let failure = Failure::refused(&error);
            let name = "Name the static pod manifest of the API server with --manifest PATH.";
            match error {
                NoManifest::NotFound { .. } if self.place == Place::Live => failure
                    .next("It seems that this machine is no control-plane node: run kubectl-audit on one.")
                    .next("kubectl audit status --all-nodes looks at every API server of a cluster from here.")
                    .next("kubectl audit enable --sandbox --template cis shows on a throw-away node what it does.")
                    .next(name)
                    .next("k3s and managed control planes have no manifest."),
                NoManifest::NotFound { .. } => {
                    failure.next(name).next("k3s and managed control planes have no manifest.")
                }
                _ => failure.next(name),
            }
        })
    }

    /// Refuses a change of this machine by somebody who is not root.
    pub(super) fn can_change(
        &self,
        environment: &Environment,
        writes: bool,
    ) -> Result<(), Failure> {
        if self.place != Place::Live || environment.root || !writes {
            return Ok(());
        }
        Err(Failure::refused("this changes the control plane of this machine and needs root")
            .next(environment.again_as_root()))
    }

    /// Reads and parses the manifest.
    pub(super) fn manifest(&self, path: &Path) -> Result<Manifest, Failure> {
        match ground::standing(self.host.as_ref(), path)? {
            Standing::File { bytes, .. } => {
                Manifest::parse(&bytes).map_err(|refusal| self.refusal(path, &refusal))
            }
            Standing::Missing => Err(Failure::refused(format!(
                "there is no manifest {}",
                self.outside(path).display()
            ))
            .next("Name the static pod manifest of the API server with --manifest PATH.")),
            _ => Err(self.not_a_file(path)),
        }
    }

    /// Returns the failure for something that is not a regular file.
    pub(super) fn not_a_file(&self, path: &Path) -> Failure {
        let shown = self.outside(path);
        let shown = shown.display();
        Failure::refused(format!(
            "{shown} is not a regular file, and is left to whoever made it so"
        ))
        .next("If it is a symbolic link, name the file it leads to with --manifest.")
        .never_overridden()
    }

    /// Returns the refusal of a manifest that belongs to a distribution which would overwrite it: how
    /// it is written does not matter then.
    fn managed(&self, path: &Path) -> Option<Failure> {
        let bytes = self.host.read(path).ok()?;
        let signs = signs::read(self.host.as_ref(), Some((path, &bytes))).ok()?;
        let detected = Distribution::detect(&signs)?;
        let is_refused = detected.distribution.stance == Stance::Refuse;
        is_refused
            .then(|| Failure::refused(distribution::check(&detected).message).never_overridden())
    }

    /// Returns the failure for a manifest that is not edited.
    pub(super) fn refusal(&self, path: &Path, refusal: &Refusal) -> Failure {
        if let Some(failure) = self.managed(path) {
            return failure;
        }
        let (shown, place, reason) = (self.outside(path), refusal.place, &refusal.reason);
        Failure::refused(format!("{}:{place}: {reason}", shown.display()))
            .next(format!("By hand: {}.", refusal.repair()))
            .never_overridden()
    }

    /// Returns whether an entry is about the manifest that the user named, if one was.
    pub(super) fn is_about(&self, entry: &Entry) -> bool {
        self.named_manifest.as_ref().is_none_or(|manifest| *manifest == entry.record.manifest)
    }

    /// Returns how a command ends that came this far.
    pub(super) fn exit(&self, ending: Ending, environment: &Environment, ui: &mut Ui) -> Exit {
        if self.place != Place::Live || ending != Ending::Applied {
            return Exit::Done;
        }
        ui.warn("applied, but not verified: nothing here has seen the API server come back.");
        ui.say("Look for it:      crictl ps --name kube-apiserver; kubectl get --raw /readyz");
        ui.say(&format!("If it stays away: {}", environment.root_command("rescue")));
        Exit::Unverified
    }
}

impl ChangeArgs {
    /// Returns whether anything may be written.
    pub(super) fn writes(&self) -> bool {
        self.dry_run.is_none()
    }
}
