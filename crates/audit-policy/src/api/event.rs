//! `Event` of `audit.k8s.io/v1`: one line of an audit log.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer};

use super::{Level, Stage};

/// An audit event (Go: `audit/v1.Event`). A field that an event does not have is empty or `None`;
/// unknown fields are left out.
///
/// The fields are those of Kubernetes 1.37. Events of `v1alpha1` and `v1beta1`, which no supported
/// server writes, name some of them differently.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// `Event`.
    #[serde(deserialize_with = "or_null")]
    pub kind: String,
    /// `audit.k8s.io/v1`.
    #[serde(deserialize_with = "or_null")]
    pub api_version: String,
    /// The level at which it was recorded; `None` also for a name that is no level.
    #[serde(deserialize_with = "level")]
    pub level: Option<Level>,
    /// The same for all events of one request.
    #[serde(rename = "auditID", deserialize_with = "or_null")]
    pub audit_id: String,
    /// How far the request was; `None` also for a name that is no stage.
    #[serde(deserialize_with = "stage")]
    pub stage: Option<Stage>,
    /// The path and query as the client sent them.
    #[serde(rename = "requestURI", deserialize_with = "or_null")]
    pub request_uri: String,
    /// The verb of Kubernetes, such as `list`; the HTTP method in lower case if it is no resource
    /// request.
    #[serde(deserialize_with = "or_null")]
    pub verb: String,
    /// Who authenticated; without a name if authentication failed.
    #[serde(deserialize_with = "or_null")]
    pub user: UserInfo,
    /// For whom the request was made.
    pub impersonated_user: Option<UserInfo>,
    /// How the user was authenticated.
    pub authentication_metadata: Option<AuthenticationMetadata>,
    /// The client and the proxies before it, as headers and connection show them; a client can set
    /// all but the last.
    #[serde(rename = "sourceIPs", deserialize_with = "or_null")]
    pub source_ips: Vec<String>,
    /// What the client calls itself.
    #[serde(deserialize_with = "or_null")]
    pub user_agent: String,
    /// The object, filled from the body where the URL has no name; `None` for other than resource
    /// requests.
    pub object_ref: Option<ObjectReference>,
    /// The answer; `None` at stage `RequestReceived`.
    pub response_status: Option<ResponseStatus>,
    /// The body of the request, from level `Request` on.
    pub request_object: Option<serde_json::Value>,
    /// The body of the answer, at level `RequestResponse`.
    pub response_object: Option<serde_json::Value>,
    /// When the request arrived: RFC 3339 with microseconds.
    #[serde(deserialize_with = "or_null")]
    pub request_received_timestamp: String,
    /// When the stage was reached: RFC 3339 with microseconds.
    #[serde(deserialize_with = "or_null")]
    pub stage_timestamp: String,
    /// What admission and authorization noted, such as `authorization.k8s.io/decision`.
    #[serde(deserialize_with = "or_null")]
    pub annotations: BTreeMap<String, String>,
}

/// A user (Go: `authentication/v1.UserInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct UserInfo {
    /// The name, such as `system:serviceaccount:kube-system:default`.
    #[serde(deserialize_with = "or_null")]
    pub username: String,
    /// Tells users of the same name apart over time.
    #[serde(deserialize_with = "or_null")]
    pub uid: String,
    /// The groups.
    #[serde(deserialize_with = "or_null")]
    pub groups: Vec<String>,
    /// What the authenticator adds.
    #[serde(deserialize_with = "or_null")]
    pub extra: BTreeMap<String, Vec<String>>,
}

/// How a user was authenticated (Go: `audit/v1.AuthenticationMetadata`).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthenticationMetadata {
    /// The verb of constrained impersonation; empty without it.
    #[serde(deserialize_with = "or_null")]
    pub impersonation_constraint: String,
}

/// The object of a request (Go: `audit/v1.ObjectReference`).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectReference {
    /// Such as `pods`.
    #[serde(deserialize_with = "or_null")]
    pub resource: String,
    /// Empty for objects of the cluster.
    #[serde(deserialize_with = "or_null")]
    pub namespace: String,
    /// The name, also one that only the body has.
    #[serde(deserialize_with = "or_null")]
    pub name: String,
    /// The object's UID.
    #[serde(deserialize_with = "or_null")]
    pub uid: String,
    /// The API group; empty is the core group.
    #[serde(deserialize_with = "or_null")]
    pub api_group: String,
    /// The version of the API, such as `v1`.
    #[serde(deserialize_with = "or_null")]
    pub api_version: String,
    /// The version of the object.
    #[serde(deserialize_with = "or_null")]
    pub resource_version: String,
    /// Such as `log`.
    #[serde(deserialize_with = "or_null")]
    pub subresource: String,
}

/// The answer to a request (Go: `meta/v1.Status`, without `metadata` and `details`).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct ResponseStatus {
    /// `Success` or `Failure`; empty for some answers.
    #[serde(deserialize_with = "or_null")]
    pub status: String,
    /// Why, for people.
    #[serde(deserialize_with = "or_null")]
    pub message: String,
    /// Why, for programs, such as `NotFound`.
    #[serde(deserialize_with = "or_null")]
    pub reason: String,
    /// The HTTP status; 0 if it is not known.
    #[serde(deserialize_with = "or_null")]
    pub code: i32,
}

/// Go takes null for the empty value of every type.
fn or_null<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

fn level<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Level>, D::Error> {
    Ok(Level::from_name(&or_null::<String, D>(from)?))
}

fn stage<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Stage>, D::Error> {
    let name = or_null::<String, D>(from)?;
    Ok(Stage::from_name(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_field_for_field_and_null_is_empty() {
        let line = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",
            "auditID":"a-1","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list",
            "user":{"username":"u","groups":null,"extra":{"k":["v"]}},"sourceIPs":["10.0.0.1"],
            "objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"metadata":{},
            "code":403,"reason":"Forbidden"},"stageTimestamp":"2026-11-28T10:00:00.000001Z",
            "annotations":{"authorization.k8s.io/decision":"forbid"},"later":1}"#;
        let event: Event = serde_json::from_str(line).unwrap();
        assert_eq!(
            (event.level, event.stage),
            (Some(Level::Metadata), Some(Stage::ResponseComplete))
        );
        assert_eq!(event.user.extra["k"], ["v"]);
        assert!(event.user.groups.is_empty());
        assert_eq!(event.response_status.unwrap().code, 403);
        assert_eq!(event.object_ref.unwrap().resource, "pods");
        assert_eq!(event.source_ips, ["10.0.0.1"]);
    }

    #[test]
    fn what_has_other_types_is_no_event() {
        for text in [r#"{"verb": 1}"#, r#"{"user": "u"}"#, r#"{"annotations": {"a": 1}}"#] {
            assert!(serde_json::from_str::<Event>(text).is_err(), "{text}");
        }
    }
}
