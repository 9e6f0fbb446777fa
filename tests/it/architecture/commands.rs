//! No command uses another one: what two of them need is in a module of its own.

use std::fs;
use std::path::Path;

use regex_lite::Regex;

use super::house::root;
use super::modules::Modules;

/// The names of the modules that are commands: those that the command line is made of.
fn commands() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/cli/mod.rs")).unwrap();
    let (_, list) = text.split_once("enum Command {").unwrap();
    let (list, _) = list.split_once("\n}").unwrap();
    let module = Regex::new(r"(\w+)::\w+Args").unwrap();
    module.captures_iter(list).map(|it| it[1].to_owned()).collect()
}

/// The module of the command line that a file is in.
fn module_of(file: &Path) -> Option<&str> {
    let inside = file.strip_prefix(root().join("src/cli")).ok()?;
    Some(inside.iter().next()?.to_str()?.trim_end_matches(".rs"))
}

#[test]
fn no_command_uses_another_nor_does_what_they_share() {
    let commands = commands();
    assert!(commands.len() > 10, "the commands are not seen: {commands:?}");
    let is_command = |name: &str| commands.iter().any(|it| it == name);
    let modules = Modules::read();
    let mut wrong = vec![];
    for (file, used) in modules.arrows() {
        let Some(module) = module_of(file).filter(|name| *name != "mod") else { continue };
        for other in used {
            if module_of(other).is_some_and(|name| name != module && is_command(name)) {
                wrong.push(format!("{} -> {}", file.display(), other.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "commands that are used by others:\n{}", wrong.join("\n"));
}
