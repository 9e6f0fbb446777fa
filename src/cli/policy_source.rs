//! Which policy `enable` installs: where its text comes from, and what the server says to it.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::node::{Node, NodePlace};
use super::{Failure, policy_file, template_choice, ui::Ui};
use crate::auditing;
use crate::digest::sha256;
use crate::host::{Host, Local};
use crate::journal::Journal;
use crate::manifest::{Manifest, POLICY_ANNOTATION};
use crate::plan::{PathState, Role};
use crate::settings::POLICY_PATH;
use crate::template::Template;
use crate::view::snippet::{SourceLines, snippet};
use audit_policy::api::Version;
use audit_policy::finding::Severity;
use audit_policy::policy;
use audit_policy::policy::{AcceptedPolicy, formats};
use audit_policy::wrapped::{self, WrappedPolicy};

/// Directories of a node from which a policy is used where it is.
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
    /// Its path on the node, if it is used where it is.
    pub(super) in_place: Option<PathBuf>,
    /// The arguments of this program that show all there is to say about it, if it is a file.
    pub(super) lint: Option<String>,
    /// Where in the file it is, if it is not the file itself.
    pub(super) within: Option<WrappedPolicy>,
    /// What to know about where it comes from.
    pub(super) notes: Vec<String>,
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
        if let Some(path) = chosen.in_place.take_if(|path| is_misplaced(path)) {
            chosen.notes.push(copied(&path));
        }
        return Ok(chosen);
    }
    if let Some(name) = source.template {
        let template = template_choice::chosen(Some(name), environment, ui)?;
        return from_template(template, source.set, manifest, environment);
    }
    for path in [
        source.path.map(Path::to_owned),
        auditing::policy_path(manifest),
        Some(PathBuf::from(POLICY_PATH)),
        Some(PathBuf::from(OLD_POLICY_PATH)),
    ]
    .into_iter()
    .flatten()
    {
        if let PathState::File { bytes, .. } = policy_file::path_state(node.host.as_ref(), &path)? {
            let outside = node.outside(&path);
            let (name, lint) =
                (outside.display().to_string(), Some(policy_file::lint_of(&outside)));
            let in_place = Some(path).filter(|path| !is_misplaced(path));
            return Ok(PolicyText { in_place, lint, ..PolicyText::new(bytes, name) });
        }
    }
    match if ui.interactive { template_choice::pick(&ui.ask()) } else { None } {
        Some(template) => from_template(template, &[], manifest, environment),
        None => Err(Failure::refused(format!(
            "no policy is named, and there is none at {POLICY_PATH} or {OLD_POLICY_PATH}"
        ))
        .next(node.command(environment, "enable --template minimal"))
        .next(node.command(environment, "enable --policy FILE"))
        .next(format!("{}   shows the templates", environment.command("init --list")))),
    }
}

/// A template in the format that the server of this manifest reads.
fn from_template(
    template: &Template,
    set: &[String],
    manifest: &Manifest,
    environment: &Environment,
) -> Result<PolicyText, Failure> {
    let text =
        template.render(set).map_err(|error| template_choice::refused(&error, environment))?;
    let format = formats(manifest.version().unwrap_or(Version::NEWEST))[0];
    let line = |format: &str| format!("\napiVersion: audit.k8s.io/{format}\n");
    let text = text.replace(&line("v1"), &line(format)).into_bytes();
    let note = format!("the API server is old: it reads the policy as audit.k8s.io/{format}");
    let notes = if format == "v1" { vec![] } else { vec![note] };
    Ok(PolicyText { notes, ..PolicyText::new(text, format!("template {}", template.name)) })
}

/// What to say of a policy in the manifests directory, which is used from elsewhere.
fn copied(path: &Path) -> String {
    format!(
        "the policy {} is copied: in the manifests directory the kubelet takes every file for a pod",
        path.display()
    )
}

/// Reads a file of the caller. One that is on the node below the usual directories and belongs to
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
    let name = file.display().to_string();
    let lint = Some(policy_file::lint_of(file));
    Ok(match inside(&text, file)? {
        None => PolicyText { in_place, lint, ..PolicyText::new(text, name) },
        Some(within) => {
            let notes = vec![format!("the policy is in {}", within.holder)];
            let text = within.text.clone().into_bytes();
            PolicyText { lint, within: Some(within), notes, ..PolicyText::new(text, name) }
        }
    })
}

/// Returns the policy inside a file that is none itself.
fn inside(text: &[u8], file: &Path) -> Result<Option<WrappedPolicy>, Failure> {
    let mut found = wrapped::policies_inside(text);
    if found.len() > 1 {
        let holders: Vec<&str> = found.iter().map(|within| &*within.holder).collect();
        let what = format!("{} holds several policies: {}", file.display(), holders.join("; "));
        return Err(
            Failure::refused(what).next("Write the one that is meant to a file of its own.")
        );
    }
    Ok(found.pop())
}

impl PolicyText {
    /// Returns a text that is used from a place of this program and is no file of its own.
    pub(super) fn new(text: Vec<u8>, name: String) -> Self {
        Self { text, name, in_place: None, lint: None, within: None, notes: vec![] }
    }

    /// Returns the text with the lines of the file that it is in.
    pub(super) fn placed(&self) -> &[u8] {
        self.within.as_ref().map_or(&self.text, |within| within.placed.as_bytes())
    }

    /// Returns the text that was in place of this one before someone edited it, if it is used
    /// where it is and the entry that wrote it is still there: the manifest's annotation says
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
    let mut notes = chosen.notes.clone();
    let (versions, note) = versions(manifest);
    notes.extend(note);
    let (mut last, mut warning) = (None, None);
    for version in versions {
        let verdict = policy::judge(&chosen.text, version);
        // The oldest version that warns speaks for all.
        warning = warning.or(verdict.warning);
        match verdict.outcome {
            Ok(accepted) => last = Some((accepted, version)),
            Err(_) => return Err(rejected(chosen, version, environment)),
        }
    }
    notes.extend(warning.map(|it| format!("the API server will start and say: {it}")));
    let (accepted, version) = last.ok_or_else(|| Failure::refused("no version was judged"))?;
    Ok(CheckedPolicy { accepted, version: version.nearest_supported(), notes })
}

/// The failure for a policy that a server of this version refuses: its words, the line, what to do.
fn rejected(chosen: &PolicyText, version: Version, environment: &Environment) -> Failure {
    let text = String::from_utf8_lossy(chosen.placed());
    let verdict = policy::judge(text.as_bytes(), version);
    let said = verdict.refusal().map(|refusal| refusal.error.as_str()).unwrap_or_default();
    let what = format!("an API server {version} would not start with this policy: {said}");
    let lines = SourceLines::of(&text);
    let shown = snippet(&chosen.name, &lines, Severity::Error, None, verdict.place(), &what);
    // `Failure` adds the severity itself.
    let shown = anstream::adapter::strip_str(&shown).to_string();
    let what = shown.trim_start_matches("error: ").trim_end();
    let (lint, is_inside) = (chosen.lint.as_deref(), chosen.within.is_some());
    // What --fix repairs is a file that is a policy itself.
    let fixable = lint.filter(|_| !is_inside);
    let mut failure = policy_file::refusal(what, text.as_bytes(), version, fixable, environment);
    if let Some(lint) = lint.filter(|_| is_inside) {
        failure = failure.next(environment.command(lint));
    }
    failure.never_overridden()
}

/// The versions to judge for, oldest first, and what to say about that.
fn versions(manifest: &Manifest) -> (Vec<Version>, Option<String>) {
    let image = manifest.image().unwrap_or("none");
    match manifest.version() {
        Some(version) if version == version.nearest_supported() => (vec![version], None),
        Some(version) => {
            let near = version.nearest_supported();
            let note = format!(
                "API server {version} is not supported; the policy was checked with the rules of {near}"
            );
            (vec![version], Some(note))
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
