//! What a target can hold of a setup: what it cannot is said, never dropped in silence.

use super::setup::{LogSetting, Setup};
use crate::flags::name;

/// What a target can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    /// What it takes of a policy.
    pub policy: PolicyPart,
    /// The flags that it takes, beside those of the policy, the log's path and the webhook's file.
    pub flags: FlagSet,
    /// Where the log may be.
    pub log: LogPlace,
    /// Whether a webhook can be set.
    pub webhook: bool,
    /// Flags that have one value there whatever is asked for.
    pub fixed: &'static [(&'static str, &'static str)],
}

/// What a target takes of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyPart {
    /// All of it, byte for byte or value for value.
    Whole,
    /// Its rules; fields beside them move into every rule.
    Rules,
    /// One of a few profiles.
    Profile,
    /// Nothing: the target is no distribution.
    Nothing,
}

/// The flags that a target takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagSet {
    /// Every one.
    All,
    /// These.
    Only(&'static [&'static str]),
}

/// Where the log may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPlace {
    /// Anywhere.
    Anywhere,
    /// In this one file, or on the standard output if that is said.
    Fixed {
        /// The file.
        path: &'static str,
        /// Whether the standard output can be chosen.
        output: bool,
    },
    /// On the standard output alone.
    Output,
    /// The target says nothing about it.
    Nowhere,
}

/// The flags of rotation.
pub(super) const ROTATION: &[&str] = &[name::LOG_MAXAGE, name::LOG_MAXBACKUP, name::LOG_MAXSIZE];

impl Holds {
    /// A target that takes every flag and every path.
    pub(super) const ALL: Self = Self {
        policy: PolicyPart::Whole,
        flags: FlagSet::All,
        log: LogPlace::Anywhere,
        webhook: true,
        fixed: &[],
    };

    /// A target that is no distribution.
    pub(super) const NOTHING: Self = Self { policy: PolicyPart::Nothing, ..Self::ALL };

    /// Returns whether a flag beside the policy's and the log's path can be set.
    #[must_use]
    pub fn holds(&self, flag: &str) -> bool {
        match self.flags {
            FlagSet::All => true,
            FlagSet::Only(names) => names.contains(&flag),
        }
    }

    /// Returns what of a setup the target cannot hold, one sentence each.
    pub(super) fn losses(&self, setup: &Setup) -> Vec<String> {
        let mut losses = vec![];
        losses.extend(self.lost_log(setup));
        let is_file = matches!(setup.log, LogSetting::Usual | LogSetting::File(_));
        for (flag, value) in &setup.flags {
            if self.holds(flag) || (ROTATION.contains(flag) && !is_file) {
                continue;
            }
            let fixed = self.fixed.iter().find(|(name, _)| name == flag).map(|(_, value)| *value);
            match fixed {
                Some(fixed) if fixed == value => {}
                Some(fixed) => losses
                    .push(format!("--{flag}={value} cannot be set there; it is always {fixed}")),
                None if !setup.differs(flag, value) => {}
                None => losses.push(format!("--{flag}={value} cannot be set there")),
            }
        }
        if setup.webhook.is_some() && !self.webhook {
            losses.push("the audit webhook cannot be set there".to_owned());
        }
        losses
    }

    fn lost_log(&self, setup: &Setup) -> Option<String> {
        match (self.log, &setup.log) {
            (LogPlace::Fixed { path, .. }, LogSetting::File(place)) if place.container != path => {
                Some(format!("the log is always {path}; {} is not carried over", place.container))
            }
            (LogPlace::Fixed { path, output: false }, LogSetting::Output) => {
                Some(format!("the log is always {path}; it cannot go to standard output"))
            }
            (LogPlace::Output, LogSetting::Usual | LogSetting::File(_)) => Some(
                "the log goes to the standard output of the API server: no directory for a file \
                 can be mounted there, and the flags of rotation mean nothing"
                    .to_owned(),
            ),
            (LogPlace::Nowhere, LogSetting::File(_) | LogSetting::Output) => {
                Some("where events are written is not for the user to say there".to_owned())
            }
            _ => None,
        }
    }
}
