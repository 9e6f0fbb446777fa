//! kops: `fileAssets` and `kubeAPIServer` of a Cluster.

use serde_json::Value;

use super::file::{File, Imported, named, text_at};
use crate::flags::fields;

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let cluster = file.find("Cluster", "kops.k8s.io/")?;
    let mut found = Imported::of(named("the kops Cluster", cluster));
    found.fields(cluster.pointer("/spec/kubeAPIServer")?, fields::KOPS);
    let assets = cluster.pointer("/spec/fileAssets").and_then(Value::as_array);
    let path = found.policy_path.clone();
    let asset = assets.into_iter().flatten().find(|asset| text_at(asset, "/path") == path);
    found.policy = asset.and_then(|asset| text_at(asset, "/content"));
    found.unless_empty()
}
