//! Going back to an earlier state: its audit parts in today's manifest, or its manifest whole.

use std::path::{Path, PathBuf};

use super::enable::{Files, check_flags};
use super::layout::text;
use super::{Change, EnableError, FileChange, Layout, NodeFiles, Operation, Plan, Role};
use crate::auditing::known_flags;
use crate::digest::sha256;
use crate::manifest::{self, Manifest, ManifestRefusal, StripPart};
use crate::owner::Owner;

/// A state to go back to, and what is today.
#[derive(Debug)]
pub struct Restore<'a> {
    /// Path of the manifest on the node.
    pub manifest_path: &'a Path,
    /// The manifest as it is today.
    pub manifest: &'a Manifest,
    /// The manifest of that state.
    pub state: &'a Manifest,
    /// The policy that is to be, if there is one: that of the state, or where it is not known the
    /// one that is today.
    pub policy: Option<&'a [u8]>,
    /// The webhook configuration that is to be, likewise.
    pub webhook: Option<&'a [u8]>,
    /// Files that the webhook configuration names, as paths in the container.
    pub webhook_files: &'a [PathBuf],
}

impl Restore<'_> {
    /// Returns today's manifest with the audit parts of the state.
    ///
    /// Where nothing else differs these are the bytes of the state; where the audit parts do not
    /// differ, those of today.
    ///
    /// # Errors
    ///
    /// Returns why the parts do not fit into today's manifest.
    pub fn parts(&self) -> Result<Manifest, ManifestRefusal> {
        let files: Vec<String> = self.webhook_files.iter().map(|path| text(path)).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let former = self.state.audit_parts_with(&files);
        let mut parts = former.clone();
        if let (Some(annotation), Some(policy)) = (&mut parts.annotation, self.policy) {
            *annotation = sha256(policy);
        }
        if self.manifest.audit_parts_with(&files) == parts {
            return Ok(self.manifest.clone());
        }
        if parts == former && self.is_same_elsewhere() {
            return Manifest::parse(self.state.text().as_bytes());
        }
        manifest::transplant(self.manifest, &parts)
    }

    /// Returns what the manifest of the state would change in today's beside the audit parts;
    /// `None` if nothing.
    #[must_use]
    pub fn elsewhere(&self) -> Option<FileChange> {
        if self.is_same_elsewhere() {
            return None;
        }
        let parts = self.parts();
        let before = parts.as_ref().unwrap_or(self.manifest).text();
        let after = self.state.text();
        (before != after).then(|| FileChange {
            role: Role::Manifest,
            path: self.manifest_path.to_owned(),
            before: Some(before.as_bytes().to_vec()),
            after: Some(after.as_bytes().to_vec()),
            mode: 0o600,
            owner: Owner::ROOT,
        })
    }

    /// Returns whether both manifests are the same, byte for byte, but for their audit parts.
    fn is_same_elsewhere(&self) -> bool {
        let rest = |it| manifest::strip(it, StripPart::All).map(|rest| rest.text().to_owned()).ok();
        let state = rest(self.state);
        state.is_some() && state == rest(self.manifest)
    }

    /// Plans how to get to `goal`, which is [`Self::parts`] or the manifest of the state whole, with
    /// the files that it names. The plan is empty if everything is like that already.
    ///
    /// Files are written, never removed: what auditing no longer uses stays where it is. `layout` is
    /// that of `goal`, `None` where it has no policy, and `ground` what is there.
    ///
    /// # Errors
    ///
    /// Returns why the server would not start, or what is in the way of a file.
    pub fn plan(
        &self,
        goal: &Manifest,
        layout: Option<&Layout>,
        node_files: &NodeFiles,
    ) -> Result<Plan, EnableError> {
        let version = goal.nearest_version();
        check_flags(version, known_flags(goal))?;
        let mut changes = match layout {
            Some(layout) => Files {
                manifest: goal,
                layout,
                node_files,
                policy: self.policy,
                former_policy: None,
                webhook: self.webhook,
            }
            .changes()?,
            None => vec![],
        };
        changes.extend(Change::manifest(self.manifest_path, self.manifest, goal));
        let manifest = self.manifest_path.to_owned();
        Ok(Plan { operation: Operation::Restore, manifest, changes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::ManifestEdit;
    use crate::plan::PathState;

    const OFF: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\nspec:\n  \
        containers:\n  - name: kube-apiserver\n    image: k8s.gcr.io/kube-apiserver:v1.31.4\n    \
        command:\n    - kube-apiserver\n    - --secure-port=6443\n";
    const POLICY: &str = "/etc/kubernetes/audit/policy.yaml";
    const WEBHOOK: &str = "/etc/kubernetes/audit/webhook.yaml";

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
    }

    fn mount(manifest: &Manifest, path: &str) -> ManifestEdit {
        ManifestEdit::AddMount {
            volume: manifest.free_volume_name("audit"),
            host_path: path.to_owned(),
            host_path_type: Some("File".to_owned()),
            mount_path: path.to_owned(),
            read_only: true,
        }
    }

    /// A manifest with auditing: each of `files` by its flag and mounted, and our annotation.
    fn on(text: &str, files: &[(&str, &str)], policy: &str) -> Manifest {
        let mut made = manifest(text);
        for (flag, path) in files {
            let set = ManifestEdit::SetFlag { name: (*flag).to_owned(), value: (*path).to_owned() };
            made = made.edit(&[set, mount(&made, path)]).unwrap();
        }
        let key = manifest::POLICY_ANNOTATION.to_owned();
        made.edit(&[ManifestEdit::SetAnnotation { key, value: sha256(policy.as_bytes()) }]).unwrap()
    }

    fn with_policy(text: &str) -> Manifest {
        on(text, &[("audit-policy-file", POLICY)], "a")
    }

    fn restore<'a>(today: &'a Manifest, state: &'a Manifest) -> Restore<'a> {
        Restore {
            manifest_path: Path::new("/m.yaml"),
            manifest: today,
            state,
            policy: Some(b"a"),
            webhook: None,
            webhook_files: &[],
        }
    }

    fn edited(text: &str) -> String {
        text.replace("--secure-port=6443", "--secure-port=7443 # moved")
    }

    #[test]
    fn edits_of_others_stay_and_the_audit_parts_become_those_of_the_state() {
        let state = with_policy(OFF);
        let today = manifest(&edited(OFF));
        let parts = restore(&today, &state).parts().unwrap();
        assert_eq!(parts.audit_parts(), state.audit_parts());
        assert!(parts.text().contains("--secure-port=7443 # moved"), "{}", parts.text());
    }

    #[test]
    fn where_nothing_else_was_edited_the_very_bytes_of_the_state_come_back() {
        let state = with_policy(OFF).text().replace("policy.yaml\n", "policy.yaml # ours\n");
        let state = manifest(&state);
        let today = manifest(OFF);
        assert_eq!(restore(&today, &state).parts().unwrap().text(), state.text());
        assert_eq!(restore(&state, &today).parts().unwrap().text(), today.text());
        assert_eq!(restore(&today, &state).elsewhere(), None);
    }

    #[test]
    fn a_state_without_auditing_takes_it_out_of_a_manifest_that_was_edited() {
        let today = with_policy(&edited(OFF));
        let state = manifest(OFF);
        assert_eq!(restore(&today, &state).parts().unwrap().text(), edited(OFF));
    }

    #[test]
    fn the_state_that_stands_is_an_empty_plan_however_it_is_written() {
        let state = with_policy(OFF);
        let today = manifest(&edited(state.text()));
        let restore = restore(&today, &state);
        let goal = restore.parts().unwrap();
        let layout = Layout::of(&goal).unwrap().unwrap();
        let plan = restore.plan(&goal, Some(&layout), &node_files(b"a")).unwrap();
        assert!(plan.is_empty(), "{plan:?}");
    }

    fn node_files(policy: &[u8]) -> NodeFiles {
        let mut node_files = NodeFiles::default();
        let file = PathState::File { bytes: policy.to_vec(), mode: 0o600, owner: Owner::ROOT };
        node_files.note(Path::new(POLICY), file);
        node_files.note(Path::new("/etc/kubernetes/audit"), PathState::Directory);
        node_files
    }

    #[test]
    fn policy_and_webhook_come_back_before_the_manifest() {
        let files = [("audit-policy-file", POLICY), ("audit-webhook-config-file", WEBHOOK)];
        let (today, state) = (manifest(OFF), on(OFF, &files, "a"));
        let restore = Restore { webhook: Some(b"w"), ..restore(&today, &state) };
        let goal = restore.parts().unwrap();
        let layout = Layout::of(&goal).unwrap().unwrap();
        let plan = restore.plan(&goal, Some(&layout), &node_files(b"b")).unwrap();
        let files: Vec<_> = plan.files().map(|it| (it.role, it.before.as_deref())).collect();
        let before = Some(OFF.as_bytes());
        let expected =
            [(Role::Policy, Some(&b"b"[..])), (Role::Webhook, None), (Role::Manifest, before)];
        assert_eq!(files, expected);
        assert_eq!(plan.operation, Operation::Restore);
    }

    #[test]
    fn a_certificate_of_the_webhook_is_mounted_again() {
        let pem = "/etc/collector/client.pem";
        let files = [("audit-policy-file", POLICY), ("audit-webhook-config-file", WEBHOOK)];
        let state = on(OFF, &files, "a");
        let state = state.edit(&[mount(&state, pem)]).unwrap();
        let today = manifest(&edited(OFF));
        let named = [PathBuf::from(pem)];
        let restore = Restore { webhook_files: &named, ..restore(&today, &state) };
        let seen = restore.parts().unwrap().seen_at(pem).and_then(|seen| seen.node_path);
        assert_eq!(seen.as_deref(), Some(pem));
    }

    #[test]
    fn the_annotation_is_that_of_the_policy_that_will_stand() {
        let (today, state) = (manifest(OFF), with_policy(OFF));
        let restore = Restore { policy: Some(b"another"), ..restore(&today, &state) };
        let parts = restore.parts().unwrap();
        assert_eq!(parts.annotation(manifest::POLICY_ANNOTATION), Some(&*sha256(b"another")));
    }

    #[test]
    fn what_else_the_whole_file_would_change_is_told_and_auditing_is_not_in_it() {
        let (today, state) = (manifest(&edited(OFF)), with_policy(OFF));
        let change = restore(&today, &state).elsewhere().unwrap();
        let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes.unwrap()).unwrap();
        let (before, after) = (text(change.before), text(change.after));
        assert_eq!(after, state.text());
        assert_eq!(before.replace("7443 # moved", "6443"), after);
    }

    #[test]
    fn flags_that_the_server_of_today_does_not_take_are_refused() {
        let today = manifest(OFF);
        let state = with_policy(OFF);
        let flag = ManifestEdit::SetFlag {
            name: "audit-log-maxage".to_owned(),
            value: "thirty".to_owned(),
        };
        let state = state.edit(&[flag]).unwrap();
        let restore = restore(&today, &state);
        let goal = restore.parts().unwrap();
        let refused = restore.plan(&goal, None, &NodeFiles::default()).unwrap_err();
        assert!(refused.to_string().contains("would not start"), "{refused}");
    }
}
