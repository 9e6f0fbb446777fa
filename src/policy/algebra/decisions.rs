//! Which decisions are the same, and which record less.

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

/// Says whether less is recorded by one decision than by another: a lower level, or at the same
/// level fewer stages, or of the same stages no managed fields.
pub(super) fn records_less(one: &Decision, other: &Decision) -> bool {
    let [one, other] = [one, other].map(|decision| Sameness::Record.essence(decision));
    let omits_all = other.omit_stages.iter().all(|stage| one.omit_stages.contains(stage));
    let omits_more = one.omit_stages.len() > other.omit_stages.len();
    let omits_fields = one.omit_managed_fields && !other.omit_managed_fields;
    one.level < other.level
        || (one.level == other.level
            && omits_all
            && (omits_more || (one.omit_stages == other.omit_stages && omits_fields)))
}
