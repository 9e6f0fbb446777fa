//! Which steps give a configuration its audit settings.

use std::path::Path;

use goyaml::patch::{Fragment, PatchStep};
use serde_json::{Value, json};

use super::config::{
    AuditArgs, ClusterConfiguration, ExtraVolume, FlagForm, KubeadmError, is_audit,
};
use super::draft::Draft;

const ARGS: &str = "/apiServer/extraArgs";
const VOLUMES: &str = "/apiServer/extraVolumes";

impl ClusterConfiguration {
    /// Returns the configuration with these audit settings and no others.
    ///
    /// # Errors
    ///
    /// It is written in a way that cannot be edited safely.
    pub fn with(&self, wanted: &AuditArgs) -> Result<String, KubeadmError> {
        with(self, wanted)
    }
}

fn with(config: &ClusterConfiguration, wanted: &AuditArgs) -> Result<String, KubeadmError> {
    let mut draft = Draft::of(config);
    let has_api_server = config
        .value
        .pointer("/apiServer")
        .is_some_and(|it| it.as_object().is_some_and(|fields| !fields.is_empty()));
    if has_api_server {
        remove_others(config, wanted, &mut draft)?;
        set_flags(config, wanted, &mut draft)?;
        add_volumes(config, wanted, &mut draft)?;
        draft.drop_empty(&[ARGS, VOLUMES])?;
    } else if !wanted.is_empty() {
        draft.write_api_server(&whole(config.form, wanted))?;
    }
    draft.finish()
}

/// The whole of `apiServer` where there is nothing of it yet.
fn whole(form: FlagForm, wanted: &AuditArgs) -> Value {
    let flags = match form {
        FlagForm::Map => wanted
            .flags
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        FlagForm::List => wanted
            .flags
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect::<Value>(),
    };
    let mut server = json!({"extraArgs": flags});
    if !wanted.volumes.is_empty() {
        server["extraVolumes"] =
            wanted.volumes.iter().map(|volume| fragment(volume).value()).collect();
    }
    server
}

/// Removes audit flags that are not wanted, every one that is given twice but the last, and volumes that
/// served only them. The last item goes first, so that positions hold.
fn remove_others(
    config: &ClusterConfiguration,
    wanted: &AuditArgs,
    draft: &mut Draft<'_>,
) -> Result<(), KubeadmError> {
    let flags = config.flags();
    let goes = |at: usize| {
        let (name, _) = &flags[at];
        let is_wanted = wanted.flags.iter().any(|(known, _)| known == name);
        let comes_again = flags[at + 1..].iter().any(|(later, _)| later == name);
        is_audit(name) && (!is_wanted || comes_again)
    };
    for at in (0..flags.len()).rev().filter(|at| goes(*at)) {
        draft.make(&match config.form {
            FlagForm::Map => {
                PatchStep::Unset { mapping: ARGS.to_owned(), key: flags[at].0.clone() }
            }
            FlagForm::List => PatchStep::Remove { list: ARGS.to_owned(), at },
        })?;
    }
    let own = config.audit_args();
    let volumes = config.volumes();
    let goes = |at: &usize| {
        own.volumes.contains(&volumes[*at]) && !is_shown(&volumes[*at], &wanted.volumes)
    };
    for at in (0..volumes.len()).rev().filter(goes) {
        draft.make(&PatchStep::Remove { list: VOLUMES.to_owned(), at })?;
    }
    Ok(())
}

/// Whether one of the volumes shows the same path at the same place.
fn is_shown(volume: &ExtraVolume, by: &[ExtraVolume]) -> bool {
    by.iter().any(|other| {
        let rest = Path::new(&volume.mount_path).strip_prefix(&other.mount_path);
        let host = rest.map(|rest| Path::new(&other.host_path).join(rest));
        let is_same =
            host.is_ok_and(|host| host.components().eq(Path::new(&volume.host_path).components()));
        is_same && (!other.read_only || volume.read_only)
    })
}

fn set_flags(
    config: &ClusterConfiguration,
    wanted: &AuditArgs,
    draft: &mut Draft<'_>,
) -> Result<(), KubeadmError> {
    for (name, value) in &wanted.flags {
        let present = config.flags().into_iter().rev().find(|(known, _)| known == name);
        if present.is_some_and(|(_, present)| present == *value) {
            continue;
        }
        draft.make(&match (config.form, draft.position_of(ARGS, name)) {
            (FlagForm::Map, _) => set(ARGS, name, value),
            (FlagForm::List, Some(at)) => {
                draft.replace_text(&format!("{ARGS}/{at}/value"), value)?;
                continue;
            }
            (FlagForm::List, None) => {
                let text = |text: &str| Fragment::Text(text.to_owned());
                let item = vec![("name".to_owned(), text(name)), ("value".to_owned(), text(value))];
                PatchStep::Insert {
                    list: ARGS.to_owned(),
                    at: draft.length_of(ARGS),
                    item: Fragment::Map(item),
                }
            }
        })?;
    }
    Ok(())
}

fn set(mapping: &str, key: &str, value: &str) -> PatchStep {
    PatchStep::Set { mapping: mapping.to_owned(), key: key.to_owned(), value: value.to_owned() }
}

fn add_volumes(
    config: &ClusterConfiguration,
    wanted: &AuditArgs,
    draft: &mut Draft<'_>,
) -> Result<(), KubeadmError> {
    let present = config.volumes();
    for volume in wanted.volumes.iter().filter(|volume| !is_shown(volume, &present)) {
        let at = draft.length_of(VOLUMES);
        draft.make(&PatchStep::Insert { list: VOLUMES.to_owned(), at, item: fragment(volume) })?;
    }
    Ok(())
}

fn fragment(volume: &ExtraVolume) -> Fragment {
    let text = |key: &str, value: &str| (key.to_owned(), Fragment::Text(value.to_owned()));
    let mut fields = vec![
        text("name", &volume.name),
        text("hostPath", &volume.host_path),
        text("mountPath", &volume.mount_path),
    ];
    fields.extend(volume.read_only.then(|| ("readOnly".to_owned(), Fragment::Bool(true))));
    fields.extend(volume.path_type.iter().map(|kind| text("pathType", kind)));
    Fragment::Map(fields)
}
