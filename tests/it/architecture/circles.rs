//! No file uses another that uses it again, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::house;
use super::modules::Modules;

#[test]
fn no_circle_of_files() {
    let modules = Modules::read();
    let arrows = modules.arrows();
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 500, "the arrows are not seen");
    let mut circles: BTreeSet<BTreeSet<&Path>> = BTreeSet::new();
    let reach: BTreeMap<&Path, BTreeSet<&Path>> =
        arrows.keys().map(|file| (*file, reached(&arrows, file))).collect();
    for (file, others) in &reach {
        let circle: BTreeSet<&Path> = others
            .iter()
            .copied()
            .filter(|it| reach.get(it).is_some_and(|of| of.contains(file)))
            .collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    let message: Vec<String> = circles.iter().map(|circle| message(circle, &arrows)).collect();
    assert!(message.is_empty(), "{} circles of files:\n{}", message.len(), message.join("\n\n"));
}

/// All files that a file leads to; itself only through others.
fn reached<'a>(
    arrows: &BTreeMap<&'a Path, BTreeSet<&'a Path>>,
    file: &'a Path,
) -> BTreeSet<&'a Path> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        for next in arrows.get(file).into_iter().flatten() {
            if reached.insert(*next) {
                open.push(next);
            }
        }
    }
    reached
}

fn message(circle: &BTreeSet<&Path>, arrows: &BTreeMap<&Path, BTreeSet<&Path>>) -> String {
    let name = |path: &Path| path.strip_prefix(house::root()).unwrap().display().to_string();
    let lines = circle.iter().map(|file| {
        let to: Vec<String> = arrows[file].intersection(circle).map(|path| name(path)).collect();
        format!("{} -> {}", name(file), to.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}
