//! `silent-users`: rules by which nothing that a powerful kind of user does is recorded.

use super::catalog::SILENT_USERS;
use super::probe::{SampleRequest, by, ordinary};
use super::subject::Subject;
use crate::api::Level;
use crate::finding::Finding;
use crate::policy::decide;
use crate::request::Request;

/// A kind of user whose changes nobody wants to miss.
struct PowerfulUser {
    who: &'static str,
    name: &'static str,
    groups: &'static [&'static str],
}

/// Users about whom no rule says anything.
pub(super) const ORDINARY: &str = "ordinary users";

/// What the rest of this check, and a profile, asks about.
const POWERFUL: [PowerfulUser; 3] = [
    PowerfulUser {
        who: "cluster administrators",
        name: "kubernetes-super-admin",
        groups: &["system:masters", "system:authenticated"],
    },
    PowerfulUser {
        who: "the administrators that kubeadm makes",
        name: "kubernetes-admin",
        groups: &["kubeadm:cluster-admins", "system:authenticated"],
    },
    PowerfulUser {
        who: "service accounts of all namespaces",
        name: "system:serviceaccount:another:another",
        groups: &[
            "system:serviceaccounts",
            "system:serviceaccounts:another",
            "system:authenticated",
        ],
    },
];

/// Changes of three kinds: who silences all of them silences everything.
const CHANGES: [(SampleRequest, &str); 3] = [
    (SampleRequest::core("pods", ""), "delete"),
    (SampleRequest { group: "example.com", ..SampleRequest::core("widgets", "") }, "create"),
    (
        SampleRequest {
            group: "rbac.authorization.k8s.io",
            namespaced: false,
            ..SampleRequest::core("clusterrolebindings", "")
        },
        "patch",
    ),
];

/// Looks for rules that name users or groups and record none of their changes.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<(usize, Vec<&str>)> = vec![];
    for PowerfulUser { who, name, groups } in &POWERFUL {
        let Some(rule) = silenced_by(subject, name, groups) else { continue };
        match found.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, all)) => all.push(who),
            None => found.push((rule, vec![who])),
        }
    }
    found.iter().filter_map(|(rule, who)| finding(subject, *rule, who)).collect()
}

/// The rule that decides all changes of a user, if it names users or groups, at the level None.
fn silenced_by(subject: &Subject<'_>, name: &str, groups: &[&str]) -> Option<usize> {
    let mut rules = CHANGES.iter().map(|(asked, verb)| {
        let request = by(name, groups, ordinary(*asked, verb));
        decide(subject.policy, &request, subject.version).rule
    });
    let first = rules.next()??;
    let rule = subject.policy.rules.get(first)?;
    let names_people = !rule.users.is_empty() || !rule.user_groups.is_empty();
    (rule.level == Level::None && names_people && rules.all(|rule| rule == Some(first)))
        .then_some(first)
}

fn finding(subject: &Subject<'_>, rule: usize, who: &[&str]) -> Option<Finding> {
    let places = subject.places.rules.get(rule)?;
    let place = places.user_groups.first().or(places.users.first())?;
    let who = match who {
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
        [] => return None,
    };
    let message = format!(
        "nothing that {who} do is recorded, changes and reads of secrets included: who has their \
         credentials leaves no trace"
    );
    let help = "leave out only what is too much, with `verbs: [get, list, watch]` and `resources`, or \
                name the single users that are too loud";
    Some(SILENT_USERS.found(*place, message).help(help))
}

/// Returns the same request by an ordinary user and by each powerful one.
pub(super) fn by_everybody(request: Request<'_>) -> Vec<(&'static str, Request<'_>)> {
    let mut all = vec![(ORDINARY, request.clone())];
    let by_one = |of: &PowerfulUser| (of.who, by(of.name, of.groups, request.clone()));
    all.extend(POWERFUL.iter().map(by_one));
    all
}
