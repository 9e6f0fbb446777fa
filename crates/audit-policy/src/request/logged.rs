//! From an event of an audit log back to the request that the policy was asked about.

use serde::Deserialize;

use super::attributes::{Request, Resource, User};
use super::can_i::method_of;
use super::request_info::request_info;
use super::url::UrlError;
use crate::api::{Event, Level, UserInfo};

/// A request out of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// The request as the policy saw it.
    pub request: Request<'static>,
    /// The level at which it was recorded, if the event says it.
    pub level: Option<Level>,
    /// What the event cannot tell, or says differently than the policy saw it.
    pub notes: Vec<String>,
}

/// An event from which no request can be made.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// It has other types than an event.
    #[error("this is no audit event")]
    Shape(#[from] serde_json::Error),
    /// It lacks the verb or the request URI.
    #[error("this is no audit event: it has no {0}")]
    Missing(&'static str),
    /// Its request URI is none.
    #[error(transparent)]
    Url(#[from] UrlError),
}

/// Returns the request that an event was written for: from its verb and request URI, as the server
/// gets it, and its authenticated user. An event without a user is one of failed authentication.
///
/// `objectRef` is looked at only where the request URI is missing or was cut out of the event: the
/// server fills it from the body after it has asked the policy.
///
/// # Errors
///
/// Fails for what is no event, and for an event without verb, or with neither a request URI nor an
/// objectRef.
pub fn recorded(event: &serde_json::Value) -> Result<LoggedRequest, RecordedError> {
    of_event(Event::deserialize(event)?)
}

/// Returns the request that an event was written for, as [`recorded`] does.
///
/// # Errors
///
/// Fails for an event without verb, or with neither a request URI nor an objectRef.
pub fn of_event(event: Event) -> Result<LoggedRequest, RecordedError> {
    if event.verb.is_empty() && event.request_uri.is_empty() {
        return Err(RecordedError::Missing("verb"));
    }
    let mut notes = vec![];
    let by_uri = match event.request_uri.is_empty() {
        true => Err(RecordedError::Missing("requestURI")),
        false => request_info(&method_of(&event.verb), &event.request_uri).map_err(Into::into),
    };
    let mut request = match (by_uri, by_reference(&event)) {
        (Ok(info), _) => info.request,
        (Err(_), Some(request)) => {
            notes.push(
                "the event has no request URI: taken from its verb and objectRef, whose name and \
                 namespace can be those of the body"
                    .to_owned(),
            );
            request
        }
        (Err(error), None) => return Err(error),
    };
    if request.verb != event.verb {
        notes.push(format!(
            "the request URI stands for the verb `{}`, the event says `{}`: the event counts",
            request.verb, event.verb
        ));
        request.verb = event.verb.clone().into();
    }
    notes.extend(differences(&event, &request));
    let UserInfo { username, groups, .. } = event.user;
    let nobody = username.is_empty() && groups.is_empty();
    request.user = (!nobody).then(|| User {
        name: username.into(),
        groups: groups.into_iter().map(Into::into).collect(),
    });
    Ok(LoggedRequest { request, level: event.level, notes })
}

/// The request as the verb and the objectRef of its event tell it.
fn by_reference(event: &Event) -> Option<Request<'static>> {
    let shown = event.object_ref.as_ref().filter(|shown| !shown.resource.is_empty())?;
    let is_created = event.verb == "create" && shown.subresource.is_empty();
    let resource = Resource {
        group: shown.api_group.clone().into(),
        resource: shown.resource.clone().into(),
        subresource: shown.subresource.clone().into(),
        namespace: shown.namespace.clone().into(),
        // The URL of a create has no name, whatever the body says.
        name: if is_created { "".into() } else { shown.name.clone().into() },
    };
    let verb = event.verb.clone().into();
    Some(Request { verb, resource: Some(resource), ..Request::default() })
}

/// What the event says differently than the policy saw it.
fn differences(event: &Event, request: &Request<'_>) -> Vec<String> {
    let mut notes = vec![];
    if let Some(other) = &event.impersonated_user {
        notes.push(format!(
            "a policy looks at who authenticated, not at the impersonated `{}`",
            other.username
        ));
    }
    if let (Some(shown), Some(asked)) = (&event.object_ref, &request.resource) {
        for (what, shown, asked) in
            [("name", &shown.name, &asked.name), ("namespace", &shown.namespace, &asked.namespace)]
        {
            if shown != asked && !shown.is_empty() {
                notes.push(format!(
                    "objectRef has the {what} `{shown}` from the body; the URL, which a policy \
                         looks at, has {}",
                    if asked.is_empty() { "none".to_owned() } else { format!("`{asked}`") }
                ));
            }
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_created_object_has_no_name_though_its_event_shows_one() {
        let event = json!({
            "level": "Request", "verb": "create", "user": {"username": "alice", "groups": ["ops"]},
            "requestURI": "/api/v1/namespaces/prod/pods?dryRun=All",
            "impersonatedUser": {"username": "bob"},
            "objectRef": {"resource": "pods", "namespace": "prod", "name": "web-0"},
        });
        let recorded = recorded(&event).unwrap();
        let resource = recorded.request.resource.unwrap();
        assert_eq!((&*resource.namespace, &*resource.name), ("prod", ""));
        assert_eq!(recorded.request.user.unwrap().name, "alice");
        assert_eq!(recorded.level, Some(Level::Request));
        assert_eq!(recorded.notes.len(), 2, "{:?}", recorded.notes);
    }

    #[test]
    fn watches_paths_and_failed_authentication_are_told_from_verb_uri_and_user() {
        let request = |verb: &str, uri: &str| {
            recorded(&json!({"verb": verb, "requestURI": uri, "user": {}})).unwrap().request
        };
        let watch = request(
            "watch",
            "/apis/apps/v1/deployments?watch=true&fieldSelector=metadata.name%3Da",
        );
        assert_eq!(watch.resource.unwrap().name, "a");
        let path = request("post", "/healthz?verbose");
        assert_eq!((&*path.verb, &*path.path, path.user), ("post", "/healthz", None));
    }

    #[test]
    fn an_event_without_its_uri_is_told_from_verb_and_object() {
        for uri in ["", "(left out)", "..."] {
            let event = json!({
                "verb": "watch", "requestURI": uri, "user": {"username": "a"},
                "objectRef": {"resource": "secrets", "apiVersion": "v1", "namespace": "n"},
            });
            let LoggedRequest { request, notes, .. } = recorded(&event).unwrap();
            let asked = request.resource.unwrap();
            assert_eq!(
                (&*request.verb, &*asked.resource, &*asked.namespace),
                ("watch", "secrets", "n")
            );
            assert_eq!(notes.len(), 1, "{notes:?}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for event in [json!([]), json!({"verb": 1}), json!({}), json!({"requestURI": "x"})] {
            assert!(recorded(&event).is_err(), "{event}");
        }
    }
}
