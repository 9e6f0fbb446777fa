//! What `top` is asked for.

use clap::{Args, ValueEnum};

use crate::cli::log_input::InputArgs;

/// Count and time audit events by any field
///
/// Every event counts, of every stage. With --latency only finished requests do, and those that last
/// as long as someone listens (watch, exec, port-forward, following a log) are left out.
#[derive(Debug, Args)]
pub(in crate::cli) struct TopArgs {
    /// The fields to group by; --list-fields shows all
    #[arg(
        long,
        value_name = "FIELD,…",
        value_delimiter = ',',
        default_value = "user,verb,resource"
    )]
    pub(super) by: Vec<String>,
    /// Show the fields there are
    #[arg(long)]
    pub(super) list_fields: bool,
    /// Order by this
    #[arg(long, value_enum, value_name = "COLUMN", default_value_t)]
    pub(super) sort: Sort,
    /// Order by bytes
    #[arg(long, conflicts_with = "sort")]
    pub(super) bytes: bool,
    /// Add the times that half, 90 % and 99 % of the requests stay below
    #[arg(long)]
    pub(super) latency: bool,
    /// Count watches and sessions in the latency too
    #[arg(long, requires = "latency")]
    pub(super) long_running: bool,
    /// Show the course over time instead, in steps of this length
    #[arg(long, value_name = "STEP", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    pub(super) histogram: Option<String>,
    /// How many rows; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) limit: usize,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: TopFormat,
    #[command(flatten)]
    pub(super) input: InputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Sort {
    /// The number of events
    #[default]
    Count,
    /// The bytes of their lines
    Bytes,
    /// The 99th percentile of the latency
    P99,
    /// The fields
    Key,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum TopFormat {
    /// Columns
    #[default]
    Table,
    /// The same
    Wide,
    /// One JSON object
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, with a header
    Csv,
}
