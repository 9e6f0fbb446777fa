//! Help: the commands in groups, examples under each, and tips for words of other programs.

use clap::{Arg, Command};

/// The commands, by where they are run.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Anywhere", &["init", "lint", "explain", "diff", "test", "export", "completion", "version"]),
    (
        "On a control-plane node (as root where something is changed)",
        &["enable", "confirm", "disable", "rescue", "history", "status", "doctor"],
    ),
    ("With an audit log", &["log", "top", "replay", "suggest"]),
];

const START: &str = "\
Examples:
  kubectl audit init                          choose a policy and write it
  kubectl audit lint policy.yaml              judge it as the API server would
  kubectl audit enable --policy policy.yaml   turn auditing on, after a preview
  kubectl audit rescue                        the API server does not start

Try it without a cluster: kubectl audit enable --sandbox --template cis";

/// Examples under each command's help.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("init", &["init cis --out policy.yaml", "init --list", "init cks --into policy.yaml"]),
    (
        "lint",
        &[
            "lint policy.yaml",
            "lint --fix policy.yaml",
            "lint --profile cis --fail-on warning policies/",
        ],
    ),
    (
        "explain",
        &[
            "explain delete pods/web-0 -n prod --as alice -f policy.yaml",
            "explain create pods/exec -f policy.yaml",
            "explain --event event.json -f policy.yaml",
        ],
    ),
    ("diff", &["diff old.yaml new.yaml"]),
    ("test", &["test --init policy.yaml", "test expectations.yaml"]),
    (
        "export",
        &[
            "export --list",
            "export kubeadm --template cis",
            "export kind -f policy.yaml --output-dir kind",
        ],
    ),
    (
        "enable",
        &[
            "enable --template cis",
            "enable --policy policy.yaml --dry-run",
            "enable --log-maxage 90 --confirm-within 10m",
            "enable --sandbox --template cis",
        ],
    ),
    ("confirm", &["confirm"]),
    ("disable", &["disable --dry-run", "disable"]),
    ("rescue", &["rescue --dry-run", "rescue"]),
    ("history", &["history", "history show ID", "history restore ID"]),
    ("status", &["status", "status --all-nodes"]),
    ("doctor", &["doctor", "doctor --profile cis"]),
    ("log", &["log --user alice --since 1h", "log -f --denied"]),
    ("top", &["top --by user,verb,resource"]),
    ("replay", &["replay --policy policy.yaml audit.log"]),
    ("suggest", &["suggest audit.log"]),
    ("completion", &["completion bash"]),
    ("version", &["version"]),
];

/// What the short help of `enable` leaves out.
const MORE_SETTINGS: &str = "\
Every --audit-* flag of the API server is a flag here without `audit-`, such as --log-path,
--log-maxage, --log-maxbackup and --log-maxsize: see --help.

";

/// What other programs call it, and what to type here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("on", "enable"),
    ("install", "enable"),
    ("setup", "enable"),
    ("apply", "enable"),
    ("off", "disable"),
    ("uninstall", "disable"),
    ("remove", "disable"),
    ("undo", "history restore"),
    ("rollback", "rescue"),
    ("revert", "rescue"),
    ("recover", "rescue"),
    ("check", "lint"),
    ("validate", "lint"),
    ("verify", "doctor"),
    ("diagnose", "doctor"),
    ("why", "explain"),
    ("can-i", "explain"),
    ("new", "init"),
    ("create", "init"),
    ("events", "log"),
    ("tail", "log -f"),
    ("stats", "top"),
];

/// Flags that take a value only after `=`.
const WITH_EQUALS: [&str; 1] = ["--dry-run"];

/// Adds to a command what its derived help does not have.
pub(super) fn helped(command: Command) -> Command {
    let groups = groups(&command);
    let template = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}Options:\n{options}{after-help}";
    let mut command =
        command.help_template(template).before_help(groups).after_help(START).mut_args(short);
    for (name, lines) in EXAMPLES {
        let is_there = command.get_subcommands().any(|known| known.get_name() == *name);
        if is_there {
            command = command.mut_subcommand(name, |command| {
                let more = if *name == "enable" { MORE_SETTINGS } else { "" };
                let examples = examples(lines);
                command.after_help(format!("{more}{examples}")).mut_args(short)
            });
        }
    }
    command.mut_subcommands(with_names_in_any_case)
}

/// Names to choose from are taken in upper and lower case.
fn with_names_in_any_case(command: Command) -> Command {
    let taken = |argument: Arg| {
        let takes = argument.get_action().takes_values();
        let is_choice = takes && !argument.get_possible_values().is_empty();
        if is_choice { argument.ignore_case(true) } else { argument }
    };
    command.mut_args(taken).mut_subcommands(with_names_in_any_case)
}

/// Settings of the API server are many, and `-h` is for what fits on a screen.
fn short(argument: Arg) -> Arg {
    let is_setting =
        argument.get_help_heading().is_some_and(|heading| heading.starts_with("Settings of"));
    argument.hide_short_help(is_setting)
}

fn examples(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("  kubectl audit {line}")).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

/// The names of the commands below each group, each with what it does.
fn groups(command: &Command) -> String {
    let about = |name: &str| {
        let found = command.get_subcommands().find(|known| known.get_name() == name);
        found.and_then(Command::get_about).map(ToString::to_string)
    };
    let mut text = String::new();
    for (heading, names) in GROUPS {
        text.push_str(&format!("{heading}:\n"));
        for name in names {
            if let Some(about) = about(name) {
                text.push_str(&format!("  {name:<11} {about}\n"));
            }
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}

/// Returns what to type in place of arguments that are wrong, if that is known.
pub(super) fn tip(arguments: &[String]) -> Option<String> {
    let command = arguments.iter().skip(1).find(|word| !word.starts_with('-'))?;
    if let Some((_, ours)) = OTHER_WORDS.iter().find(|(theirs, _)| theirs == command) {
        return Some(format!("here it is `kubectl audit {ours}`"));
    }
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    for (flag, value) in pairs {
        if WITH_EQUALS.contains(&flag.as_str()) && !value.starts_with('-') {
            return Some(format!("write {flag}={value}"));
        }
    }
    let is_template = |name: &&String| {
        crate::template::Template::ALL.iter().any(|template| template.name == **name)
    };
    let template = arguments.iter().skip(2).find(is_template).filter(|_| command == "enable")?;
    Some(format!("write --template {template}"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::super::Cli;
    use super::*;

    #[test]
    fn every_command_is_in_one_group_and_has_examples_that_can_be_typed() {
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            assert_eq!(grouped.iter().filter(|known| **known == name).count(), 1, "{name}");
            let (_, lines) = EXAMPLES.iter().find(|(known, _)| *known == name).unwrap();
            for line in *lines {
                let words = std::iter::once("kubectl-audit").chain(line.split(' '));
                if let Err(error) = Cli::command().try_get_matches_from(words) {
                    panic!("{line}: {error}");
                }
            }
        }
    }

    #[test]
    fn words_of_other_programs_and_missing_equals_signs_get_a_tip() {
        let of = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            tip(&words)
        };
        assert_eq!(of("x on").unwrap(), "here it is `kubectl audit enable`");
        assert_eq!(of("x rollback --yes").unwrap(), "here it is `kubectl audit rescue`");
        assert_eq!(of("x enable --dry-run client").unwrap(), "write --dry-run=client");
        assert_eq!(of("x enable cis").unwrap(), "write --template cis");
        assert_eq!(of("x enable --nonsense"), None);
    }
}
