//! Deciding fast: a policy as masks of bits.
//!
//! Every rule becomes one or more atoms. An atom admits a set of words in each place, such as verb
//! or namespace; a rule with several entries of resources becomes one atom for each. For every word
//! there is a mask of the atoms that admit it, so a request is the intersection of a few masks, and
//! the first bit left is the rule that decides. Masks are looked up only for places that the first
//! atom left restricts. A policy with more atoms than a mask has bits is a row of such blocks.

mod atom;
mod block;
mod dimension;
mod patterns;
mod table;

use self::atom::atoms_of;
use self::block::MaskBlock;
use self::dimension::Mask;
use super::decide::{Decision, decision};
use crate::api::{Policy, Version};
use crate::request::Request;

/// A policy made ready for many requests. It says the same as [`super::decide()`], faster.
#[derive(Debug, Clone)]
pub struct Compiled {
    blocks: Vec<MaskBlock>,
    /// What each rule says.
    decisions: Vec<Decision>,
    /// What is said where no rule matches.
    otherwise: Decision,
}

impl Compiled {
    /// Makes a policy ready for a server of this version.
    #[must_use]
    pub fn new(policy: &Policy, version: Version) -> Self {
        let atoms = atoms_of(policy, version);
        let rules = 0..policy.rules.len();
        Self {
            blocks: atoms.chunks(Mask::BITS as usize).map(MaskBlock::new).collect(),
            decisions: rules.map(|rule| decision(policy, Some(rule))).collect(),
            otherwise: decision(policy, None),
        }
    }

    /// Returns what the policy says to a request.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>) -> &Decision {
        let rule = self.blocks.iter().find_map(|block| block.first_rule(request));
        rule.and_then(|rule| self.decisions.get(rule)).unwrap_or(&self.otherwise)
    }
}
