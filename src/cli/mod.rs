//! The commands: one file each, and what they share.

mod args;
mod change;
mod completion;
mod confirm;
mod diff;
mod disable;
mod doctor;
mod enable;
mod environment;
mod explain;
mod export;
mod failure;
mod help;
mod history;
mod init;
mod inspect;
mod kubeadm_config;
mod kubectl;
mod layout_report;
mod lint;
mod log;
mod log_input;
mod node;
mod observer;
mod pager;
mod policy_file;
mod policy_findings;
mod policy_source;
mod prompt;
mod replace;
mod replay;
mod rescue;
mod server_flags;
mod status;
mod suggest;
mod template_choice;
mod test;
mod top;
mod ui;
mod verify;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use environment::Environment;
pub use failure::Exit;
use failure::Failure;
use ui::{Color, Ui};

/// Set up Kubernetes API-server auditing without ever leaving a control plane down
#[derive(Debug, Parser)]
#[command(name = "kubectl-audit", bin_name = "kubectl audit", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    color: Color,
    /// Say more: where things were found
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Say less: results, warnings and errors only
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Lint(lint::LintArgs),
    Explain(explain::ExplainArgs),
    Diff(diff::DiffArgs),
    Test(test::TestArgs),
    Export(Box<export::ExportArgs>),
    Enable(Box<enable::EnableArgs>),
    Confirm(confirm::ConfirmArgs),
    Disable(disable::DisableArgs),
    Rescue(rescue::RescueArgs),
    History(history::HistoryArgs),
    Status(status::StatusArgs),
    Doctor(doctor::DoctorArgs),
    #[command(alias = "logs")]
    Log(Box<log::LogArgs>),
    Top(Box<top::TopArgs>),
    Replay(Box<replay::ReplayArgs>),
    Suggest(Box<suggest::SuggestArgs>),
    Completion(completion::CompletionArgs),
    /// Print the version
    Version,
}

/// Runs the command line and returns how it ended.
///
/// `arguments` are those of the process, the program's name included.
pub fn main(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let arguments: Vec<std::ffi::OsString> = arguments.into_iter().collect();
    let cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &arguments),
    };
    let environment = Environment::read();
    let mut ui = Ui::new(cli.color, cli.quiet, cli.verbose).with_pager(environment.pager.clone());
    let ended = match run(&cli.command, &environment, &mut ui) {
        Err(failure) if cli.command.only_reads() => Err(failure.without_state()),
        ended => ended,
    };
    let ended = ended.and_then(|exit| match ui.unwritten() {
        Some(failure) if exit == Exit::Done || exit == Exit::Findings => Err(failure),
        _ => Ok(exit),
    });
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            ui.fail(&failure, &environment);
            failure.exit
        }
    }
}

impl Command {
    /// Whether the command changes nothing, with whatever arguments.
    fn only_reads(&self) -> bool {
        if let Self::Lint(args) = self {
            return args.only_reads();
        }
        matches!(
            self,
            Self::Explain(_)
                | Self::Diff(_)
                | Self::Test(_)
                | Self::Export(_)
                | Self::Status(_)
                | Self::Doctor(_)
                | Self::Log(_)
                | Self::Top(_)
                | Self::Replay(_)
                | Self::Completion(_)
                | Self::Version
        )
    }
}

fn parse(arguments: &[std::ffi::OsString]) -> Result<Cli, clap::Error> {
    let matches = help::helped(Cli::command()).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// Prints help, version or a usage error. Help that was asked for is a result.
fn usage(error: &clap::Error, arguments: &[std::ffi::OsString]) -> Exit {
    let words: Vec<String> =
        arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let tip = error.use_stderr().then(|| help::tip(&words)).flatten();
    let is_whole = match error.print() {
        // A closed pipe is no error.
        Err(error) => error.kind() == std::io::ErrorKind::BrokenPipe,
        Ok(()) => true,
    };
    if let Some(tip) = tip {
        eprint_tip(&tip);
    }
    if error.use_stderr() || !is_whole { Exit::Refused } else { Exit::Done }
}

/// Writes a tip below a usage error.
fn eprint_tip(tip: &str) {
    Ui::new(Color::default(), false, false).say(&format!("\n  tip: {tip}"));
}

fn run(command: &Command, environment: &Environment, ui: &mut Ui) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(args, environment, ui),
        Command::Lint(args) => lint::run(args, ui),
        Command::Explain(args) => explain::run(args, environment, ui),
        Command::Diff(args) => diff::run(args, environment, ui),
        Command::Test(args) => test::run(args, environment, ui),
        Command::Export(args) => export::run(args, environment, ui),
        Command::Enable(args) => enable::run(args, environment, ui),
        Command::Confirm(args) => confirm::run(args, environment, ui),
        Command::Disable(args) => disable::run(args, environment, ui),
        Command::Rescue(args) => rescue::run(args, environment, ui),
        Command::History(args) => history::run(args, environment, ui),
        Command::Status(args) => status::run(args, environment, ui),
        Command::Doctor(args) => doctor::run(args, environment, ui),
        Command::Log(args) => log::run(args, ui),
        Command::Top(args) => top::run(args, ui),
        Command::Replay(args) => replay::run(args, environment, ui),
        Command::Suggest(args) => suggest::run(args, environment, ui),
        Command::Completion(args) => {
            completion::run(args, &mut Cli::command().bin_name("kubectl-audit"), ui)
        }
        Command::Version => {
            ui.result(&format!("kubectl-audit {}\n", env!("CARGO_PKG_VERSION")));
            Ok(Exit::Done)
        }
    }
}
