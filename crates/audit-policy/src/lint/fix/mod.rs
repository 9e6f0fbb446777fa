//! What can be repaired without asking, comments kept.
//!
//! Every repair changes as few bytes as it can, and counts only if the server then accepts the
//! policy. None changes what an accepted policy means, but for [`Order::CatchAllLast`], which must
//! be asked for.

mod indent;
mod reorder;
mod version;

use crate::api::Version;
use crate::policy::AcceptedPolicy;
use crate::policy::judge;
use reorder::Reordering;

pub(super) use version::migrated;

/// Whether rules may be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Every rule stays where it is.
    #[default]
    Kept,
    /// A rule that matches every request is moved after all others.
    CatchAllLast,
}

/// A repaired policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPolicy {
    /// The whole text.
    pub text: String,
    /// What was repaired, a phrase for each.
    pub repairs: Vec<String>,
    /// What was asked for and could not be done.
    pub left: Option<String>,
}

/// Returns the policy with everything repaired that can be, or `None` if there is nothing to repair
/// or the server would not accept the result. Where a rule cannot be moved the text may be as it was.
///
/// # Examples
///
/// ```
/// use audit_policy::{api::Version, lint::{fix, Order}};
///
/// let text = "apiVersion: audit.k8s.io/v1beta1 # old\nrules:\n- level: Metadata\n";
/// let fixed = fix(text, Version::NEWEST, Order::Kept).unwrap();
/// assert!(fixed.text.starts_with("apiVersion: audit.k8s.io/v1 # old\n"));
/// ```
#[must_use]
pub fn fix(text: &str, version: Version, order: Order) -> Option<FixedPolicy> {
    let mut fixed = FixedPolicy { text: text.to_owned(), repairs: vec![], left: None };
    if let Some(text) = indent::repaired(&fixed.text) {
        fixed.repaired(text, "fields are indented as their item is".to_owned());
    }
    if let Some((old, text)) = migrated(&fixed.text) {
        fixed.repaired(text, format!("`{old}` became `audit.k8s.io/v1`"));
    }
    if order == Order::CatchAllLast
        && let Ok(accepted) = judge(fixed.text.as_bytes(), version).outcome
    {
        fixed.move_catch_all(&accepted);
    }
    let says_something = !fixed.repairs.is_empty() || fixed.left.is_some();
    let is_good = says_something && judge(fixed.text.as_bytes(), version).is_accepted();
    is_good.then_some(fixed)
}

/// Says whether a text is no YAML only because fields are indented too deep.
pub(super) fn fixes_indentation(text: &str) -> bool {
    indent::repaired(text).is_some()
}

impl FixedPolicy {
    fn repaired(&mut self, text: String, repair: String) {
        self.text = text;
        self.repairs.push(repair);
    }

    fn move_catch_all(&mut self, accepted: &AcceptedPolicy) {
        match reorder::catch_all_last(&self.text, accepted) {
            Reordering::Nothing => {}
            Reordering::Last { rule, text } => {
                self.repaired(
                    text,
                    format!("rule {rule}, which matches everything, is the last one"),
                );
            }
            Reordering::Not { rule } => {
                self.left = Some(format!(
                    "rule {rule} matches everything and stays where it is: move it after the others \
                     by hand, since the rules are written in a way that cannot be cut apart safely"
                ));
            }
        }
    }
}
