//! What `test` is asked for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args;
use audit_policy::api::Version;

/// Check a policy against written expectations
///
/// A file names a policy, requests, and what is expected of each. `test --init POLICY` writes a
/// first one, to be edited.
///
/// A request is written as `explain` takes it: `verb`, `resource` or `path`, `subresource`,
/// `namespace`, `user`, `groups`, or `noUser: true` for failed authentication. Without `groups` a
/// user has those that every such user has; with `groups` exactly these. Expected are `level`,
/// `stages`, `rule` (from 1, 0 for none) or `line`.
#[derive(Debug, Args)]
pub(in crate::cli) struct TestArgs {
    /// The files with the expectations; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "init")]
    pub(super) files: Vec<PathBuf>,
    /// The policy, instead of the one that each file names
    #[arg(short = 'f', long, value_name = "FILE", conflicts_with = "init")]
    pub(super) policy: Option<PathBuf>,
    /// Print a first file for POLICY: a request for each rule, and what is decided now
    #[arg(long, value_name = "POLICY", conflicts_with_all = ["files", "output", "fail_on"])]
    pub(super) init: Option<PathBuf>,
    /// Take the requests from these logs where they have some for a rule, the most frequent first
    #[arg(long, value_name = "FILE", requires = "init", num_args = 1..)]
    pub(super) log: Vec<PathBuf>,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE", requires = "init")]
    pub(super) out: Option<PathBuf>,
    /// Replace FILE if it is there
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    /// The version of the API server, such as 1.31; without it the newest
    #[arg(long = "for", value_name = "VERSION", value_parser = args::version)]
    pub(super) version: Option<Version>,
    /// From what on to end with 1: error is a request that is not as expected, warning one of the
    /// server about the policy, info a rule that no request is decided by
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub(super) fail_on: args::FailOn,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: TestFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum TestFormat {
    #[default]
    Text,
    Json,
    Yaml,
    Junit,
}
