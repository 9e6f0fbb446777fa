//! Every function that others may call is called: the compiler cannot say so of `pub` items.

use std::collections::BTreeMap;

use super::house;
use super::modules::Modules;

/// The one exception: the machine in memory knows symbolic links, and only tests make them.
const ONLY_IN_TESTS: &[&str] = &["put_symlink"];

#[test]
fn every_public_function_is_called_outside_the_tests() {
    let modules = Modules::read();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for module in modules.all() {
        for name in &module.identifiers {
            *times.entry(name).or_default() += 1;
        }
    }
    let mut unused = vec![];
    for module in modules.all() {
        for name in &module.functions {
            let defined =
                modules.all().flat_map(|it| &it.functions).filter(|it| *it == name).count();
            if times[name.as_str()] <= defined && !ONLY_IN_TESTS.contains(&name.as_str()) {
                let file = module.file.strip_prefix(house::root()).unwrap();
                unused.push(format!("{}: {name}", file.display()));
            }
        }
    }
    assert!(unused.is_empty(), "nothing calls:\n{}", unused.join("\n"));
}
