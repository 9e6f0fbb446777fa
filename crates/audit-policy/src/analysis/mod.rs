//! Exact questions about a policy: what a rule decides, and what two policies decide differently.
//!
//! A rule tests each dimension of a request on its own: the user, the groups, the verb, the target,
//! the namespace. In each dimension the values that no rule tells apart are one atom (`space`), so
//! that a handful of atoms stands for all requests, and every answer comes with a request that can
//! really happen (`facts`).
//!
//! All answers are exact. Some would take exponential work; beyond a [`Bound`] the answer is that it
//! is not decided, never a guess.

mod bits;
mod class;
mod cluster_facts;
mod conditions;
mod decisions;
mod describe;
mod difference;
mod dimension;
mod entries;
mod facts;
mod group_sets;
mod grouped;
mod hitting_set;
mod identity;
mod names;
mod observe;
mod paths;
mod people;
mod point;
mod product;
mod questions;
mod ranking;
mod reach;
mod regions;
mod request_kind;
mod search;
mod shape;
mod space;
mod target;
mod targets;
mod value;
mod walk;
mod witness;
mod work_budget;

pub use class::{Caller, Class, Membership, PathPattern, Resources, Selection};
pub use cluster_facts::{ClusterFacts, Identities, ResourceScope, Scopes};
pub use decisions::DecisionEquality;
pub use difference::{DecisionChange, Difference, difference};
pub use facts::can_happen;
pub use questions::{Analysis, Basis, Decides, Reachability};
pub use work_budget::{Bound, TooMuch};
