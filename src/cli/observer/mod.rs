//! Who sees an operation: a person, as text on stderr, or a program, as lines of JSON on stdout.

mod json;
mod text;

use super::environment::Environment;
use super::node::Format;
use super::ui::Ui;
use crate::operation::Observer;

pub(super) use json::result_document;

/// Returns the observer for a format.
pub(super) fn observer<'a>(
    format: Format,
    environment: &'a Environment,
    ui: &'a mut Ui,
) -> Box<dyn Observer + 'a> {
    match format {
        Format::Text => Box::new(text::TextObserver::new(environment, ui)),
        Format::Json | Format::Yaml => Box::new(json::JsonLines { format, environment, ui }),
    }
}
