//! The state that a change left: its manifest, policy and webhook configuration.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::files::path_state;
use super::node::Node;
use super::webhook;
use crate::auditing::FileRef;
use crate::digest::sha256;
use crate::flags::name;
use crate::journal::{self, Entry, Journal};
use crate::manifest::{Manifest, POLICY_ANNOTATION};
use crate::plan::{Restore, Role};

/// A state, as far as the journal kept it.
pub struct HistoryState<'a> {
    entry: &'a Entry,
    /// The manifest.
    pub manifest: Manifest,
    policy: Option<SavedFile>,
    webhook: Option<SavedFile>,
    /// Files that the webhook configuration names, as paths in the container.
    pub webhook_files: Vec<PathBuf>,
}

/// The policy of a state.
#[derive(Debug, Clone, Copy)]
pub struct StatePolicy<'a> {
    /// Its path on the node.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a [u8],
    /// Whether the journal kept it: it is not what is at the path now.
    pub is_kept: bool,
}

/// A file beside the manifest.
struct SavedFile {
    path: PathBuf,
    /// What is to be restored: the text of that state, or what is there today.
    text: Option<Vec<u8>>,
    origin: TextSource,
}

/// Where the text of a file comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextSource {
    /// It is there, and nothing tells that it was another one then.
    Current,
    /// The journal kept it.
    Journal,
    /// Nobody kept that of the state: what is there stays.
    Unknown,
}

impl<'a> HistoryState<'a> {
    /// Reads what `entry` left. A manifest that no entry kept is today's: it was not changed.
    ///
    /// # Errors
    ///
    /// A file of the journal or the node cannot be read, or what was the manifest is none.
    pub fn read(
        node: &Node,
        journal: &Journal,
        entry: &'a Entry,
        today: &Manifest,
    ) -> Result<Self, Failure> {
        let host = node.host.as_ref();
        let bytes = journal.left_at(host, entry, &entry.record.manifest)?;
        let bytes = bytes.unwrap_or_else(|| today.text().as_bytes().to_vec());
        let manifest = Manifest::parse_for_rescue(&bytes).map_err(|refusal| {
            let (id, place, reason) = (entry.id(), refusal.place, &refusal.reason);
            Failure::refused(format!(
                "the manifest that change {id} left cannot be read: {place}: {reason}"
            ))
            .never_overridden()
        })?;
        let sum = manifest.annotation(POLICY_ANNOTATION);
        let source = StateSource { node, journal, entry };
        let policy = source.read(&manifest, Role::Policy, name::POLICY_FILE, sum)?;
        let webhook = source.read(&manifest, Role::Webhook, name::WEBHOOK_CONFIG_FILE, None)?;
        let container = manifest.flag(name::WEBHOOK_CONFIG_FILE).map(Path::new);
        let text = webhook.as_ref().and_then(|it| it.text.as_deref());
        let webhook_files = container.zip(text).map(|(at, text)| webhook::files_of(text, at));
        let webhook_files = webhook_files.unwrap_or_default();
        Ok(Self { entry, policy, webhook, webhook_files, manifest })
    }

    /// Returns the way back to this state from `today`.
    #[must_use]
    pub fn restore<'b>(&'b self, path: &'b Path, today: &'b Manifest) -> Restore<'b> {
        Restore {
            manifest_path: path,
            manifest: today,
            state: &self.manifest,
            policy: self.policy.as_ref().and_then(|it| it.text.as_deref()),
            webhook: self.webhook.as_ref().and_then(|it| it.text.as_deref()),
            webhook_files: &self.webhook_files,
        }
    }

    /// Returns the id of the change that left it.
    #[must_use]
    pub fn id(&self) -> &str {
        self.entry.id()
    }

    /// Returns the policy to restore, if there is one.
    #[must_use]
    pub fn policy(&self) -> Option<StatePolicy<'_>> {
        let policy = self.policy.as_ref()?;
        Some(StatePolicy {
            path: &policy.path,
            text: policy.text.as_deref()?,
            is_kept: policy.origin == TextSource::Journal,
        })
    }

    /// Returns what to know about this state.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let record = &self.entry.record;
        let (command, id) = (record.command.name(), self.entry.id());
        let mut notes = vec![format!(
            "restores what {command} {id} of {} by {} left",
            record.time, record.user
        )];
        if self.entry.state() == journal::EntryState::RolledBack {
            notes.push(format!(
                "{command} {id} was rolled back: the server did not come up with it"
            ));
        }
        for beside in [&self.policy, &self.webhook].into_iter().flatten() {
            if beside.origin == TextSource::Unknown {
                let path = beside.path.display();
                notes.push(format!("what {path} was then is no longer known: it stays as it is"));
            }
        }
        notes
    }
}

/// Where the files of a state come from.
struct StateSource<'a> {
    node: &'a Node,
    journal: &'a Journal,
    entry: &'a Entry,
}

impl StateSource<'_> {
    /// Reads the file that a flag of the manifest names; `sum` is its SHA-256, where that is known.
    fn read(
        &self,
        manifest: &Manifest,
        role: Role,
        flag: &str,
        sum: Option<&str>,
    ) -> Result<Option<SavedFile>, Failure> {
        let Some(file) = FileRef::of(manifest, flag) else { return Ok(None) };
        let path = file.node_or_same().to_owned();
        let host = self.node.host.as_ref();
        let current = path_state(host, &path)?.bytes().map(<[u8]>::to_vec);
        let is_it = |text: &Vec<u8>| sum.is_some_and(|sum| sha256(text) == sum);
        let kept = match sum {
            _ if current.as_ref().is_some_and(is_it) => None,
            Some(sum) => self.journal.text_of(host, role, sum)?,
            None => self.journal.left_at(host, self.entry, &path)?,
        };
        let (text, origin) = match kept.filter(|kept| Some(kept) != current.as_ref()) {
            Some(kept) => (Some(kept), TextSource::Journal),
            None if sum.is_none() || current.as_ref().is_some_and(is_it) => {
                (current, TextSource::Current)
            }
            None => (current, TextSource::Unknown),
        };
        Ok(Some(SavedFile { path, text, origin }))
    }
}
