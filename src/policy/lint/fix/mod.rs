//! What can be repaired without asking, comments kept.
//!
//! Every repair changes as few bytes as it can, and counts only if the server then accepts the
//! policy. None changes what an accepted policy means, but for [`Order::CatchAllLast`], which must
//! be asked for.

mod indent;
mod reorder;
mod version;

use super::super::judge::judge;
use crate::api::Version;

pub(super) use version::migrated;

/// Whether rules may be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Every rule stays where it is.
    #[default]
    Kept,
    /// A rule that matches every request is moved behind all others.
    CatchAllLast,
}

/// A repaired policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The whole text.
    pub text: String,
    /// What was repaired, a phrase for each.
    pub repairs: Vec<String>,
}

/// Returns the policy with everything repaired that can be, or `None` if there is nothing to repair
/// or the server would not accept the result.
///
/// # Examples
///
/// ```
/// use kubectl_audit::{api::Version, policy::lint::{fix, Order}};
///
/// let text = "apiVersion: audit.k8s.io/v1beta1 # old\nrules:\n- level: Metadata\n";
/// let fixed = fix(text, Version::NEWEST, Order::Kept).unwrap();
/// assert!(fixed.text.starts_with("apiVersion: audit.k8s.io/v1 # old\n"));
/// ```
#[must_use]
pub fn fix(text: &str, version: Version, order: Order) -> Option<Fixed> {
    let mut fixed = Fixed { text: text.to_owned(), repairs: vec![] };
    if let Some(text) = indent::repaired(&fixed.text) {
        fixed.repaired(text, "fields are indented as their item is".to_owned());
    }
    if let Some((old, text)) = migrated(&fixed.text) {
        fixed.repaired(text, format!("`{old}` became `audit.k8s.io/v1`"));
    }
    if order == Order::CatchAllLast {
        let moved = judge(fixed.text.as_bytes(), version)
            .accepted
            .and_then(|accepted| reorder::catch_all_last(&fixed.text, &accepted));
        if let Some((rule, text)) = moved {
            fixed.repaired(text, format!("rule {rule}, which matches everything, is the last one"));
        }
    }
    let is_good =
        !fixed.repairs.is_empty() && judge(fixed.text.as_bytes(), version).accepted.is_some();
    is_good.then_some(fixed)
}

impl Fixed {
    fn repaired(&mut self, text: String, repair: String) {
        self.text = text;
        self.repairs.push(repair);
    }
}
