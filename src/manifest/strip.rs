//! The way back without a journal: everything that belongs to auditing goes.

use std::collections::BTreeSet;

use super::document::Manifest;
use super::draft::ManifestDraft;
use super::edit::{self, CollectionKey, ManifestEdit};
use super::flags;
use super::reading::PodParts;
use super::refusal::ManifestRefusal;
use super::removable_mounts::{Naming, RemovableMounts, removable};
use super::source::PodSource;
use super::typos;
use crate::flags::name;
use goyaml::NodeKind;

/// The pod annotation that makes a changed policy restart the server: the sha256 of the policy
/// file, in hexadecimal digits.
pub const POLICY_ANNOTATION: &str = "kubectl-audit/policy-sha256";

/// Which part of auditing is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StripPart {
    /// The log backend: `--audit-log-*`.
    Log,
    /// The webhook backend: `--audit-webhook-*`.
    Webhook,
    /// The policy and our annotation: `--audit-policy-file`.
    Policy,
    /// Every `--audit-*` flag and our annotation.
    All,
}

impl StripPart {
    /// Returns whether the flag of this name, without dashes, goes.
    pub(super) fn includes(self, name: &str) -> bool {
        name.starts_with(match self {
            Self::Log => "audit-log-",
            Self::Webhook => "audit-webhook-",
            Self::Policy => name::POLICY_FILE,
            Self::All => "audit-",
        })
    }

    /// Returns whether our annotation goes.
    pub(super) fn includes_annotation(self) -> bool {
        matches!(self, Self::Policy | Self::All)
    }
}

/// Returns whether the value of this flag is a path in the container.
pub(super) fn names_path(flag: &str) -> bool {
    name::FILES.contains(&flag)
}

/// Returns the manifest without what belongs to auditing: the flags, every occurrence and also
/// mistyped ones, our annotation, and the mounts and volumes that served only them.
///
/// A mount goes only if a path of a removed flag is at or below it, nothing else in the manifest
/// names a path there, its volume has no other user, and it is no directory that a control plane
/// shares (`/etc/kubernetes`, `/var/log`, …). A key that is left without items goes too. A manifest
/// without any of this is returned as it is.
///
/// # Errors
///
/// Returns why it cannot be done safely, or what keeps the result from being a Pod that the kubelet
/// runs; [`strip_lines`](super::strip_lines()) may still help.
pub fn strip(manifest: &Manifest, what: StripPart) -> Result<Manifest, ManifestRefusal> {
    let parts = &manifest.parts;
    let words = audit_words(parts, what);
    let paths = paths_in(parts, &words);
    let removable = removable(manifest.source(), parts, &words, &paths, Naming::InPod);
    let mut draft = ManifestDraft::of(manifest);
    let mut steps = edit::remove_words(parts, words.iter().copied());
    steps.extend(edit::remove_items(&parts.mounts_path(), removable.mounts.iter().copied()));
    steps.extend(edit::remove_items("/spec/volumes", removable.volumes.iter().copied()));
    steps.iter().try_for_each(|step| draft.make(step))?;
    let had_annotation = manifest.annotation(POLICY_ANNOTATION).is_some();
    let loses_annotation = had_annotation && what.includes_annotation();
    if loses_annotation {
        edit::add(
            &mut draft,
            &ManifestEdit::RemoveAnnotation { key: POLICY_ANNOTATION.to_owned() },
        )?;
    }
    remove_emptied(&mut draft, &removable, loses_annotation)?;
    draft.finish()
}

/// Removes the keys whose last item went, where block style leaves them with nothing. `[]` and `{}`
/// stay: that is how an empty list was written before something was put into it.
fn remove_emptied(
    draft: &mut ManifestDraft<'_>,
    removable: &RemovableMounts,
    annotation: bool,
) -> Result<(), ManifestRefusal> {
    for (key, touched) in [
        (CollectionKey::VolumeMounts, !removable.mounts.is_empty()),
        (CollectionKey::Volumes, !removable.volumes.is_empty()),
        (CollectionKey::Annotations, annotation),
    ] {
        let parts = draft.parts()?;
        let (mapping, name) = key.place(&parts);
        if touched && !is_flow(draft.source(), &format!("{mapping}/{name}")) {
            edit::add(draft, &ManifestEdit::RemoveKeyIfEmpty { key })?;
        }
    }
    Ok(())
}

fn is_flow(source: PodSource<'_>, path: &str) -> bool {
    let kind = source.node(path).map(|node| &node.kind);
    matches!(
        kind,
        Some(NodeKind::Sequence { flow: true, .. } | NodeKind::Mapping { flow: true, .. })
    )
}

/// Returns the positions of the words that belong to auditing: flags with their values, and words
/// that are flags but for a typing mistake.
pub(super) fn audit_words(parts: &PodParts, what: StripPart) -> BTreeSet<usize> {
    let line = &parts.command_line;
    let flags = line.flags.iter().filter(|flag| what.includes(&flag.name));
    let mut words: BTreeSet<usize> = flags.flat_map(|flag| flag.words.clone()).collect();
    let mistyped = (line.begin..line.words.len())
        .filter(|at| mistyped_name(&line.words[*at].text).is_some_and(|it| what.includes(&it)));
    words.extend(mistyped);
    words
}

/// Returns the name of the flag that a word is or was meant to be.
fn mistyped_name(word: &str) -> Option<String> {
    let word = typos::without_quotes(word).unwrap_or_else(|| word.to_owned());
    let word = typos::with_hyphens(&word).unwrap_or(word);
    let end = word.find(['=', ' ', '\t']).unwrap_or(word.len());
    word.starts_with('-').then(|| flags::normal(&word[..end]))
}

/// Returns the container paths that the words at these positions name.
fn paths_in(parts: &PodParts, words: &BTreeSet<usize>) -> Vec<String> {
    let words = words.iter().filter_map(|at| parts.command_line.words.get(*at));
    words.flat_map(|word| super::path::named(&word.text)).map(str::to_owned).collect()
}
