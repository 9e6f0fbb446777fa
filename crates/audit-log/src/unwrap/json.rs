//! JSON with events inside: lists, CloudWatch, Azure Monitor, docker, Google Cloud.

use super::{Form, gke};
use crate::text::{JsonText, Raw};

/// Hands over every event inside a JSON object that is none itself, with the form it came in.
/// Returns whether the object is a known wrapping.
pub(crate) fn unwrap(object: Raw<'_>, take: &mut dyn FnMut(Form, &[u8])) -> bool {
    if object.get("protoPayload").is_some() {
        return gke::translate(object, take);
    }
    for (list, form) in [
        ("items", Form::List),
        ("records", Form::Azure),
        ("logEvents", Form::CloudWatch),
        ("events", Form::CloudWatch),
    ] {
        if let Some(list) = object.get(list).filter(|list| list.0.starts_with(b"[")) {
            list.elements().for_each(|element| one(form, element, take));
            return true;
        }
    }
    if let Some(properties) = object.get("properties") {
        return azure(properties, take);
    }
    if let Some(message) = object.get("message") {
        return inner(Form::CloudWatch, message, take);
    }
    match object.get("log") {
        Some(log) => inner(Form::Docker, log, take),
        None => false,
    }
}

/// An element of a list: an event, or a wrapping of one.
fn one(form: Form, element: Raw<'_>, take: &mut dyn FnMut(Form, &[u8])) {
    let wrapped = ["properties", "message", "protoPayload", "log"]
        .iter()
        .any(|key| element.get(key).is_some());
    if element.get("verb").is_some() || !wrapped || !unwrap(element, take) {
        take(form, element.0);
    }
}

fn azure(properties: Raw<'_>, take: &mut dyn FnMut(Form, &[u8])) -> bool {
    match properties.text() {
        // The properties themselves may have been made a string.
        Some(text) => {
            let text = text.decode();
            Raw(text.trim().as_bytes()).get("log").is_some_and(|log| inner(Form::Azure, log, take))
        }
        None => properties.get("log").is_some_and(|log| inner(Form::Azure, log, take)),
    }
}

/// An event as an object, or as the text of one.
fn inner(form: Form, value: Raw<'_>, take: &mut dyn FnMut(Form, &[u8])) -> bool {
    match value.text() {
        Some(JsonText(b"")) => false,
        Some(text) => {
            take(form, text.decode().as_bytes());
            true
        }
        None if value.0.starts_with(b"{") => {
            take(form, value.0);
            true
        }
        None => false,
    }
}
