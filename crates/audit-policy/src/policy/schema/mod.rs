//! The Go types a policy is decoded into, as far as their shape shows in error texts.

mod kinds;

pub(super) use kinds::KINDS;

/// The type of a JSON value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    /// A string type with its Go name.
    Text(&'static str),
    /// `bool`; null sets it back if it is a pointer.
    Bool { pointer: bool },
    /// `int32` or `int64`.
    Int { bits: u32 },
    /// `v1.Time`: text in the form of RFC 3339.
    Time,
    /// A type that reads anything at all.
    Any,
    /// An interface, which nothing can be decoded into.
    Interface(&'static str),
    /// A slice with its Go name and the type of its elements.
    List(&'static str, &'static Self),
    /// A map with its Go name and the type of its values; the keys are text.
    Map(&'static str, &'static Self),
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

/// A kind of object.
#[derive(Debug)]
pub(super) struct KindType {
    /// Which versions it belongs to.
    pub(super) scope: VersionScope,
    /// Its group.
    pub(super) group: &'static str,
    /// Its version.
    pub(super) version: &'static str,
    /// Its name.
    pub(super) kind: &'static str,
    /// The type it is decoded into.
    pub(super) ty: &'static Struct,
}

/// Which versions a kind belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VersionScope {
    /// Its own only.
    Versioned,
    /// Every one, of whatever group.
    Unversioned,
}

const fn field(name: &'static str, ty: Type) -> FieldType {
    FieldType { name, embedded: None, ty }
}

const fn embedded(parent: &'static str, name: &'static str, ty: Type) -> FieldType {
    FieldType { name, embedded: Some(parent), ty }
}

const fn kind(
    scope: VersionScope,
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    ty: &'static Struct,
) -> KindType {
    KindType { scope, group, version, kind, ty }
}
