//! Questions that have a name.

use std::borrow::Cow;

use crate::reader::LocatedEvent;
use crate::text::{JsonText, Raw};

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described by `Preset::about`")]
pub enum Preset {
    Changes,
    Deletes,
    Denied,
    Failed,
    Unauthenticated,
    Anonymous,
    Exec,
    Secrets,
    Tokens,
    Rbac,
    Admission,
    Impersonation,
    RiskyPods,
    UnpinnedImages,
    Deprecated,
    Timeline,
}

const WRITES: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];
const RBAC: &str = "rbac.authorization.k8s.io";

impl Preset {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Changes,
        Self::Deletes,
        Self::Denied,
        Self::Failed,
        Self::Unauthenticated,
        Self::Anonymous,
        Self::Exec,
        Self::Secrets,
        Self::Tokens,
        Self::Rbac,
        Self::Admission,
        Self::Impersonation,
        Self::RiskyPods,
        Self::UnpinnedImages,
        Self::Deprecated,
        Self::Timeline,
    ];

    /// Says whether an event answers the question.
    #[must_use]
    pub fn takes(self, found: &LocatedEvent<'_>) -> bool {
        let event = &found.event;
        let object = &event.object;
        match self {
            Self::Changes => writes(found) && !is_session(found) && !is_review(found),
            Self::Deletes => {
                event.verb.is("delete")
                    || event.verb.is("deletecollection")
                    || (event.verb.is("create") && object.subresource.is("eviction"))
            }
            Self::Denied => {
                matches!(event.code, Some(401 | 403))
                    || event.annotation("authorization.k8s.io/decision").as_deref()
                        == Some("forbid")
            }
            Self::Failed => event.stage.is("Panic") || event.code.is_some_and(|code| code >= 400),
            Self::Unauthenticated => event.code == Some(401),
            Self::Anonymous => {
                let anonymous = event.user.name.is("system:anonymous");
                anonymous && event.code.is_some_and(|code| code < 400)
            }
            Self::Exec => is_session(found),
            Self::Secrets => {
                let reads = ["get", "list", "watch"].iter().any(|verb| event.verb.is(verb));
                object.resource.is("secrets") && reads && !is_system(event.user.name)
            }
            Self::Tokens => event.verb.is("create") && object.resource.is("serviceaccounts"),
            Self::Rbac => object.group.is(RBAC) && writes(found),
            Self::Admission => object.group.is("admissionregistration.k8s.io") && writes(found),
            Self::Impersonation => event.impersonated,
            Self::RiskyPods => writes(found) && bodies(found).any(|body| !risks(body).is_empty()),
            Self::UnpinnedImages => {
                let in_body = || bodies(found).any(|body| !unpinned(body).is_empty());
                writes(found) && (marked(found).is_some() || in_body())
            }
            Self::Deprecated => event.annotation("k8s.io/deprecated").as_deref() == Some("true"),
            Self::Timeline => true,
        }
    }

    /// Returns what there is to say about an event that answers the question, in a few words.
    #[must_use]
    pub fn detail(self, found: &LocatedEvent<'_>) -> String {
        match self {
            Self::Exec => command(found),
            Self::Rbac => grants(found),
            Self::RiskyPods => first(found, risks),
            Self::UnpinnedImages => marked(found).unwrap_or_else(|| first(found, unpinned)),
            Self::Changes | Self::Admission => change(found),
            Self::Deprecated => match found.event.annotation("k8s.io/removed-release") {
                Some(release) => format!("removed in {release}"),
                None => String::new(),
            },
            Self::Denied | Self::Failed | Self::Unauthenticated => {
                found.event.message.decode().into_owned()
            }
            Self::Tokens if found.event.object.subresource.is("token") => "a token".to_owned(),
            Self::Tokens => "a service account".to_owned(),
            _ => String::new(),
        }
    }

    /// Returns the heading of [`Self::detail`]; `None` if there is nothing to say.
    #[must_use]
    pub fn heading(self) -> Option<&'static str> {
        match self {
            Self::Exec => Some("COMMAND"),
            Self::Rbac => Some("GRANTS"),
            Self::RiskyPods => Some("RISKS"),
            Self::UnpinnedImages => Some("IMAGES"),
            Self::Changes | Self::Admission => Some("CHANGE"),
            Self::Deprecated => Some("REMOVED"),
            Self::Denied | Self::Failed | Self::Unauthenticated => Some("MESSAGE"),
            Self::Tokens => Some("WHAT"),
            _ => None,
        }
    }
}

fn writes(found: &LocatedEvent<'_>) -> bool {
    found.event.has_object && WRITES.iter().any(|verb| found.event.verb.is(verb))
}

/// What people do inside a pod. Today's kubectl sends `get`, older ones `create`.
fn is_session(found: &LocatedEvent<'_>) -> bool {
    let object = &found.event.object;
    let sessions = ["exec", "attach", "portforward", "ephemeralcontainers"];
    let is = |part: &&str| object.subresource.is(part);
    match sessions.iter().find(|part| is(part)) {
        // Reading which ones there are is no session.
        Some(&"ephemeralcontainers") => !found.event.verb.is("get"),
        other => other.is_some(),
    }
}

/// Questions to the server that are written as `create`.
fn is_review(found: &LocatedEvent<'_>) -> bool {
    let object = &found.event.object;
    found.event.verb.is("create")
        && (object.resource.0.ends_with(b"reviews")
            || object.resource.0.ends_with(b"reviewrequests"))
}

/// Components of the cluster and the accounts of its own namespace.
fn is_system(user: JsonText<'_>) -> bool {
    let user = user.decode();
    let own = ["system:node:", "system:kube-", "system:serviceaccount:kube-system:"];
    user == "system:apiserver" || own.iter().any(|prefix| user.starts_with(prefix))
}

fn bodies<'a>(found: &LocatedEvent<'a>) -> impl Iterator<Item = Raw<'a>> {
    [found.event.request_object, found.event.response_object]
        .into_iter()
        .filter(|body| !body.is_empty())
}

fn first(found: &LocatedEvent<'_>, what: impl Fn(Raw<'_>) -> Vec<String>) -> String {
    bodies(found).map(what).find(|all| !all.is_empty()).unwrap_or_default().join(", ")
}

/// The specs of pods in a body: its own, and those of templates.
fn pod_specs(body: Raw<'_>) -> Vec<Raw<'_>> {
    let paths: [&[&str]; 4] = [
        &["spec"],
        &["spec", "template", "spec"],
        &["spec", "jobTemplate", "spec", "template", "spec"],
        &["template", "spec"],
    ];
    let specs = paths.iter().filter_map(|path| body.path(path));
    specs.filter(|spec| spec.get("containers").is_some()).collect()
}

fn containers(spec: Raw<'_>) -> impl Iterator<Item = Raw<'_>> {
    let kinds = ["initContainers", "containers", "ephemeralContainers"];
    kinds.into_iter().filter_map(move |kind| spec.get(kind)).flat_map(|list| list.elements())
}

/// What lets a pod reach its node.
fn risks(body: Raw<'_>) -> Vec<String> {
    let mut found = vec![];
    for spec in pod_specs(body) {
        for name in ["hostNetwork", "hostPID", "hostIPC"] {
            if spec.get(name).is_some_and(|value| value.0 == b"true") {
                found.push(name.to_owned());
            }
        }
        for volume in spec.get("volumes").unwrap_or_default().elements() {
            if let Some(host) = volume.get("hostPath") {
                found.push(format!("hostPath {}", host.string("path")));
            }
        }
        for container in containers(spec) {
            let context = container.get("securityContext").unwrap_or_default();
            if context.get("privileged").is_some_and(|value| value.0 == b"true") {
                found.push(format!("privileged {}", container.string("name")));
            }
            for capability in context.path(&["capabilities", "add"]).unwrap_or_default().elements()
            {
                found
                    .push(format!("capability {}", capability.text().unwrap_or_default().decode()));
            }
        }
    }
    found.dedup();
    found
}

/// The images that an admission policy has marked: an annotation `POLICY/unpinned-images`, which an event has
/// at every level (Go: `ValidatingAdmissionPolicy`, `spec.auditAnnotations`).
fn marked(found: &LocatedEvent<'_>) -> Option<String> {
    let mut annotations = found.event.annotations.members();
    let (_, images) = annotations.find(|(key, _)| key.decode().ends_with("/unpinned-images"))?;
    let images = images.text()?.decode().replace(',', ", ");
    Some(images).filter(|images| !images.is_empty())
}

fn unpinned(body: Raw<'_>) -> Vec<String> {
    let specs = pod_specs(body);
    let volumes = specs.iter().flat_map(|spec| spec.get("volumes").unwrap_or_default().elements());
    let volumes = volumes.map(|one| one.path(&["image", "reference"]).and_then(|it| it.text()));
    let volumes: Vec<String> =
        volumes.flatten().map(|reference| reference.decode().into_owned()).collect();
    let images = specs
        .into_iter()
        .flat_map(containers)
        .map(|one| one.string("image").into_owned())
        .chain(volumes);
    let mut images: Vec<String> =
        images.filter(|image| !image.is_empty() && !image.contains("@sha256:")).collect();
    images.sort();
    images.dedup();
    images
}

/// The command of an exec, from its URI; `subresource` for other sessions.
fn command(found: &LocatedEvent<'_>) -> String {
    let uri = found.event.request_uri.decode();
    let words: Vec<String> = parameters(&uri, "command").collect();
    let container = parameters(&uri, "container").next();
    let mut text = match found.event.object.subresource.decode().as_ref() {
        "exec" => words.join(" "),
        "portforward" => ["port-forward".to_owned()]
            .into_iter()
            .chain(parameters(&uri, "ports"))
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_owned(),
    };
    if let Some(container) = container {
        text.push_str(&format!(" (in {container})"));
    }
    text
}

/// Returns the values of a parameter of a URI, decoded.
pub fn parameters<'u>(uri: &'u str, name: &'u str) -> impl Iterator<Item = String> + 'u {
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key) == name).then(|| decoded(value).into_owned())
    })
}

/// A part of a query without its escapes.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, hex) {
            (b'+', _) => out.push(b' '),
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            _ => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned().into()
}

/// Who was given what: the role and the subjects of a binding, or the rules of a role.
fn grants(found: &LocatedEvent<'_>) -> String {
    let Some(body) = bodies(found).last() else { return not_recorded(found) };
    if let Some(role) = body.get("roleRef") {
        let subject = |one: Raw<'_>| {
            let (kind, namespace) = (one.string("kind"), one.string("namespace"));
            let slash = if namespace.is_empty() { "" } else { "/" };
            format!("{kind} {namespace}{slash}{}", one.string("name"))
        };
        let subjects: Vec<String> =
            body.get("subjects").unwrap_or_default().elements().map(subject).collect();
        return format!(
            "{} {} to {}",
            role.string("kind"),
            role.string("name"),
            subjects.join(", ")
        );
    }
    let words = |rule: Raw<'_>, name: &str| {
        let list = rule.get(name).unwrap_or_default();
        let words: Vec<_> =
            list.elements().filter_map(|word| word.text()).map(|word| word.decode()).collect();
        words.join(",")
    };
    let rule = |rule: Raw<'_>| format!("{} {}", words(rule, "verbs"), words(rule, "resources"));
    let rules: Vec<String> = body.get("rules").unwrap_or_default().elements().map(rule).collect();
    rules.join("; ")
}

fn not_recorded(found: &LocatedEvent<'_>) -> String {
    format!("not recorded (level {})", found.event.level.decode())
}

/// So many changed values are shown.
const MOST_VALUES: usize = 6;

/// What a request changed, as far as its body says.
fn change(found: &LocatedEvent<'_>) -> String {
    let event = &found.event;
    if event.verb.is("delete") || event.verb.is("deletecollection") {
        return String::new();
    }
    if event.request_object.is_empty() {
        return not_recorded(found);
    }
    if event.verb.is("patch") || event.object.subresource.is("scale") {
        let mut values = vec![];
        flatten(String::new(), event.request_object, &mut values, 0);
        let more = values.len().saturating_sub(MOST_VALUES);
        values.truncate(MOST_VALUES);
        let mut text = values.join(" ");
        if more > 0 {
            text.push_str(&format!(" and {more} more"));
        }
        return text;
    }
    format!("the whole object, {} bytes", event.request_object.0.len())
}

/// Parts of an object that say who wrote it and not what.
const NOISE: [&str; 6] = [
    "managedFields",
    "resourceVersion",
    "kind",
    "apiVersion",
    "kubectl.kubernetes.io/last-applied-configuration",
    "uid",
];

fn flatten(path: String, value: Raw<'_>, values: &mut Vec<String>, depth: usize) {
    let inner =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if depth < 8 && value.0.starts_with(b"{") {
        for (key, value) in value.members() {
            let key = key.decode();
            if !NOISE.contains(&key.as_ref()) {
                flatten(inner(&key), value, values, depth + 1);
            }
        }
    } else if depth < 8 && value.0.starts_with(b"[") {
        for (at, value) in value.elements().enumerate() {
            flatten(inner(&at.to_string()), value, values, depth + 1);
        }
    } else {
        let text =
            value.text().map_or_else(|| String::from_utf8_lossy(value.0), |text| text.decode());
        let short: String = text.chars().take(60).collect();
        values.push(format!("{path}={short}"));
    }
}
