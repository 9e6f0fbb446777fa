//! The Go types a policy is decoded into, as far as their shape shows in error texts.

/// The type of a JSON value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    /// A string type with its Go name.
    Text(&'static str),
    /// `bool`; null sets it back if it is a pointer.
    Bool { pointer: bool },
    /// `int64`
    Int,
    /// `v1.Time`: text in the form of RFC 3339.
    Time,
    /// Anything at all.
    Any,
    /// A slice with its Go name and the type of its elements.
    List(&'static str, &'static Self),
    /// `map[string]string`
    TextMap,
    /// A struct.
    Struct(&'static Struct),
}

/// A struct type.
#[derive(Debug)]
pub(super) struct Struct {
    /// Its bare name.
    pub(super) name: &'static str,
    /// Its name with the package.
    pub(super) go: &'static str,
    /// Its fields.
    pub(super) fields: &'static [FieldType],
}

/// A field of a struct.
#[derive(Debug)]
pub(super) struct FieldType {
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// The embedded struct it really belongs to.
    pub(super) embedded: Option<&'static str>,
    /// Its type.
    pub(super) ty: Type,
}

const fn field(name: &'static str, ty: Type) -> FieldType {
    FieldType { name, embedded: None, ty }
}

const fn embedded(parent: &'static str, name: &'static str, ty: Type) -> FieldType {
    FieldType { name, embedded: Some(parent), ty }
}

const TEXT: Type = Type::Text("string");
const TEXTS: Type = Type::List("[]string", &TEXT);
const UID: Type = Type::Text("types.UID");
const LEVEL: Type = Type::Text("v1.Level");
const STAGES: Type = Type::List("[]v1.Stage", &Type::Text("v1.Stage"));

/// `Policy` of `audit.k8s.io/v1`. The order of its fields is that of [`super::draft`].
pub(super) static POLICY: Struct = Struct {
    name: "Policy",
    go: "v1.Policy",
    fields: &[
        field("omitStages", STAGES),
        field("omitManagedFields", Type::Bool { pointer: false }),
        field("rules", Type::List("[]v1.PolicyRule", &Type::Struct(&RULE))),
        field("metadata", Type::Struct(&OBJECT_META)),
        embedded("TypeMeta", "apiVersion", TEXT),
        embedded("TypeMeta", "kind", TEXT),
    ],
};

static RULE: Struct = Struct {
    name: "PolicyRule",
    go: "v1.PolicyRule",
    fields: &[
        field("level", LEVEL),
        field("users", TEXTS),
        field("userGroups", TEXTS),
        field("verbs", TEXTS),
        field("resources", Type::List("[]v1.GroupResources", &Type::Struct(&GROUP_RESOURCES))),
        field("namespaces", TEXTS),
        field("nonResourceURLs", TEXTS),
        field("omitStages", STAGES),
        field("omitManagedFields", Type::Bool { pointer: true }),
    ],
};

static GROUP_RESOURCES: Struct = Struct {
    name: "GroupResources",
    go: "v1.GroupResources",
    fields: &[field("group", TEXT), field("resources", TEXTS), field("resourceNames", TEXTS)],
};

static OBJECT_META: Struct = Struct {
    name: "ObjectMeta",
    go: "v1.ObjectMeta",
    fields: &[
        field("name", TEXT),
        field("generateName", TEXT),
        field("namespace", TEXT),
        field("selfLink", TEXT),
        field("uid", UID),
        field("resourceVersion", TEXT),
        field("generation", Type::Int),
        field("creationTimestamp", Type::Time),
        field("deletionTimestamp", Type::Time),
        field("deletionGracePeriodSeconds", Type::Int),
        field("labels", Type::TextMap),
        field("annotations", Type::TextMap),
        field("ownerReferences", OWNERS),
        field("finalizers", TEXTS),
        field("managedFields", MANAGED_FIELDS),
    ],
};

const OWNERS: Type = Type::List("[]v1.OwnerReference", &Type::Struct(&OWNER_REFERENCE));
const MANAGED_FIELDS: Type =
    Type::List("[]v1.ManagedFieldsEntry", &Type::Struct(&MANAGED_FIELDS_ENTRY));

static OWNER_REFERENCE: Struct = Struct {
    name: "OwnerReference",
    go: "v1.OwnerReference",
    fields: &[
        field("apiVersion", TEXT),
        field("kind", TEXT),
        field("name", TEXT),
        field("uid", UID),
        field("controller", Type::Bool { pointer: true }),
        field("blockOwnerDeletion", Type::Bool { pointer: true }),
    ],
};

static MANAGED_FIELDS_ENTRY: Struct = Struct {
    name: "ManagedFieldsEntry",
    go: "v1.ManagedFieldsEntry",
    fields: &[
        field("manager", TEXT),
        field("operation", Type::Text("v1.ManagedFieldsOperationType")),
        field("apiVersion", TEXT),
        field("time", Type::Time),
        field("fieldsType", TEXT),
        field("fieldsV1", Type::Any),
        field("subresource", TEXT),
    ],
};

/// The server's own form of a policy. It is what a text without `apiVersion` is decoded into, and
/// has other field names, before that is refused.
pub(super) static INTERNAL_POLICY: Struct = Struct {
    name: "Policy",
    go: "audit.Policy",
    fields: &[
        embedded("TypeMeta", "apiVersion", TEXT),
        embedded("TypeMeta", "kind", TEXT),
        embedded("ObjectMeta", "name", TEXT),
        embedded("ObjectMeta", "generateName", TEXT),
        embedded("ObjectMeta", "namespace", TEXT),
        embedded("ObjectMeta", "selfLink", TEXT),
        embedded("ObjectMeta", "uid", UID),
        embedded("ObjectMeta", "resourceVersion", TEXT),
        embedded("ObjectMeta", "generation", Type::Int),
        embedded("ObjectMeta", "creationTimestamp", Type::Time),
        embedded("ObjectMeta", "deletionTimestamp", Type::Time),
        embedded("ObjectMeta", "deletionGracePeriodSeconds", Type::Int),
        embedded("ObjectMeta", "labels", Type::TextMap),
        embedded("ObjectMeta", "annotations", Type::TextMap),
        embedded("ObjectMeta", "ownerReferences", OWNERS),
        embedded("ObjectMeta", "finalizers", TEXTS),
        embedded("ObjectMeta", "managedFields", MANAGED_FIELDS),
        field("Rules", Type::List("[]audit.PolicyRule", &Type::Struct(&INTERNAL_RULE))),
        field("OmitStages", INTERNAL_STAGES),
        field("OmitManagedFields", Type::Bool { pointer: false }),
    ],
};

const INTERNAL_STAGES: Type = Type::List("[]audit.Stage", &Type::Text("audit.Stage"));

static INTERNAL_RULE: Struct = Struct {
    name: "PolicyRule",
    go: "audit.PolicyRule",
    fields: &[
        field("Level", Type::Text("audit.Level")),
        field("Users", TEXTS),
        field("UserGroups", TEXTS),
        field("Verbs", TEXTS),
        field(
            "Resources",
            Type::List("[]audit.GroupResources", &Type::Struct(&INTERNAL_GROUP_RESOURCES)),
        ),
        field("Namespaces", TEXTS),
        field("NonResourceURLs", TEXTS),
        field("OmitStages", INTERNAL_STAGES),
        field("OmitManagedFields", Type::Bool { pointer: true }),
    ],
};

static INTERNAL_GROUP_RESOURCES: Struct = Struct {
    name: "GroupResources",
    go: "audit.GroupResources",
    fields: &[field("Group", TEXT), field("Resources", TEXTS), field("ResourceNames", TEXTS)],
};
