//! From the words of `kubectl auth can-i` to the request a server would see.

#[cfg(test)]
mod tests;

use super::request_info::request_info;
use super::resources::{self, KnownResource};
use super::url::UrlError;
use crate::did_you_mean;
use crate::request::attributes::Request;
use crate::request::attributes::Resource;
use crate::request::attributes::User;

/// The verbs of requests for resources.
pub(super) const VERBS: [&str; 9] =
    ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy"];
/// The methods of other requests, which are their verbs.
const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

/// What someone asks about, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CanI<'a> {
    /// The verb.
    pub verb: &'a str,
    /// `RESOURCE`, `RESOURCE/NAME`, `RESOURCE/SUBRESOURCE`, `RESOURCE/NAME/SUBRESOURCE` or a path;
    /// the resource as `kubectl` takes it.
    pub target: &'a str,
    /// The name of the object, if the target does not have it; or nothing.
    pub name: &'a str,
    /// The subresource, or nothing.
    pub subresource: &'a str,
    /// Where.
    pub scope: NamespaceChoice<'a>,
}

/// In which namespace someone asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NamespaceChoice<'a> {
    /// They did not say.
    #[default]
    Unsaid,
    /// In this one.
    Namespace(&'a str),
    /// In all of them, or in none.
    All,
}

/// A request, and what had to be assumed to get to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumedRequest {
    /// The request; its user is not known yet.
    pub request: Request<'static>,
    /// What was assumed, one sentence each.
    pub notes: Vec<String>,
}

/// Words that are for no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanIError {
    /// There is more in it than a name and a subresource.
    #[error("`{target}` has too many `/`; the form is RESOURCE/NAME/SUBRESOURCE")]
    TwoSlashes {
        /// What was asked for.
        target: String,
    },
    /// There is no resource.
    #[error("`{target}` names no resource")]
    NoResource {
        /// What was asked for.
        target: String,
    },
    /// A path with a subresource.
    #[error("`{path}` is a path and has no subresource")]
    PathWithSubresource {
        /// The path.
        path: String,
    },
    /// What is no path.
    #[error(transparent)]
    Url(#[from] UrlError),
}

/// Returns the request that these words stand for, as its URL would make it: a `create` carries no
/// name, a namespace that is asked for itself is its own namespace, and a path below `/api` or
/// `/apis` is a request for a resource.
///
/// # Errors
///
/// Fails for words that are for no request. What is only unknown is taken literally, with a note.
///
/// # Examples
///
/// ```
/// use audit_policy::request::{CanI, ask};
///
/// let asked = ask(CanI { verb: "get", target: "deploy/web", ..CanI::default() })?;
/// let resource = asked.request.resource.unwrap();
/// assert_eq!((&*resource.group, &*resource.resource), ("apps", "deployments"));
/// assert_eq!((&*resource.namespace, &*resource.name), ("default", "web"));
/// # Ok::<(), audit_policy::request::CanIError>(())
/// ```
pub fn ask(ask: CanI<'_>) -> Result<AssumedRequest, CanIError> {
    if ask.target.starts_with('/') { ask_path(ask) } else { ask_resource(ask) }
}

/// Returns a user with the groups that the server adds to those given: `system:authenticated` or,
/// for `system:anonymous`, `system:unauthenticated`, and those of a service account.
#[must_use]
pub fn user(name: &str, groups: &[String]) -> User<'static> {
    let mut all: Vec<String> = groups.to_vec();
    let account = name.strip_prefix("system:serviceaccount:");
    if let Some((namespace, _)) = account.and_then(|account| account.split_once(':')) {
        all.push("system:serviceaccounts".to_owned());
        all.push(format!("system:serviceaccounts:{namespace}"));
    }
    let anonymous = name == "system:anonymous" || groups.iter().any(|it| it == UNAUTHENTICATED);
    all.push(if anonymous { UNAUTHENTICATED } else { "system:authenticated" }.to_owned());
    let mut groups: Vec<std::borrow::Cow<'static, str>> = vec![];
    for group in all {
        if !groups.contains(&group.as_str().into()) {
            groups.push(group.into());
        }
    }
    User { name: name.to_owned().into(), groups }
}

const UNAUTHENTICATED: &str = "system:unauthenticated";

/// Returns the method with which a client asks for a verb; for paths the verb is the method.
pub(super) fn method_of(verb: &str) -> String {
    match verb {
        "create" => "POST".to_owned(),
        "update" => "PUT".to_owned(),
        "deletecollection" => "DELETE".to_owned(),
        "list" | "watch" | "proxy" => "GET".to_owned(),
        verb => verb.to_uppercase(),
    }
}

fn ask_path(ask: CanI<'_>) -> Result<AssumedRequest, CanIError> {
    if !ask.subresource.is_empty() {
        return Err(CanIError::PathWithSubresource { path: ask.target.to_owned() });
    }
    let mut notes = vec![];
    let mut request = request_info(&method_of(ask.verb), ask.target)?.request;
    if request.resource.is_some() {
        notes.push(format!("`{}` is the path of a resource", ask.target));
    } else {
        request.verb = ask.verb.to_owned().into();
        notes.extend(unknown_verb(ask.verb, &METHODS));
    }
    if ask.scope != NamespaceChoice::Unsaid {
        notes.push("a path names its namespace itself: -n and -A do nothing here".to_owned());
    }
    Ok(AssumedRequest { request, notes })
}

fn ask_resource(ask: CanI<'_>) -> Result<AssumedRequest, CanIError> {
    let mut notes = vec![];
    let (words, name, ask) = parts(ask, &mut notes)?;
    if words.is_empty() {
        return Err(CanIError::NoResource { target: ask.target.to_owned() });
    }
    let known = resources::find(words);
    notes.extend(unknown_verb(ask.verb, &VERBS));
    let mut resource = match known {
        Some(known) => of_table(known),
        None => {
            notes.push(format!("`{words}` is no resource known here: taken literally"));
            literal(words)
        }
    };
    resource.subresource = ask.subresource.to_owned().into();
    notes.extend(known.and_then(|known| about_subresource(known, &ask)));
    let (name, note) = carried_name(&ask, name);
    notes.extend(note);
    resource.name = name.to_owned().into();
    let (namespace, note) = namespace(&ask, &resource, known);
    notes.extend(note);
    resource.namespace = namespace.into();
    let verb = ask.verb.to_owned().into();
    Ok(AssumedRequest {
        request: Request { verb, resource: Some(resource), ..Request::default() },
        notes,
    })
}

/// Takes a target apart: the words for the resource, the name, and what is asked with the
/// subresource that the target may name. `pods/log` is the subresource, as policies write it.
fn parts<'a>(
    ask: CanI<'a>,
    notes: &mut Vec<String>,
) -> Result<(&'a str, &'a str, CanI<'a>), CanIError> {
    let parts: Vec<&str> = ask.target.split('/').collect();
    let of = |subresource| CanI { subresource, ..ask };
    match parts[..] {
        [words] => Ok((words, ask.name, ask)),
        [words, name, subresource]
            if ask.subresource.is_empty() && ask.name.is_empty() && !subresource.is_empty() =>
        {
            Ok((words, name, of(subresource)))
        }
        [words, subresource] if ask.subresource.is_empty() && has(words, subresource) => {
            if ask.name.is_empty() {
                let verb = ask.verb;
                notes.push(format!(
                    "`{words}/{subresource}` is taken as the subresource {subresource}; for an object \
                     of this name: explain {verb} {words} {subresource}"
                ));
            }
            Ok((words, ask.name, of(subresource)))
        }
        [words, name] if ask.name.is_empty() => Ok((words, name, ask)),
        _ => Err(CanIError::TwoSlashes { target: ask.target.to_owned() }),
    }
}

/// Says whether a resource has a subresource. Custom resources can have two.
fn has(words: &str, subresource: &str) -> bool {
    match resources::find(words) {
        Some(known) => known.subresources.iter().any(|known| known == subresource),
        None => matches!(subresource, "status" | "scale"),
    }
}

fn of_table(known: &'static KnownResource) -> Resource<'static> {
    Resource {
        group: known.group.as_str().into(),
        resource: known.name.as_str().into(),
        ..Resource::default()
    }
}

fn literal(words: &str) -> Resource<'static> {
    let (name, group) = resources::split(words);
    Resource {
        group: group.unwrap_or_default().to_owned().into(),
        resource: name.to_owned().into(),
        ..Resource::default()
    }
}

fn unknown_verb(verb: &str, known: &[&'static str]) -> Option<String> {
    if known.contains(&verb) {
        return None;
    }
    let meant = did_you_mean::nearest(verb, known.iter().copied());
    let meant = meant.map(|meant| format!(" (did you mean `{meant}`?)")).unwrap_or_default();
    Some(format!("no request has the verb `{verb}`: taken literally{meant}"))
}

fn about_subresource(known: &KnownResource, ask: &CanI<'_>) -> Option<String> {
    let (resource, subresource) = (&known.name, ask.subresource);
    let is_known = known.subresources.iter().any(|known| known == subresource);
    (!subresource.is_empty() && !is_known)
        .then(|| format!("no subresource `{subresource}` of {resource} is known: taken literally"))
}

/// The name as the URL would carry it, and what to say of it.
fn carried_name<'a>(ask: &CanI<'a>, name: &'a str) -> (&'a str, Option<String>) {
    if name.is_empty() || !ask.subresource.is_empty() {
        return (name, None);
    }
    let verb = ask.verb;
    match verb {
        "create" | "deletecollection" => {
            let note = format!("the URL of a {verb} carries no name: taken without `{name}`");
            ("", Some(note))
        }
        "list" | "watch" => {
            let note = format!("taken as a {verb} with the field selector metadata.name={name}");
            (name, Some(note))
        }
        _ => (name, None),
    }
}

/// The namespace as the URL would carry it, and what to say of it.
fn namespace(
    ask: &CanI<'_>,
    resource: &Resource<'_>,
    known: Option<&KnownResource>,
) -> (String, Option<String>) {
    let is_namespace = resource.group.is_empty() && resource.resource == "namespaces";
    if is_namespace && !matches!(ask.verb, "list" | "watch") && !resource.name.is_empty() {
        return (resource.name.clone().into_owned(), None);
    }
    if known.is_some_and(|known| !known.namespaced) {
        let said = matches!(ask.scope, NamespaceChoice::Namespace(_));
        let note = format!("{} are not in namespaces: -n does nothing here", resource.resource);
        return (String::new(), said.then_some(note));
    }
    match ask.scope {
        NamespaceChoice::Namespace(namespace) => (namespace.to_owned(), None),
        NamespaceChoice::All => (String::new(), None),
        NamespaceChoice::Unsaid => {
            let note = "no namespace given, using `default` (-n NAME, or -A for all)";
            ("default".to_owned(), Some(note.to_owned()))
        }
    }
}
