//! `status --all-nodes`: every API server of the cluster, one row a node.

use serde_json::json;

use crate::cli::kubectl::ClusterArgs;
use crate::cli::node::Format;
use crate::cli::{Exit, Failure, ui::Ui};
use crate::doctor::{NodeRow, differ};
use crate::flags::name;
use crate::view::table::table;

/// Digits of a sha256 that tell policies apart.
const SHORT: usize = 12;

/// Asks kubectl, compares, shows. Exits 1 when auditing is off on a node, a node is not ready, or
/// the nodes differ.
pub(super) fn run(cluster: &ClusterArgs, output: Format, ui: &mut Ui) -> Result<Exit, Failure> {
    let rows = cluster.api_servers()?;
    let differences = differ(&rows);
    match output {
        Format::Json | Format::Yaml => ui.result(&output.document(&as_json(&rows, &differences))),
        Format::Text => {
            let header = ["NODE", "VERSION", "READY", "AUDITING", "POLICY", "LOG", "SHA256"];
            let cells: Vec<_> = rows.iter().map(|row| cells(row, &rows[0])).collect();
            ui.result(&table(&header, &cells));
            if !differences.is_empty() {
                ui.warn(&format!(
                    "the nodes differ in {} (marked with *: other than the first node)",
                    differences.join(", ")
                ));
            }
        }
    }
    let covered = rows.iter().filter(|row| row.audits).count();
    if covered < rows.len() {
        ui.warn(&format!("auditing covers {covered} of {} API servers", rows.len()));
    }
    let good = rows.iter().all(|row| row.audits && row.ready) && differences.is_empty();
    Ok(if good { Exit::Done } else { Exit::Findings })
}

fn cells(row: &NodeRow, first: &NodeRow) -> Vec<String> {
    let mark = |differs: bool, text: String| if differs { format!("{text} *") } else { text };
    let path = |path: &Option<String>| path.clone().unwrap_or_else(|| "-".to_owned());
    let sum = |row: &NodeRow| {
        let short = row.sha256.as_ref().map(|sum| sum.chars().take(SHORT).collect());
        short.unwrap_or_else(|| "-".to_owned())
    };
    // A row is marked once at least, also where a flag differs that has no column.
    let others = |row: &NodeRow| -> Vec<(String, String)> {
        let shown = [name::POLICY_FILE, name::LOG_PATH];
        row.flags.iter().filter(|(name, _)| !shown.contains(&name.as_str())).cloned().collect()
    };
    let auditing = if row.audits { "on" } else { "off" };
    vec![
        row.node.clone(),
        mark(row.version != first.version, row.version.clone()),
        if row.ready { "yes" } else { "no" }.to_owned(),
        mark(row.audits != first.audits || others(row) != others(first), auditing.to_owned()),
        mark(row.policy != first.policy, path(&row.policy)),
        mark(row.log != first.log, path(&row.log)),
        mark(row.sha256 != first.sha256, sum(row)),
    ]
}

fn as_json(rows: &[NodeRow], differences: &[String]) -> serde_json::Value {
    let node = |row: &NodeRow| {
        let flags: serde_json::Map<String, serde_json::Value> =
            row.flags.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "node": row.node,
            "version": row.version,
            "ready": row.ready,
            "auditing": if row.audits { "on" } else { "off" },
            "policySha256": row.sha256,
            "flags": flags,
        })
    };
    let nodes: Vec<_> = rows.iter().map(node).collect();
    json!({
        "apiVersion": "kubectl-audit/v1",
        "kind": "StatusList",
        "nodes": nodes,
        "differences": differences,
    })
}
