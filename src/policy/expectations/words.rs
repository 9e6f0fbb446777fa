//! A request as it stands in a file of expectations.

use super::super::ask::{Ask, AskError, Scope, ask, user};
use super::super::request::{Request, User};

/// The words of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    pub(super) verb: String,
    /// As `explain` takes it: `RESOURCE`, `RESOURCE/NAME` or a path.
    pub(super) target: String,
    pub(super) subresource: String,
    /// Without it that is `default`; empty for all namespaces.
    pub(super) namespace: Option<String>,
    pub(super) who: Who,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
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
    /// Returns the request they stand for.
    pub(super) fn request(&self) -> Result<Request<'static>, AskError> {
        let scope = match self.namespace.as_deref() {
            None => Scope::Unsaid,
            Some("") => Scope::All,
            Some(namespace) => Scope::Namespace(namespace),
        };
        let Self { verb, target, subresource, .. } = self;
        let mut request = ask(Ask { verb, target, subresource, scope })?.request;
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
}
