//! What is exported: a policy, and the settings of the API server around it.

use std::collections::BTreeMap;

use audit_policy::api::Version;
use audit_policy::policy::AcceptedPolicy;

use crate::flags::{Flag, name};
use crate::settings::{ROTATION, STDOUT};

/// A policy and the settings of the API server around it, as a distribution is to have them.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The policy.
    pub policy: AcceptedPolicy,
    /// What the server writes to its log about the policy, if it does.
    pub warning: Option<String>,
    /// Where the policy is; `None`: where the distribution has it.
    pub policy_place: Option<FilePlace>,
    /// Where events are written.
    pub log: LogSetting,
    /// The webhook, if there is one.
    pub webhook: Option<WebhookSetting>,
    /// All other audit flags by the server's name, with their values.
    pub flags: BTreeMap<&'static str, String>,
    /// The version of the API server.
    pub version: Version,
    /// The version of Kubernetes with its patch, such as `v1.37.2`, if it is known.
    pub release: Option<String>,
}

/// Where events are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogSetting {
    /// To the file that the distribution has for it.
    Usual,
    /// To this file.
    File(FilePlace),
    /// To the standard output of the container.
    Output,
    /// Nowhere: there is a webhook alone.
    None,
}

/// A file or directory on the node and in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePlace {
    /// Its path on the node.
    pub node: String,
    /// Its path in the container.
    pub container: String,
}

/// Where events are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSetting {
    /// Where its kubeconfig is.
    pub place: FilePlace,
    /// The kubeconfig, if it is known.
    pub text: Option<String>,
}

/// Where a distribution has the policy and the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usual {
    /// The policy.
    pub(super) policy: &'static str,
    /// The log.
    pub(super) log: &'static str,
}

/// Where everything is in one distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TargetLayout {
    /// The policy.
    pub(super) policy: FilePlace,
    /// The log, if it is a file.
    pub(super) log: Option<FilePlace>,
}

impl FilePlace {
    /// Returns a path that is the same on the node and in the container.
    #[must_use]
    pub fn same(path: &str) -> Self {
        Self { node: path.to_owned(), container: path.to_owned() }
    }

    /// Returns the directory that it is in, on either side.
    pub(super) fn directory(&self) -> Self {
        Self { node: parent(&self.node).to_owned(), container: parent(&self.container).to_owned() }
    }

    /// Returns the last part of its path on the node.
    pub(super) fn file_name(&self) -> &str {
        self.node.rsplit('/').next().unwrap_or(&self.node)
    }
}

/// Returns the directory of a path; `/` for one at the top.
pub(super) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        None | Some(("", _)) => "/",
        Some((directory, _)) => directory,
    }
}

impl Setup {
    /// Returns the policy as text. One that is not UTF-8, which the server reads too, is written again.
    pub(super) fn policy_text(&self) -> String {
        match str::from_utf8(self.policy.text()) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => crate::yaml::write(self.policy.policy()),
        }
    }

    /// Returns where everything is in a distribution that has it there unless something else is said.
    pub(super) fn layout(&self, usual: Usual) -> TargetLayout {
        let policy = self.policy_place.clone();
        TargetLayout {
            policy: policy.unwrap_or_else(|| FilePlace::same(usual.policy)),
            log: match &self.log {
                LogSetting::Usual => Some(FilePlace::same(usual.log)),
                LogSetting::File(place) => Some(place.clone()),
                LogSetting::Output | LogSetting::None => None,
            },
        }
    }

    /// Returns the audit flags for a layout, in the order of the documentation: policy, log and
    /// rotation, then the rest by name.
    pub(super) fn flags_at(&self, layout: &TargetLayout) -> Vec<(&'static str, String)> {
        let mut flags = vec![(name::POLICY_FILE, layout.policy.container.clone())];
        flags.extend(self.log_flags(layout));
        let webhook = self.webhook.as_ref().map(|webhook| webhook.place.container.clone());
        flags.extend(webhook.map(|path| (name::WEBHOOK_CONFIG_FILE, path)));
        flags.extend(self.other_flags());
        flags
    }

    /// Returns the path of the log and how it is rotated. What goes to the standard output is rotated by
    /// the kubelet.
    pub(super) fn log_flags(&self, layout: &TargetLayout) -> Vec<(&'static str, String)> {
        let path = match (&layout.log, &self.log) {
            (Some(log), _) => log.container.clone(),
            (None, LogSetting::Output) => return vec![(name::LOG_PATH, STDOUT.to_owned())],
            (None, _) => return vec![],
        };
        let mut flags = vec![(name::LOG_PATH, path)];
        flags.extend(self.rotation());
        flags
    }

    /// Returns how the log is rotated, if it is a file: the flags of rotation that are given.
    pub(super) fn rotation(&self) -> Vec<(&'static str, String)> {
        if matches!(self.log, LogSetting::Output | LogSetting::None) {
            return vec![];
        }
        let given = |name: &'static str| Some((name, self.flags.get(name)?.clone()));
        ROTATION.iter().filter_map(|(name, _)| given(name)).collect()
    }

    /// Returns the flags beside policy, log, rotation and the webhook's file, by name.
    pub(super) fn other_flags(&self) -> Vec<(&'static str, String)> {
        let is_rotation = |flag: &str| ROTATION.iter().any(|(name, _)| *name == flag);
        let others = self.flags.iter().filter(|(name, _)| !is_rotation(name));
        others.map(|(name, value)| (*name, value.clone())).collect()
    }

    /// Returns whether a flag has another value than the server takes without it.
    pub(super) fn differs(&self, name: &str, value: &str) -> bool {
        Flag::find(name).is_none_or(|flag| flag.default_for(self.version) != value)
    }

    /// Returns the policy without the fields that stand beside its rules, which are in every rule
    /// instead: it means the same.
    pub(super) fn policy_of_rules(&self) -> audit_policy::api::Policy {
        let mut policy = self.policy.policy().clone();
        let stages = std::mem::take(&mut policy.omit_stages);
        let managed_fields = std::mem::take(&mut policy.omit_managed_fields);
        for rule in &mut policy.rules {
            let missing = stages.iter().filter(|stage| !rule.omit_stages.contains(stage));
            let missing: Vec<_> = missing.copied().collect();
            rule.omit_stages.extend(missing);
            if managed_fields && rule.omit_managed_fields.is_none() {
                rule.omit_managed_fields = Some(true);
            }
        }
        policy
    }
}
