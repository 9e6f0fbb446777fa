//! Values as Go prints them: the server's messages quote what they complain about.

use std::cmp::Ordering;

use crate::go::quote;
use crate::number;
use crate::typed::Data;

/// Writes a value as Go's `%#v` does: nil loses its type where it is alone.
pub(super) fn syntax(data: &Data) -> String {
    match data {
        Data::Null => "<nil>".to_owned(),
        data => inner(data),
    }
}

fn inner(data: &Data) -> String {
    match data {
        Data::Null => "interface {}(nil)".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(int) => int.to_string(),
        Data::Uint(uint) => format!("{uint:#x}"),
        Data::Float(float) => float_syntax(*float),
        Data::Text(text) => quote(text),
        Data::List(items) => {
            let items: Vec<_> = items.iter().map(|item| inner(&item.data)).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Data::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| order(&a.data, &b.data));
            let entries: Vec<_> = sorted
                .into_iter()
                .map(|(key, value)| format!("{}:{}", inner(&key.data), inner(&value.data)))
                .collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}

/// Go prints maps in this order: by type first, as they come in memory, then by value.
fn order(a: &Data, b: &Data) -> Ordering {
    match (a, b) {
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::Uint(a), Data::Uint(b)) => a.cmp(b),
        (Data::Float(a), Data::Float(b)) => a.total_cmp(b),
        (Data::Text(a), Data::Text(b)) => a.cmp(b),
        (Data::Null, _) => Ordering::Less,
        (_, Data::Null) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// Writes a float as `%#v` does: a whole number below 1e21 is written without an exponent.
fn float_syntax(float: f64) -> String {
    if float.is_nan() {
        return "NaN".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    number::general(&float, &format!("{float:e}"), 21)
}
