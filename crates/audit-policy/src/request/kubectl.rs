//! The commands of kubectl, and which requests they send.

use super::can_i::VERBS;
use crate::did_you_mean::nearest;

/// A request that a command of kubectl sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KubectlRequest {
    /// The verb.
    pub verb: &'static str,
    /// The resource, if it is not the one that is named.
    pub resource: Option<&'static str>,
    /// The subresource, or nothing.
    pub subresource: &'static str,
}

/// A command of kubectl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KubectlCommand {
    /// Its name, such as `exec`.
    pub name: &'static str,
    /// What a name without a resource is the name of, such as `pods`; or nothing.
    pub takes: &'static str,
    /// What it sends, what matters most first.
    pub sends: &'static [KubectlRequest],
}

const fn sent(verb: &'static str) -> KubectlRequest {
    KubectlRequest { verb, resource: None, subresource: "" }
}

const fn sub(verb: &'static str, subresource: &'static str) -> KubectlRequest {
    KubectlRequest { verb, resource: None, subresource }
}

const fn of(
    verb: &'static str,
    resource: &'static str,
    subresource: &'static str,
) -> KubectlRequest {
    KubectlRequest { verb, resource: Some(resource), subresource }
}

const fn command(
    name: &'static str,
    takes: &'static str,
    sends: &'static [KubectlRequest],
) -> KubectlCommand {
    KubectlCommand { name, takes, sends }
}

/// From the sources of kubectl 1.31: exec, attach and port-forward ask with `get` (WebSocket) since
/// then, and with `create` (SPDY) before and where WebSockets do not pass.
const COMMANDS: &[KubectlCommand] = &[
    command("annotate", "", &[sent("patch")]),
    command("apply", "", &[sent("patch"), sent("create")]),
    command("approve", "certificatesigningrequests", &[sub("update", "approval")]),
    command("attach", "pods", &[sub("get", "attach"), sub("create", "attach")]),
    command("autoscale", "", &[of("create", "horizontalpodautoscalers.autoscaling", "")]),
    command("cordon", "nodes", &[sent("patch")]),
    command("cp", "pods", &[sub("get", "exec"), sub("create", "exec")]),
    command("debug", "pods", &[sub("patch", "ephemeralcontainers"), sub("get", "attach")]),
    command("deny", "certificatesigningrequests", &[sub("update", "approval")]),
    command("describe", "", &[sent("get"), of("list", "events", "")]),
    command("drain", "nodes", &[sent("patch"), of("create", "pods", "eviction")]),
    command("edit", "", &[sent("patch"), sent("get")]),
    command("evict", "pods", &[sub("create", "eviction")]),
    command("exec", "pods", &[sub("get", "exec"), sub("create", "exec")]),
    command("expose", "", &[of("create", "services", "")]),
    command("label", "", &[sent("patch")]),
    command("log", "pods", &[sub("get", "log")]),
    command("logs", "pods", &[sub("get", "log")]),
    command("port-forward", "pods", &[sub("get", "portforward"), sub("create", "portforward")]),
    command("portforward", "pods", &[sub("get", "portforward"), sub("create", "portforward")]),
    command("replace", "", &[sent("update")]),
    command("restart", "", &[sent("patch")]),
    command("rollout", "", &[sent("patch")]),
    command("run", "pods", &[sent("create")]),
    command("scale", "", &[sub("patch", "scale"), sub("update", "scale")]),
    command("set", "", &[sent("patch")]),
    command("taint", "nodes", &[sent("patch")]),
    command("uncordon", "nodes", &[sent("patch")]),
    command("wait", "", &[sent("list"), sent("watch")]),
    command("post", "", &[sent("create")]),
    command("put", "", &[sent("update")]),
];

/// Verbs that RBAC asks about, which no request has, and when it does.
const RBAC: &[(&str, &str)] = &[
    ("use", "it is asked when a Pod is admitted"),
    ("bind", "it is asked at a `create` or `update` of a role binding"),
    ("escalate", "it is asked at a `create` or `update` of a role"),
    (
        "impersonate",
        "the request has the verb of what is done, and `impersonatedUser` beside `user`",
    ),
    ("sign", "it is asked at an `update` of certificatesigningrequests/status"),
    ("attest", "it is asked when a projected token is made"),
];

/// Returns the command of kubectl with this name, if it is no verb of a request itself.
///
/// # Examples
///
/// ```
/// use audit_policy::request::kubectl;
///
/// let exec = kubectl::command_named("exec").unwrap();
/// assert_eq!((exec.sends[0].verb, exec.sends[0].subresource), ("get", "exec"));
/// assert_eq!(kubectl::command_named("get"), None);
/// ```
#[must_use]
pub fn command_named(name: &str) -> Option<&'static KubectlCommand> {
    COMMANDS.iter().find(|command| command.name == name.to_ascii_lowercase())
}

/// Returns what is wrong with a verb that no request for a resource has; nothing for a right one.
#[must_use]
pub fn no_verb(verb: &str) -> Option<String> {
    if VERBS.contains(&verb) {
        return None;
    }
    let known = VERBS.iter().copied();
    let why = match (RBAC.iter().find(|(known, _)| *known == verb), nearest(verb, known)) {
        (Some((_, when)), _) => format!("it is a verb of RBAC: {when}"),
        (None, Some(meant)) => format!("did you mean `{meant}`?"),
        (None, None) => format!("the verbs are {}", VERBS.join(", ")),
    };
    Some(format!("no request has the verb `{verb}`; {why}"))
}
