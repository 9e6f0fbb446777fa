//! The targets: what each is called, the forms it comes in, and what it can hold.

use audit_policy::api::Version;

use super::holds::Holds;
use super::result::{Export, ExportError};
use super::setup::{LogSetting, Setup};

/// Something that settings are exported for.
#[derive(Debug)]
pub struct ExportTarget {
    /// The word it is asked for by.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The forms it comes in, the usual one first; empty where there is only one.
    pub forms: &'static [TargetForm],
    /// What it can hold.
    pub holds: Holds,
    /// What is written, of what.
    pub write: Write,
}

/// What is written, of what.
#[derive(Debug, Clone, Copy)]
pub enum Write {
    /// The settings of a distribution.
    Settings(fn(&Setup, &Choices<'_>) -> Result<Export, ExportError>),
    /// The configuration of what collects the log.
    Collection(fn(&LogSetting, &Choices<'_>) -> Export),
    /// Objects that have nothing to do with the settings.
    Objects(fn(&Choices<'_>) -> Export),
}

/// One of several forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetForm {
    /// The word it is asked for by.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
}

/// What a user chooses of a target.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices<'a> {
    /// The form; `None`: the usual one for this version.
    pub form: Option<&'a str>,
    /// The version of Kubernetes, where it was said.
    pub version: Option<Version>,
    /// The name of the cluster, where a document needs one.
    pub cluster: Option<&'a str>,
    /// The name of a control-plane node, where a document needs one.
    pub node: Option<&'a str>,
}

/// A control plane that its provider keeps to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Managed {
    /// The word it is asked for by.
    pub name: &'static str,
    /// What can be done, one line each.
    pub instead: &'static [&'static str],
}

/// The control planes whose policy nobody but the provider sets.
pub const MANAGED: [Managed; 3] = [
    Managed {
        name: "gke",
        instead: &[
            "GKE has a fixed policy. Data Access audit logs of the Kubernetes Engine API add reads: \
             turn them on in IAM & Admin > Audit Logs.",
            "gcloud logging read 'protoPayload.serviceName=\"k8s.io\"' --format json | kubectl audit log -",
        ],
    },
    Managed {
        name: "eks",
        instead: &[
            "EKS has a fixed policy; its log is turned on as a whole:",
            "aws eks update-cluster-config --name CLUSTER --logging \
             '{\"clusterLogging\":[{\"types\":[\"audit\"],\"enabled\":true}]}'",
            "aws logs filter-log-events --log-group-name /aws/eks/CLUSTER/cluster \
             --log-stream-name-prefix kube-apiserver-audit | kubectl audit log -",
        ],
    },
    Managed {
        name: "aks",
        instead: &[
            "AKS has a fixed policy; its log is turned on by category: kube-audit has every request, \
             kube-audit-admin leaves get and list out:",
            "az monitor diagnostic-settings create --name audit --resource CLUSTER_ID --workspace \
             WORKSPACE_ID --logs '[{\"category\":\"kube-audit-admin\",\"enabled\":true}]'",
        ],
    },
];

impl ExportTarget {
    /// Returns the form of that name.
    #[must_use]
    pub fn form(&self, name: &str) -> Option<&'static TargetForm> {
        self.forms.iter().find(|form| form.name == name)
    }
}

impl Choices<'_> {
    /// Returns whether a form was chosen.
    pub(super) fn is(&self, form: &str) -> bool {
        self.form == Some(form)
    }
}
