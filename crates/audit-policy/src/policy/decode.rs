//! Values into Go's types, as the server's JSON reader does it (Go: sigs.k8s.io/json).
//!
//! The first value of a wrong type is what the server complains about, but only at the end, so a
//! time that cannot be read comes before it. Names that are unknown or twice there are collected:
//! they are what strict decoding complains about.

use std::collections::HashSet;

use super::changes::EMBEDDED_STRUCTS_NAMED;
use super::problem::{Problem, ProblemKind};
use super::schema::{FieldType, Struct, Type};
use crate::api::Version;
use goyaml::{Content, MapField, Span, Value, go};

/// The server stops to collect what strict decoding finds after so many.
const MOST_STRICT_ERRORS: usize = 100;

/// A variable of one of Go's types: what decoding puts a value into.
///
/// If a name is written twice in JSON, its second value is put into what the first one left: lists
/// keep the elements that the second one does not reach, as Go's slices do.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot {
    /// Where the value was written that came last.
    pub(super) span: Option<Span>,
    pub(super) held: SlotValue,
}

/// What a variable holds.
#[derive(Debug, Clone, Default)]
pub(super) enum SlotValue {
    /// Nothing yet, or something whose value does not matter.
    #[default]
    Zero,
    Bool(bool),
    Text(String),
    /// The first `length` elements count.
    List {
        elements: Vec<Slot>,
        length: usize,
    },
    /// One variable for every field of the struct.
    Struct(&'static Struct, Vec<Slot>),
}

impl Slot {
    /// Takes the variable of a field; one into which nothing was decoded holds nothing.
    pub(super) fn take(&mut self, field: &str) -> Self {
        match &mut self.held {
            SlotValue::Struct(ty, slots) => {
                let index = ty.fields.iter().position(|known| known.name == field);
                let slot = index.and_then(|index| slots.get_mut(index));
                slot.map(std::mem::take).unwrap_or_default()
            }
            _ => Self::default(),
        }
    }
}

/// Puts `value` into `slot` and returns what strict decoding complains about.
///
/// # Errors
///
/// Returns what the server refuses the value for.
pub(super) fn decode(
    into: &'static Struct,
    slot: &mut Slot,
    value: &Value,
    version: Version,
) -> Result<Vec<Problem>, Problem> {
    let names_embedded = version >= EMBEDDED_STRUCTS_NAMED;
    let mut decoder = Decoder { names_embedded, ..Decoder::default() };
    decoder.store(Type::Struct(into), slot, value)?;
    match decoder.first_wrong {
        Some(problem) => Err(problem),
        None => Ok(decoder.strict),
    }
}

#[derive(Default)]
struct Decoder {
    /// The struct whose field is being decoded, and the names of the fields on the way to it.
    inside: Option<&'static str>,
    names: Vec<&'static str>,
    /// Whether embedded structs are among the names.
    names_embedded: bool,
    first_wrong: Option<Problem>,
    /// The way to the value with indices, for strict complaints.
    path: String,
    strict: Vec<Problem>,
    seen: HashSet<String>,
}

impl Decoder {
    fn store(&mut self, ty: Type, slot: &mut Slot, value: &Value) -> Result<(), Problem> {
        slot.span = Some(value.span);
        match (ty, &value.content) {
            (Type::Time, content) => return self.check_time(content, value.span),
            (Type::Any, _) => {}
            (Type::Text(_) | Type::Int { .. } | Type::Struct(_), Content::Null) => {}
            (Type::Bool { pointer: false }, Content::Null) => {}
            (_, Content::Null) => slot.held = SlotValue::Zero,
            (Type::Text(_), Content::Text(text)) => slot.held = SlotValue::Text(text.clone()),
            (Type::Bool { .. }, Content::Bool(value)) => slot.held = SlotValue::Bool(*value),
            (Type::Int { bits }, Content::Number(literal)) => {
                let fits = |int: i64| int >> (bits - 1) == int >> 63;
                if !literal.parse().is_ok_and(fits) {
                    self.wrong(&format!("number {literal}"), go_name(ty), value.span);
                }
            }
            (Type::List(_, element), Content::List(values)) => {
                self.store_list(*element, slot, values)?;
            }
            (Type::Map(_, element), Content::Map(fields)) => self.check_map(*element, fields)?,
            (Type::Struct(ty), Content::Map(fields)) => self.store_struct(ty, slot, fields)?,
            (ty, content) => self.wrong(word(content), go_name(ty), value.span),
        }
        Ok(())
    }

    fn store_list(
        &mut self,
        element: Type,
        slot: &mut Slot,
        values: &[Value],
    ) -> Result<(), Problem> {
        let mut elements = match std::mem::take(&mut slot.held) {
            SlotValue::List { elements, .. } if !values.is_empty() => elements,
            _ => vec![],
        };
        let outer = self.path.len();
        for (index, value) in values.iter().enumerate() {
            if index == elements.len() {
                elements.push(Slot::default());
            }
            self.path.push_str(&format!("[{index}]"));
            self.store(element, &mut elements[index], value)?;
            self.path.truncate(outer);
        }
        slot.held = SlotValue::List { elements, length: values.len() };
        Ok(())
    }

    fn store_struct(
        &mut self,
        ty: &'static Struct,
        slot: &mut Slot,
        fields: &[MapField],
    ) -> Result<(), Problem> {
        let mut slots = match std::mem::take(&mut slot.held) {
            SlotValue::Struct(_, slots) => slots,
            _ => vec![Slot::default(); ty.fields.len()],
        };
        let mut written = HashSet::new();
        for field in fields {
            let Some(index) = ty.fields.iter().position(|known| known.name == field.name) else {
                self.complain(ProblemKind::UnknownField, &field.name, field.span);
                continue;
            };
            if !written.insert(index) {
                self.complain(ProblemKind::DuplicateField, &field.name, field.span);
            }
            self.store_field(ty, &ty.fields[index], &mut slots[index], &field.value)?;
        }
        slot.held = SlotValue::Struct(ty, slots);
        Ok(())
    }

    fn store_field(
        &mut self,
        ty: &'static Struct,
        field: &'static FieldType,
        slot: &mut Slot,
        value: &Value,
    ) -> Result<(), Problem> {
        let (outer_path, outer_names) = (self.path.len(), self.names.len());
        let outer_struct = self.inside.replace(ty.name);
        self.names.extend(field.embedded.filter(|_| self.names_embedded));
        self.names.push(field.name);
        self.enter(field.name);
        self.store(field.ty, slot, value)?;
        self.path.truncate(outer_path);
        self.names.truncate(outer_names);
        self.inside = outer_struct;
        Ok(())
    }

    fn check_map(&mut self, element: Type, fields: &[MapField]) -> Result<(), Problem> {
        let mut written = HashSet::new();
        for field in fields {
            if !written.insert(&field.name) {
                self.complain(ProblemKind::DuplicateField, &field.name, field.span);
            }
            let outer = self.path.len();
            self.enter(&field.name);
            self.store(element, &mut Slot::default(), &field.value)?;
            self.path.truncate(outer);
        }
        Ok(())
    }

    /// The type reads itself (Go: `metav1.Time.UnmarshalJSON`), and its error ends decoding.
    fn check_time(&mut self, content: &Content, span: Span) -> Result<(), Problem> {
        match content {
            Content::Null => Ok(()),
            Content::Text(text) => {
                go::time::check(text).map_err(|words| Problem::new(ProblemKind::Type, words, span))
            }
            content => {
                let words = self.type_error(word(content), "string");
                Err(Problem::new(ProblemKind::Type, words, span))
            }
        }
    }

    fn enter(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    fn wrong(&mut self, found: &str, expected: &str, span: Span) {
        if self.first_wrong.is_none() {
            let words = self.type_error(found, expected);
            self.first_wrong = Some(Problem::new(ProblemKind::Type, words, span));
        }
    }

    fn type_error(&self, found: &str, expected: &str) -> String {
        match self.inside {
            Some(name) => format!(
                "json: cannot unmarshal {found} into Go struct field {name}.{} of type {expected}",
                self.names.join(".")
            ),
            None => format!("json: cannot unmarshal {found} into Go value of type {expected}"),
        }
    }

    fn complain(&mut self, kind: ProblemKind, name: &str, span: Span) {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        let adjective = match kind {
            ProblemKind::UnknownField => "unknown",
            _ => "duplicate",
        };
        let message = format!("{adjective} field {}", go::quote(&path));
        if self.strict.len() < MOST_STRICT_ERRORS && self.seen.insert(message.clone()) {
            self.strict.push(Problem { path, ..Problem::new(kind, message, span) });
        }
    }
}

/// Returns what Go calls a JSON value.
pub(super) fn word(content: &Content) -> &'static str {
    match content {
        Content::Null => "null",
        Content::Bool(_) => "bool",
        Content::Number(_) => "number",
        Content::Text(_) => "string",
        Content::List(_) => "array",
        Content::Map(_) => "object",
    }
}

fn go_name(ty: Type) -> &'static str {
    match ty {
        Type::Text(name) | Type::Interface(name) | Type::List(name, _) | Type::Map(name, _) => name,
        Type::Bool { .. } => "bool",
        Type::Int { bits: 32 } => "int32",
        Type::Int { .. } => "int64",
        Type::Time => "v1.Time",
        Type::Any => "interface {}",
        Type::Struct(ty) => ty.go,
    }
}
