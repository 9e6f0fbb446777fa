//! What a policy means to the API server: load it, judge it, decide with it.
//!
//! A file goes through here as it goes through the server. [`judge()`] reads it as YAML or JSON, finds
//! out what kind of object it is (`kind`), decodes it by the rules of Go's types (`schema`,
//! `decode`) into a `draft`, and validates that (`validate`). The result is the server's
//! verdict in the server's words, with places. [`decide()`] then says what an accepted policy makes
//! of a request.

mod changes;
mod compiled;
mod decide;
mod decode;
mod draft;
mod explain;
mod formats;
mod judge;
mod kind;
mod places;
mod problem;
mod read;
mod schema;
mod validate;
mod verdict;

pub(crate) use changes::ANY_GROUP;
pub use compiled::Compiled;
pub use decide::{Decision, decide, decision, matches};
pub(crate) use decide::{matches_group, matches_path};
pub use explain::{
    EventBody, Explanation, Miss, Selector, StageOutcome, StageRecord, explain, miss,
};
pub use formats::formats;
pub use judge::{judge, judge_all};
pub use places::{GroupPlaces, Places, RulePlaces};
pub use problem::{Problem, ProblemKind};
pub use verdict::{AcceptedPolicy, Refusal, Verdict, VersionRange};
