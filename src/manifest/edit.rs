//! Edits in the words of a manifest, and the steps they consist of.

use super::document::Manifest;
use super::draft::ManifestDraft;
use super::flags::CommandWord;
use super::path;
use super::reading::PodParts;
use super::refusal::{ManifestRefusal, RefusalReason};
use goyaml::patch::{Fragment, PatchStep};

/// A change of a manifest. What is already so stays byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestEdit {
    /// Gives a flag a value: in its own spelling where it is there, else as `--name=value` after
    /// the last audit flag, or after the last flag. Of a flag given twice the last one is changed,
    /// the one that counts.
    SetFlag {
        /// The name without dashes.
        name: String,
        /// The value.
        value: String,
    },
    /// Removes every occurrence of a flag, with its value.
    RemoveFlag {
        /// The name without dashes.
        name: String,
    },
    /// Adds a hostPath volume and its mount in the API server's container. A volume of this name
    /// that is the same is shared.
    AddMount {
        /// The name of the volume.
        volume: String,
        /// The path on the node.
        host_path: String,
        /// The type of the hostPath, such as `File`; `None` leaves it unchecked.
        host_path_type: Option<String>,
        /// The path in the container.
        mount_path: String,
        /// Whether the container may only read.
        read_only: bool,
    },
    /// Removes a mount of the API server's container; its volume stays.
    RemoveMount {
        /// The path in the container.
        mount_path: String,
    },
    /// Removes a volume of the Pod.
    RemoveVolume {
        /// Its name.
        name: String,
    },
    /// Gives a pod annotation a value, quoted.
    SetAnnotation {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Removes a pod annotation.
    RemoveAnnotation {
        /// The key.
        key: String,
    },
    /// Removes a key that nothing is left in. For an undo that knows that the key was not there
    /// before; otherwise an empty key is harmless.
    RemoveKeyIfEmpty {
        /// The key.
        key: CollectionKey,
    },
}

/// A key whose collection an edit makes where it is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CollectionKey {
    /// `volumeMounts` of the API server's container.
    VolumeMounts,
    /// `spec.volumes`
    Volumes,
    /// `metadata.annotations`
    Annotations,
}

impl CollectionKey {
    /// Every key.
    pub const ALL: [Self; 3] = [Self::VolumeMounts, Self::Volumes, Self::Annotations];

    /// Returns the path of the mapping it is in, and the key.
    pub(super) fn place(self, parts: &PodParts) -> (String, &'static str) {
        match self {
            Self::VolumeMounts => (parts.container.clone(), "volumeMounts"),
            Self::Volumes => ("/spec".to_owned(), "volumes"),
            Self::Annotations => ("/metadata".to_owned(), "annotations"),
        }
    }
}

impl Manifest {
    /// Returns the manifest with all `edits` made in order. What they do not name stays byte for
    /// byte; an edit that is already so changes nothing.
    ///
    /// # Errors
    ///
    /// Returns a reason and changes nothing if a name or path is taken, if the layout cannot be
    /// edited safely, if the new text does not mean what the edits mean, or if [`check()`](super::check()) refuses it.
    pub fn edit(&self, edits: &[ManifestEdit]) -> Result<Self, ManifestRefusal> {
        make(self, edits)
    }
}

/// Makes all `edits` in order.
pub(super) fn make(
    manifest: &Manifest,
    edits: &[ManifestEdit],
) -> Result<Manifest, ManifestRefusal> {
    let mut draft = ManifestDraft::of(manifest);
    for edit in edits {
        add(&mut draft, edit)?;
    }
    draft.finish()
}

/// Makes one edit in a draft.
pub(super) fn add(
    draft: &mut ManifestDraft<'_>,
    edit: &ManifestEdit,
) -> Result<(), ManifestRefusal> {
    let parts = draft.parts()?;
    steps(draft, &parts, edit)?.iter().try_for_each(|step| draft.make(step))
}

fn steps(
    draft: &ManifestDraft<'_>,
    parts: &PodParts,
    edit: &ManifestEdit,
) -> Result<Vec<PatchStep>, ManifestRefusal> {
    let annotations = "/metadata/annotations".to_owned();
    Ok(match edit {
        ManifestEdit::SetFlag { name, value } => set_flag(parts, name, value).into_iter().collect(),
        ManifestEdit::RemoveFlag { name } => {
            let flags = parts.command_line.all(name);
            remove_words(parts, flags.flat_map(|flag| flag.words.clone()))
        }
        ManifestEdit::AddMount { .. } => add_mount(draft, parts, edit)?,
        ManifestEdit::RemoveMount { mount_path } => {
            let is_it =
                |at: &usize| path::clean(&parts.mounts[*at].mount_path) == path::clean(mount_path);
            let found = (0..parts.mounts.len()).filter(is_it);
            remove_items(&parts.mounts_path(), found)
        }
        ManifestEdit::RemoveVolume { name } => {
            let found = (0..parts.volumes.len()).filter(|at| parts.volumes[*at].name == *name);
            remove_items("/spec/volumes", found)
        }
        ManifestEdit::SetAnnotation { key, value } => {
            let same = annotation(draft, key) == Some(value.as_str());
            let set =
                PatchStep::Set { mapping: annotations, key: key.clone(), value: value.clone() };
            if same { vec![] } else { vec![set] }
        }
        ManifestEdit::RemoveAnnotation { key } => {
            let here = has_key(draft, &annotations, key);
            let unset = PatchStep::Unset { mapping: annotations, key: key.clone() };
            if here { vec![unset] } else { vec![] }
        }
        ManifestEdit::RemoveKeyIfEmpty { key } => remove_if_empty(draft, parts, *key),
    })
}

fn set_flag(parts: &PodParts, name: &str, value: &str) -> Option<PatchStep> {
    let line = &parts.command_line;
    let Some(last) = line.all(name).next_back() else {
        let item = Fragment::Text(format!("--{name}={value}"));
        return Some(match line.place_for_new() {
            Some(CommandWord { list, at, .. }) => {
                PatchStep::Insert { list: list.clone(), at: at + 1, item }
            }
            None => PatchStep::Insert { list: format!("{}/args", parts.container), at: 0, item },
        });
    };
    if last.value() == value {
        return None;
    }
    let word = line.words.get(last.words.end.checked_sub(1)?)?;
    let text = match last.words.len() {
        1 => {
            let spelled = word.text.split_once('=').map_or(word.text.as_str(), |(name, _)| name);
            format!("{spelled}={value}")
        }
        _ => value.to_owned(),
    };
    Some(PatchStep::Replace { list: word.list.clone(), at: word.at, text })
}

/// Returns the steps that remove words of the command line, the last one first, so that positions
/// stay right.
pub(super) fn remove_words(parts: &PodParts, words: impl Iterator<Item = usize>) -> Vec<PatchStep> {
    let mut words: Vec<&CommandWord> =
        words.filter_map(|at| parts.command_line.words.get(at)).collect();
    words.reverse();
    words.into_iter().map(|it| PatchStep::Remove { list: it.list.clone(), at: it.at }).collect()
}

/// Returns the steps that remove items of a list, the last one first.
pub(super) fn remove_items(list: &str, positions: impl Iterator<Item = usize>) -> Vec<PatchStep> {
    let mut positions: Vec<usize> = positions.collect();
    positions.reverse();
    positions.into_iter().map(|at| PatchStep::Remove { list: list.to_owned(), at }).collect()
}

fn add_mount(
    draft: &ManifestDraft<'_>,
    parts: &PodParts,
    edit: &ManifestEdit,
) -> Result<Vec<PatchStep>, ManifestRefusal> {
    let ManifestEdit::AddMount { volume, host_path, host_path_type, mount_path, read_only } = edit
    else {
        return Ok(vec![]);
    };
    let taken = |name: &str, list: &str, at: usize| {
        let reason = RefusalReason::Taken { name: name.to_owned() };
        ManifestRefusal::new(reason, draft.source().place(&format!("{list}/{at}")))
    };
    // The mount comes before its volume, because steps are made one after the other on the text: both
    // lists grow at their ends, so neither step moves what the other one names. A mount or volume of that
    // name that says something else is refused and never changed: it may serve another container.
    let mut steps = vec![];
    let mounts = parts.mounts_path();
    let same_path = |path: &str| path::clean(path) == path::clean(mount_path);
    match parts.mounts.iter().position(|it| same_path(&it.mount_path)) {
        None => {
            let item = mount_item(mount_path, volume, *read_only);
            steps.push(PatchStep::Insert { list: mounts, at: parts.mounts.len(), item });
        }
        Some(at) => {
            let old = &parts.mounts[at];
            let same = old.volume == *volume && old.read_only == *read_only;
            if !same || old.sub_path.is_some() || old.has_sub_path_expr {
                return Err(taken(mount_path, &mounts, at));
            }
        }
    }
    let volumes = "/spec/volumes";
    match parts.volumes.iter().position(|it| it.name == *volume) {
        None => {
            let item = volume_item(host_path, host_path_type.as_deref(), volume);
            steps.push(PatchStep::Insert {
                list: volumes.to_owned(),
                at: parts.volumes.len(),
                item,
            });
        }
        Some(at) => {
            let old = &parts.volumes[at];
            let same_path =
                old.host_path.as_deref().map(path::clean) == Some(path::clean(host_path));
            if !same_path || old.host_path_type != *host_path_type {
                return Err(taken(volume, volumes, at));
            }
        }
    }
    Ok(steps)
}

/// Returns a mount with its keys in the order in which kubeadm writes them.
fn mount_item(mount_path: &str, volume: &str, read_only: bool) -> Fragment {
    let mut entries = vec![
        ("mountPath".to_owned(), Fragment::Text(mount_path.to_owned())),
        ("name".to_owned(), Fragment::Text(volume.to_owned())),
    ];
    if read_only {
        entries.push(("readOnly".to_owned(), Fragment::Bool(true)));
    }
    Fragment::Map(entries)
}

/// Returns a volume with its keys in the order in which kubeadm writes them.
fn volume_item(host_path: &str, kind: Option<&str>, name: &str) -> Fragment {
    let mut source = vec![("path".to_owned(), Fragment::Text(host_path.to_owned()))];
    source.extend(kind.map(|kind| ("type".to_owned(), Fragment::Text(kind.to_owned()))));
    Fragment::Map(vec![
        ("hostPath".to_owned(), Fragment::Map(source)),
        ("name".to_owned(), Fragment::Text(name.to_owned())),
    ])
}

fn annotation<'a>(draft: &'a ManifestDraft<'_>, key: &str) -> Option<&'a str> {
    draft.source().value.pointer("/metadata/annotations")?.get(key)?.as_str()
}

fn has_key(draft: &ManifestDraft<'_>, mapping: &str, key: &str) -> bool {
    draft.source().value.pointer(mapping).is_some_and(|it| it.get(key).is_some())
}

fn remove_if_empty(
    draft: &ManifestDraft<'_>,
    parts: &PodParts,
    key: CollectionKey,
) -> Vec<PatchStep> {
    let (mapping, key) = key.place(parts);
    let value = draft.source().value.pointer(&mapping).and_then(|it| it.get(key));
    let is_empty = value.is_some_and(|it| {
        it.is_null()
            || it.as_array().is_some_and(Vec::is_empty)
            || it.as_object().is_some_and(serde_json::Map::is_empty)
    });
    if is_empty { vec![PatchStep::Unset { mapping, key: key.to_owned() }] } else { vec![] }
}
