//! Gardener: a ConfigMap with a policy.

use super::file::{File, Imported, named, text_at};

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let map = file.values.iter().find(|value| {
        super::file::is(value, "ConfigMap", "v1") && text_at(value, "/data/policy").is_some()
    })?;
    let mut found = Imported::of(named("ConfigMap", map));
    found.policy = text_at(map, "/data/policy");
    found.notes.push(
        "where events are written is not in it: Gardener's landscape decides that".to_owned(),
    );
    Some(found)
}
