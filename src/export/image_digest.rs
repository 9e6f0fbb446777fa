//! An admission policy that marks images without a digest in the audit log, and refuses nothing.

use audit_policy::api::Version;
use serde_json::{Value, json};

use super::holds::Holds;
use super::{Choices, Export, ExportTarget, TargetForm, Write};
use crate::yaml;

pub(super) const TARGET: ExportTarget = ExportTarget {
    name: "image-digest-policy",
    about: "an admission policy that marks images without @sha256 in the audit log",
    forms: &[
        TargetForm { name: "api", about: "objects of the cluster" },
        TargetForm {
            name: "static",
            about: "files on each control-plane node, since 1.37 (--static)",
        },
    ],
    holds: Holds::NOTHING,
    write: Write::Objects(write),
};

/// The key of the audit annotation; the event has it after the name of the policy and a slash.
const KEY: &str = "unpinned-images";
/// The version in which a volume can be an image.
const IMAGE_VOLUMES: Version = Version::minor(31);
/// Where the files lie on a node.
const DIRECTORY: &str = "/etc/kubernetes/admission/policies";

fn write(choices: &Choices<'_>) -> Export {
    let is_static = choices.is("static");
    let name = if is_static { "image-digest.static.k8s.io" } else { "image-digest.kubectl-audit" };
    let version = choices.version.unwrap_or(Version::NEWEST);
    let text = yaml::write_all(&[policy(name, version), binding(name)]);
    let export = Export::default().notes([
        "nothing is refused: what uses an image without a digest is marked in its audit event, at any level but None",
        "kubectl audit log --unpinned-images shows them; without this policy it looks into bodies, which a policy at \
         Metadata does not record",
    ]);
    match is_static {
        false => export
            .file("image-digest-policy.yaml", "into the cluster", text)
            .steps(["kubectl apply -f image-digest-policy.yaml"]),
        true => on_nodes(export, text),
    }
}

/// The API server reads them from a directory, without the API, and nobody can remove them through it.
fn on_nodes(export: Export, text: String) -> Export {
    let configuration = json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [{
            "name": "ValidatingAdmissionPolicy",
            "configuration": {
                "apiVersion": "apiserver.config.k8s.io/v1",
                "kind": "ValidatingAdmissionPolicyConfiguration",
                "staticManifestsDir": DIRECTORY,
            },
        }],
    });
    export
        .file(
            "image-digest-policy.yaml",
            format!("to {DIRECTORY} on every control-plane node"),
            text,
        )
        .file(
            "admission.yaml",
            "to /etc/kubernetes/admission/admission.yaml on every control-plane node",
            yaml::write(&configuration),
        )
        .steps([
            "# Mount /etc/kubernetes/admission read-only into the API server, and add the flag",
            "--admission-control-config-file=/etc/kubernetes/admission/admission.yaml",
        ])
        .notes(["the API server does not start with a file in that directory that it cannot use"])
}

fn policy(name: &str, version: Version) -> Value {
    let containers = ["containers", "initContainers", "ephemeralContainers"].map(|list| {
        format!("(has(object.spec.{list}) ? object.spec.{list}.filter(c, has(c.image)).map(c, c.image) : [])")
    });
    let volumes = (version >= IMAGE_VOLUMES).then(|| {
        "(has(object.spec.volumes) ? object.spec.volumes.filter(v, has(v.image) && \
         has(v.image.reference)).map(v, v.image.reference) : [])"
            .to_owned()
    });
    let images: Vec<String> = containers.into_iter().chain(volumes).collect();
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Ignore",
            "matchConstraints": {"resourceRules": [{
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "operations": ["CREATE", "UPDATE"],
                "resources": ["pods", "pods/ephemeralcontainers"],
            }]},
            "variables": [
                {"name": "images", "expression": images.join("\n+ ")},
                {"name": "unpinned", "expression": "variables.images.filter(i, !i.contains('@sha256:'))"},
            ],
            "validations": [{
                "expression": "variables.unpinned.size() == 0",
                "messageExpression": "'images without a digest: ' + variables.unpinned.join(', ')",
            }],
            // An empty text leaves the annotation out; null does not compile here.
            "auditAnnotations": [{"key": KEY, "valueExpression": "variables.unpinned.join(',')"}],
        },
    })
}

fn binding(name: &str) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Audit"]},
    })
}
