//! Which decisions are the same.

use crate::api::{Level, Stage};
use crate::policy::Decision;

/// When two decisions are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sameness {
    /// They have the same level, omitted stages and managed fields.
    #[default]
    Decision,
    /// The same is recorded. What nothing is recorded of has no stages and no bodies, and bodies
    /// have managed fields only from level `Request` on.
    Record,
}

/// What of a decision matters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Essence {
    level: Level,
    omit_stages: Vec<Stage>,
    omit_managed_fields: bool,
}

impl Sameness {
    pub(super) fn essence(self, decision: &Decision) -> Essence {
        let (mut level, mut omit_stages) = (decision.level, decision.omit_stages.clone());
        let mut omit_managed_fields = decision.omit_managed_fields;
        if self == Self::Record {
            if omit_stages.len() == Stage::ALL.len() {
                level = Level::None;
            }
            if level == Level::None {
                omit_stages.clear();
            }
            omit_managed_fields &= level >= Level::Request;
        }
        Essence { level, omit_stages, omit_managed_fields }
    }
}
