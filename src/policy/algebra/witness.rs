//! From the atoms of a request to the request.

use std::borrow::Cow;

use super::facts::{NAMESPACES, VERBS};
use super::identity::Kind;
use super::search::Point;
use super::space::Space;
use super::targets::{Named, Target};
use super::value::Value;
use super::world::Identities;
use crate::policy::{Request, Resource, User};

/// Returns a request that lies in these atoms, made of their most natural values.
pub(super) fn request(space: &Space, point: &Point, identities: Identities) -> Request<'static> {
    let user = user(space, point, identities);
    let verb = Cow::Borrowed(VERBS[point.verb]);
    match space.targets.atoms[point.target].iter().min_by_key(|target| strangeness(target)) {
        Some(Target::Resource(named)) => {
            let namespace = space.namespaces.atoms[point.namespace].first();
            let resource = Some(resource(named, namespace.map_or("", Value::text)));
            Request { user, verb, path: Cow::default(), resource }
        }
        Some(Target::Path(path)) => {
            Request { user, verb, path: owned(path.example()), resource: None }
        }
        None => Request { user, verb, ..Request::default() },
    }
}

fn owned(text: &str) -> Cow<'static, str> {
    text.to_owned().into()
}

/// How far from what people know: named things come first, subresources last.
pub(super) fn strangeness(target: &Target) -> impl Ord + use<> {
    let is_other = |value: &Value| matches!(value, Value::Other(_));
    match target {
        Target::Resource(Named { group, resource, subresource, .. }) => (
            !subresource.text().is_empty(),
            is_other(resource),
            is_other(group) || !group.text().is_empty(),
            0,
        ),
        Target::Path(path) => (false, false, false, path.example().len()),
    }
}

fn resource(named: &Named, namespace: &str) -> Resource<'static> {
    let name = owned(named.name.text());
    // A namespace lies in itself, whichever of the namespaces of its atom is the first.
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
        Kind::of(Some(name), identities).groups().into_iter().map(Cow::Owned).collect();
    for group in point.groups.iter().filter_map(|group| space.groups.atoms[group].first()) {
        if groups.iter().all(|known| **known != **group) {
            groups.push(owned(group));
        }
    }
    Some(User { name: owned(name), groups })
}
