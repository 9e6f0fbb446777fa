//! What `lint` is asked for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{FailOn, version};
use audit_policy::api::Version;
use audit_policy::lint::LintOptions;
use audit_policy::lint::OnWriteError;
use audit_policy::lint::Order;
use audit_policy::lint::Profile;

/// Judge a policy as the API server would, and point out mistakes that the server accepts
///
/// The verdict is the server's own, in its own words, for every version from 1.24 to 1.37 or for
/// the one named by --for. Then come mistakes that the server accepts without a warning: rules that
/// are never reached, selectors that match nothing, secrets in the log.
///
/// A file that is something else is looked into: a ConfigMap or Secret, the cluster of kops, the
/// control plane of Cluster API, the machine configuration of Talos. Places are those of the file.
///
/// A comment `# kubectl-audit: ignore ID reason` above a rule or a line, or beside it, silences one
/// finding there.
#[derive(Debug, Args)]
pub(in crate::cli) struct LintArgs {
    /// The policies, or directories of them; `-` is standard input, without any it is the policy
    /// that the API server's manifest names, else /etc/kubernetes/audit/policy.yaml
    #[arg(value_name = "POLICY")]
    pub(super) policies: Vec<PathBuf>,
    /// One more policy
    #[arg(short = 'f', value_name = "FILE")]
    pub(super) file: Vec<PathBuf>,
    /// The version of the API server, such as 1.31
    #[arg(long = "for", value_name = "VERSION", value_parser = version)]
    pub(super) version: Option<Version>,
    /// Also check the policy against a benchmark; can be given several times
    #[arg(long, value_name = "PROFILE", value_enum)]
    pub(super) profile: Vec<LintProfile>,
    /// How the server writes its log; with blocking-strict there is one thing more to get wrong
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    pub(super) log_mode: LogMode,
    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    pub(super) fail_on: FailOn,
    /// Repair what is safe to repair, in place: v1beta1, lost indentation
    #[arg(long)]
    pub(super) fix: bool,
    /// With --fix: move a rule that matches everything after all others
    #[arg(long, requires = "fix")]
    pub(super) reorder: bool,
    /// With --fix: show the repair and write nothing
    #[arg(long, value_name = "client", num_args = 0..=1, require_equals = true, requires = "fix",
          default_missing_value = "client", value_parser = ["client"])]
    pub(super) dry_run: Option<String>,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: LintFormat,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LintFormat {
    /// Text
    #[default]
    Text,
    /// JSON
    Json,
    /// YAML
    Yaml,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

/// A rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LintProfile {
    /// CIS Kubernetes Benchmark 3.2.2
    Cis,
    /// DISA STIG V-242403
    Stig,
    /// kubescape C-0161
    Kubescape,
}

/// `--audit-log-mode` of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogMode {
    /// Events are written later
    Batch,
    /// Events are written at once
    #[default]
    Blocking,
    /// A request whose event cannot be written is refused
    BlockingStrict,
}

impl LintArgs {
    /// Whether no file is changed.
    pub(in crate::cli) fn only_reads(&self) -> bool {
        !self.fix || self.dry_run.is_some()
    }

    pub(super) fn options(&self) -> LintOptions {
        let sink = match self.log_mode {
            LogMode::Batch | LogMode::Blocking => OnWriteError::Tolerant,
            LogMode::BlockingStrict => OnWriteError::Strict,
        };
        let profile = |book: &LintProfile| match book {
            LintProfile::Cis => Profile::Cis,
            LintProfile::Stig => Profile::Stig,
            LintProfile::Kubescape => Profile::Kubescape,
        };
        let profiles = self.profile.iter().map(profile).collect();
        LintOptions { sink, profiles, for_older: self.version.is_none() }
    }

    pub(super) fn order(&self) -> Order {
        if self.reorder { Order::CatchAllLast } else { Order::Kept }
    }
}
