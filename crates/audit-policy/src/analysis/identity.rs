//! Which groups a user carries, as the authenticators of the API server give them.

use super::cluster_facts::Identities;
use super::names::is_namespace;
use crate::request::User;

pub(super) const ANONYMOUS: &str = "system:anonymous";
const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";
const SERVICE_ACCOUNTS: &str = "system:serviceaccounts";

/// What decides which groups a user carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum UserKind {
    /// Authenticated by a certificate, a token of an identity provider and so on.
    Person,
    /// The service account of a pod, by its namespace.
    ServiceAccount(String),
    /// Not authenticated, and allowed to go on (Go: `anonymous.Authenticator`).
    Anonymous,
    /// Authentication failed: there is no user.
    Nobody,
    /// A user about whose groups nothing is assumed.
    Anybody,
}

/// Whether users of a kind carry a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupMembership {
    Always,
    Sometimes,
    Never,
}

impl UserKind {
    /// Returns the kind of the user with this name.
    pub(super) fn of(name: Option<&str>, identities: Identities) -> Self {
        match (name, identities) {
            (None, _) => Self::Nobody,
            (_, Identities::Any) => Self::Anybody,
            (Some(ANONYMOUS), _) => Self::Anonymous,
            (Some(name), _) => service_account_namespace(name)
                .map_or(Self::Person, |namespace| Self::ServiceAccount(namespace.to_owned())),
        }
    }

    /// Says whether users of this kind carry a group (Go: `AuthenticatedGroupAdder`,
    /// `serviceaccount.UserInfo`, `anonymous.Authenticator`).
    ///
    /// A certificate can be issued for `system:unauthenticated` or for a group of service accounts,
    /// but nobody does that.
    pub(super) fn carries(&self, group: &str) -> GroupMembership {
        let always = |so: bool| if so { GroupMembership::Always } else { GroupMembership::Never };
        match (self, group) {
            (Self::Nobody, _) => GroupMembership::Never,
            (Self::Anybody, _) => GroupMembership::Sometimes,
            (Self::Anonymous, _) => always(group == UNAUTHENTICATED),
            (_, AUTHENTICATED) => GroupMembership::Always,
            (_, UNAUTHENTICATED) => GroupMembership::Never,
            (Self::ServiceAccount(namespace), _) => {
                let of = service_accounts_namespace(group);
                always(group == SERVICE_ACCOUNTS || of == Some(namespace))
            }
            (Self::Person, _) if is_of_service_accounts(group) => GroupMembership::Never,
            (Self::Person, _) => GroupMembership::Sometimes,
        }
    }

    /// Returns the groups that every user of this kind carries.
    pub(super) fn groups(&self) -> Vec<String> {
        match self {
            Self::Nobody | Self::Anybody => vec![],
            Self::Anonymous => vec![UNAUTHENTICATED.to_owned()],
            Self::Person => vec![AUTHENTICATED.to_owned()],
            Self::ServiceAccount(namespace) => vec![
                SERVICE_ACCOUNTS.to_owned(),
                format!("{SERVICE_ACCOUNTS}:{namespace}"),
                AUTHENTICATED.to_owned(),
            ],
        }
    }
}

/// Says whether there can be a user with this name and these groups.
pub(super) fn can_exist(user: Option<&User<'_>>, identities: Identities) -> bool {
    let Some(user) = user else { return true };
    let kind = UserKind::of(Some(&user.name), identities);
    user.groups.iter().all(|group| kind.carries(group) != GroupMembership::Never)
        && kind.groups().iter().all(|group| user.groups.iter().any(|carried| carried == group))
}

/// Returns the namespace of the service account with this user name (Go:
/// `serviceaccount.SplitUsername`).
pub(super) fn service_account_namespace(user: &str) -> Option<&str> {
    let (namespace, name) = user.strip_prefix(SERVICE_ACCOUNT)?.split_once(':')?;
    let is_name = !name.is_empty() && !name.contains(':');
    (is_name && !namespace.is_empty() && is_namespace(namespace)).then_some(namespace)
}

/// Returns the user name of a service account (Go: `serviceaccount.MakeUsername`).
pub(super) fn service_account(namespace: &str, name: &str) -> String {
    format!("{SERVICE_ACCOUNT}{namespace}:{name}")
}

/// Returns the namespace all of whose service accounts carry this group (Go:
/// `serviceaccount.MakeNamespaceGroupName`).
pub(super) fn service_accounts_namespace(group: &str) -> Option<&str> {
    let namespace = group.strip_prefix(SERVICE_ACCOUNTS)?.strip_prefix(':')?;
    (!namespace.is_empty() && is_namespace(namespace)).then_some(namespace)
}

fn is_of_service_accounts(group: &str) -> bool {
    group == SERVICE_ACCOUNTS || service_accounts_namespace(group).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can_exist_as(name: &'static str, groups: &[&'static str]) -> bool {
        let groups = groups.iter().map(|group| (*group).into()).collect();
        can_exist(Some(&User { name: name.into(), groups }), Identities::AsAuthenticated)
    }

    #[test]
    fn users_carry_the_groups_their_authenticator_gives_them() {
        let robot = "system:serviceaccount:x:robot";
        let of_robot = ["system:serviceaccounts", "system:serviceaccounts:x", AUTHENTICATED];
        assert!(can_exist_as("alice", &[AUTHENTICATED, "devs"]));
        assert!(can_exist_as(ANONYMOUS, &[UNAUTHENTICATED]));
        assert!(can_exist_as(robot, &of_robot));
        assert!(!can_exist_as("alice", &["devs"]));
        assert!(!can_exist_as("alice", &[AUTHENTICATED, UNAUTHENTICATED]));
        assert!(!can_exist_as("alice", &of_robot));
        assert!(!can_exist_as(ANONYMOUS, &[UNAUTHENTICATED, "devs"]));
        assert!(!can_exist_as(robot, &[AUTHENTICATED]));
        assert!(!can_exist_as("system:serviceaccount:y:robot", &of_robot));
    }
}
