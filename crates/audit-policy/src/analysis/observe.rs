//! Which differences of two decisions a log can show, by the kind of request.
//!
//! A stage that a request does not have, and a body that it does not carry, make no difference:
//! only watches, logs, exec and the like, and failed authentication, have the stage
//! ResponseStarted, and only some bodies have managed fields.

use super::bits::Bits;
use super::decisions::ComparedDecision;
use super::group_sets::GroupSets;
use super::people::UserAtom;
use super::product::Product;
use super::request_kind::RequestKind;
use super::shape::Verbs;
use super::space::Space;
use super::target::Target;
use super::work_budget::TooMuch;

/// Returns the parts of a product whose requests leave other events by one decision than by the
/// other. What two decisions leave alike everywhere is in none.
pub(super) fn parts(
    space: &Space,
    group_sets: &mut GroupSets,
    product: &Product,
    [before, after]: [&ComparedDecision; 2],
) -> Result<Vec<Product>, TooMuch> {
    let differs = |request_kind: RequestKind| before.seen(request_kind) != after.seen(request_kind);
    let courses = [
        RequestKind::Refused,
        RequestKind::Streamed,
        RequestKind::Written,
        RequestKind::Read,
        RequestKind::Plain,
    ];
    if courses.into_iter().all(differs) {
        return Ok(vec![product.clone()]);
    }
    let people = group_sets.people(product.group_set).clone();
    let is_nobody =
        |user: &usize| space.users.atoms[*user].iter().all(|who| *who == UserAtom::Nobody);
    let nobody: Bits = people.users.iter().filter(is_nobody).collect();
    let mut parts = vec![];
    if differs(RequestKind::Refused) && !nobody.is_empty() {
        let group_set = group_sets.group_set(&nobody, people.groups)?;
        parts.push(Product { group_set, ..product.clone() });
    }
    let users = people.users.minus(&nobody);
    if users.is_empty() {
        return Ok(parts);
    }
    let group_set = group_sets.group_set(&users, people.groups)?;
    for (targets, verbs) in of_users(space, product, differs) {
        if !targets.is_empty() && !verbs.is_empty() {
            parts.push(Product { targets, verbs, group_set, ..product.clone() });
        }
    }
    Ok(parts)
}

/// The targets with their verbs for which users see a difference.
fn of_users(
    space: &Space,
    product: &Product,
    differs: impl Fn(RequestKind) -> bool,
) -> Vec<(Bits, Verbs)> {
    let of = |is_one: &dyn Fn(usize) -> bool| -> Bits {
        product.targets.iter().filter(|target| is_one(*target)).collect()
    };
    let is_path = |at: usize| matches!(space.targets.atoms[at].first(), Some(Target::Path(_)));
    let streams = |at: usize| space.targets.kinds[at].streams();
    let verbs = |is_in: &dyn Fn(&str) -> bool| product.verbs.and(Verbs::of(is_in));
    let watched = |verb: &str| matches!(verb, "watch" | "proxy");
    let written = |verb: &str| matches!(verb, "create" | "update");
    let of_objects = verbs(&|verb| {
        differs(match () {
            () if watched(verb) => RequestKind::Streamed,
            () if written(verb) => RequestKind::Written,
            () => RequestKind::Read,
        })
    });
    let all_if = |differs: bool| if differs { product.verbs } else { Verbs::default() };
    vec![
        (of(&|at| is_path(at)), all_if(differs(RequestKind::Plain))),
        (of(&|at| !is_path(at) && streams(at)), all_if(differs(RequestKind::Streamed))),
        (of(&|at| !is_path(at) && !streams(at)), of_objects),
    ]
}
