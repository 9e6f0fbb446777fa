//! From an HTTP request to what a policy sees of it.

use super::selector;
use super::url::{Url, UrlError};
use crate::request::attributes::Request;
use crate::request::attributes::Resource;

/// What the server knows of a request before it asks the policy (Go: `request.RequestInfo`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestInfo {
    /// The request; its user is not known yet.
    pub request: Request<'static>,
    /// The version of the API, such as `v1`; empty if it is no resource request.
    pub api_version: String,
    /// Whether the request runs until one side ends it, so that it has a stage `ResponseStarted`.
    pub long_running: bool,
    /// Why the server answers 500 without asking the policy, in its words.
    pub error: Option<String>,
}

/// Returns what a request with this method and URI asks for (Go:
/// `RequestInfoFactory.NewRequestInfo`, for the prefixes `api` and `apis`).
///
/// # Errors
///
/// Fails for a text that is no URI and that no server takes.
///
/// # Examples
///
/// ```
/// let info = audit_policy::request::request_info("GET", "/api/v1/pods?watch=true").unwrap();
/// assert_eq!(info.request.verb, "watch");
/// assert_eq!(info.request.resource.unwrap().resource, "pods");
/// ```
pub fn request_info(method: &str, uri: &str) -> Result<RequestInfo, UrlError> {
    let url = Url::parse(uri)?;
    let mut info = RequestInfo {
        request: Request {
            verb: method.to_lowercase().into(),
            path: url.path.clone().into_owned().into(),
            ..Request::default()
        },
        api_version: String::new(),
        long_running: false,
        error: None,
    };
    if let Some((group, version, parts)) = resource_path(&url.path) {
        info.api_version = version.to_owned();
        info.read_resource(method, group, &parts, &url);
    }
    info.long_running = is_long_running(&info.request);
    Ok(info)
}

/// Takes apart a path below `/api/VERSION/` or `/apis/GROUP/VERSION/`.
fn resource_path(path: &str) -> Option<(&str, &str, Vec<&str>)> {
    let mut parts = path.trim_matches('/').split('/');
    let group = match parts.next()? {
        "api" => "",
        "apis" => parts.next()?,
        _ => return None,
    };
    let version = parts.next()?;
    let rest: Vec<_> = parts.collect();
    (!rest.is_empty()).then_some((group, version, rest))
}

impl RequestInfo {
    fn read_resource(&mut self, method: &str, group: &str, parts: &[&str], url: &Url<'_>) {
        let mut resource = Resource { group: group.to_owned().into(), ..Resource::default() };
        // The order is the server's own: `proxy` and `watch` before the namespace are ways of old servers
        // that still count, and a namespace is part of the path unless it is itself what is asked for.
        let mut parts = parts;
        let mut verb = verb_of(method);
        if let [special @ ("proxy" | "watch"), rest @ ..] = parts {
            if rest.is_empty() {
                let url = url.written();
                self.error =
                    Some(format!("unable to determine kind and namespace from url, {url}"));
                self.request.resource = Some(resource);
                return;
            }
            verb = special;
            parts = rest;
        }
        if let ["namespaces", namespace, rest @ ..] = parts {
            resource.namespace = (*namespace).to_owned().into();
            if !matches!(rest, [] | ["status" | "finalize", ..]) {
                parts = rest;
            }
        }
        let part = |index: usize| parts.get(index).copied().unwrap_or_default().to_owned();
        resource.resource = part(0).into();
        resource.name = part(1).into();
        if verb != "proxy" {
            resource.subresource = part(2).into();
        }
        if resource.name.is_empty() && verb == "get" {
            let options = ListOptions::of(url);
            verb = if options.watch { "watch" } else { "list" };
            resource.name = options.name.unwrap_or_default().into();
        }
        if resource.name.is_empty() && verb == "delete" {
            verb = "deletecollection";
        }
        self.request.verb = verb.to_owned().into();
        self.request.resource = Some(resource);
    }
}

fn verb_of(method: &str) -> &'static str {
    match method {
        "POST" => "create",
        "GET" | "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    }
}

/// What the query says about a list of objects.
#[derive(Default)]
struct ListOptions {
    watch: bool,
    /// The one object that the list can hold, if the query names it.
    name: Option<String>,
}

impl ListOptions {
    /// One parameter that cannot be read makes the server forget all of them but `watch`.
    fn of(url: &Url<'_>) -> Self {
        let watch = url.parameter("watch").is_some_and(|value| !is_false(&value));
        let is_int = |name| url.parameter(name).is_none_or(|value| value.parse::<i64>().is_ok());
        let labels = url.parameter("labelSelector").unwrap_or_default();
        let fields = url.parameter("fieldSelector").unwrap_or_default();
        let readable =
            is_int("timeoutSeconds") && is_int("limit") && selector::is_label_selector(&labels);
        if !readable {
            return Self { watch, name: None };
        }
        let name = selector::required_field(&fields, "metadata.name");
        Self { watch, name: name.filter(|name| is_path_segment(name)) }
    }
}

fn is_false(value: &str) -> bool {
    value == "0" || value.eq_ignore_ascii_case("false")
}

/// Go: `content.IsPathSegmentName`.
fn is_path_segment(name: &str) -> bool {
    !matches!(name, "." | "..") && !name.contains(['/', '%'])
}

/// Says whether a request runs until one side ends it (Go: `BasicLongRunningRequestCheck` as
/// kube-apiserver sets it up).
#[must_use]
pub fn is_long_running(request: &Request<'_>) -> bool {
    if matches!(&*request.verb, "watch" | "proxy") {
        return true;
    }
    match &request.resource {
        Some(resource) => {
            matches!(&*resource.subresource, "attach" | "exec" | "proxy" | "log" | "portforward")
        }
        None => request.path.starts_with("/debug/pprof/"),
    }
}
