//! What a policy means to the API server: load it, judge it, decide with it.
//!
//! A file goes through here as it goes through the server. [`judge()`] reads it as YAML or JSON, finds
//! out what kind of object it is (`kind`), decodes it by the rules of Go's types (`schema`,
//! `decode`) into a `draft`, and validates that (`validate`). The result is the server's
//! verdict in the server's words, with places. [`decide()`] then says what an accepted policy makes
//! of a request.

pub mod algebra;
mod ask;
mod changes;
mod compiled;
mod decide;
mod decode;
mod draft;
mod expectations;
mod explain;
mod judge;
mod kind;
pub mod lint;
mod places;
mod problem;
mod read;
mod recorded;
mod request;
mod request_info;
pub mod resources;
mod schema;
mod selector;
pub mod template;
mod url;
mod validate;
mod verdict;
mod words;

pub use ask::{Ask, AskError, Asked, Scope, ask, user};
pub use compiled::Compiled;
pub use decide::{Decision, decide, matches};
pub use expectations::{Case, Checked, Expectations, ExpectationsError, Expected, starter};
pub use explain::{Body, Explanation, Miss, Outcome, Selector, StageRecord, explain, miss};
pub use judge::{judge, judge_all};
pub use places::{GroupPlaces, Places, RulePlaces};
pub use problem::{Problem, ProblemKind};
pub use recorded::{Recorded, RecordedError, recorded};
pub use request::{Request, Resource, User};
pub use request_info::{RequestInfo, request_info};
pub use url::UrlError;
pub use verdict::{AcceptedPolicy, Verdict, VersionRange};
pub use words::{Who, Words};
