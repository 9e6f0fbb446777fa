//! MicroK8s: a launch configuration; and k0s, whose configuration has the same kind of mapping.

use super::file::{File, Imported, text_at};

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    launch(file).or_else(|| k0s(file))
}

fn launch(file: &File<'_>) -> Option<Imported> {
    let config = file.values.iter().find(|value| value.get("extraKubeAPIServerArgs").is_some())?;
    let mut found = Imported::of("the launch configuration of MicroK8s");
    found.flags_of(config.get("extraKubeAPIServerArgs")?);
    let name = found.policy_path.as_deref().and_then(|path| path.rsplit('/').next());
    found.policy = name.and_then(|name| text_at(config.get("extraConfigFiles")?.get(name)?, ""));
    found.unless_empty()
}

fn k0s(file: &File<'_>) -> Option<Imported> {
    let config = file.find("ClusterConfig", "k0s.k0sproject.io/")?;
    let mut found = Imported::of("the configuration of k0s");
    found.flags_of(config.pointer("/spec/api/extraArgs")?);
    found.notes.extend(
        found.policy_path.iter().map(|path| format!("the policy is {path} on each controller")),
    );
    found.unless_empty()
}
