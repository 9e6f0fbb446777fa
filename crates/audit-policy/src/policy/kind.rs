//! Which Go type a text is read as: its `apiVersion` and `kind`.

use std::fmt;

use super::decode::word;
use super::formats::{CURRENT, formats};
use super::problem::{Problem, ProblemKind};
use super::schema::{KINDS, KindType, Struct, VersionScope};
use crate::api::Version;
use goyaml::{Content, Span, Value, go};

const GROUP: &str = "audit.k8s.io";
const INTERNAL: &str = "__internal";

/// The server's name for its own table of kinds. Which file is there depends on how the server
/// was built.
const SCHEME: &str = "pkg/audit/scheme.go:30";

/// The Go type of a policy as a user writes it.
const POLICY: &str = "v1.Policy";
/// The server's own form of a policy, which a text without `apiVersion` is taken for. It has other
/// field names.
const INTERNAL_POLICY: &str = "audit.Policy";

/// What a text says it is, with the server's defaults for what it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypeMeta {
    group: String,
    version: String,
    kind: String,
    /// Where `apiVersion` and `kind` are written, as far as they are.
    version_span: Option<Span>,
    kind_span: Option<Span>,
}

impl fmt::Display for TypeMeta {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, Kind={}", self.group_version(), self.kind)
    }
}

impl TypeMeta {
    /// Reads `apiVersion` and `kind` (Go: `SimpleMetaFactory.Interpret`, `gvkWithDefaults`). Upper
    /// and lower case do not matter here, though they do when the rest is decoded.
    ///
    /// # Errors
    ///
    /// Fails for a value that is no mapping, for a version or kind that is no text, and for a
    /// version with two slashes.
    pub(super) fn of(value: &Value) -> Result<Self, Problem> {
        let mut version = SpannedText::default();
        let mut kind = SpannedText::default();
        let mut first_wrong = None;
        let fields = match &value.content {
            Content::Null => &[][..],
            Content::Map(fields) => fields,
            content => return Err(no_mapping(content, value.span)),
        };
        for field in fields {
            let (found, name) = match folded(&field.name).as_str() {
                "APIVERSION" => (&mut version, "apiVersion"),
                "KIND" => (&mut kind, "kind"),
                _ => continue,
            };
            match &field.value.content {
                Content::Null => {}
                Content::Text(text) => *found = SpannedText { text, span: Some(field.value.span) },
                content => {
                    first_wrong.get_or_insert_with(|| no_text(content, name, field.value.span));
                }
            }
        }
        match first_wrong {
            Some(problem) => Err(problem),
            None => Self::with_defaults(&version, &kind),
        }
    }

    fn with_defaults(version: &SpannedText<'_>, kind: &SpannedText<'_>) -> Result<Self, Problem> {
        let (group, mut number) = match version.text {
            "" | "/" => (GROUP, ""),
            text => match text.split_once('/') {
                None => ("", text),
                Some((_, rest)) if rest.contains('/') => {
                    let message = format!("unexpected GroupVersion string: {text}");
                    let span = version.span.unwrap_or(START);
                    return Err(Problem::new(ProblemKind::Version, message, span));
                }
                Some((group, number)) => (group, number),
            },
        };
        if number.is_empty() && group == GROUP {
            number = INTERNAL;
        }
        Ok(Self {
            group: group.to_owned(),
            version: number.to_owned(),
            kind: if kind.text.is_empty() { "Policy" } else { kind.text }.to_owned(),
            version_span: version.span,
            kind_span: kind.span,
        })
    }

    /// Returns the kind that a server of this version takes it for: the formats that old servers read
    /// have the fields of `v1`.
    ///
    /// # Errors
    ///
    /// Fails in the server's words for a format that it does not read yet, or no more.
    pub(super) fn read_by(mut self, server: Version) -> Result<Self, Problem> {
        let (group, format) = (self.group.as_str(), self.version.as_str());
        if group == GROUP && formats(server).contains(&format) {
            CURRENT.clone_into(&mut self.version);
        } else if group == GROUP && format == CURRENT {
            let message = self.not_registered();
            let span = self.span();
            return Err(Problem::new(ProblemKind::Version, message, span));
        }
        Ok(self)
    }

    /// Returns the type to decode into. `text` is the whole text.
    ///
    /// # Errors
    ///
    /// Fails in the server's words for a version or kind it does not know.
    pub(super) fn schema(&self, text: &str) -> Result<&'static Struct, Problem> {
        if self.version.is_empty() {
            return Err(self.wrong(format!("Object 'apiVersion' is missing in '{text}'")));
        }
        let is_this = |known: &&KindType| {
            known.kind == self.kind
                && (known.scope == VersionScope::Unversioned
                    || (known.group, known.version) == (&self.group, &self.version))
        };
        match KINDS.iter().find(is_this) {
            Some(known) => Ok(known.ty),
            None => Err(self.wrong(self.not_registered())),
        }
    }

    /// Returns the problem of an object that is something else than a policy.
    pub(super) fn unless_policy(&self, ty: &Struct) -> Option<Problem> {
        let message = format!("converting ({}) to (audit.Policy): unknown conversion", ty.go);
        (ty.go != POLICY && ty.go != INTERNAL_POLICY).then(|| self.wrong(message))
    }

    /// Returns the problem of a policy in the server's internal version, which nobody may write.
    pub(super) fn unless_v1(&self) -> Option<Problem> {
        let message = format!("unknown group version field {self} in policy");
        (self.version == INTERNAL).then(|| self.wrong(message))
    }

    /// Returns where the version is written, or the text begins.
    pub(super) fn span(&self) -> Span {
        self.version_span.unwrap_or(START)
    }

    fn not_registered(&self) -> String {
        let kind = go::quote(&self.kind);
        let of = if self.version == INTERNAL {
            format!("the internal version of group {}", go::quote(&self.group))
        } else {
            format!("version {}", go::quote(&self.group_version()))
        };
        format!("no kind {kind} is registered for {of} in scheme \"{SCHEME}\"")
    }

    fn group_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// A problem with the version, or with the kind if the version is right.
    fn wrong(&self, message: String) -> Problem {
        let (kind, spans) = if self.group == GROUP && self.version == CURRENT {
            (ProblemKind::Kind, [self.kind_span, self.version_span])
        } else {
            (ProblemKind::Version, [self.version_span, self.kind_span])
        };
        let span = spans.into_iter().flatten().next().unwrap_or(START);
        Problem::new(kind, message, span)
    }
}

/// Where a text begins.
const START: Span = Span { start: 0, end: 0, line: 1, column: 1 };

/// A text and where it is written.
#[derive(Default)]
struct SpannedText<'a> {
    text: &'a str,
    span: Option<Span>,
}

/// Folds a name as Go does where case does not matter: two letters outside of ASCII have an
/// equivalent in it.
fn folded(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            '\u{17f}' => 'S',
            '\u{212a}' => 'K',
            c => c.to_ascii_uppercase(),
        })
        .collect()
}

fn no_mapping(content: &Content, span: Span) -> Problem {
    let ty = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;
    let message = format!("json: cannot unmarshal {} into Go value of type {ty}", word(content));
    Problem::new(ProblemKind::Type, meta_error(&message), span)
}

fn no_text(content: &Content, name: &str, span: Span) -> Problem {
    let field = format!("Go struct field .{name} of type string");
    let message = format!("json: cannot unmarshal {} into {field}", word(content));
    Problem::new(ProblemKind::Type, meta_error(&message), span)
}

/// Puts before it what the server puts before whatever happens before it knows the kind.
pub(super) fn meta_error(message: &str) -> String {
    format!("couldn't get version/kind; json parse error: {message}")
}
