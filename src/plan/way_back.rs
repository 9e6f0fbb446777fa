//! Which way back a rescue takes: a change of this program is undone, or audit settings are stripped.

use std::path::Path;

use super::change::{Operation, Plan};
use super::rescue::{StripPlan, StripRefusal, strip};
use super::undo::{Backup, FileNow, Undo, UndoError, UndoMethod, undo};
use crate::manifest::StripPart;

/// A change of this program that is in effect, or was left unfinished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoCandidate {
    /// The directory name of its entry.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The command that made it.
    pub command: Operation,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// Who.
    pub user: String,
}

/// What a rescue knows of a node.
#[derive(Debug)]
pub struct Rescue<'a> {
    /// Path of the manifest on the node.
    pub manifest: &'a Path,
    /// What is there now; `None` if nothing is.
    pub current: Option<&'a [u8]>,
    /// The part that is to be stripped, whatever was changed.
    pub only: Option<StripPart>,
    /// The changes that can be taken back, newest first; no rescue is one.
    pub candidates: &'a [UndoCandidate],
    /// The id of the rescue that was the last change, where a second one has nothing to do.
    pub finished: Option<&'a str>,
    /// Whether a damaged entry may be newer than the newest candidate.
    pub is_uncertain: bool,
    /// A backup of the manifest that another tool made.
    pub backup: Option<&'a Backup>,
    /// Whether only another manifest brings the server back.
    pub needs_the_manifest: bool,
}

/// A way back that was found.
#[derive(Debug)]
pub struct WayBack {
    /// The plan; empty if there is nothing to do.
    pub plan: Plan,
    /// The directory names of the entries that it takes back.
    pub undoes: Vec<String>,
    /// Things to know, one sentence each.
    pub notes: Vec<String>,
}

/// Why there is no way back. `E` is why the files of a change cannot be read.
#[derive(Debug)]
pub enum NoWayBack<E> {
    /// Nothing can be stripped.
    Strip(StripRefusal),
    /// No change can be taken back; why the newest cannot.
    Undo(UndoError),
    /// What a change wrote cannot be read.
    Files(E),
}

/// Why a change that left the manifest alone is no way back.
const BESIDE: &str = "it changed no manifest, and its files are not what is wrong";

impl Rescue<'_> {
    /// Plans the way back. `files` reads what a change wrote and what is there now, `acceptable` says
    /// whether the server starts with a policy.
    ///
    /// The newest change that can be taken back and that helps is, and those after it go with it.
    /// Where none does, all audit settings are stripped.
    ///
    /// # Errors
    ///
    /// Returns why there is no way back that is certain to leave a manifest that the kubelet runs.
    pub fn plan<E>(
        &self,
        files: impl Fn(&UndoCandidate) -> Result<Vec<FileNow>, E>,
        acceptable: impl Fn(&[u8]) -> bool,
    ) -> Result<WayBack, NoWayBack<E>> {
        let newest = self.candidates.first();
        match (self.only, newest, self.finished) {
            (Some(only), ..) => self.stripped(only),
            (None, Some(newest), Some(rescue)) => Ok(self.done(newest, rescue)),
            (None, Some(_), None) if !self.is_uncertain => match self.undone(files, acceptable)? {
                Some(way) => Ok(way),
                None => self.stripped(StripPart::All),
            },
            _ => self.stripped(StripPart::All),
        }
    }

    fn stripped<E>(&self, what: StripPart) -> Result<WayBack, NoWayBack<E>> {
        let StripPlan { plan, notes } =
            strip(self.manifest, self.current, what, self.backup).map_err(NoWayBack::Strip)?;
        Ok(WayBack { plan, undoes: vec![], notes })
    }

    /// A rescue was the last thing that happened here: a second one has nothing to do.
    fn done(&self, older: &UndoCandidate, rescue: &str) -> WayBack {
        let manifest = self.manifest.to_owned();
        let note = format!(
            "rescue {rescue} was the last change; --force takes back {} of {} as well",
            older.id, older.time
        );
        let plan = Plan { operation: Operation::Rescue, manifest, changes: vec![] };
        WayBack { plan, undoes: vec![], notes: vec![note] }
    }

    /// Takes back the newest change that can be, and that helps: with one whose policy no server
    /// takes, or whose files are not what is wrong, the server would not come back, and an older
    /// change is taken back with it. `None` where no change of the journal helps.
    fn undone<E>(
        &self,
        files: impl Fn(&UndoCandidate) -> Result<Vec<FileNow>, E>,
        acceptable: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<WayBack>, NoWayBack<E>> {
        let mut skipped: Vec<(&UndoCandidate, Option<UndoError>)> = vec![];
        for candidate in self.candidates {
            let files = files(candidate).map_err(NoWayBack::Files)?;
            let undo = undo((self.manifest, self.current), &files, self.backup, &acceptable);
            match undo.map(|undo| way(candidate, undo)) {
                Ok(way) if way.plan.manifest_change().is_none() && self.needs_the_manifest => {
                    skipped.push((candidate, None));
                }
                Ok(mut way) => {
                    for (candidate, why) in skipped {
                        let why = why.map_or_else(|| BESIDE.to_owned(), |why| why.to_string());
                        let what = format!("{} {}", candidate.command.name(), candidate.id);
                        way.notes.insert(1, format!("takes back {what} with it: {why}"));
                        way.undoes.push(candidate.name.clone());
                    }
                    return Ok(Some(way));
                }
                Err(why) => skipped.push((candidate, Some(why))),
            }
        }
        match skipped.into_iter().next() {
            Some((_, Some(why))) => Err(NoWayBack::Undo(why)),
            _ => Ok(None),
        }
    }
}

fn way(candidate: &UndoCandidate, undo: Undo) -> WayBack {
    let Undo { plan, how, mut notes } = undo;
    let UndoCandidate { name, id, command, time, user } = candidate;
    notes.insert(0, format!("takes back {} {id} of {time} by {user}", command.name()));
    notes.extend(how_note(&how));
    WayBack { plan, undoes: vec![name.clone()], notes }
}

fn how_note(how: &UndoMethod) -> Option<String> {
    Some(match how {
        UndoMethod::Already | UndoMethod::Exact => return None,
        UndoMethod::Lines => "the manifest was edited since; those edits stay".to_owned(),
        UndoMethod::Parts => {
            "the manifest was edited since, on the same lines; its audit settings become those of \
             before the change, everything else stays"
                .to_owned()
        }
        UndoMethod::Whole { runs: false } => {
            "the manifest on disk is no valid pod even without our change; the former file is put \
             back whole, and this one is kept in the entry"
                .to_owned()
        }
        UndoMethod::Whole { runs: true } => {
            "the manifest was edited since in a way that cannot be distinguished from the change; the former \
             file is restored whole, and this one is kept in the entry"
                .to_owned()
        }
        UndoMethod::Backup(path) => format!(
            "neither the manifest on disk nor the former one is a valid pod; kubeadm's backup {} \
             is put there",
            path.display()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::owner::Owner;
    use crate::plan::{FileChange, PathState, Role};

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: \
                       kube-system\nspec:\n  containers:\n  - name: kube-apiserver\n    image: x\n    \
                       command: [kube-apiserver]\n";

    fn candidate(id: &str) -> UndoCandidate {
        UndoCandidate {
            name: format!("entry-{id}"),
            id: id.to_owned(),
            command: Operation::Enable,
            time: "2026-11-21T07:18:23Z".to_owned(),
            user: "root".to_owned(),
        }
    }

    /// A file that holds what the change wrote.
    fn written(role: Role, before: &str, after: &str) -> FileNow {
        let file = |text: &str| Some(text.as_bytes().to_vec());
        let (path, mode) = (format!("/{role:?}").into(), 0o600);
        let (before, after) = (file(before), file(after));
        let bytes = after.clone().unwrap_or_default();
        FileNow {
            change: FileChange { role, path, before, after, mode, owner: Owner::ROOT },
            current: PathState::File { bytes, mode, owner: Owner::ROOT },
        }
    }

    /// Plans with two changes: the newest one of the policy, and an older one of the manifest.
    fn plan(change: impl Fn(&mut Rescue<'_>)) -> WayBack {
        let now = POD.replace("image: x", "image: y");
        let candidates = [candidate("new"), candidate("old")];
        let files = |it: &UndoCandidate| -> Result<Vec<FileNow>, ()> {
            Ok(vec![match it.id.as_str() {
                "new" => written(Role::Policy, "a", "b"),
                _ => written(Role::Manifest, POD, &now),
            }])
        };
        let mut rescue = Rescue {
            manifest: Path::new("/Manifest"),
            current: Some(now.as_bytes()),
            only: None,
            candidates: &candidates,
            finished: None,
            is_uncertain: false,
            backup: None,
            needs_the_manifest: false,
        };
        change(&mut rescue);
        rescue.plan(files, |_| true).unwrap()
    }

    #[test]
    fn the_newest_change_is_taken_back_unless_only_another_manifest_helps() {
        assert_eq!(plan(|_| ()).undoes, ["entry-new"]);
        let way = plan(|rescue| rescue.needs_the_manifest = true);
        assert_eq!(way.undoes, ["entry-old", "entry-new"]);
        assert!(way.plan.manifest_change().is_some());
        assert!(way.notes.iter().any(|note| note.ends_with(BESIDE)), "{:?}", way.notes);
    }

    #[test]
    fn nothing_is_taken_back_twice_nor_beside_a_damaged_entry() {
        assert!(plan(|rescue| rescue.finished = Some("r")).plan.is_empty());
        assert_eq!(plan(|rescue| rescue.is_uncertain = true).undoes, Vec::<String>::new());
        assert_eq!(plan(|rescue| rescue.only = Some(StripPart::Log)).undoes, Vec::<String>::new());
    }
}
