//! What keeps a change from being made on this node now, and what the preview has to say about it.

use std::path::{Path, PathBuf};

use super::begin::ControlPlane;
use super::failure::Failure;
use super::node::{Node, NodePlace};
use crate::auditing::{Auditing, Endpoint, FileRef};
use crate::flags::Rotation;
use crate::health::{self, Readiness, RestartTimes};
use crate::manifest::Manifest;
use crate::node::{self, ChangeSubject};
use crate::plan::{FileChange, Layout, Plan, Role};
use audit_policy::finding::Finding;
use audit_policy::finding::Severity;

/// A plan that is looked at before it is carried out.
pub struct Preflight<'a> {
    /// The node.
    pub control_plane: &'a ControlPlane,
    /// What is to be done.
    pub plan: &'a Plan,
    /// The manifest as it is to be.
    pub after: &'a Manifest,
}

impl Preflight<'_> {
    /// Looks whether the plan can be carried out on this node now, and returns what there is to say.
    /// `webhook_files` are those that the webhook configuration names, in the container.
    ///
    /// # Errors
    ///
    /// Each refusal says what overrides it.
    pub fn enable(
        &self,
        layout: &Layout,
        webhook_files: &[PathBuf],
    ) -> Result<Vec<String>, Failure> {
        let rotation =
            self.plan.manifest_change().and_then(|_| Auditing::of(self.after).rotation());
        let log = layout.log.as_ref().map(|log| log.node.as_path()).zip(rotation);
        let mut findings = self.examined(log)?;
        if let NodePlace::Sandbox(_) = self.control_plane.node.place {
            // The log of a throw-away node never grows.
            findings.retain(|finding| finding.id != "log-room");
        }
        findings.extend(misplaced(self.plan));
        findings.extend(self.missing_files(layout, webhook_files)?);
        judged(&self.control_plane.node, findings)
    }

    /// Looks whether the plan can be carried out on this node now, and returns what there is to say.
    ///
    /// Whatever else writes the manifest is named, and refuses nothing: the way back stays open.
    ///
    /// # Errors
    ///
    /// Each refusal says what overrides it.
    pub fn disable(&self) -> Result<Vec<String>, Failure> {
        let mut findings = self.examined(None)?;
        for finding in findings.iter_mut().filter(|finding| finding.id == MANAGED) {
            finding.severity = Severity::Warning;
        }
        judged(&self.control_plane.node, findings)
    }

    fn examined(&self, log: Option<(&Path, Rotation)>) -> Result<Vec<Finding>, Failure> {
        let ControlPlane { node, manifest, kubelet, .. } = self.control_plane;
        let files: Vec<&Path> = self
            .plan
            .files()
            .filter(|file| file.role != Role::Manifest)
            .map(|file| file.path.as_path())
            .collect();
        let subject = ChangeSubject {
            manifest: (&self.plan.manifest, manifest.text().as_bytes()),
            files: &files,
            used: &manifest.node_paths(),
            log,
            trust: node.trust(),
        };
        let mut findings = node::examine(node.host.as_ref(), kubelet, &subject)?;
        findings.extend(manifest.typos().iter().map(|slip| Finding {
            id: "slip",
            severity: Severity::Warning,
            place: Some(slip.place),
            message: format!("line {}: {}", slip.place.line, slip.mistake),
            help: Some(slip.mistake.repair()),
        }));
        findings.push(match self.plan.manifest_change().is_some() {
            true => restart(node, manifest),
            false => finding("restart", Severity::Info, NO_RESTART.to_owned()),
        });
        Ok(findings)
    }

    /// A file that a flag or the webhook configuration names and we do not write may be missing below
    /// a directory, not on a node that runs.
    fn missing_files(
        &self,
        layout: &Layout,
        webhook_files: &[PathBuf],
    ) -> Result<Vec<Finding>, Failure> {
        let ControlPlane { node, manifest, .. } = self.control_plane;
        let live = node.place == NodePlace::Live;
        let severity = if live { Severity::Error } else { Severity::Warning };
        let on_node = webhook_files
            .iter()
            .map(|path| FileRef::at(manifest, &path.to_string_lossy()).node_or_same().to_owned());
        let webhook = layout.webhook.iter().map(|webhook| webhook.node.clone()).chain(on_node);
        let needed = webhook.map(|path| (path, "for the webhook"));
        let mut findings = vec![];
        for (path, what) in needed.chain([(layout.policy.node.clone(), "as its policy")]) {
            let written = self.plan.files().any(|file| file.path == path);
            if !written && node.host.stat(&path)?.is_none() {
                let path = node.outside(&path);
                let message =
                    format!("`{}` is not there: the API server needs it {what}", path.display());
                findings.push(finding("file-missing", severity, message));
            }
        }
        Ok(findings)
    }
}

/// Id of the finding that something else writes the manifest.
const MANAGED: &str = "managed-manifest";

/// Said where the manifest stays: the kubelet looks at nothing else.
const NO_RESTART: &str = "the manifest stays as it is, so nothing restarts: the API server reads \
                          these files when it starts the next time";

/// What happens to the API server of this node.
fn restart(node: &Node, manifest: &Manifest) -> Finding {
    let said = |message: &str| finding("restart", Severity::Info, message.to_owned());
    match node.place {
        NodePlace::Root(_) => said(
            "the kubelet restarts the API server when it reads these files; no running server was checked",
        ),
        NodePlace::Sandbox(_) => said("this is a throw-away node: nothing runs here"),
        NodePlace::Live if !health::kubelet_runs(node.host.as_ref()) => finding(
            "kubelet-not-running",
            Severity::Warning,
            "no kubelet runs on this node: nothing happens until it does".to_owned(),
        ),
        NodePlace::Live => match not_ready(Endpoint::of(manifest)) {
            Some(why) => finding("not-ready", Severity::Error, why),
            None => said(&restarts(RestartTimes::of(manifest))),
        },
    }
}

/// What a restart means, with the figure of this node.
fn restarts(times: RestartTimes) -> String {
    format!(
        "the kubelet will restart the API server of this node: it is away for about {} s, of which \
         the old one may take {} s to stop. If this is the only control plane, so is the API; whether \
         others are ready was not checked",
        times.away().as_secs(),
        times.grace.as_secs()
    )
}

/// Says why the API server is not fit for a restart now; 401 and 403 come from one that lives.
fn not_ready(endpoint: Endpoint) -> Option<String> {
    let at = endpoint.address;
    match health::readyz(endpoint, &[]) {
        Readiness::Ready | Readiness::Alive(_) => None,
        Readiness::NotReady(status) => {
            Some(format!("the API server at {at} is not ready: it answers {status}"))
        }
        Readiness::Unreachable(why) => {
            Some(format!("the API server at {at} does not answer: {why}"))
        }
    }
}

/// A policy in the manifests directory would be taken for a pod.
fn misplaced(plan: &Plan) -> Option<Finding> {
    let manifests = plan.manifest.parent()?;
    let is_there = |file: &&FileChange| file.path.parent() == Some(manifests);
    let written = plan.files().filter(|it| it.role != Role::Manifest && it.after.is_some());
    let file = written.into_iter().find(is_there)?;
    let message = format!(
        "`{}` would lie in the manifests directory, where the kubelet takes every file for a pod",
        file.path.display()
    );
    Some(finding("misplaced", Severity::Error, message))
}

fn finding(id: &'static str, severity: Severity, message: String) -> Finding {
    Finding { id, severity, place: None, message, help: None }
}

/// Refuses for the first error unless `--force` was given; the rest is said.
fn judged(node: &Node, findings: Vec<Finding>) -> Result<Vec<String>, Failure> {
    if let Some(error) = findings.iter().find(|it| it.severity == Severity::Error && !node.force) {
        let failure = Failure::refused(&error.message);
        let failure = match &error.help {
            Some(help) => failure.next(help.clone()),
            None => failure,
        };
        return Err(failure.overridden_by("--force"));
    }
    Ok(findings.into_iter().map(said).collect())
}

fn said(finding: Finding) -> String {
    let message = finding.message;
    match finding.help {
        Some(help) => format!("{message}: {help}"),
        None => message,
    }
}
