//! `doctor`: what is wrong on this node, or will go wrong.

mod json;
mod report;
mod text;

use clap::{Args, ValueEnum};

use super::args::FailOn;
use super::environment::Environment;
use super::node::{Format, Node, NodeArgs, NodePlace};
use super::{Exit, Failure, inspect, ui::Ui};
use crate::doctor::{self, Benchmark, Facts, NodeFinding};
use report::DoctorReport;

/// Find what is wrong with auditing on this node, or will go wrong
///
/// Looks at the manifest and the files beside it, the policy, the log and its disk, the API server
/// that runs, the kubelet, and what earlier changes left. Changes nothing. With --root and
/// --sandbox nothing that runs is looked at.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Also check the node against a benchmark; a control that fails counts as an error
    #[arg(long, value_enum, value_name = "NAME")]
    profile: Option<DoctorProfile>,
    /// Exit 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: FailOn,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
    #[command(flatten)]
    node: NodeArgs,
}

/// A rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DoctorProfile {
    /// CIS Kubernetes Benchmark 1.9 and later: 1.2.16 to 1.2.19, 3.2.1, 3.2.2
    Cis,
    /// DISA STIG for Kubernetes: V-242402, V-242403, V-242461 to V-242465
    Stig,
}

/// Reads, concludes, shows.
pub(super) fn run(
    args: &DoctorArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let node = args.node.node(ui.stop(), false)?;
    let facts = inspect::facts(&node)?;
    let book = args.profile.map(|profile| match profile {
        DoctorProfile::Cis => Benchmark::Cis,
        DoctorProfile::Stig => Benchmark::Stig,
    });
    let report = DoctorReport {
        node: &node,
        environment,
        faults: faults(&node, &facts),
        book: book.map(|book| (book, book.controls(&facts))),
        facts: &facts,
    };
    ui.detail(&format!("manifest  {}", facts.file.place.display()));
    match args.output {
        Format::Text => ui.long_result(&text::text(&report)),
        format => ui.result(&format.document(&json::json(&report))),
    }
    inspect::say_unseen(&facts, &node, environment, ui);
    if report.worst().is_none() {
        ui.say(match facts.unseen.is_empty() {
            true => "Nothing is wrong.",
            false => "Nothing is wrong with what was looked at.",
        });
    }
    let fails = args.fail_on.includes(report.worst());
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

/// The log of a throw-away node never grows, and it is wherever its user has room.
fn faults(node: &Node, facts: &Facts) -> Vec<NodeFinding> {
    let mut faults = doctor::check(facts);
    if let NodePlace::Sandbox(_) = node.place {
        faults.retain(|fault| fault.id != "log-room");
    }
    faults
}
