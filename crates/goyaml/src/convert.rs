//! What a document with the types of Go means as JSON.

use super::typed::{Data, Typed};
use super::{Content, Error, MapField, Span, Value};
use super::{go_syntax, number};

impl Typed {
    /// Returns the value as sigs.k8s.io/yaml hands it to the JSON reader: keys are text, and in the
    /// order of their bytes (Go: `convertToJSONableObject`, then `json.Marshal`).
    ///
    /// # Errors
    ///
    /// Returns an error for a key that cannot become text, then for a number JSON does not know.
    pub(super) fn into_value(self) -> Result<Value, Error> {
        let value = self.convert()?;
        match unsupported_number(&value) {
            None => Ok(value),
            Some((literal, span)) => {
                Err(Error::at(format!("json: unsupported value: {literal}"), span))
            }
        }
    }

    fn convert(self) -> Result<Value, Error> {
        let content = match self.data {
            Data::Null => Content::Null,
            Data::Bool(value) => Content::Bool(value),
            Data::Int(int) => Content::Number(int.to_string()),
            Data::Uint(uint) => Content::Number(uint.to_string()),
            Data::Float(float) => Content::Number(number::json_float(float)),
            Data::Text(text) => Content::Text(text),
            Data::List(items) => {
                Content::List(items.into_iter().map(Self::convert).collect::<Result<_, _>>()?)
            }
            Data::Map(entries) => Content::Map(fields(entries)?),
        };
        Ok(Value { span: self.span, content })
    }
}

/// Where two keys become the same text, such as `1` and `"1"`, the server keeps one of them by
/// chance; here it is the later one.
fn fields(entries: Vec<(Typed, Typed)>) -> Result<Vec<MapField>, Error> {
    let mut fields = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let span = key.span;
        let name = name(key, &value)?;
        fields.push(MapField { name, span, value: value.convert()? });
    }
    fields.sort_by(|a: &MapField, b| a.name.cmp(&b.name));
    fields.dedup_by(|later, kept| {
        let same = later.name == kept.name;
        if same {
            std::mem::swap(later, kept);
        }
        same
    });
    Ok(fields)
}

fn name(key: Typed, value: &Typed) -> Result<String, Error> {
    let kind = match key.data {
        Data::Text(text) => return Ok(text),
        Data::Int(int) => return Ok(int.to_string()),
        Data::Float(float) => return Ok(number::key_float(float)),
        Data::Bool(value) => return Ok(value.to_string()),
        Data::Null => "%!s(<nil>)",
        Data::Uint(_) => "uint64",
        Data::List(_) | Data::Map(_) => "interface {}",
    };
    let message = format!(
        "unsupported map key of type: {kind}, key: {}, value: {}",
        go_syntax::syntax(&key.data),
        go_syntax::syntax(&value.data)
    );
    Err(Error::at(message, key.span))
}

/// Returns the first number in the order of reading that JSON cannot write.
fn unsupported_number(value: &Value) -> Option<(&str, Span)> {
    match &value.content {
        Content::Number(literal) => {
            let known = literal.bytes().any(|byte| byte.is_ascii_digit());
            (!known).then_some((literal.as_str(), value.span))
        }
        Content::List(items) => items.iter().find_map(unsupported_number),
        Content::Map(fields) => fields.iter().find_map(|field| unsupported_number(&field.value)),
        _ => None,
    }
}
