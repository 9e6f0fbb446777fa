//! From the atoms of a request to the request.

use std::borrow::Cow;

use super::cluster_facts::{ClusterFacts, Identities};
use super::facts::{NAMESPACES, VERBS, can_happen};
use super::identity::UserKind;
use super::point::Point;
use super::space::Space;
use super::target::{NamedResource, Target};
use super::value::AtomValue;
use crate::request::Request;
use crate::request::Resource;
use crate::request::User;
use crate::request::resources;
use crate::request::resources::KnownResource;

/// Returns a request that is in these atoms, made of their most natural values.
pub(super) fn request(space: &Space, point: &Point, identities: Identities) -> Request<'static> {
    let user = user(space, point, identities);
    let verb = Cow::Borrowed(VERBS[point.verb]);
    match space.targets.atoms[point.target].iter().min_by_key(|target| strangeness(target)) {
        Some(Target::Resource(named)) => {
            let namespace = space.namespaces.atoms[point.namespace].first();
            let resource = Some(resource(named, namespace.map_or("", AtomValue::text)));
            Request { user, verb, path: Cow::default(), resource }
        }
        Some(Target::Path(path)) => {
            Request { user, verb, path: owned(path.example()), resource: None }
        }
        None => Request { user, verb, ..Request::default() },
    }
}

/// Returns a request that people have seen in place of a strange one: a whole list and not one of a
/// single object, a resource that there is. It can happen, and `is_one` takes it.
pub(super) fn familiar(
    request: Request<'static>,
    cluster: &ClusterFacts,
    is_one: impl Fn(&Request<'_>) -> bool,
) -> Request<'static> {
    let is_one = |request: &Request<'static>| can_happen(request, cluster) && is_one(request);
    let request = Some(without_name(&request)).filter(&is_one).unwrap_or(request);
    let known = with_known_resources(&request).into_iter().find(is_one);
    known.unwrap_or(request)
}

fn without_name(request: &Request<'static>) -> Request<'static> {
    let mut request = request.clone();
    if let Some(asked) = &mut request.resource
        && matches!(&*request.verb, "list" | "watch")
    {
        asked.name = Cow::default();
    }
    request
}

/// The request for each resource of its API group, if it is for none that is known; in a group that no
/// cluster has to have, for each of the core group.
fn with_known_resources(request: &Request<'static>) -> Vec<Request<'static>> {
    let Some(asked) = &request.resource else { return vec![] };
    if resources::named(&asked.group, &asked.resource).is_some() {
        return vec![];
    }
    let of = |group: &str| -> Vec<&KnownResource> {
        resources::all().iter().filter(|known| known.group == group).collect()
    };
    let mut of_group = of(&asked.group);
    if of_group.is_empty() {
        of_group = of("");
    }
    let has = |known: &KnownResource, name: &str| known.subresources.iter().any(|sub| sub == name);
    of_group.sort_by_key(|known| {
        let is_usual = known.name == "pods";
        (!has(known, &asked.subresource), !is_usual, !has(known, "status"))
    });
    let with = |known: &KnownResource| {
        let (group, resource) = (owned(&known.group), owned(&known.name));
        let resource = Some(Resource { group, resource, ..asked.clone() });
        Request { resource, ..request.clone() }
    };
    of_group.into_iter().map(with).collect()
}

fn owned(text: &str) -> Cow<'static, str> {
    text.to_owned().into()
}

/// How far from what people know: named things come first, subresources last.
pub(super) fn strangeness(target: &Target) -> impl Ord + use<> {
    let is_other = |value: &AtomValue| matches!(value, AtomValue::Other(_));
    match target {
        Target::Resource(NamedResource { group, resource, subresource, .. }) => (
            !subresource.text().is_empty(),
            is_other(resource),
            is_other(group) || !group.text().is_empty(),
            0,
        ),
        Target::Path(path) => (false, false, false, path.example().len()),
    }
}

fn resource(named: &NamedResource, namespace: &str) -> Resource<'static> {
    let name = owned(named.name.text());
    // A namespace is in itself, whichever of the namespaces of its atom is the first.
    let in_itself = named.resource.text() == NAMESPACES && !namespace.is_empty();
    Resource {
        namespace: if in_itself { name.clone() } else { owned(namespace) },
        group: owned(named.group.text()),
        resource: owned(named.resource.text()),
        subresource: owned(named.subresource.text()),
        name,
    }
}

fn user(space: &Space, point: &Point, identities: Identities) -> Option<User<'static>> {
    let name = space.users.atoms[point.user].iter().find_map(|who| who.name())?;
    let mut groups: Vec<Cow<'static, str>> =
        UserKind::of(Some(name), identities).groups().into_iter().map(Cow::Owned).collect();
    for group in point.groups.iter().filter_map(|group| space.groups.atoms[group].first()) {
        if groups.iter().all(|known| **known != **group) {
            groups.push(owned(group));
        }
    }
    Some(User { name: owned(name), groups })
}
