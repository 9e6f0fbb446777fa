//! Which decisions are the same.

use super::request_kind::RequestKind;
use crate::api::{Level, Stage};
use crate::policy::Decision;

/// When two decisions are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecisionEquality {
    /// They have the same level, omitted stages and managed fields.
    #[default]
    Decision,
    /// The same is recorded. What nothing is recorded of has no stages and no bodies, and bodies
    /// have managed fields only from level `Request` on.
    Record,
    /// The log shows no difference: as [`Self::Record`], and of each request only the stages and
    /// bodies count that it has.
    Observed,
}

/// What of a decision matters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ComparedDecision {
    level: Level,
    omit_stages: Vec<Stage>,
    omit_managed_fields: bool,
}

impl ComparedDecision {
    /// Returns what the events of a request of this kind show: the level, the stages and whether
    /// managed fields are missing in them. Nothing, if there are no events.
    pub(super) fn seen(&self, request_kind: RequestKind) -> Option<(Level, Vec<Stage>, bool)> {
        let stages = request_kind.stages().iter().copied();
        let left: Vec<Stage> = stages.filter(|it| !self.omit_stages.contains(it)).collect();
        let has_objects = match request_kind {
            RequestKind::Written => self.level >= Level::Request,
            RequestKind::Read => self.level >= Level::RequestResponse,
            RequestKind::Refused | RequestKind::Streamed | RequestKind::Plain => false,
        };
        let is_seen = self.level > Level::None && !left.is_empty();
        is_seen.then_some((self.level, left, self.omit_managed_fields && has_objects))
    }
}

impl DecisionEquality {
    pub(super) fn compared(self, decision: &Decision) -> ComparedDecision {
        let (mut level, mut omit_stages) = (decision.level, decision.omit_stages.clone());
        let mut omit_managed_fields = decision.omit_managed_fields;
        if self != Self::Decision {
            if omit_stages.len() == Stage::ALL.len() {
                level = Level::None;
            }
            if level == Level::None {
                omit_stages.clear();
            }
            omit_managed_fields &= level >= Level::Request;
        }
        ComparedDecision { level, omit_stages, omit_managed_fields }
    }
}
