//! Rancher: the configuration of a cluster that it provisions.

use super::file::{File, Imported, named, text_at};
use super::rke2;

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let cluster = file.find("Cluster", "provisioning.cattle.io/")?;
    let mut found = Imported::of(named("the Cluster of Rancher", cluster));
    let config = cluster.pointer("/spec/rkeConfig/machineGlobalConfig")?;
    rke2::flags(&mut found, config);
    // With RKE2 this is the policy itself; Rancher writes it to a file and names that.
    found.policy = text_at(config, "/audit-policy-file");
    if found.policy.is_none() {
        found.policy = secret(file, cluster);
    }
    found.unless_empty()
}

/// With k3s the policy is in a Secret of the same file.
fn secret(file: &File<'_>, cluster: &serde_json::Value) -> Option<String> {
    let sources = cluster.pointer("/spec/rkeConfig/machineSelectorFiles/0/fileSources/0/secret")?;
    let (name, key) = (text_at(sources, "/name")?, text_at(sources, "/items/0/key")?);
    let is_it =
        |value: &&serde_json::Value| text_at(value, "/metadata/name").as_deref() == Some(&name);
    let secret =
        file.values.iter().filter(|value| super::file::is(value, "Secret", "v1")).find(is_it)?;
    super::deckhouse::decoded(secret.get("data")?.get(key)?)
}
