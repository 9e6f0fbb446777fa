//! Cluster API: a KubeadmControlPlane, its template, or a patch of one.

use serde_json::Value;

use super::file::{File, Imported, is, named, text_at};
use super::{deckhouse, kubeadm};

/// Where the specification is in the object and in its template.
const PLACES: [&str; 2] = ["/spec/kubeadmConfigSpec", "/spec/template/spec/kubeadmConfigSpec"];

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let find =
        |value| Some((value, PLACES.into_iter().find_map(|place| Value::pointer(value, place))?));
    let (object, spec) = file.values.iter().find_map(find)?;
    let mut found =
        kubeadm::of(spec.get("clusterConfiguration")?, &named("the KubeadmControlPlane", object))?;
    let files = spec.get("files").and_then(Value::as_array).into_iter().flatten();
    let path = found.policy_path.clone();
    let entry = files.into_iter().find(|entry| text_at(entry, "/path") == path);
    found.policy =
        entry.and_then(|entry| text_at(entry, "/content").or_else(|| secret(file, entry)));
    if found.policy.is_some() {
        found.notes.clear();
    }
    found.unless_empty()
}

/// A large file is in a Secret, which the file may hold, too.
fn secret(file: &File<'_>, entry: &Value) -> Option<String> {
    let source = entry.pointer("/contentFrom/secret")?;
    let name = text_at(source, "/name");
    let mut secrets = file.values.iter().filter(|value| is(value, "Secret", "v1"));
    let secret = secrets.find(|value| text_at(value, "/metadata/name") == name)?;
    deckhouse::decoded(secret.get("data")?.get(text_at(source, "/key")?)?)
}
