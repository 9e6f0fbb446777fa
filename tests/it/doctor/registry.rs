//! The registry of faults, the code that makes them and the table that documents them agree.

use std::fs;
use std::path::Path;

use kubectl_audit::doctor::FAULTS;

const TABLE: &str = include_str!("../../../src/doctor/mod.rs");

/// The rows of the table: ids, worst severity, what it is.
fn documented() -> Vec<(String, String, String)> {
    let rows = TABLE.lines().filter_map(|line| line.strip_prefix("//! | `"));
    rows.flat_map(|row| {
        let mut cells = row.split(" | ");
        let ids = cells.next().unwrap().replace('`', "");
        let (worst, about) = (cells.next().unwrap(), cells.next().unwrap());
        let about = about.trim_end_matches(" |");
        let row = |id: &str| (id.to_owned(), worst.to_owned(), about.to_owned());
        ids.split(", ").map(row).collect::<Vec<_>>()
    })
    .collect()
}

fn source(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source(&path, text);
        } else if path.file_name().is_some_and(|name| name != "catalog.rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_table_is_the_registry() {
    let registry: Vec<_> = FAULTS
        .iter()
        .map(|kind| (kind.id.to_owned(), kind.worst.to_string(), kind.about.to_owned()))
        .collect();
    assert_eq!(documented(), registry);
}

#[test]
fn every_id_of_the_registry_is_one_that_the_code_makes() {
    let mut code = String::new();
    for room in ["doctor", "node", "plan"] {
        source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut code);
    }
    let is_made = |id: &str| code.contains(&format!("\"{id}\""));
    let unmade: Vec<&str> = FAULTS.iter().map(|kind| kind.id).filter(|id| !is_made(id)).collect();
    assert!(unmade.is_empty(), "nothing makes {unmade:?}");
}
