//! minikube: a policy among the certificates, or the plugin in the node.

use crate::export::setup::{TargetLayout, Usual};
use crate::export::{Choices, Export, ExportError, ExportTarget, Holds, Setup, TargetForm, Write};
use crate::flags::name;
use crate::settings::{LOG_PATH, POLICY_PATH};

pub(in crate::export) const TARGET: ExportTarget = ExportTarget {
    name: "minikube",
    about: "a policy that minikube start copies, and its --extra-config",
    forms: &[
        TargetForm {
            name: "start",
            about: "kept by every minikube start; the log goes to standard output",
        },
        TargetForm {
            name: "node",
            about: "enable in the node: a log file, lost at the next minikube start",
        },
    ],
    holds: Holds { webhook: false, ..Holds::ALL },
    write: Write::Settings(write),
};

/// The one directory of the node that the API server sees and `minikube start` fills.
const CERTIFICATES: &str = "/etc/ssl/certs/audit-policy.yaml";

fn write(setup: &Setup, choices: &Choices<'_>) -> Result<Export, ExportError> {
    Ok(if choices.is("node") { node(setup) } else { start(setup) })
}

fn start(setup: &Setup) -> Export {
    let mut command = format!(
        "minikube start --extra-config=apiserver.{}={CERTIFICATES} --extra-config=apiserver.{}=-",
        name::POLICY_FILE,
        name::LOG_PATH
    );
    for (flag, value) in setup.other_flags() {
        command.push_str(&format!(" --extra-config=apiserver.{flag}={value}"));
    }
    Export::default()
        .file(
            "audit-policy.yaml",
            "to ~/.minikube/files/etc/ssl/certs/audit-policy.yaml",
            setup.policy_text(),
        )
        .steps([
            "mkdir -p ~/.minikube/files/etc/ssl/certs".to_owned(),
            "cp audit-policy.yaml ~/.minikube/files/etc/ssl/certs/audit-policy.yaml".to_owned(),
            command,
            "kubectl logs -n kube-system kube-apiserver-minikube | kubectl audit log -".to_owned(),
        ])
        .notes([
            "the log goes to standard output: minikube mounts no directory for a log file, and the flags of \
             rotation would mean nothing. `--form node` writes a file, until the next `minikube start`",
            "any other path for the policy keeps `minikube start` waiting until it gives up",
        ])
}

fn node(setup: &Setup) -> Export {
    let layout = setup.layout(Usual { policy: POLICY_PATH, log: LOG_PATH });
    Export::default()
        .file("audit-policy.yaml", "into the node, with the second command", setup.policy_text())
        .steps([
            "minikube cp \"$(command -v kubectl-audit)\" /usr/local/bin/kubectl-audit".to_owned(),
            format!("minikube cp audit-policy.yaml {}", layout.policy.node),
            "minikube ssh -- sudo chmod 0755 /usr/local/bin/kubectl-audit".to_owned(),
            format!(
                "minikube ssh -- sudo /usr/local/bin/kubectl-audit enable --yes {}",
                flags(setup, &layout)
            ),
            reading(&layout),
        ])
        .notes(["the next `minikube start` writes the manifest again, without auditing"])
}

fn flags(setup: &Setup, layout: &TargetLayout) -> String {
    let flags = setup
        .flags_at(layout)
        .into_iter()
        .skip(1)
        .map(|(flag, value)| format!(" --{}={value}", flag.trim_start_matches("audit-")));
    format!("--policy {}{}", layout.policy.node, flags.collect::<String>())
}

fn reading(layout: &TargetLayout) -> String {
    match &layout.log {
        Some(log) => format!("minikube ssh -- sudo cat {} | kubectl audit log -", log.node),
        None => {
            "kubectl logs -n kube-system kube-apiserver-minikube | kubectl audit log -".to_owned()
        }
    }
}
