//! A `ClusterConfiguration` and its audit settings.

use std::path::Path;

use audit_policy::api::Version;
use goyaml::Node;
use serde_json::Value;

use crate::flags::Flag;

/// A `ClusterConfiguration`: its text, and what it means.
#[derive(Debug, Clone)]
pub struct ClusterConfiguration {
    pub(super) text: String,
    pub(super) root: Node,
    pub(super) value: Value,
    pub(super) form: FlagForm,
}

/// The newest version of Kubernetes whose kubeadm knows no list of flags.
pub const LAST_WITH_MAP: Version = Version::minor(30);

/// How flags are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FlagForm {
    /// As a mapping: v1beta3.
    Map,
    /// As a list of names and values: v1beta4 and v1.
    List,
}

/// A hostPath volume and its mount (Go: `HostPathMount`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraVolume {
    /// The name of the volume.
    pub name: String,
    /// The path on the node.
    pub host_path: String,
    /// The path in the container.
    pub mount_path: String,
    /// Whether the container may only read.
    pub read_only: bool,
    /// The type of the hostPath, such as `File`; `None`: it is not checked.
    pub path_type: Option<String>,
}

/// The audit flags of an API server, and the volumes that serve them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditArgs {
    /// Names without dashes, and values.
    pub flags: Vec<(String, String)>,
    /// The volumes.
    pub volumes: Vec<ExtraVolume>,
}

/// Why a configuration is not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KubeadmError {
    /// It is no YAML.
    #[error("it cannot be read: {0}")]
    Syntax(String),
    /// It is something else.
    #[error("it is no ClusterConfiguration of kubeadm")]
    OtherKind,
    /// Its version is not known here.
    #[error("its apiVersion is {0}; those of kubeadm that are known are v1beta3, v1beta4 and v1")]
    Version(String),
    /// It is written in a way that cannot be edited safely.
    #[error("the way in which `apiServer` is written cannot be edited safely")]
    Layout,
}

impl ClusterConfiguration {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// It is not one, or of a version that is not known here.
    ///
    /// # Examples
    ///
    /// ```
    /// use kubectl_audit::kubeadm::{AuditArgs, ClusterConfiguration};
    ///
    /// let text = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer: {}\n";
    /// let config = ClusterConfiguration::parse(text)?;
    /// let flags = vec![("audit-log-maxage".to_owned(), "30".to_owned())];
    /// let after = config.with(&AuditArgs { flags, volumes: vec![] })?;
    /// assert!(after.ends_with(
    ///     "apiServer:\n  extraArgs:\n  - name: audit-log-maxage\n    value: \"30\"\n"
    /// ));
    /// # Ok::<(), kubectl_audit::kubeadm::KubeadmError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, KubeadmError> {
        let syntax = |error: &dyn std::fmt::Display| KubeadmError::Syntax(error.to_string());
        let documents = goyaml::parse(text).map_err(|error| syntax(&error))?;
        let root = documents.into_iter().next().ok_or(KubeadmError::OtherKind)?.root;
        let value = goyaml::decode(text).map_err(|error| syntax(&error))?;
        let word = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let (group, version) = word("apiVersion").split_once('/').unwrap_or_default();
        if word("kind") != "ClusterConfiguration" || group != "kubeadm.k8s.io" {
            return Err(KubeadmError::OtherKind);
        }
        let form = match version {
            "v1beta3" => FlagForm::Map,
            "v1beta4" | "v1" => FlagForm::List,
            other => return Err(KubeadmError::Version(other.to_owned())),
        };
        Ok(Self { text: text.to_owned(), root, value, form })
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the audit flags of the API server and the volumes that serve them.
    #[must_use]
    pub fn audit_args(&self) -> AuditArgs {
        let flags = self.flags().into_iter().filter(|(name, _)| is_audit(name)).collect();
        let mut found = AuditArgs { flags, volumes: vec![] };
        let is_own = |volume: &ExtraVolume| found.serves(volume);
        let volumes = self.volumes().into_iter().filter(is_own).collect();
        found.volumes = volumes;
        found
    }

    /// All flags of the API server in their order.
    pub(super) fn flags(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match self.value.pointer("/apiServer/extraArgs") {
            Some(Value::Object(flags)) => {
                let known =
                    flags.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?)));
                known.collect()
            }
            Some(Value::Array(flags)) => flags
                .iter()
                .filter_map(|flag| Some((text(&flag["name"])?, text(&flag["value"])?)))
                .collect(),
            _ => vec![],
        }
    }

    /// All further volumes of the API server in their order.
    pub(super) fn volumes(&self) -> Vec<ExtraVolume> {
        let list = self.value.pointer("/apiServer/extraVolumes").and_then(Value::as_array);
        let text = |volume: &Value, key: &str| volume[key].as_str().unwrap_or_default().to_owned();
        let volume = |volume: &Value| ExtraVolume {
            name: text(volume, "name"),
            host_path: text(volume, "hostPath"),
            mount_path: text(volume, "mountPath"),
            read_only: volume["readOnly"].as_bool().unwrap_or_default(),
            path_type: volume["pathType"]
                .as_str()
                .filter(|kind| !kind.is_empty())
                .map(str::to_owned),
        };
        list.into_iter().flatten().map(volume).collect()
    }
}

/// Whether a flag belongs to auditing.
pub(super) fn is_audit(name: &str) -> bool {
    Flag::find(name).is_some()
}

impl AuditArgs {
    /// Returns whether a volume is called after auditing and shows a path that one of the flags names.
    pub(super) fn serves(&self, volume: &ExtraVolume) -> bool {
        let mut values = self.flags.iter().map(|(_, value)| Path::new(value));
        volume.name.starts_with("audit") && values.any(|path| path.starts_with(&volume.mount_path))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.flags.is_empty() && self.volumes.is_empty()
    }
}
