//! Where the content of a volume comes from, and whether a file of the node can be seen through it.

use serde_json::Value;

/// Where the content of a volume comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeSource {
    /// A path of the node.
    HostPath,
    /// A directory of the pod's own, which is empty when the pod starts.
    Empty {
        /// The key that is written where a source belongs and is none, such as `hostpath`: the
        /// kubelet drops it, and a volume without a source is an `emptyDir`
        /// (Go: `SetDefaults_Volume`).
        dropped: Option<String>,
    },
    /// An object of the API, under the key for it: a static pod cannot have one.
    Api(&'static str),
    /// Anything else, under the key for it: what is in it cannot be known from here.
    Elsewhere(String),
}

/// Sources that are objects of the API (Go: `podutil.HasAPIObjectReference`).
const API: [&str; 6] =
    ["secret", "configMap", "projected", "downwardAPI", "persistentVolumeClaim", "ephemeral"];

/// The other sources that a kubelet of some version knows (Go: `VolumeSource`).
const ELSEWHERE: [&str; 23] = [
    "nfs",
    "iscsi",
    "fc",
    "csi",
    "image",
    "glusterfs",
    "rbd",
    "cephfs",
    "cinder",
    "flexVolume",
    "flocker",
    "gitRepo",
    "quobyte",
    "azureFile",
    "azureDisk",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "podCertificate",
];

impl VolumeSource {
    /// Reads the source of an item of `spec.volumes`.
    pub(super) fn of(volume: &Value) -> Self {
        let given = |key: &str| volume.get(key).is_some_and(|it| !it.is_null());
        if given("hostPath") {
            return Self::HostPath;
        }
        if let Some(key) = API.into_iter().find(|key| given(key)) {
            return Self::Api(key);
        }
        if let Some(key) = ELSEWHERE.into_iter().find(|key| given(key)) {
            return Self::Elsewhere(key.to_owned());
        }
        let keys = volume.as_object().into_iter().flat_map(serde_json::Map::keys);
        let mut dropped =
            keys.filter(|key| !["name", "hostPath", "emptyDir"].contains(&key.as_str()));
        Self::Empty { dropped: dropped.next().cloned().filter(|_| !given("emptyDir")) }
    }

    /// Returns why no file of the node can be seen through it, to be read after the volume's name;
    /// `None` where one can, or where that cannot be known.
    #[must_use]
    pub fn hides_the_node(&self) -> Option<String> {
        match self {
            Self::HostPath | Self::Elsewhere(_) => None,
            Self::Empty { dropped: None } => {
                Some("is an emptyDir, which is empty when the pod starts".to_owned())
            }
            Self::Empty { dropped: Some(key) } => Some(format!(
                "has `{key}` where a source belongs: the kubelet drops what it does not know, and \
                 makes the volume an emptyDir, which is empty when the pod starts"
            )),
            Self::Api(key) => Some(format!(
                "is a {key}, which comes from the API: a static pod cannot have one, and it shows \
                 no file of the node"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_source_is_told_and_what_is_none_is_an_empty_directory() {
        let dropped = |key: &str| VolumeSource::Empty { dropped: Some(key.to_owned()) };
        for (volume, source) in [
            (json!({"name": "a", "hostPath": {"path": "/x"}}), VolumeSource::HostPath),
            (json!({"name": "a", "emptyDir": {}}), VolumeSource::Empty { dropped: None }),
            (json!({"name": "a"}), VolumeSource::Empty { dropped: None }),
            (json!({"name": "a", "hostPath": null}), VolumeSource::Empty { dropped: None }),
            (json!({"name": "a", "hostpath": {"path": "/x"}}), dropped("hostpath")),
            (json!({"name": "a", "path": "/x"}), dropped("path")),
            (json!({"name": "a", "configMap": {"name": "b"}}), VolumeSource::Api("configMap")),
            (json!({"name": "a", "nfs": {}}), VolumeSource::Elsewhere("nfs".to_owned())),
        ] {
            assert_eq!(VolumeSource::of(&volume), source, "{volume}");
        }
    }
}
