//! Holds the arrows between the modules: data flows one way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::house::{files_below, root};

/// Which top-level module may use which. A new arrow is a decision: say why in the commit.
const ARROWS: &[(&str, &[&str])] = &[
    ("api", &[]),
    ("auditing", &["api", "flags", "lint", "manifest", "settings"]),
    ("diagnosis", &["flags", "shell"]),
    ("audit-log", &[]),
    ("condition", &["audit-log"]),
    ("digest", &[]),
    (
        "doctor",
        &[
            "api",
            "auditing",
            "diagnosis",
            "digest",
            "distribution",
            "finding",
            "flags",
            "goyaml",
            "health",
            "host",
            "journal",
            "kubeadm",
            "lint",
            "manifest",
            "node",
            "plan",
            "policy",
            "settings",
            "shell",
            "template",
        ],
    ),
    (
        "export",
        &[
            "analysis", "api", "digest", "flags", "goyaml", "kubeadm", "manifest", "policy",
            "settings", "yaml",
        ],
    ),
    ("import", &["api", "flags", "goyaml", "policy", "settings", "wrapped", "yaml"]),
    ("kubeadm", &["api", "flags", "goyaml", "yaml"]),
    ("yaml", &["goyaml"]),
    ("finding", &[]),
    ("goyaml", &[]),
    ("wrapped", &["api", "goyaml", "policy"]),
    ("did_you_mean", &[]),
    ("owner", &[]),
    ("shell", &[]),
    ("host", &["owner"]),
    ("flags", &["api", "goyaml", "did_you_mean"]),
    ("settings", &["flags"]),
    ("distribution", &["finding", "goyaml"]),
    ("request", &["api", "did_you_mean"]),
    ("policy", &["api", "finding", "goyaml", "request"]),
    ("analysis", &["api", "policy", "request"]),
    ("lint", &["analysis", "api", "did_you_mean", "finding", "goyaml", "policy", "request"]),
    (
        "expectations",
        &["analysis", "api", "did_you_mean", "finding", "goyaml", "policy", "request"],
    ),
    ("template", &["analysis", "api", "did_you_mean", "goyaml", "lint", "policy"]),
    ("manifest", &["api", "finding", "flags", "owner", "goyaml"]),
    (
        "plan",
        &[
            "api", "auditing", "digest", "flags", "kubeadm", "manifest", "owner", "policy",
            "settings",
        ],
    ),
    ("journal", &["digest", "host", "owner", "plan", "shell"]),
    (
        "node",
        &["distribution", "finding", "flags", "goyaml", "host", "did_you_mean", "owner", "shell"],
    ),
    (
        "health",
        &["api", "auditing", "diagnosis", "host", "manifest", "policy", "request", "goyaml"],
    ),
    ("apply", &["digest", "host", "journal", "owner", "plan", "shell"]),
    (
        "operation",
        &[
            "api",
            "apply",
            "auditing",
            "diagnosis",
            "digest",
            "distribution",
            "doctor",
            "finding",
            "flags",
            "goyaml",
            "health",
            "host",
            "journal",
            "manifest",
            "node",
            "plan",
            "policy",
            "settings",
            "shell",
        ],
    ),
    ("logs", &["audit-log", "host", "manifest", "node", "operation"]),
    ("replay", &["api", "audit-log", "policy", "request"]),
    ("sandbox", &["host"]),
    (
        "suggest",
        &["api", "audit-log", "finding", "lint", "policy", "replay", "request", "template"],
    ),
    ("view", &["analysis", "api", "finding", "owner", "plan", "policy", "request"]),
];

/// Modules that may use every other one and are used by none.
const SHELL: &[&str] = &["cli", "main", "lib"];

/// The style guide asks for 60 to 300 lines; more than this is a file with two jobs.
const MOST_LINES: usize = 400;

/// The members of the workspace, whose rooms are rooms of the house: `name::x` is written for them
/// what `crate::architecture::x` is inside.
const CRATES: &[&str] = &["audit-log", "audit-policy", "goyaml"];

/// Crates that are one room.
const ONE_ROOM: &[&str] = &["audit-log", "goyaml"];

fn sources() -> Vec<(PathBuf, String)> {
    let mut directories = vec![root().join("src")];
    directories.extend(CRATES.iter().map(|name| root().join("crates").join(name).join("src")));
    directories.iter().flat_map(|directory| files_below(directory)).collect()
}

/// The crate that a file belongs to; `None` for the root package.
fn crate_of(path: &Path) -> Option<&'static str> {
    let crates = root().join("crates");
    CRATES.iter().copied().find(|name| path.starts_with(crates.join(name)))
}

fn module_of(path: &Path) -> String {
    let sources = match crate_of(path) {
        Some(name) if ONE_ROOM.contains(&name) => return name.to_owned(),
        Some(name) => root().join("crates").join(name).join("src"),
        None => root().join("src"),
    };
    let inside = path.strip_prefix(sources).unwrap();
    inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The modules that a text names outside comments: as `crate::architecture::x`, or as `x` of another crate.
fn named(path: &Path, text: &str) -> BTreeSet<String> {
    let lines: Vec<&str> =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let mut found = BTreeSet::new();
    if !crate_of(path).is_some_and(|name| ONE_ROOM.contains(&name)) {
        found.extend(after(&lines, "crate"));
    }
    for name in CRATES {
        let inside = after(&lines, &name.replace('-', "_"));
        if ONE_ROOM.contains(name) {
            found.extend(inside.first().map(|_| (*name).to_owned()));
        } else {
            found.extend(inside);
        }
    }
    found
}

/// What follows `krate::` in the lines.
fn after(lines: &[&str], krate: &str) -> Vec<String> {
    let prefix = format!("{krate}::");
    let parts = lines.iter().flat_map(|line| {
        let starts = line.match_indices(&prefix).filter(|(at, _)| {
            !line[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        });
        starts.map(|(at, _)| &line[at + prefix.len()..])
    });
    parts
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn every_arrow_between_modules_is_one_the_table_allows() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = vec![];
    for (path, text) in sources() {
        let module = module_of(&path);
        if SHELL.contains(&module.as_str()) {
            continue;
        }
        let Some(may_use) = allowed.get(module.as_str()) else {
            wrong.push(format!("{}: module `{module}` is not in the table", path.display()));
            continue;
        };
        for name in named(&path, &text) {
            if name != module && !may_use.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} -> {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that the table does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn every_arrow_of_the_table_is_used() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        used.entry(module_of(&path)).or_default().extend(named(&path, &text));
    }
    let unused: Vec<_> = ARROWS
        .iter()
        .flat_map(|(module, uses)| uses.iter().map(move |name| (*module, *name)))
        .filter(|(module, name)| !used.get(*module).is_some_and(|names| names.contains(*name)))
        .collect();
    assert!(unused.is_empty(), "arrows that nobody needs: {unused:?}");
}

#[test]
fn the_table_has_no_cycle_and_names_no_module_that_is_not_there() {
    let modules: BTreeSet<String> = sources().iter().map(|(path, _)| module_of(path)).collect();
    let mut left: BTreeMap<&str, BTreeSet<&str>> =
        ARROWS.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    let unknown: Vec<_> = left.keys().filter(|name| !modules.contains(**name)).collect();
    assert!(unknown.is_empty(), "in the table, but not in src: {unknown:?}");
    while !left.is_empty() {
        let free: Vec<&str> =
            left.iter().filter(|(_, uses)| uses.is_empty()).map(|(name, _)| *name).collect();
        assert!(!free.is_empty(), "a cycle among {:?}", left.keys());
        for name in free {
            left.remove(name);
            left.values_mut().for_each(|uses| {
                uses.remove(name);
            });
        }
    }
}

#[test]
fn no_file_grows_past_the_size_of_one_job() {
    let long: Vec<_> = sources()
        .iter()
        .map(|(path, text)| (path.clone(), text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines: {long:?}");
}
