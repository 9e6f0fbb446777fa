//! Sets of requests as people describe them, dimension by dimension.

use super::identity::service_account_namespace;
use crate::policy::matches_path;
use crate::request::Request;
use crate::request::Resource;
use crate::request::User;

/// Which values of a dimension are in a set.
///
/// Values with which no request of the set can happen are not mentioned: where only `get` is meant,
/// any name is any but the empty one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selection<T> {
    /// All of them.
    Any,
    /// These.
    Only(Vec<T>),
    /// All but these.
    Except(Vec<T>),
}

/// A set of requests: every request that can happen with one of the users, one of the verbs and so
/// on. A request for no resource has the namespace `""`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Who asks.
    pub users: Selection<Caller>,
    /// The groups they must be in; it is enough to fulfil one of these. No condition is one that
    /// everybody fulfils.
    pub groups: Vec<Membership>,
    /// The verbs.
    pub verbs: Selection<String>,
    /// The namespaces.
    pub namespaces: Selection<String>,
    /// The resources; a request must be for one of these or for one of the paths.
    pub resources: Vec<Resources>,
    /// The paths of requests for no resource.
    pub paths: Vec<PathPattern>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Anyone who could not be authenticated.
    Nobody,
    /// The user with this name.
    Named(String),
    /// Service accounts.
    ServiceAccounts {
        /// Their namespaces.
        namespaces: Selection<String>,
        /// User names of those that are not meant.
        except: Vec<String>,
    },
}

/// A condition on the groups of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The user carries a group of each of these lists.
    pub one_of: Vec<Vec<String>>,
    /// The user carries none of these.
    pub none_of: Vec<String>,
}

/// Resources, as a product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resources {
    /// The API groups; `""` is the core group.
    pub groups: Selection<String>,
    /// The resources.
    pub resources: Selection<String>,
    /// The subresources; `""` is the resource itself.
    pub subresources: Selection<String>,
    /// The names of objects; `""` is none.
    pub names: Selection<String>,
}

/// Paths of requests for no resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathPattern {
    /// A path, or the beginning of paths and a `*`.
    pub pattern: String,
    /// Patterns of paths that are not meant.
    pub except: Vec<String>,
}

impl<T> Selection<T> {
    /// Says whether a value is in the set, given which values of the lists are the same or contain
    /// it.
    pub fn contains(&self, is_it: impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Only(these) => these.iter().any(is_it),
            Self::Except(these) => !these.iter().any(is_it),
        }
    }
}

impl Selection<String> {
    fn has(&self, value: &str) -> bool {
        self.contains(|listed| listed == value)
    }
}

impl Class {
    /// Says whether a request is in the class, if it is one that can happen.
    #[must_use]
    pub fn contains(&self, request: &Request<'_>) -> bool {
        let user = request.user.as_ref();
        let is_asked_for = match &request.resource {
            Some(asked) => {
                self.namespaces.has(&asked.namespace)
                    && self.resources.iter().any(|resources| resources.contain(asked))
            }
            None => {
                self.namespaces.has("") && self.paths.iter().any(|path| path.takes(&request.path))
            }
        };
        is_asked_for
            && self.verbs.has(&request.verb)
            && self.users.contains(|caller| caller.is(user))
            && (self.groups.is_empty() || self.groups.iter().any(|groups| groups.holds_for(user)))
    }
}

impl Caller {
    fn is(&self, user: Option<&User<'_>>) -> bool {
        match (self, user) {
            (Self::Nobody, None) => true,
            (Self::Named(name), Some(user)) => user.name == *name,
            (Self::ServiceAccounts { namespaces, except }, Some(user)) => {
                service_account_namespace(&user.name)
                    .is_some_and(|namespace| namespaces.has(namespace))
                    && except.iter().all(|name| user.name != *name)
            }
            _ => false,
        }
    }
}

impl Membership {
    fn holds_for(&self, user: Option<&User<'_>>) -> bool {
        let carries = |group: &String| {
            user.is_some_and(|user| user.groups.iter().any(|carried| carried == group))
        };
        self.one_of.iter().all(|groups| groups.iter().any(carries))
            && !self.none_of.iter().any(carries)
    }
}

impl Resources {
    /// Says whether a resource is in it.
    pub(super) fn contain(&self, asked: &Resource<'_>) -> bool {
        self.groups.has(&asked.group)
            && self.resources.has(&asked.resource)
            && self.subresources.has(&asked.subresource)
            && self.names.has(&asked.name)
    }
}

impl PathPattern {
    fn takes(&self, path: &str) -> bool {
        matches_path(&self.pattern, path)
            && !self.except.iter().any(|spec| matches_path(spec, path))
    }
}
