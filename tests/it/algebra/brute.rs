//! All requests that some policies could tell apart, one by one.

use std::collections::BTreeSet;

use audit_policy::analysis::ClusterFacts;
use audit_policy::analysis::can_happen;
use audit_policy::api::Policy;
use audit_policy::api::Rule;
use audit_policy::request::Request;
use audit_policy::request::Resource;
use audit_policy::request::User;

/// All requests: every user with everything that can be asked for.
///
/// Each comes with the number of its value in its dimensions.
pub(crate) struct Requests {
    users: Vec<(Option<User<'static>>, [usize; 2])>,
    asked: Vec<(Request<'static>, [usize; 3])>,
}

/// The dimensions: user, groups, verb, target, namespace.
pub(crate) type At = [usize; 5];

/// What no rule of this program names.
const OTHER: &str = "zz";

/// Those of namespaces are what others stand for there.
const SUBRESOURCES: [&str; 4] = ["", "status", "finalize", OTHER];

const VERBS: [&str; 20] = [
    "get",
    "list",
    "create",
    "update",
    "patch",
    "delete",
    "watch",
    "deletecollection",
    "proxy",
    "",
    "head",
    "post",
    "put",
    "options",
    "trace",
    "connect",
    "*",
    "GET",
    "zz",
    "impersonate",
];

impl Requests {
    /// Returns every request that can happen, made of all values that the policies name and of
    /// others.
    pub(crate) fn of(policies: &[&Policy], world: &ClusterFacts) -> Self {
        let rules: Vec<&Rule> = policies.iter().flat_map(|policy| &policy.rules).collect();
        Self { users: users(&rules, world), asked: asked(&rules, world) }
    }

    pub(crate) fn len(&self) -> usize {
        self.users.len() * self.asked.len()
    }

    /// Returns something about each request, always in the same order.
    pub(crate) fn map<T>(&self, mut of: impl FnMut(&Request<'_>, At) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len());
        for (user, with) in &self.users {
            let mut request = Request { user: user.clone(), ..Request::default() };
            for (asked, what) in &self.asked {
                request.verb = (&*asked.verb).into();
                request.path = (&*asked.path).into();
                request.resource = asked.resource.as_ref().map(borrowed);
                all.push(of(&request, [with[0], with[1], what[0], what[1], what[2]]));
            }
        }
        all
    }
}

fn borrowed<'a>(resource: &'a Resource<'_>) -> Resource<'a> {
    Resource {
        group: (&*resource.group).into(),
        resource: (&*resource.resource).into(),
        subresource: (&*resource.subresource).into(),
        name: (&*resource.name).into(),
        namespace: (&*resource.namespace).into(),
    }
}

fn all<'a>(
    rules: &[&'a Rule],
    list: impl Fn(&'a Rule) -> &'a [String],
    others: &[&'a str],
) -> Vec<&'a str> {
    let named = rules.iter().flat_map(|rule| list(rule)).map(String::as_str);
    named.chain(others.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn users(rules: &[&Rule], world: &ClusterFacts) -> Vec<(Option<User<'static>>, [usize; 2])> {
    let names = all(
        rules,
        |rule| &rule.users,
        &[OTHER, "system:anonymous", "system:serviceaccount:x:zz", "system:serviceaccount:zz:zz"],
    );
    let named = all(rules, |rule| &rule.user_groups, &[]);
    let of_server = [
        "system:authenticated",
        "system:unauthenticated",
        "system:serviceaccounts",
        "system:serviceaccounts:x",
        "system:serviceaccounts:zz",
    ];
    let mut groups = named.clone();
    groups.extend(of_server.iter().filter(|group| !named.contains(group)));
    let mut users = vec![];
    for (at, name) in std::iter::once(None).chain(names.into_iter().map(Some)).enumerate() {
        for set in 0..1_usize << groups.len() {
            let carried = (0..groups.len()).filter(|group| set >> group & 1 == 1);
            let carried = carried.map(|group| groups[group].to_owned().into()).collect();
            let user = name.map(|name| User { name: name.to_owned().into(), groups: carried });
            let request = Request { user, verb: "get".into(), path: "/".into(), resource: None };
            if can_happen(&request, world) && (request.user.is_some() || set == 0) {
                // Only the groups that rules name make a difference.
                let seen = set & ((1 << named.len()) - 1);
                if users.iter().all(|(_, known)| *known != [at, seen]) {
                    users.push((request.user, [at, seen]));
                }
            }
        }
    }
    users
}

fn asked(rules: &[&Rule], world: &ClusterFacts) -> Vec<(Request<'static>, [usize; 3])> {
    let mut asked = vec![];
    let namespaces = namespaces(rules);
    let mut targets: Vec<Request<'static>> = paths(rules);
    targets.extend(resources(rules, &namespaces));
    for (target, what) in targets.into_iter().enumerate() {
        let mut push = |at: usize, mut what: Request<'static>| {
            for (verb, name) in VERBS.iter().enumerate() {
                what.verb = (*name).into();
                if can_happen(&what, world) {
                    asked.push((what.clone(), [verb, target, at]));
                }
            }
        };
        match &what.resource {
            None => push(0, what),
            Some(resource) => {
                for (at, namespace) in namespaces.iter().copied().enumerate() {
                    let namespace = namespace.to_owned().into();
                    let resource = Some(Resource { namespace, ..resource.clone() });
                    push(at, Request { resource, ..Request::default() });
                }
            }
        }
    }
    asked
}

/// The name of an object can be that of a namespace.
fn namespaces<'a>(rules: &[&'a Rule]) -> Vec<&'a str> {
    let mut namespaces = all(rules, |rule| &rule.namespaces, &["", OTHER]);
    let entries = rules.iter().flat_map(|rule| &rule.resources);
    namespaces.extend(entries.flat_map(|entry| &entry.resource_names).map(String::as_str));
    namespaces.sort_unstable();
    namespaces.dedup();
    namespaces
}

fn resources(rules: &[&Rule], namespaces: &[&str]) -> Vec<Request<'static>> {
    let entries: Vec<_> = rules.iter().flat_map(|rule| &rule.resources).collect();
    let patterns = entries.iter().flat_map(|entry| &entry.resources).map(String::as_str);
    let parts: Vec<_> =
        patterns.map(|pattern| pattern.split_once('/').unwrap_or((pattern, ""))).collect();
    let set = |values: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
        values.map(str::to_owned).collect()
    };
    let groups = set(&mut entries.iter().map(|entry| &*entry.group).chain([OTHER]));
    let resources = set(&mut parts.iter().map(|(resource, _)| *resource).chain([OTHER]));
    let subresources = set(&mut parts.iter().map(|(_, sub)| *sub).chain(SUBRESOURCES));
    let named = entries.iter().flat_map(|entry| &entry.resource_names).map(String::as_str);
    let names = set(&mut named.chain(namespaces.iter().copied()).chain(["", OTHER]));
    let mut found = vec![];
    for group in &groups {
        for resource in &resources {
            for subresource in &subresources {
                for name in &names {
                    let resource = Resource {
                        group: group.clone().into(),
                        resource: resource.clone().into(),
                        subresource: subresource.clone().into(),
                        name: name.clone().into(),
                        namespace: "".into(),
                    };
                    found.push(Request { resource: Some(resource), ..Request::default() });
                }
            }
        }
    }
    found
}

fn paths(rules: &[&Rule]) -> Vec<Request<'static>> {
    let specs = rules.iter().flat_map(|rule| &rule.non_resource_urls).map(String::as_str);
    let mut paths: BTreeSet<String> = ["/zz".to_owned()].into();
    for spec in specs {
        let start = spec.trim_end_matches('*');
        let ends = ["", "/", "//", "zz", "/zz"];
        paths.extend(ends.into_iter().map(|end| format!("{start}{end}")));
    }
    paths.into_iter().map(|path| Request { path: path.into(), ..Request::default() }).collect()
}
