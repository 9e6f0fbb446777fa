//! Puts the former files back, each only if it still is what the entry wrote.
//!
//! Files that existed before come first, then the manifest that names them; files that are new go
//! last. At no moment does a manifest name a file that is not there. Doing it twice is doing it once.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::cause::Cause;
use super::stage::{Attributes, StagedKind, directory_of, places, stage, staged};
use crate::digest::sha256;
use crate::host::{FileKind, Host, make_parents};
use crate::journal::{Body, Claim, Entry, FileRecord, JournalStep, is_current, note};
use crate::plan::Role;

/// What became of a file.
#[derive(Debug)]
pub enum Fate {
    /// It was as before already.
    AlreadyBack,
    /// The former file was restored.
    PutBack,
    /// It was new and was removed.
    Removed,
    /// It was edited since and left as it is.
    EditedSince,
    /// The manifest is missing and was left missing: someone may be restoring etcd.
    Missing,
    /// It is new, but the manifest in effect may need it.
    StillNeeded,
    /// It could not be restored.
    Failed(Cause),
}

/// What became of every file that the entry may have changed.
#[derive(Debug, Default)]
pub struct RollBack {
    /// Path and fate of each file, in the order in which they were restored.
    pub files: Vec<(PathBuf, Fate)>,
}

impl RollBack {
    /// Returns whether a file could not be restored.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.files.iter().any(|(_, fate)| matches!(fate, Fate::Failed(_)))
    }

    /// Returns the files that were left as they are, because they are not the entry's any more.
    pub fn left(&self) -> impl Iterator<Item = &(PathBuf, Fate)> {
        self.files.iter().filter(|(_, fate)| {
            matches!(fate, Fate::EditedSince | Fate::Missing | Fate::StillNeeded)
        })
    }
}

/// Another process owns the way back now.
#[derive(Debug)]
pub(super) struct ClaimLost;

/// What a path looks like beside the two bodies of an entry.
enum OnDisk {
    Former,
    Latter,
    Absent,
    Directory,
    Other,
}

/// Rolls back the files of `entry` that it has `reached`. What it had staged stays for the caller.
///
/// `claim` is ours; where none could be made, because nothing can be written there, there is none
/// to lose.
pub(super) fn roll_back(
    host: &dyn Host,
    entry: &Entry,
    reached: &BTreeSet<usize>,
    claim: Option<&Claim>,
) -> Result<RollBack, ClaimLost> {
    let way = Restorer { host, entry, claim };
    let mut result = RollBack::default();
    let files = || entry.record.files.iter().enumerate().filter(|(n, _)| reached.contains(n));
    let is_manifest = |file: &FileRecord| file.role == Role::Manifest;
    let mut do_one = |number: usize, file: &FileRecord, fate: Option<Fate>| {
        let fate = fate.map_or_else(|| way.put_back(number, file), Ok)?;
        let back = matches!(fate, Fate::AlreadyBack | Fate::PutBack | Fate::Removed);
        let lost = matches!(fate, Fate::Failed(_)) && way.look(file).is_ok_and(is_absent);
        result.files.push((file.path.clone(), fate));
        Ok::<_, ClaimLost>((back, lost))
    };
    // Three passes, and their order is the safety: the former manifest may need files that the change
    // replaced, so these come first, and files that only the new manifest needs go last. A stop at any
    // point leaves a manifest whose files are all there.
    let mut stop = false;
    for (number, file) in files().filter(|(_, file)| !is_manifest(file) && file.before.is_some()) {
        stop |= do_one(number, file, None)?.1;
    }
    let mut manifest_is_back = !stop;
    for (number, file) in files().filter(|(_, file)| is_manifest(file)) {
        // The manifest that is in effect does not need a file that is missing; the former one does.
        let fate = stop.then_some(Fate::StillNeeded);
        manifest_is_back &= do_one(number, file, fate)?.0;
    }
    for (number, file) in files().filter(|(_, file)| !is_manifest(file) && file.before.is_none()) {
        do_one(number, file, (!manifest_is_back).then_some(Fate::StillNeeded))?;
    }
    Ok(result)
}

fn is_absent(look: OnDisk) -> bool {
    matches!(look, OnDisk::Absent)
}

struct Restorer<'a> {
    host: &'a dyn Host,
    entry: &'a Entry,
    claim: Option<&'a Claim>,
}

impl Restorer<'_> {
    fn put_back(&self, number: usize, file: &FileRecord) -> Result<Fate, ClaimLost> {
        match self.try_to_put_back(number, file) {
            Ok(fate) => Ok(fate),
            Err(Cause::Taken) => Err(ClaimLost),
            Err(cause) => Ok(Fate::Failed(cause)),
        }
    }

    fn try_to_put_back(&self, number: usize, file: &FileRecord) -> Result<Fate, Cause> {
        let fate = match (self.look(file)?, &file.before) {
            (OnDisk::Former, _) | (OnDisk::Absent, None) => Fate::AlreadyBack,
            // A container that was just starting found nothing there and got an empty directory.
            (OnDisk::Directory, None) if self.host.remove_directory(&file.path).is_ok() => {
                Fate::Removed
            }
            (OnDisk::Other | OnDisk::Directory, _) => return Ok(Fate::EditedSince),
            (OnDisk::Absent, Some(_)) if file.role == Role::Manifest => return Ok(Fate::Missing),
            (OnDisk::Absent | OnDisk::Latter, Some(before)) => {
                self.restore(number, file, before)?;
                Fate::PutBack
            }
            (OnDisk::Latter, None) => {
                self.take_away(number, file)?;
                Fate::Removed
            }
        };
        // Also what was back already: the process that restored it may not have lived to sync it.
        self.host.sync_directory(directory_of(&file.path)).or_else(|error| match fate {
            Fate::AlreadyBack if error.kind() == ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        Ok(fate)
    }

    fn look(&self, file: &FileRecord) -> Result<OnDisk, Cause> {
        let Some(stat) = self.host.stat(&file.path)? else { return Ok(OnDisk::Absent) };
        match stat.kind {
            FileKind::File => {}
            FileKind::Directory => return Ok(OnDisk::Directory),
            _ => return Ok(OnDisk::Other),
        }
        let sum = sha256(&self.host.read(&file.path)?);
        let is = |body: &Option<Body>| body.as_ref().is_some_and(|body| body.sha256 == sum);
        Ok(match (is(&file.before), is(&file.after)) {
            (true, _) => OnDisk::Former,
            (_, true) => OnDisk::Latter,
            _ => OnDisk::Other,
        })
    }

    /// Puts the former file in place by one rename: the staged one, which needs no free block, or
    /// else a fresh copy from the journal.
    fn restore(&self, number: usize, file: &FileRecord, before: &Body) -> Result<(), Cause> {
        make_parents(self.host, &file.path)?;
        for place in places(file.role, &file.path) {
            let former = staged(&place, self.entry.id(), number, StagedKind::Former);
            if self.holds(&former, before) && self.put(number, &former, file)? {
                return Ok(());
            }
        }
        let bytes = self.entry.former_body(self.host, before)?;
        for place in places(file.role, &file.path) {
            let fresh = staged(&place, self.entry.id(), number, StagedKind::Back);
            if self.host.stat(&fresh)?.is_some() {
                self.host.remove(&fresh)?;
            }
            stage(self.host, &fresh, &bytes, &Attributes::of(before), &file.path)?;
            if self.put(number, &fresh, file)? {
                return Ok(());
            }
        }
        Err(self.crosses_devices(file))
    }

    fn holds(&self, former: &std::path::Path, before: &Body) -> bool {
        self.host.read(former).is_ok_and(|bytes| sha256(&bytes) == before.sha256)
    }

    /// Renames a staged file into place; `false` if that is impossible from where it is.
    fn put(&self, number: usize, from: &std::path::Path, file: &FileRecord) -> Result<bool, Cause> {
        self.about_to(number)?;
        match self.host.rename(from, &file.path) {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => Ok(false),
            renamed => Ok(renamed.map(|()| true)?),
        }
    }

    fn take_away(&self, number: usize, file: &FileRecord) -> Result<(), Cause> {
        self.about_to(number)?;
        Ok(self.host.remove(&file.path)?)
    }

    /// Says what comes, as far as it can be written, and makes sure it still is ours to do.
    fn about_to(&self, number: usize) -> Result<(), Cause> {
        let _ = note(self.host, &self.entry.name, JournalStep::PutBack { file: number });
        match self.claim {
            Some(claim) if !is_current(self.host, &self.entry.name, claim)? => Err(Cause::Taken),
            _ => Ok(()),
        }
    }

    fn crosses_devices(&self, file: &FileRecord) -> Cause {
        Cause::Host(crate::host::HostError {
            verb: "put in place",
            path: self.host.place(&file.path),
            source: ErrorKind::CrossesDevices.into(),
        })
    }
}
