//! A request in the words in which people ask about it, and back.

use super::can_i::{CanI, CanIError, NamespaceChoice, ask, user};
use crate::request::attributes::Request;
use crate::request::attributes::Resource;
use crate::request::attributes::User;

/// The words of a request, as `explain` and files of expectations take them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The verb.
    pub verb: String,
    /// `RESOURCE`, `RESOURCE/NAME` or a path.
    pub target: String,
    /// The name, where the target does not have it: one that is also the name of a subresource.
    pub name: String,
    /// The subresource, or nothing.
    pub subresource: String,
    /// Without it that is `default`; empty for all namespaces.
    pub namespace: Option<String>,
    /// Who asks.
    pub who: Who,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A user with the groups that every such user has.
    Named(String),
    /// A user with exactly these groups.
    InGroups(String, Vec<String>),
    /// Nobody: authentication failed.
    Nobody,
}

impl Default for Who {
    fn default() -> Self {
        Self::Named(String::new())
    }
}

impl Words {
    /// Returns words that are for a request, if there are any: what a client can ask for has
    /// some, unless its path is not written as it is meant. A watch of a single namespace carries
    /// that namespace only by its old path, so its words are that path.
    ///
    /// # Examples
    ///
    /// ```
    /// use audit_policy::request::{CanI, Words, ask};
    ///
    /// let request = ask(CanI { verb: "get", target: "po/web", ..CanI::default() })?.request;
    /// let words = Words::of(&request).unwrap();
    /// assert_eq!((&*words.target, words.namespace.as_deref()), ("pods/web", Some("default")));
    /// # Ok::<(), audit_policy::request::CanIError>(())
    /// ```
    #[must_use]
    pub fn of(request: &Request<'_>) -> Option<Self> {
        let who = Who::of(request.user.as_ref());
        let verb = request.verb.to_string();
        let Some(asked) = &request.resource else {
            let target = request.path.to_string();
            let words = Self { verb, target, who, ..Self::default() };
            return words.stand_for(request).then_some(words);
        };
        let subresource = asked.subresource.to_string();
        let mut ways = targets(asked).into_iter().flat_map(|target| {
            namespaces(asked).into_iter().map(move |namespace| (target.clone(), namespace))
        });
        let usual = ways.find_map(|((target, name), namespace)| {
            let (verb, subresource, who) = (verb.clone(), subresource.clone(), who.clone());
            let words = Self { verb, target, name, subresource, namespace, who };
            words.stand_for(request).then_some(words)
        });
        usual.or_else(|| {
            let verb = "get".to_owned();
            let target = format!("/api/v1/watch/namespaces/{}", asked.name);
            let words = Self { verb, target, who, ..Self::default() };
            words.stand_for(request).then_some(words)
        })
    }

    /// Returns the request they stand for.
    pub(crate) fn request(&self) -> Result<Request<'static>, CanIError> {
        let scope = match self.namespace.as_deref() {
            None => NamespaceChoice::Unsaid,
            Some("") => NamespaceChoice::All,
            Some(namespace) => NamespaceChoice::Namespace(namespace),
        };
        let Self { verb, target, name, subresource, .. } = self;
        let mut request = ask(CanI { verb, target, name, subresource, scope })?.request;
        request.user = match &self.who {
            Who::Named(name) => Some(user(name, &[])),
            Who::InGroups(name, groups) => Some(User {
                name: name.clone().into(),
                groups: groups.iter().cloned().map(Into::into).collect(),
            }),
            Who::Nobody => None,
        };
        Ok(request)
    }

    fn stand_for(&self, request: &Request<'_>) -> bool {
        self.request().is_ok_and(|meant| {
            // A policy looks at the path only where there is no resource.
            let same_path = meant.resource.is_some() || meant.path == request.path;
            same_path && (&meant.verb, &meant.resource) == (&request.verb, &request.resource)
        })
    }

    /// Returns the arguments with which `explain` asks for this request; nothing for a user that
    /// it would give more groups, and for a method that has no verb.
    #[must_use]
    pub fn arguments(&self) -> Option<Vec<String>> {
        let mut all = vec![self.verb.clone(), self.target.clone()];
        if self.verb.is_empty() {
            return None;
        }
        all.extend((!self.name.is_empty()).then(|| self.name.clone()));
        let mut flag = |name: &str, value: &str| all.extend([name.to_owned(), value.to_owned()]);
        if !self.subresource.is_empty() {
            flag("--subresource", &self.subresource);
        }
        match self.namespace.as_deref() {
            None => {}
            Some("") => all.push("-A".to_owned()),
            Some(namespace) => flag("-n", namespace),
        }
        let mut flag = |name: &str, value: &str| all.extend([name.to_owned(), value.to_owned()]);
        match &self.who {
            Who::Named(name) => flag("--as", name),
            Who::InGroups(name, groups) => {
                let given = user(name, &[]).groups;
                if given.iter().any(|group| !groups.iter().any(|own| own == group)) {
                    return None;
                }
                flag("--as", name);
                let others = groups.iter().filter(|group| !given.contains(&group.as_str().into()));
                others.for_each(|group| flag("--as-group", group));
            }
            Who::Nobody => all.push("--no-user".to_owned()),
        }
        Some(all)
    }
}

impl Who {
    fn of(asking: Option<&User<'_>>) -> Self {
        let Some(asking) = asking else { return Self::Nobody };
        let mut usual = user(&asking.name, &[]).groups;
        let mut groups = asking.groups.clone();
        usual.sort_unstable();
        groups.sort_unstable();
        if groups == usual {
            return Self::Named(asking.name.to_string());
        }
        let groups = asking.groups.iter().map(ToString::to_string);
        Self::InGroups(asking.name.to_string(), groups.collect())
    }
}

/// The ways to name an object, the usual one first: the target, and the name where the target does
/// not have it. A resource of the core group that is known in another group only needs a version to
/// be known from that.
fn targets(asked: &Resource<'_>) -> Vec<(String, String)> {
    let Resource { group, resource, name, .. } = asked;
    let forms = match group.is_empty() {
        true => vec![resource.to_string(), format!("{resource}.v1")],
        false => vec![format!("{resource}.{group}")],
    };
    let joined = |words: &String| match name.is_empty() {
        true => (words.clone(), String::new()),
        false => (format!("{words}/{name}"), String::new()),
    };
    let apart = forms.iter().map(|words| (words.clone(), name.to_string()));
    forms.iter().map(joined).chain(apart).collect()
}

/// The ways to say where: a namespace, nowhere, everywhere.
fn namespaces(asked: &Resource<'_>) -> Vec<Option<String>> {
    match &*asked.namespace {
        "" => vec![None, Some(String::new())],
        namespace => {
            let in_itself = asked.resource == "namespaces" && asked.namespace == asked.name;
            vec![(!in_itself).then(|| namespace.to_owned())]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(request: &str) -> String {
        let request: Request<'_> = serde_json::from_str(request).unwrap();
        Words::of(&request).and_then(|words| words.arguments()).unwrap_or_default().join(" ")
    }

    #[test]
    fn every_kind_of_request_has_words() {
        for (request, wanted) in [
            (
                r#"{"user":"a","groups":["ops","system:authenticated"],"verb":"create","resource":"pods",
                    "subresource":"exec","name":"x","namespace":"n","isResource":true}"#,
                "create pods/x --subresource exec -n n --as a --as-group ops",
            ),
            (
                r#"{"user":"a","groups":["system:authenticated"],"verb":"get","resource":"pods",
                    "name":"log","namespace":"n","isResource":true}"#,
                "get pods log -n n --as a",
            ),
            (
                r#"{"noUser":true,"verb":"list","resource":"pods","isResource":true}"#,
                "list pods -A --no-user",
            ),
            (
                r#"{"user":"a","groups":["system:authenticated"],"verb":"get","resource":"nodes",
                    "name":"n","isResource":true}"#,
                "get nodes/n --as a",
            ),
            (
                r#"{"user":"a","groups":["system:authenticated"],"verb":"get","resource":"namespaces",
                    "name":"n","namespace":"n","isResource":true}"#,
                "get namespaces/n --as a",
            ),
            (
                r#"{"user":"a","groups":["system:authenticated"],"verb":"watch","resource":"namespaces",
                    "name":"n","namespace":"n","isResource":true}"#,
                "get /api/v1/watch/namespaces/n --as a",
            ),
            (
                r#"{"user":"a","groups":["system:authenticated"],"verb":"create","resource":"deployments",
                    "namespace":"n","isResource":true}"#,
                "create deployments.v1 -n n --as a",
            ),
            (
                r#"{"user":"system:anonymous","groups":["system:unauthenticated"],"verb":"head",
                    "path":"/healthz"}"#,
                "head /healthz --as system:anonymous",
            ),
            (r#"{"user":"a","verb":"get","path":"/x"}"#, ""),
            (r#"{"user":"a","verb":"get","path":"/a b"}"#, ""),
        ] {
            assert_eq!(arguments(request), wanted, "{request}");
        }
    }
}
