//! Which node a command acts on: this machine, one that is below a directory, or a throw-away one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::environment::Environment;
use super::failure::{Failure, spelled};
use crate::host::{Fake, FileKind, Host, Local};
use crate::sandbox;
use crate::yaml;

pub(super) use crate::operation::{Node, NodePlace};

/// Where the node is.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Node")]
pub(super) struct NodeArgs {
    /// The static pod manifest of the API server, a path on the node
    ///
    /// Without it: kube-apiserver.yaml in the kubelet's staticPodPath, else in
    /// /etc/kubernetes/manifests.
    #[arg(long, value_name = "PATH")]
    manifest: Option<PathBuf>,
    /// Act on the file system of a node that is at DIR: an image, a rescue disk
    #[arg(long, value_name = "DIR", conflicts_with = "sandbox")]
    root: Option<PathBuf>,
    /// Act on a throw-away node made in DIR, or in a new temporary directory
    #[arg(long, value_name = "DIR", num_args = 0..=1)]
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
    /// Format of the result; json needs --dry-run or --yes
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: Format,
}

/// Text for people, JSON or YAML for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// Text
    #[default]
    Text,
    /// JSON
    Json,
    /// YAML
    Yaml,
}

impl Format {
    /// Returns a document in this format; text is for each command to write.
    pub(super) fn document(self, value: &Value) -> String {
        if self == Self::Yaml { yaml::write(value) } else { format!("{value:#}\n") }
    }

    /// Returns one of several documents that follow each other: a line of JSON, a document of YAML.
    pub(super) fn one_of_several(self, value: &Value) -> String {
        if self == Self::Yaml {
            format!("---\n{}", yaml::write(value))
        } else {
            format!("{value}\n")
        }
    }
}

impl NodeArgs {
    /// Returns whether anything was said about where the node is.
    pub(super) fn is_given(&self) -> bool {
        self.manifest.is_some() || self.root.is_some() || self.sandbox.is_some()
    }

    /// Finds the node. A sandbox is made on disk only if something may be written, else in memory.
    pub(super) fn node(&self, stop: Arc<AtomicBool>, writes: bool) -> Result<Node, Failure> {
        if !cfg!(target_os = "linux") {
            return Err(elsewhere());
        }
        let place = match (&self.root, &self.sandbox) {
            (Some(root), _) => NodePlace::Root(self.checked_root(root)?),
            (None, Some(directory)) => NodePlace::Sandbox(sandbox_path(directory.as_deref())?),
            (None, None) => NodePlace::Live,
        };
        let local = Local::new(place.root().map(Path::to_owned)).with_stop(stop);
        let host: Box<dyn Host> = match &place {
            NodePlace::Sandbox(directory) => opened(directory, local, writes)?,
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

/// Why a command for a node does nothing on a system that no control plane runs on.
fn elsewhere() -> Failure {
    Failure::refused(format!(
        "this command is for a control-plane node, which runs Linux; this machine runs {}",
        std::env::consts::OS
    ))
    .next("scp the Linux binary of this release to the node, and run it there with sudo.")
    .next("init, lint, explain, diff, test, log, top, replay and suggest work here.")
    .never_overridden()
}

/// Returns where the sandbox is: where the user says, else a new path for temporary files.
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

impl Node {
    /// Returns a command line of this program for this node that works here and now.
    pub(super) fn command(&self, environment: &Environment, arguments: &str) -> String {
        spelled(&self.again(arguments), environment)
    }

    /// Refuses a change of this machine by a user who is not root.
    pub(super) fn can_change(
        &self,
        environment: &Environment,
        writes: bool,
    ) -> Result<(), Failure> {
        if self.place != NodePlace::Live || environment.root || !writes {
            return Ok(());
        }
        Err(Failure::refused("this changes the control plane of this machine and needs root")
            .next(environment.again_as_root()))
    }
}

impl ChangeArgs {
    /// Returns whether anything may be written.
    pub(super) fn writes(&self) -> bool {
        self.dry_run.is_none()
    }
}
