//! Which policy `enable` installs: where its text comes from, and what the server says to it.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::node::{Node, NodePlace};
use super::{Failure, init, policy_file, ui::Ui};
use crate::auditing::FileRef;
use crate::digest::sha256;
use crate::flags::name;
use crate::host::{Host, Local};
use crate::journal::Journal;
use crate::manifest::{Manifest, POLICY_ANNOTATION};
use crate::plan::{PathState, Role};
use crate::settings::POLICY_PATH;
use crate::shell;
use crate::template::Template;
use crate::view::snippet::{SourceLines, snippet};
use audit_policy::api::Version;
use audit_policy::finding::Severity;
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;
use audit_policy::policy::Refusal;

/// Directories of a node from which a policy is used where it lies.
const ON_THE_NODE: [&str; 2] = ["/etc/kubernetes", "/srv/kubernetes"];

/// Where many policies are: the path of the documentation's example.
const OLD_POLICY_PATH: &str = "/etc/kubernetes/audit-policy.yaml";

/// What the user said about the policy.
pub(super) struct PolicySource<'a> {
    /// `--template`
    pub(super) template: Option<&'a str>,
    /// `--set`
    pub(super) set: &'a [String],
    /// `--policy`
    pub(super) file: Option<&'a Path>,
    /// `--policy-path`
    pub(super) path: Option<&'a Path>,
    /// The manifests directory: no policy is used where the kubelet looks for pods.
    pub(super) manifests: Option<&'a Path>,
}

/// A policy text and where it comes from.
pub(super) struct PolicyText {
    /// The text.
    pub(super) text: Vec<u8>,
    /// What a person calls it: a path or a template.
    pub(super) name: String,
    /// Its path on the node, if it is used where it lies.
    pub(super) in_place: Option<PathBuf>,
    /// The arguments of ours that show all there is to say about it, if it is a file.
    pub(super) lint: Option<String>,
}

/// A policy that the server accepts.
pub(super) struct CheckedPolicy {
    /// The policy.
    pub(super) accepted: AcceptedPolicy,
    /// The version it was judged for.
    pub(super) version: Version,
    /// What to know about the judgement.
    pub(super) notes: Vec<String>,
}

/// Returns the first policy there is: the one that was named, the manifest's own, the one at the
/// usual place, the one a person picks.
pub(super) fn choose(
    source: PolicySource<'_>,
    node: &Node,
    manifest: &Manifest,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<PolicyText, Failure> {
    let is_misplaced = |path: &PathBuf| path.parent() == source.manifests;
    if let Some(file) = source.file {
        let mut chosen = from_file(file, node)?;
        chosen.in_place = chosen.in_place.filter(|path| !is_misplaced(path));
        return Ok(chosen);
    }
    if let Some(name) = source.template {
        return from_template(init::chosen(Some(name), environment, ui)?, source.set, environment);
    }
    for path in [
        source.path.map(Path::to_owned),
        own_policy(manifest),
        Some(PathBuf::from(POLICY_PATH)),
        Some(PathBuf::from(OLD_POLICY_PATH)),
    ]
    .into_iter()
    .flatten()
    {
        if let PathState::File { bytes, .. } = policy_file::path_state(node.host.as_ref(), &path)? {
            let outside = node.outside(&path);
            let (name, lint) = (outside.display().to_string(), Some(lint_of(&outside)));
            let in_place = Some(path).filter(|path| !is_misplaced(path));
            return Ok(PolicyText { text: bytes, name, in_place, lint });
        }
    }
    match if ui.interactive { init::pick(ui) } else { None } {
        Some(template) => from_template(template, &[], environment),
        None => Err(Failure::refused(format!(
            "no policy is named, and there is none at {POLICY_PATH} or {OLD_POLICY_PATH}"
        ))
        .next(node.command(environment, "enable --template minimal"))
        .next(node.command(environment, "enable --policy FILE"))
        .next(format!("{}   shows the templates", environment.command("init --list")))),
    }
}

fn from_template(
    template: &Template,
    set: &[String],
    environment: &Environment,
) -> Result<PolicyText, Failure> {
    let text = template.render(set).map_err(|error| init::refused(&error, environment))?;
    let name = format!("template {}", template.name);
    Ok(PolicyText { text: text.into_bytes(), name, in_place: None, lint: None })
}

/// The arguments of ours that show all there is to say about the policy in a file.
pub(super) fn lint_of(file: &Path) -> String {
    format!("lint {}", shell::word(file))
}

/// Reads a file of the caller. One that lies on the node below the usual directories and belongs to
/// root is used where it is.
fn from_file(file: &Path, node: &Node) -> Result<PolicyText, Failure> {
    let path = std::path::absolute(file)?;
    let here = Local::new(None);
    let text = match policy_file::path_state(&here, &path)? {
        PathState::File { bytes, .. } => bytes,
        PathState::Missing => {
            return Err(Failure::refused(format!("there is no file {}", file.display())));
        }
        _ => return Err(Failure::refused(format!("{} is not a regular file", file.display()))),
    };
    let on_node = match &node.place {
        NodePlace::Live => Some(path.as_path()),
        NodePlace::Root(root) | NodePlace::Sandbox(root) => path.strip_prefix(root).ok(),
    };
    let on_node = on_node.map(|path| Path::new("/").join(path));
    let usual = |path: &PathBuf| ON_THE_NODE.iter().any(|directory| path.starts_with(directory));
    let roots = here.stat(&path)?.is_some_and(|stat| stat.owner.uid == 0);
    let in_place = on_node.filter(usual).filter(|_| roots || node.place != NodePlace::Live);
    Ok(PolicyText { text, name: file.display().to_string(), in_place, lint: Some(lint_of(file)) })
}

/// The path on the node of the policy that the manifest names.
pub(super) fn own_policy(manifest: &Manifest) -> Option<PathBuf> {
    Some(FileRef::of(manifest, name::POLICY_FILE)?.node_or_same().to_owned())
}

impl PolicyText {
    /// Returns the text that stood in place of this one before somebody edited it, if it is used
    /// where it lies and the entry that wrote it is still there: the manifest's annotation says
    /// which text the server was started with.
    pub(super) fn former(
        &self,
        node: &Node,
        manifest: &Manifest,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let Some(wanted) = self.edited_since(manifest) else { return Ok(None) };
        let host = node.host.as_ref();
        Ok(Journal::open(host)?.text_of(host, Role::Policy, wanted)?)
    }

    /// The checksum the server was started with, where this text is used in place and differs.
    pub(super) fn edited_since<'a>(&self, manifest: &'a Manifest) -> Option<&'a str> {
        let started = manifest.annotation(POLICY_ANNOTATION)?;
        (self.in_place.is_some() && sha256(&self.text) != started).then_some(started)
    }
}

/// Judges the policy for the server of this manifest.
///
/// # Errors
///
/// The server would reject it: never overridden.
pub(super) fn accepted(
    chosen: &PolicyText,
    manifest: &Manifest,
    environment: &Environment,
) -> Result<CheckedPolicy, Failure> {
    let (versions, note) = versions(manifest);
    let mut notes: Vec<String> = note.into_iter().collect();
    let (mut last, mut warning) = (None, None);
    for version in versions {
        let verdict = policy::judge(&chosen.text, version);
        // The oldest version that warns speaks for all.
        warning = warning.or(verdict.warning);
        match verdict.outcome {
            Ok(accepted) => last = Some((accepted, version)),
            Err(Refusal { error, place }) => {
                let text = String::from_utf8_lossy(&chosen.text);
                let what =
                    format!("an API server {version} would not start with this policy: {error}");
                let shown = snippet(
                    &chosen.name,
                    &SourceLines::of(&text),
                    Severity::Error,
                    None,
                    place,
                    &what,
                );
                // `Failure` puts the severity in front itself.
                let shown = anstream::adapter::strip_str(&shown).to_string();
                let shown = shown.trim_start_matches("error: ").trim_end().to_owned();
                let failure = Failure::refused(shown).never_overridden();
                return Err(match &chosen.lint {
                    Some(lint) => failure.next(environment.command(lint)),
                    None => failure,
                });
            }
        }
    }
    notes.extend(warning.map(|it| format!("the API server will start and say: {it}")));
    let (accepted, version) = last.ok_or_else(|| Failure::refused("no version was judged"))?;
    Ok(CheckedPolicy { accepted, version, notes })
}

/// The versions to judge for, oldest first, and what to say about that.
fn versions(manifest: &Manifest) -> (Vec<Version>, Option<String>) {
    let image = manifest.image().unwrap_or("none");
    match manifest.version() {
        Some(version) if version == version.nearest_supported() => (vec![version], None),
        Some(version) => {
            let near = version.nearest_supported();
            let note = format!(
                "the API server is {version}; its rules were not checked, those of {near} were"
            );
            (vec![near], Some(note))
        }
        None => {
            let (oldest, newest) = (Version::OLDEST, Version::NEWEST);
            let note = format!(
                "the image `{image}` does not tell the version; the policy was judged for every \
                 version from {oldest} to {newest}"
            );
            (Version::supported().collect(), Some(note))
        }
    }
}
