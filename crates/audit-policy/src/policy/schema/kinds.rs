//! The kinds the server's audit scheme knows, and their types.
//!
//! Written by `go run . -t schema` in tests/oracle; not to be edited.

use super::Type::{Any, Bool, Int, Interface, List, Map, Struct as Of, Text, Time};
use super::VersionScope::{Unversioned, Versioned};
use super::{KindType, Struct, embedded, field, kind};

/// Every kind by its group, version and name.
#[rustfmt::skip]
pub(in crate::policy) static KINDS: &[KindType] = &[
    kind(Versioned, "", "__internal", "WatchEvent", &V1_INTERNAL_EVENT),
    kind(Unversioned, "", "v1", "APIGroup", &V1_APIGROUP),
    kind(Unversioned, "", "v1", "APIGroupList", &V1_APIGROUP_LIST),
    kind(Unversioned, "", "v1", "APIResourceList", &V1_APIRESOURCE_LIST),
    kind(Unversioned, "", "v1", "APIVersions", &V1_APIVERSIONS),
    kind(Versioned, "", "v1", "CreateOptions", &V1_CREATE_OPTIONS),
    kind(Versioned, "", "v1", "DeleteOptions", &V1_DELETE_OPTIONS),
    kind(Versioned, "", "v1", "GetOptions", &V1_GET_OPTIONS),
    kind(Versioned, "", "v1", "ListOptions", &V1_LIST_OPTIONS),
    kind(Versioned, "", "v1", "PatchOptions", &V1_PATCH_OPTIONS),
    kind(Unversioned, "", "v1", "Status", &V1_STATUS),
    kind(Versioned, "", "v1", "UpdateOptions", &V1_UPDATE_OPTIONS),
    kind(Versioned, "", "v1", "WatchEvent", &V1_WATCH_EVENT),
    kind(Versioned, "audit.k8s.io", "__internal", "Event", &AUDIT_EVENT),
    kind(Versioned, "audit.k8s.io", "__internal", "EventList", &AUDIT_EVENT_LIST),
    kind(Versioned, "audit.k8s.io", "__internal", "Policy", &AUDIT_POLICY),
    kind(Versioned, "audit.k8s.io", "__internal", "PolicyList", &AUDIT_POLICY_LIST),
    kind(Versioned, "audit.k8s.io", "__internal", "WatchEvent", &V1_INTERNAL_EVENT),
    kind(Versioned, "audit.k8s.io", "v1", "CreateOptions", &V1_CREATE_OPTIONS),
    kind(Versioned, "audit.k8s.io", "v1", "DeleteOptions", &V1_DELETE_OPTIONS),
    kind(Versioned, "audit.k8s.io", "v1", "Event", &V1_EVENT),
    kind(Versioned, "audit.k8s.io", "v1", "EventList", &V1_EVENT_LIST),
    kind(Versioned, "audit.k8s.io", "v1", "GetOptions", &V1_GET_OPTIONS),
    kind(Versioned, "audit.k8s.io", "v1", "ListOptions", &V1_LIST_OPTIONS),
    kind(Versioned, "audit.k8s.io", "v1", "PatchOptions", &V1_PATCH_OPTIONS),
    kind(Versioned, "audit.k8s.io", "v1", "Policy", &V1_POLICY),
    kind(Versioned, "audit.k8s.io", "v1", "PolicyList", &V1_POLICY_LIST),
    kind(Versioned, "audit.k8s.io", "v1", "UpdateOptions", &V1_UPDATE_OPTIONS),
    kind(Versioned, "audit.k8s.io", "v1", "WatchEvent", &V1_WATCH_EVENT),
];

#[rustfmt::skip]
static V1_INTERNAL_EVENT: Struct = Struct { name: "InternalEvent", go: "v1.InternalEvent", fields: &[
    field("Type", Text("watch.EventType")), field("Object", Interface("runtime.Object")),
] };

#[rustfmt::skip]
static V1_APIGROUP: Struct = Struct { name: "APIGroup", go: "v1.APIGroup", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("name", Text("string")),
    field("versions", List("[]v1.GroupVersionForDiscovery", &Of(&V1_GROUP_VERSION_FOR_DISCOVERY))),
    field("preferredVersion", Of(&V1_GROUP_VERSION_FOR_DISCOVERY)),
    field("serverAddressByClientCIDRs", List("[]v1.ServerAddressByClientCIDR", &Of(&V1_SERVER_ADDRESS_BY_CLIENT_CIDR))),
] };

#[rustfmt::skip]
static V1_APIGROUP_LIST: Struct = Struct { name: "APIGroupList", go: "v1.APIGroupList", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("groups", List("[]v1.APIGroup", &Of(&V1_APIGROUP))),
] };

#[rustfmt::skip]
static V1_APIRESOURCE_LIST: Struct = Struct { name: "APIResourceList", go: "v1.APIResourceList", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("groupVersion", Text("string")), field("resources", List("[]v1.APIResource", &Of(&V1_APIRESOURCE))),
] };

#[rustfmt::skip]
static V1_APIVERSIONS: Struct = Struct { name: "APIVersions", go: "v1.APIVersions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("versions", List("[]string", &Text("string"))),
    field("serverAddressByClientCIDRs", List("[]v1.ServerAddressByClientCIDR", &Of(&V1_SERVER_ADDRESS_BY_CLIENT_CIDR))),
] };

#[rustfmt::skip]
static V1_CREATE_OPTIONS: Struct = Struct { name: "CreateOptions", go: "v1.CreateOptions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("dryRun", List("[]string", &Text("string"))), field("fieldManager", Text("string")),
    field("fieldValidation", Text("string")),
] };

#[rustfmt::skip]
static V1_DELETE_OPTIONS: Struct = Struct { name: "DeleteOptions", go: "v1.DeleteOptions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("gracePeriodSeconds", Int { bits: 64 }), field("preconditions", Of(&V1_PRECONDITIONS)),
    field("orphanDependents", Bool { pointer: true }), field("propagationPolicy", Text("v1.DeletionPropagation")),
    field("dryRun", List("[]string", &Text("string"))),
    field("ignoreStoreReadErrorWithClusterBreakingPotential", Bool { pointer: true }),
] };

#[rustfmt::skip]
static V1_GET_OPTIONS: Struct = Struct { name: "GetOptions", go: "v1.GetOptions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("resourceVersion", Text("string")),
] };

#[rustfmt::skip]
static V1_LIST_OPTIONS: Struct = Struct { name: "ListOptions", go: "v1.ListOptions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("labelSelector", Text("string")), field("fieldSelector", Text("string")),
    field("watch", Bool { pointer: false }), field("allowWatchBookmarks", Bool { pointer: false }),
    field("resourceVersion", Text("string")), field("resourceVersionMatch", Text("v1.ResourceVersionMatch")),
    field("timeoutSeconds", Int { bits: 64 }), field("limit", Int { bits: 64 }), field("continue", Text("string")),
    field("sendInitialEvents", Bool { pointer: true }), field("shardSelector", Text("string")),
] };

#[rustfmt::skip]
static V1_PATCH_OPTIONS: Struct = Struct { name: "PatchOptions", go: "v1.PatchOptions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("dryRun", List("[]string", &Text("string"))), field("force", Bool { pointer: true }),
    field("fieldManager", Text("string")), field("fieldValidation", Text("string")),
] };

#[rustfmt::skip]
static V1_STATUS: Struct = Struct { name: "Status", go: "v1.Status", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("metadata", Of(&V1_LIST_META)), field("status", Text("string")), field("message", Text("string")),
    field("reason", Text("v1.StatusReason")), field("details", Of(&V1_STATUS_DETAILS)),
    field("code", Int { bits: 32 }),
] };

#[rustfmt::skip]
static V1_UPDATE_OPTIONS: Struct = Struct { name: "UpdateOptions", go: "v1.UpdateOptions", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("dryRun", List("[]string", &Text("string"))), field("fieldManager", Text("string")),
    field("fieldValidation", Text("string")),
] };

#[rustfmt::skip]
static V1_WATCH_EVENT: Struct = Struct { name: "WatchEvent", go: "v1.WatchEvent", fields: &[
    field("type", Text("string")), field("object", Any),
] };

#[rustfmt::skip]
static AUDIT_EVENT: Struct = Struct { name: "Event", go: "audit.Event", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("Level", Text("audit.Level")), field("AuditID", Text("types.UID")), field("Stage", Text("audit.Stage")),
    field("RequestURI", Text("string")), field("Verb", Text("string")), field("User", Of(&V1_USER_INFO)),
    field("ImpersonatedUser", Of(&V1_USER_INFO)),
    field("AuthenticationMetadata", Of(&AUDIT_AUTHENTICATION_METADATA)),
    field("SourceIPs", List("[]string", &Text("string"))), field("UserAgent", Text("string")),
    field("ObjectRef", Of(&AUDIT_OBJECT_REFERENCE)), field("ResponseStatus", Of(&V1_STATUS)),
    field("RequestObject", Any), field("ResponseObject", Any), field("RequestReceivedTimestamp", Any),
    field("StageTimestamp", Any), field("Annotations", Map("map[string]string", &Text("string"))),
] };

#[rustfmt::skip]
static AUDIT_EVENT_LIST: Struct = Struct { name: "EventList", go: "audit.EventList", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    embedded("ListMeta", "selfLink", Text("string")), embedded("ListMeta", "resourceVersion", Text("string")),
    embedded("ListMeta", "continue", Text("string")), embedded("ListMeta", "remainingItemCount", Int { bits: 64 }),
    embedded("ListMeta", "shardInfo", Of(&V1_SHARD_INFO)), field("Items", List("[]audit.Event", &Of(&AUDIT_EVENT))),
] };

#[rustfmt::skip]
static AUDIT_POLICY: Struct = Struct { name: "Policy", go: "audit.Policy", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    embedded("ObjectMeta", "name", Text("string")), embedded("ObjectMeta", "generateName", Text("string")),
    embedded("ObjectMeta", "namespace", Text("string")), embedded("ObjectMeta", "selfLink", Text("string")),
    embedded("ObjectMeta", "uid", Text("types.UID")), embedded("ObjectMeta", "resourceVersion", Text("string")),
    embedded("ObjectMeta", "generation", Int { bits: 64 }), embedded("ObjectMeta", "creationTimestamp", Time),
    embedded("ObjectMeta", "deletionTimestamp", Time),
    embedded("ObjectMeta", "deletionGracePeriodSeconds", Int { bits: 64 }),
    embedded("ObjectMeta", "labels", Map("map[string]string", &Text("string"))),
    embedded("ObjectMeta", "annotations", Map("map[string]string", &Text("string"))),
    embedded("ObjectMeta", "ownerReferences", List("[]v1.OwnerReference", &Of(&V1_OWNER_REFERENCE))),
    embedded("ObjectMeta", "finalizers", List("[]string", &Text("string"))),
    embedded("ObjectMeta", "managedFields", List("[]v1.ManagedFieldsEntry", &Of(&V1_MANAGED_FIELDS_ENTRY))),
    field("Rules", List("[]audit.PolicyRule", &Of(&AUDIT_POLICY_RULE))),
    field("OmitStages", List("[]audit.Stage", &Text("audit.Stage"))),
    field("OmitManagedFields", Bool { pointer: false }),
] };

#[rustfmt::skip]
static AUDIT_POLICY_LIST: Struct = Struct { name: "PolicyList", go: "audit.PolicyList", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    embedded("ListMeta", "selfLink", Text("string")), embedded("ListMeta", "resourceVersion", Text("string")),
    embedded("ListMeta", "continue", Text("string")), embedded("ListMeta", "remainingItemCount", Int { bits: 64 }),
    embedded("ListMeta", "shardInfo", Of(&V1_SHARD_INFO)),
    field("Items", List("[]audit.Policy", &Of(&AUDIT_POLICY))),
] };

#[rustfmt::skip]
static V1_EVENT: Struct = Struct { name: "Event", go: "v1.Event", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("level", Text("v1.Level")), field("auditID", Text("types.UID")), field("stage", Text("v1.Stage")),
    field("requestURI", Text("string")), field("verb", Text("string")), field("user", Of(&V1_USER_INFO)),
    field("impersonatedUser", Of(&V1_USER_INFO)), field("authenticationMetadata", Of(&V1_AUTHENTICATION_METADATA)),
    field("sourceIPs", List("[]string", &Text("string"))), field("userAgent", Text("string")),
    field("objectRef", Of(&V1_OBJECT_REFERENCE)), field("responseStatus", Of(&V1_STATUS)),
    field("requestObject", Any), field("responseObject", Any), field("requestReceivedTimestamp", Any),
    field("stageTimestamp", Any), field("annotations", Map("map[string]string", &Text("string"))),
] };

#[rustfmt::skip]
static V1_EVENT_LIST: Struct = Struct { name: "EventList", go: "v1.EventList", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("metadata", Of(&V1_LIST_META)), field("items", List("[]v1.Event", &Of(&V1_EVENT))),
] };

#[rustfmt::skip]
static V1_POLICY: Struct = Struct { name: "Policy", go: "v1.Policy", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("metadata", Of(&V1_OBJECT_META)), field("rules", List("[]v1.PolicyRule", &Of(&V1_POLICY_RULE))),
    field("omitStages", List("[]v1.Stage", &Text("v1.Stage"))), field("omitManagedFields", Bool { pointer: false }),
] };

#[rustfmt::skip]
static V1_POLICY_LIST: Struct = Struct { name: "PolicyList", go: "v1.PolicyList", fields: &[
    embedded("TypeMeta", "kind", Text("string")), embedded("TypeMeta", "apiVersion", Text("string")),
    field("metadata", Of(&V1_LIST_META)), field("items", List("[]v1.Policy", &Of(&V1_POLICY))),
] };

#[rustfmt::skip]
static V1_GROUP_VERSION_FOR_DISCOVERY: Struct = Struct { name: "GroupVersionForDiscovery", go: "v1.GroupVersionForDiscovery", fields: &[
    field("groupVersion", Text("string")), field("version", Text("string")),
] };

#[rustfmt::skip]
static V1_SERVER_ADDRESS_BY_CLIENT_CIDR: Struct = Struct { name: "ServerAddressByClientCIDR", go: "v1.ServerAddressByClientCIDR", fields: &[
    field("clientCIDR", Text("string")), field("serverAddress", Text("string")),
] };

#[rustfmt::skip]
static V1_APIRESOURCE: Struct = Struct { name: "APIResource", go: "v1.APIResource", fields: &[
    field("name", Text("string")), field("singularName", Text("string")),
    field("namespaced", Bool { pointer: false }), field("group", Text("string")), field("version", Text("string")),
    field("kind", Text("string")), field("verbs", List("v1.Verbs", &Text("string"))),
    field("shortNames", List("[]string", &Text("string"))), field("categories", List("[]string", &Text("string"))),
    field("storageVersionHash", Text("string")),
] };

#[rustfmt::skip]
static V1_PRECONDITIONS: Struct = Struct { name: "Preconditions", go: "v1.Preconditions", fields: &[
    field("uid", Text("types.UID")), field("resourceVersion", Text("string")),
] };

#[rustfmt::skip]
static V1_LIST_META: Struct = Struct { name: "ListMeta", go: "v1.ListMeta", fields: &[
    field("selfLink", Text("string")), field("resourceVersion", Text("string")), field("continue", Text("string")),
    field("remainingItemCount", Int { bits: 64 }), field("shardInfo", Of(&V1_SHARD_INFO)),
] };

#[rustfmt::skip]
static V1_STATUS_DETAILS: Struct = Struct { name: "StatusDetails", go: "v1.StatusDetails", fields: &[
    field("name", Text("string")), field("group", Text("string")), field("kind", Text("string")),
    field("uid", Text("types.UID")), field("causes", List("[]v1.StatusCause", &Of(&V1_STATUS_CAUSE))),
    field("retryAfterSeconds", Int { bits: 32 }),
] };

#[rustfmt::skip]
static V1_USER_INFO: Struct = Struct { name: "UserInfo", go: "v1.UserInfo", fields: &[
    field("username", Text("string")), field("uid", Text("string")),
    field("groups", List("[]string", &Text("string"))),
    field("extra", Map("map[string]v1.ExtraValue", &List("v1.ExtraValue", &Text("string")))),
] };

#[rustfmt::skip]
static AUDIT_AUTHENTICATION_METADATA: Struct = Struct { name: "AuthenticationMetadata", go: "audit.AuthenticationMetadata", fields: &[
    field("ImpersonationConstraint", Text("string")),
] };

#[rustfmt::skip]
static AUDIT_OBJECT_REFERENCE: Struct = Struct { name: "ObjectReference", go: "audit.ObjectReference", fields: &[
    field("Resource", Text("string")), field("Namespace", Text("string")), field("Name", Text("string")),
    field("UID", Text("types.UID")), field("APIGroup", Text("string")), field("APIVersion", Text("string")),
    field("ResourceVersion", Text("string")), field("Subresource", Text("string")),
] };

#[rustfmt::skip]
static V1_SHARD_INFO: Struct = Struct { name: "ShardInfo", go: "v1.ShardInfo", fields: &[
    field("selector", Text("string")),
] };

#[rustfmt::skip]
static V1_OWNER_REFERENCE: Struct = Struct { name: "OwnerReference", go: "v1.OwnerReference", fields: &[
    field("apiVersion", Text("string")), field("kind", Text("string")), field("name", Text("string")),
    field("uid", Text("types.UID")), field("controller", Bool { pointer: true }),
    field("blockOwnerDeletion", Bool { pointer: true }),
] };

#[rustfmt::skip]
static V1_MANAGED_FIELDS_ENTRY: Struct = Struct { name: "ManagedFieldsEntry", go: "v1.ManagedFieldsEntry", fields: &[
    field("manager", Text("string")), field("operation", Text("v1.ManagedFieldsOperationType")),
    field("apiVersion", Text("string")), field("time", Time), field("fieldsType", Text("string")),
    field("fieldsV1", Any), field("subresource", Text("string")),
] };

#[rustfmt::skip]
static AUDIT_POLICY_RULE: Struct = Struct { name: "PolicyRule", go: "audit.PolicyRule", fields: &[
    field("Level", Text("audit.Level")), field("Users", List("[]string", &Text("string"))),
    field("UserGroups", List("[]string", &Text("string"))), field("Verbs", List("[]string", &Text("string"))),
    field("Resources", List("[]audit.GroupResources", &Of(&AUDIT_GROUP_RESOURCES))),
    field("Namespaces", List("[]string", &Text("string"))),
    field("NonResourceURLs", List("[]string", &Text("string"))),
    field("OmitStages", List("[]audit.Stage", &Text("audit.Stage"))),
    field("OmitManagedFields", Bool { pointer: true }),
] };

#[rustfmt::skip]
static V1_AUTHENTICATION_METADATA: Struct = Struct { name: "AuthenticationMetadata", go: "v1.AuthenticationMetadata", fields: &[
    field("impersonationConstraint", Text("string")),
] };

#[rustfmt::skip]
static V1_OBJECT_REFERENCE: Struct = Struct { name: "ObjectReference", go: "v1.ObjectReference", fields: &[
    field("resource", Text("string")), field("namespace", Text("string")), field("name", Text("string")),
    field("uid", Text("types.UID")), field("apiGroup", Text("string")), field("apiVersion", Text("string")),
    field("resourceVersion", Text("string")), field("subresource", Text("string")),
] };

#[rustfmt::skip]
static V1_OBJECT_META: Struct = Struct { name: "ObjectMeta", go: "v1.ObjectMeta", fields: &[
    field("name", Text("string")), field("generateName", Text("string")), field("namespace", Text("string")),
    field("selfLink", Text("string")), field("uid", Text("types.UID")), field("resourceVersion", Text("string")),
    field("generation", Int { bits: 64 }), field("creationTimestamp", Time), field("deletionTimestamp", Time),
    field("deletionGracePeriodSeconds", Int { bits: 64 }),
    field("labels", Map("map[string]string", &Text("string"))),
    field("annotations", Map("map[string]string", &Text("string"))),
    field("ownerReferences", List("[]v1.OwnerReference", &Of(&V1_OWNER_REFERENCE))),
    field("finalizers", List("[]string", &Text("string"))),
    field("managedFields", List("[]v1.ManagedFieldsEntry", &Of(&V1_MANAGED_FIELDS_ENTRY))),
] };

#[rustfmt::skip]
static V1_POLICY_RULE: Struct = Struct { name: "PolicyRule", go: "v1.PolicyRule", fields: &[
    field("level", Text("v1.Level")), field("users", List("[]string", &Text("string"))),
    field("userGroups", List("[]string", &Text("string"))), field("verbs", List("[]string", &Text("string"))),
    field("resources", List("[]v1.GroupResources", &Of(&V1_GROUP_RESOURCES))),
    field("namespaces", List("[]string", &Text("string"))),
    field("nonResourceURLs", List("[]string", &Text("string"))),
    field("omitStages", List("[]v1.Stage", &Text("v1.Stage"))), field("omitManagedFields", Bool { pointer: true }),
] };

#[rustfmt::skip]
static V1_STATUS_CAUSE: Struct = Struct { name: "StatusCause", go: "v1.StatusCause", fields: &[
    field("reason", Text("v1.CauseType")), field("message", Text("string")), field("field", Text("string")),
] };

#[rustfmt::skip]
static AUDIT_GROUP_RESOURCES: Struct = Struct { name: "GroupResources", go: "audit.GroupResources", fields: &[
    field("Group", Text("string")), field("Resources", List("[]string", &Text("string"))),
    field("ResourceNames", List("[]string", &Text("string"))),
] };

#[rustfmt::skip]
static V1_GROUP_RESOURCES: Struct = Struct { name: "GroupResources", go: "v1.GroupResources", fields: &[
    field("group", Text("string")), field("resources", List("[]string", &Text("string"))),
    field("resourceNames", List("[]string", &Text("string"))),
] };
