//! One plan being carried out: everything that is written, and how it is taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cause::Cause;
use super::claims::{SupersededEntries, take};
use super::dead_man;
use super::error::ApplyError;
use super::record::{give_reason, line_of, rollback_command};
use super::roll_back::{ClaimLost, RollBack, roll_back};
use super::stage::{StagedKind, directory_of, probe, stage, staged};
use super::target::TargetFile;
use super::tidy::tidy;
use crate::host::{FileKind, Host, HostError};
use crate::journal::{
    Claim, Entry, EntryDraft, EntryState, JournalStep, is_current, move_claim, note,
};
use crate::owner::Owner;
use crate::plan::{Change, Plan, Role};

/// Mode of directories on the way to one that the plan names, as a distribution would make them.
const PARENT_MODE: u32 = 0o755;

/// A plan under way.
pub(super) struct Attempt<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) plan: &'a Plan,
    pub(super) targets: Vec<TargetFile<'a>>,
    pub(super) draft: EntryDraft,
    pub(super) entry: Option<Entry>,
    pub(super) superseded: SupersededEntries,
    /// Where each file is staged.
    pub(super) places: BTreeMap<usize, PathBuf>,
    /// Directories made, in order.
    pub(super) made: Vec<PathBuf>,
    /// Files that may have been changed.
    pub(super) reached: BTreeSet<usize>,
    pub(super) guard: Guard,
    /// How the dead man runs, once he does.
    pub(super) watched: Option<dead_man::DeadManKind>,
}

/// Who takes the change back when this process is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Nobody: the next command settles it.
    None,
    /// A process of its own, at the latest when patience, and a bit more, is over.
    DeadMan {
        /// How long the command itself will wait for proof.
        patience: Duration,
    },
}

impl Attempt<'_> {
    /// Carries out the plan up to the final claim. After an error [`Self::give_up`] must follow.
    pub(super) fn carry_out(&mut self, supersedes: &[&str]) -> Result<(), Cause> {
        self.prepare()?;
        self.arm(supersedes)?;
        for number in self.order() {
            self.change(number)?;
        }
        self.close()
    }

    /// Writes the entry, makes directories, stages every file, and claims `prepared` last.
    fn prepare(&mut self) -> Result<(), Cause> {
        let records = self.targets.iter().enumerate().map(|(n, target)| target.record(n)).collect();
        let former: Vec<_> = self.targets.iter().map(|target| target.file.before.clone()).collect();
        let latter: Vec<_> = self.targets.iter().map(|target| target.file.after.clone()).collect();
        self.draft.write(self.host, records, &former, &latter)?;
        self.make_directories()?;
        for number in 0..self.targets.len() {
            self.go_on()?;
            self.stage(number)?;
        }
        for place in self.places.values().collect::<BTreeSet<_>>() {
            self.host.sync_directory(place)?;
        }
        self.go_on()?;
        self.entry = Some(self.draft.clone().prepare(self.host)?);
        Ok(())
    }

    fn make_directories(&mut self) -> Result<(), Cause> {
        let plan = self.plan;
        for change in &plan.changes {
            self.go_on()?;
            match change {
                Change::Directory(new) => self.make_directory(&new.path, new.mode, new.owner)?,
                Change::File(file) if file.after.is_some() => {
                    self.make_directory(directory_of(&file.path), PARENT_MODE, Owner::ROOT)?;
                }
                Change::File(_) => {}
            }
        }
        Ok(())
    }

    /// Makes a directory and those above it. One that is there stays as it is.
    fn make_directory(&mut self, path: &Path, mode: u32, owner: Owner) -> Result<(), Cause> {
        match self.host.stat(path)?.map(|stat| stat.kind) {
            Some(FileKind::Directory | FileKind::Symlink) => return Ok(()),
            None => {}
            Some(_) => {
                let source = io::ErrorKind::NotADirectory.into();
                let path = self.host.place(path);
                return Err(HostError { verb: "make", path, source }.into());
            }
        }
        let above = directory_of(path);
        self.make_directory(above, PARENT_MODE, Owner::ROOT)?;
        self.made.push(path.to_owned());
        self.host.make_directory(path, mode)?;
        self.host.set_owner(path, owner)?;
        self.host.set_mode(path, mode)?;
        Ok(self.host.sync_directory(above)?)
    }

    fn stage(&mut self, number: usize) -> Result<(), Cause> {
        let target = &self.targets[number];
        let (role, path) = (target.file.role, &target.file.path);
        let place = probe(self.host, role, path, self.draft.id(), number)?;
        let at = |end| staged(&place, self.draft.id(), number, end);
        if let Some(bytes) = &target.file.after {
            stage(self.host, &at(StagedKind::New), bytes, &target.latter(), path)?;
        }
        if let Some((bytes, attributes)) = target.file.before.as_ref().zip(target.former()) {
            stage(self.host, &at(StagedKind::Former), bytes, &attributes, path)?;
        }
        self.places.insert(number, place);
        Ok(())
    }

    /// Takes over the entries this one supersedes and claims `armed`: from here on a process that
    /// dies leaves a change to be rolled back. The dead man is seen alive before the first file
    /// changes.
    fn arm(&mut self, supersedes: &[&str]) -> Result<(), Cause> {
        self.go_on()?;
        let who = self.plan.operation.name();
        for name in supersedes {
            self.superseded.take_over(self.host, name, who)?;
        }
        self.claim(EntryState::Prepared, EntryState::Armed)?;
        if let (Guard::DeadMan { patience }, Some(entry)) = (self.guard, &self.entry) {
            self.watched = Some(dead_man::arm(self.host, entry, patience)?);
            self.go_on()?;
        }
        Ok(())
    }

    /// Claims that the files are in place, unless a process watches until they are proven. What is
    /// superseded is undone by that.
    fn close(&mut self) -> Result<(), Cause> {
        match self.guard {
            Guard::DeadMan { .. } => Ok(()),
            Guard::None => self.claim(EntryState::Armed, EntryState::Applied),
        }
    }

    fn claim(&mut self, from: EntryState, to: EntryState) -> Result<(), Cause> {
        let Some(entry) = &mut self.entry else { return Ok(()) };
        let to = Claim::Plain(to);
        move_claim(self.host, &entry.name, &Claim::Plain(from), &to)?;
        entry.claim = to;
        Ok(())
    }

    /// The files in the order in which they change: the manifest when all it names is there, and
    /// files that go when no manifest names them any more.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.targets.len()).collect();
        order.sort_by_key(|number| match self.targets[*number].file {
            file if file.after.is_none() => 2,
            file => u8::from(file.role == Role::Manifest),
        });
        order
    }

    /// Changes one file by one rename, or removes it, when it is certain that it still is the file
    /// that was looked at and that the entry still is ours.
    fn change(&mut self, number: usize) -> Result<(), Cause> {
        self.go_on()?;
        let name = self.draft.name();
        let target = &self.targets[number];
        let path = &target.file.path;
        note(self.host, name, JournalStep::Change { file: number })?;
        target.look_again(self.host)?;
        if !is_current(self.host, name, &Claim::Plain(EntryState::Armed))? {
            return Err(Cause::Taken);
        }
        self.reached.insert(number);
        match (&target.file.after, self.places.get(&number)) {
            (Some(_), Some(place)) => {
                self.host.rename(&staged(place, self.draft.id(), number, StagedKind::New), path)?;
            }
            _ => self.host.remove(path)?,
        }
        Ok(self.host.sync_directory(directory_of(path))?)
    }

    /// Stops here if the user asks to, unless the manifest has changed: then going on is the shorter
    /// way to a machine that is whole.
    fn go_on(&self) -> Result<(), Cause> {
        if self.host.interrupted() && !self.has_reached_the_manifest() {
            return Err(Cause::Interrupted);
        }
        Ok(())
    }

    fn has_reached_the_manifest(&self) -> bool {
        self.reached.iter().any(|number| self.targets[*number].file.role == Role::Manifest)
    }

    /// Undoes what was done so far and tells the state the machine is in.
    pub(super) fn give_up(mut self, cause: Cause) -> ApplyError {
        let Some(entry) = self.entry.take() else {
            // Without a claim it is no entry. What cannot be removed now, the next command removes.
            let _ = tidy(self.host);
            self.remove_directories();
            return ApplyError::NothingChanged(cause);
        };
        if matches!(cause, Cause::Taken) {
            return self.claim_lost(&entry);
        }
        let ours = match take(self.host, &entry.name, self.plan.operation.name()) {
            Err(Cause::Taken) => return self.claim_lost(&entry),
            // Nothing can be written there: the files are restored all the same.
            Err(_) => None,
            Ok(claim) => Some(claim),
        };
        give_reason(self.host, &entry, &cause.to_string());
        match roll_back(self.host, &entry, &self.reached, ours.as_ref()) {
            Err(ClaimLost) => self.claim_lost(&entry),
            Ok(files) if files.has_failed() => {
                let command = rollback_command(self.host, &entry);
                self.host.log(&line_of(&entry, "could NOT be rolled back completely"));
                ApplyError::RollbackFailed {
                    id: entry.record.id,
                    cause: Box::new(cause),
                    files,
                    command,
                }
            }
            Ok(files) => self.undone(entry, ours.as_ref(), files, cause),
        }
    }

    fn undone(
        &mut self,
        entry: Entry,
        ours: Option<&Claim>,
        files: RollBack,
        cause: Cause,
    ) -> ApplyError {
        let whole = !self.has_reached_the_manifest() && files.left().next().is_none();
        let end = if whole { EntryState::Undone } else { EntryState::RolledBack };
        // A claim that cannot be moved is found open by the next command, which settles it.
        if let Some(ours) = ours {
            let _ = move_claim(self.host, &entry.name, ours, &Claim::Plain(end));
        }
        dead_man::dismiss(self.host, entry.id());
        self.superseded.give_back(self.host);
        let _ = tidy(self.host);
        if whole {
            self.remove_directories();
            return ApplyError::NothingChanged(cause);
        }
        self.host.log(&line_of(&entry, "failed and was rolled back"));
        ApplyError::RolledBack { id: entry.record.id, cause: Box::new(cause), files }
    }

    fn claim_lost(&mut self, entry: &Entry) -> ApplyError {
        self.superseded.give_back(self.host);
        let by = super::claims::current_claim(self.host, &entry.name).ok().flatten();
        ApplyError::Taken { id: entry.record.id.clone(), by }
    }

    /// Removes the directories that were made for a change that came to nothing, unless someone has
    /// put something there.
    fn remove_directories(&self) {
        for path in self.made.iter().rev() {
            if self.host.remove_directory(path).is_ok() {
                let _ = self.host.sync_directory(directory_of(path));
            }
        }
    }
}
