//! What `log` is asked for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::log_input::InputArgs;

/// Show audit events: who did what to what, in the order of time
///
/// One line per request: its first response, which is the last event for all but watches and
/// sessions. --stage shows events of every stage that is named, and * all of them. Every line that is
/// shown is verified to its last byte; with filters, lines that cannot be meant are passed over.
#[derive(Debug, Args)]
pub(in crate::cli) struct LogArgs {
    /// The stage: RequestReceived, ResponseStarted, ResponseComplete, Panic, or *
    #[arg(long, value_name = "STAGE")]
    pub(super) stage: Vec<String>,
    /// The fields to show; all is the wide schema, guance its eleven; top --list-fields names them
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub(super) fields: Vec<String>,
    /// Show the last N only
    #[arg(long, value_name = "N")]
    pub(super) tail: Option<usize>,
    /// Go on with what is written from now on, also when the log is rotated
    #[arg(short, long, conflicts_with_all = ["tail", "bad_lines", "until"])]
    pub(super) follow: bool,
    /// Show the lines that are no event, or are damaged, instead
    #[arg(long)]
    pub(super) bad_lines: bool,
    /// Format of the result; json and jsonl give whole events, or the fields that are named
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: LogFormat,
    /// Write to FILE, which only its owner can read, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) input: InputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogFormat {
    /// Columns
    #[default]
    Table,
    /// More columns
    Wide,
    /// One JSON list
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, with a header
    Csv,
}
