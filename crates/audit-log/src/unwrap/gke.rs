//! Google Cloud's `LogEntry`, translated: it holds what an event says in other words, and neither
//! its level nor its stage nor its URI.

use std::borrow::Cow;

use super::Form;
use crate::text::Raw;

/// What an entry's `resourceName` says: `apps/v1/namespaces/n/deployments/web/scale`.
#[derive(Debug, Default, PartialEq, Eq)]
struct GkeTarget<'a> {
    group: &'a str,
    version: &'a str,
    namespace: &'a str,
    resource: &'a str,
    name: &'a str,
    subresource: &'a str,
}

impl<'a> GkeTarget<'a> {
    fn of(name: &'a str, method: &'a str) -> Self {
        let mut parts = name.split('/');
        let group = parts.next().unwrap_or_default();
        let version = parts.next().unwrap_or_default();
        let mut rest: Vec<&str> = parts.collect();
        let mut namespace = "";
        if rest.len() > 2 && rest[0] == "namespaces" {
            namespace = rest[1];
            rest.drain(..2);
        } else if rest.len() == 2 && rest[0] == "namespaces" {
            namespace = rest[1];
        }
        let part = |at: usize| rest.get(at).copied().unwrap_or_default();
        let group = if group == "core" { "" } else { group };
        let mut target = Self {
            group,
            version,
            namespace,
            resource: part(0),
            name: part(1),
            subresource: part(2),
        };
        target.fill(method);
        target
    }

    /// What only the method tells: `io.k8s.core.v1.pods.exec.create`.
    fn fill(&mut self, method: &'a str) {
        let words: Vec<&str> = method.split('.').collect();
        let version = words.iter().position(|word| is_version(word));
        let Some(after) = version.and_then(|at| words.get(at + 1..words.len() - 1)) else { return };
        if self.resource.is_empty() {
            self.resource = after.first().copied().unwrap_or_default();
        }
        if self.subresource.is_empty() {
            self.subresource = after.get(1).copied().unwrap_or_default();
        }
    }
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// The HTTP status for one of Google's RPC codes.
fn http_code(code: &str) -> Option<u16> {
    Some(match code {
        "0" => 200,
        "3" | "9" | "11" => 400,
        "4" => 504,
        "5" => 404,
        "6" | "10" => 409,
        "7" => 403,
        "8" => 429,
        "12" => 501,
        "13" | "2" => 500,
        "14" => 503,
        "16" => 401,
        _ => return None,
    })
}

/// Hands over the event that an entry stands for.
pub(super) fn translate(entry: Raw<'_>, take: &mut dyn FnMut(Form, &[u8])) -> bool {
    let Some(payload) = entry.get("protoPayload") else { return false };
    let method = payload.string("methodName");
    if method.is_empty() {
        return false;
    }
    let name = payload.string("resourceName");
    let target = GkeTarget::of(&name, &method);
    let verb = method.rsplit('.').next().unwrap_or_default();
    let mut out = String::from(r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"#);
    out.push_str(&quoted(&entry.string("insertId")));
    out.push_str(r#","verb":"#);
    out.push_str(&quoted(verb));
    let user = payload.path(&["authenticationInfo", "principalEmail"]);
    member(
        &mut out,
        r#","user":{"username":"#,
        user.and_then(|user| user.text()).unwrap_or_default().decode(),
    );
    out.push('}');
    let request = payload.get("requestMetadata").unwrap_or_default();
    let ip = request.string("callerIp");
    if !ip.is_empty() {
        member(&mut out, r#","sourceIPs":["#, ip);
        out.push(']');
    }
    member(&mut out, r#","userAgent":"#, request.string("callerSuppliedUserAgent"));
    reference(&mut out, &target);
    status(&mut out, payload);
    for (key, source) in [("requestObject", "request"), ("responseObject", "response")] {
        if let Some(body) = payload.get(source).and_then(|body| str::from_utf8(body.0).ok()) {
            out.push_str(&format!(",\"{key}\":{body}"));
        }
    }
    member(&mut out, r#","requestReceivedTimestamp":"#, entry.string("timestamp"));
    member(&mut out, r#","stageTimestamp":"#, entry.string("timestamp"));
    if let Some(labels) = entry.get("labels").and_then(|labels| str::from_utf8(labels.0).ok()) {
        out.push_str(&format!(",\"annotations\":{labels}"));
    }
    out.push('}');
    take(Form::GoogleCloud, out.as_bytes());
    true
}

fn reference(out: &mut String, target: &GkeTarget<'_>) {
    if target.resource.is_empty() {
        return;
    }
    member(out, r#","objectRef":{"resource":"#, target.resource.into());
    for (key, value) in [
        ("namespace", target.namespace),
        ("name", target.name),
        ("apiGroup", target.group),
        ("apiVersion", target.version),
        ("subresource", target.subresource),
    ] {
        if !value.is_empty() {
            member(out, &format!(",\"{key}\":"), value.into());
        }
    }
    out.push('}');
}

/// The code of a `Status` in the response is Kubernetes' own; else Google's is translated.
fn status(out: &mut String, payload: Raw<'_>) {
    let own = payload.path(&["response", "code"]).and_then(|code| str::from_utf8(code.0).ok());
    let own = own.and_then(|code| code.parse::<u16>().ok());
    let google = payload.get("status").map(|status| match status.get("code") {
        Some(code) => http_code(str::from_utf8(code.0).unwrap_or_default()),
        None => Some(200),
    });
    let denied = payload.get("authorizationInfo").is_some_and(|list| {
        list.elements().any(|one| one.get("granted").is_some_and(|granted| granted.0 == b"false"))
    });
    let code = own.or(google.flatten()).or(denied.then_some(403));
    if let Some(code) = code {
        let message =
            payload.path(&["status", "message"]).and_then(|text| text.text()).unwrap_or_default();
        out.push_str(r#","responseStatus":{"metadata":{}"#);
        if !message.is_empty() {
            member(out, r#","message":"#, message.decode());
        }
        out.push_str(&format!(",\"code\":{code}}}"));
    }
}

fn member(out: &mut String, before: &str, value: Cow<'_, str>) {
    out.push_str(before);
    out.push_str(&quoted(&value));
}

/// Returns a text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{0}'..'\u{20}' => out.push_str(&format!("\\u{:04x}", character as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
