//! Taking auditing out of a manifest where no change of this program can be undone.

use std::path::Path;

use super::undo::valid;
use super::{Backup, Change, FileChange, Operation, Plan, Role};
use crate::manifest::{self, Manifest, ManifestFlag, ManifestRefusal, RemovedLine, StripPart};
use crate::owner::Owner;

/// A manifest without auditing, as a plan.
#[derive(Debug)]
pub struct StripPlan {
    /// The plan; empty if there is nothing to strip.
    pub plan: Plan,
    /// Things to know, one sentence each.
    pub notes: Vec<String>,
}

/// Why auditing cannot be taken out of a manifest.
#[derive(Debug)]
pub enum StripRefusal {
    /// There is no manifest, and no backup of one.
    Missing,
    /// The kubelet does not run it, with auditing or without, and there is no backup of one.
    Broken(ManifestRefusal),
    /// The kubelet runs it, and it cannot be edited with certainty.
    Uneditable(ManifestRefusal),
    /// A script starts the server, with these lines for a person to edit.
    Script(Vec<RemovedLine>),
}

/// Plans how to take the audit settings out of the manifest at `path`, which holds `current`.
///
/// A manifest that the kubelet runs is never replaced by `backup`; one that is gone or broken is, if
/// stripping does not make it whole.
///
/// # Errors
///
/// Returns why there is no way that is certain to leave a manifest that the kubelet runs.
pub fn strip(
    path: &Path,
    current: Option<&[u8]>,
    what: StripPart,
    backup: Option<&Backup>,
) -> Result<StripPlan, StripRefusal> {
    let Some(bytes) = current else {
        return restored(path, None, backup, "there is no manifest").ok_or(StripRefusal::Missing);
    };
    let (text, note) = match without_auditing(bytes, what) {
        Ok(stripped) => stripped,
        Err(StripRefusal::Broken(refusal)) => {
            let why = format!("the manifest cannot be repaired: {refusal}");
            return restored(path, current, backup, &why).ok_or(StripRefusal::Broken(refusal));
        }
        Err(no_way) => return Err(no_way),
    };
    let plan = of_manifest(path, current, text.into_bytes());
    if plan.is_empty() {
        return Ok(StripPlan { plan, notes: vec![] });
    }
    let head = "no change made by kubectl audit is found: audit settings are removed";
    let notes = std::iter::once(head.to_owned()).chain(note).collect();
    Ok(StripPlan { plan, notes })
}

/// The text without the settings, and what to know about how they were taken out.
fn without_auditing(
    bytes: &[u8],
    what: StripPart,
) -> Result<(String, Option<String>), StripRefusal> {
    let refusal = match Manifest::parse_for_rescue(bytes)
        .and_then(|manifest| manifest::strip(&manifest, what))
    {
        Ok(stripped) => return Ok((stripped.text().to_owned(), None)),
        Err(refusal) => refusal,
    };
    let lossy = String::from_utf8_lossy(bytes);
    if let Some(stripped) = manifest::strip_script(&lossy, what) {
        let note = "a script starts the API server: its audit flags were taken out of it";
        return stripped.map(|text| (text, Some(note.to_owned()))).map_err(StripRefusal::Script);
    }
    let runs = valid(bytes).is_ok();
    let (text, removed) = manifest::strip_lines(&lossy, what);
    let is_edited = !removed.is_empty();
    if valid(text.as_bytes()).is_ok() && (runs || is_edited) && is_out(&text, what) {
        let note =
            format!("the manifest cannot be edited safely ({refusal}); its lines were stripped");
        return Ok((text, is_edited.then_some(note)));
    }
    Err(if runs { StripRefusal::Uneditable(refusal) } else { StripRefusal::Broken(refusal) })
}

/// Whether no audit flag is left where all of them were to go.
fn is_out(text: &str, what: StripPart) -> bool {
    let flags = Manifest::parse_as_run(text.as_bytes()).map(|it| it.flags().to_vec());
    what != StripPart::All || !flags.is_ok_and(|flags| flags.iter().any(ManifestFlag::is_audit))
}

/// Puts a backup in the place of a manifest that is gone or broken.
fn restored(
    path: &Path,
    current: Option<&[u8]>,
    backup: Option<&Backup>,
    why: &str,
) -> Option<StripPlan> {
    let backup = backup.filter(|backup| valid(&backup.bytes).is_ok())?;
    let notes = vec![format!("{why}; restoring kubeadm's backup {}", backup.path.display())];
    Some(StripPlan { plan: of_manifest(path, current, backup.bytes.clone()), notes })
}

fn of_manifest(path: &Path, before: Option<&[u8]>, after: Vec<u8>) -> Plan {
    let file = FileChange {
        role: Role::Manifest,
        path: path.to_owned(),
        before: before.map(<[u8]>::to_vec),
        after: Some(after),
        mode: 0o600,
        owner: Owner::ROOT,
    };
    let changes = if file.before == file.after { vec![] } else { vec![Change::File(file)] };
    Plan { operation: Operation::Rescue, manifest: path.to_owned(), changes }
}
