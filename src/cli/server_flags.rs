//! The server's `--audit-*` flags as flags of this program: each under its own name without `audit-`.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::flags::{Flag, name};
use audit_policy::api::Version;

/// Values of server flags, by the server's name, as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerFlags {
    /// Name such as `audit-log-maxage`, and value.
    pub(super) values: BTreeMap<String, String>,
}

/// The flag that [`super::enable::EnableArgs`] offers itself, because it also says where a policy is
/// to be written.
const ELSEWHERE: &str = name::POLICY_FILE;

/// What is set where neither the user nor the manifest says anything.
const OURS: [(&str, &str); 4] = [
    ("audit-log-path", "/var/log/kubernetes/audit/audit.log"),
    ("audit-log-maxage", "30"),
    ("audit-log-maxbackup", "10"),
    ("audit-log-maxsize", "100"),
];

fn offered() -> impl Iterator<Item = &'static Flag> {
    Flag::ALL.iter().filter(|flag| flag.name != ELSEWHERE)
}

impl FromArgMatches for ServerFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for flag in offered() {
            if let Some(value) = matches.get_one::<String>(flag.option()) {
                self.values.insert(flag.name.to_owned(), value.clone());
            }
        }
        Ok(())
    }
}

impl Args for ServerFlags {
    fn augment_args(command: Command) -> Command {
        command.args(offered().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// A value may begin with a hyphen: `--log-path -` is standard output, and `-1` is for the server's
/// own check to refuse, in its own words.
fn argument(flag: &'static Flag) -> Arg {
    let default = flag.default_for(Version::NEWEST);
    let default = if default.is_empty() { "none".to_owned() } else { default };
    let help = match OURS.iter().find(|(name, _)| *name == flag.name) {
        Some((_, ours)) => {
            format!("{} [default: {ours}; the server's own: {default}]", flag.usage)
        }
        None => format!("{} [server's default: {default}]", flag.usage),
    };
    let argument = Arg::new(flag.option())
        .long(flag.option())
        .help(help)
        .help_heading("Settings of the API server")
        .value_name(flag.kind())
        .hide(flag.instead.is_some())
        .allow_hyphen_values(true);
    if flag.is_switch() {
        argument.num_args(0..=1).require_equals(true).default_missing_value("true")
    } else {
        argument
    }
}
