//! Signs: what is left on a node by the distribution that set it up.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Something that shows which distribution it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DistributionEvidence {
    /// This path exists.
    Path(&'static str),
    /// `/etc/os-release` has this `ID`.
    System(&'static str),
    /// The manifest is below this directory.
    Below(&'static str),
    /// The manifest has this file name.
    Named(&'static str),
    /// The pod is in this namespace.
    Namespace(&'static str),
    /// The pod has an annotation whose key begins so.
    Annotation(&'static str),
    /// The pod names something below this directory: a file, a flag's value, a volume.
    Mentions(&'static str),
    /// The pod names something below this directory, and has an annotation of kubeadm: neither alone
    /// is evidence, since others use the directory too.
    MentionsByKubeadm(&'static str),
    /// There is no manifest of an API server on the node, and this path exists.
    PathAlone(&'static str),
}

/// The signs of one node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signs {
    paths: Vec<&'static str>,
    system: Option<String>,
    pod: Option<PodEvidence>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct PodEvidence {
    path: PathBuf,
    namespace: String,
    annotations: Vec<String>,
    texts: Vec<String>,
}

impl Signs {
    /// Returns the signs of a node. `paths` are those of [`paths`](super::paths) that exist, `system`
    /// is the `ID` of `/etc/os-release`. `manifest` is the manifest with its path, if there is one; a
    /// text that cannot be read shows nothing but its path.
    #[must_use]
    pub fn of(
        paths: Vec<&'static str>,
        system: Option<String>,
        manifest: Option<(&Path, &[u8])>,
    ) -> Self {
        Self { paths, system, pod: manifest.map(|(path, bytes)| PodEvidence::read(path, bytes)) }
    }

    /// Returns the sign in words, if it is there.
    pub(super) fn evidence(&self, sign: DistributionEvidence) -> Option<String> {
        let pod = self.pod.as_ref();
        match sign {
            DistributionEvidence::Path(path) => {
                self.paths.contains(&path).then(|| format!("`{path}` is there"))
            }
            DistributionEvidence::PathAlone(path) => (pod.is_none() && self.paths.contains(&path))
                .then(|| format!("`{path}` is there, but no manifest of an API server")),
            DistributionEvidence::System(id) => (self.system.as_deref() == Some(id))
                .then(|| format!("`/etc/os-release` says `ID={id}`")),
            DistributionEvidence::Below(directory) => pod?
                .path
                .starts_with(directory)
                .then(|| format!("the manifest is below `{directory}`")),
            DistributionEvidence::Named(name) => {
                pod?.path.ends_with(name).then(|| format!("the manifest is called `{name}`"))
            }
            DistributionEvidence::Namespace(namespace) => (pod?.namespace == namespace)
                .then(|| format!("the pod is in namespace `{namespace}`")),
            DistributionEvidence::Annotation(prefix) => {
                let key = pod?.annotations.iter().find(|key| key.starts_with(prefix))?;
                Some(format!("the manifest has the annotation `{key}`"))
            }
            DistributionEvidence::Mentions(directory) => pod?.mentions(directory),
            DistributionEvidence::MentionsByKubeadm(directory) => {
                let is_kubeadms = |key: &String| key.starts_with("kubeadm.kubernetes.io/");
                let pod = pod.filter(|pod| pod.annotations.iter().any(is_kubeadms))?;
                pod.mentions(directory)
            }
        }
    }
}

impl PodEvidence {
    fn mentions(&self, directory: &str) -> Option<String> {
        let is_there = self.texts.iter().any(|text| mentions(text, directory));
        is_there.then(|| format!("the manifest names `{directory}`"))
    }

    fn read(path: &Path, bytes: &[u8]) -> Self {
        let pod = Self { path: path.to_owned(), ..Self::default() };
        let Some(value) = str::from_utf8(bytes).ok().and_then(|text| goyaml::decode(text).ok())
        else {
            return pod;
        };
        let annotations = value.pointer("/metadata/annotations").and_then(Value::as_object);
        Self {
            namespace: value
                .pointer("/metadata/namespace")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            annotations: annotations.into_iter().flat_map(|map| map.keys().cloned()).collect(),
            texts: value.pointer("/spec").map(texts).unwrap_or_default(),
            ..pod
        }
    }
}

/// Every text in a value, however deep.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Whether a text is this directory or a path below it, or a flag with such a value.
fn mentions(text: &str, directory: &str) -> bool {
    let value = text.split_once('=').map_or(text, |(_, value)| value);
    Path::new(value).starts_with(directory)
}
