//! Which node a command acts on: this machine, one that lies below a directory, or a throw-away one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};

use super::environment::Environment;
use super::failure::Failure;
use crate::host::{FileKind, Host, Local};

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
    pub(super) host: Local,
    /// What kind of node it is.
    pub(super) place: Place,
    /// The manifest the user named.
    pub(super) named_manifest: Option<PathBuf>,
    /// Whether refusals are overridden.
    pub(super) force: bool,
}

impl NodeArgs {
    /// Finds the node. A sandbox is made, unless `writes` is false and there is none.
    pub(super) fn node(&self, stop: Arc<AtomicBool>) -> Result<Node, Failure> {
        let place = match (&self.root, &self.sandbox) {
            (Some(root), _) => Place::Root(self.checked_root(root)?),
            (None, Some(directory)) => Place::Sandbox(sandbox(directory.as_deref())?),
            (None, None) => Place::Live,
        };
        Ok(Node {
            host: Local::new(place.root().map(Path::to_owned)).with_stop(stop),
            place,
            named_manifest: self.manifest.clone(),
            force: self.force,
        })
    }

    /// Refuses a root that is no directory or that a node runs from.
    fn checked_root(&self, root: &Path) -> Result<PathBuf, Failure> {
        let root = std::path::absolute(root)?;
        let here = Local::new(None);
        match here.stat(&root)? {
            Some(stat) if stat.kind == FileKind::Directory => {
                let runs = here.stat(&root.join("proc"))?.is_some_and(|proc| proc.inode.0 != stat.inode.0);
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
        match self.root() {
            None => String::new(),
            Some(root) => format!(" --root {}", super::environment::quoted(root)),
        }
    }
}

impl Node {
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
}
