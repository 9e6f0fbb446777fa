//! Values in words, and whether one of them is none.

/// Values of which the empty one says that there is none.
pub(super) struct NamedValues {
    pub(super) names: String,
    pub(super) has_none: bool,
}

impl NamedValues {
    pub(super) fn of(values: &[String]) -> Self {
        let names = values.iter().filter(|value| !value.is_empty());
        let names = names.map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        Self { names, has_none: values.iter().any(String::is_empty) }
    }
}

/// A value as it is, in quotes where its ends could not be seen.
pub(super) fn shown(value: &str) -> String {
    let is_plain = !value.is_empty() && !value.contains([' ', ',', '"']);
    if is_plain { value.to_owned() } else { format!("{value:?}") }
}
