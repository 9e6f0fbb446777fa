//! The logs that a command reads: which files, opened how, and how far it is.

mod filter;
mod traffic;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use audit_log::filter::{Filter, OtherCondition};
use audit_log::reader::ReadCounts;
use audit_log::unwrap::Form;
use clap::Args;

use super::failure::Failure;
use super::node::NodeArgs;
use super::ui::Ui;
use crate::condition::Condition;
use crate::host::{Host as _, Local};
use crate::logs::{self, LogSet};
pub(super) use filter::FilterArgs;
pub(super) use traffic::traffic;

/// Which logs are read.
#[derive(Debug, Default, Args)]
pub(super) struct InputArgs {
    /// Files and directories of logs, rotated and compressed ones too; - is standard input. Without
    /// any: the log of this node
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    #[command(flatten)]
    pub(super) node: NodeArgs,
}

/// The logs and what is wanted of them.
pub(super) struct Input {
    /// The logs.
    pub(super) sets: Vec<LogSet>,
    /// Which events are meant.
    pub(super) filter: Filter,
    /// Set by Ctrl-C.
    pub(super) stop: Arc<AtomicBool>,
    condition: Option<Arc<Condition>>,
}

fn condition(text: &str) -> Result<Arc<Condition>, Failure> {
    let read = Condition::parse(text);
    read.map(Arc::new).map_err(|error| Failure::refused(format!("--where {text}: {error}")))
}

impl InputArgs {
    /// Everything in these files and directories.
    pub(super) fn all_of(files: &[PathBuf]) -> Self {
        Self { files: files.to_vec(), ..Self::default() }
    }

    /// Finds the logs.
    pub(super) fn input(&self, ui: &mut Ui) -> Result<Input, Failure> {
        let stop = ui.stop();
        let mut filter = self.filter.filter(now());
        let condition = self.filter.condition.as_deref().map(condition).transpose()?;
        if let Some(condition) = &condition {
            filter.tests.clone_from(&condition.tests);
            if condition.asks_cel() {
                let condition = Arc::clone(condition);
                filter.rest = Some(OtherCondition(Arc::new(move |found| condition.takes(found))));
            }
        }
        let node = self.node.node(Arc::clone(&stop), false)?;
        let (sets, skipped) = logs::sets(&self.files, &node, &filter)?;
        if skipped > 0 {
            let what = if skipped == 1 { "file is" } else { "files are" };
            ui.detail(&format!(
                "{skipped} rotated {what} outside the time by name, and not opened"
            ));
        }
        Ok(Input { sets, filter, stop, condition })
    }
}

/// The time in microseconds since 1970.
fn now() -> i64 {
    let since = Local::new(None).now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

impl Input {
    /// Says what of a log could not be read or decided, and how it was written.
    pub(super) fn say_tally(&self, tally: &ReadCounts, ui: &mut Ui) {
        say_tally(tally, ui);
        if let Some((count, why)) = self.condition.as_ref().and_then(|it| it.undecided()) {
            let events = if count == 1 { "event" } else { "events" };
            ui.warn(&format!(
                "--where has no answer for {count} {events}, which are left out: {why}"
            ));
        }
    }
}

fn say_tally(tally: &ReadCounts, ui: &mut Ui) {
    let plural = |count: u64| if count == 1 { "line" } else { "lines" };
    if tally.bad > 0 {
        let count = tally.bad;
        ui.warn(&format!(
            "{count} {} no audit event; --bad-lines of `log` shows them",
            match count {
                1 => "line is",
                _ => "lines are",
            }
        ));
    }
    if tally.cut > 0 {
        let count = tally.cut;
        ui.warn(&format!(
            "{count} {} cut or damaged after who, what and where; marked with cut",
            match count {
                1 => "event is",
                _ => "events are",
            }
        ));
    }
    if tally.forms[Form::GoogleCloud as usize] > 0 {
        ui.say(
            "note: translated from Google Cloud's log: it tells neither level nor stage nor request URI",
        );
    }
    if tally.foreign > 0 {
        let count = tally.foreign;
        ui.detail(&format!("{count} {} of other programs passed over", plural(count)));
    }
    let forms = Form::ALL.iter().filter(|form| tally.forms[**form as usize] > 0);
    let forms: Vec<String> =
        forms.map(|form| format!("{} from {}", tally.forms[*form as usize], form.name())).collect();
    ui.detail(&format!(
        "{} events ({}); {} not written as the API server writes them",
        tally.events,
        forms.join(", "),
        tally.slow
    ));
}

/// Returns one line of CSV (RFC 4180, but for its line end).
pub(super) fn csv<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let quoted = |cell: &str| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    cells.map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

/// Shows how far a pass is.
pub(super) fn shown(ui: &mut Ui) -> impl FnMut(&str) + '_ {
    |text| if text.is_empty() { ui.end_progress("") } else { ui.progress(text) }
}
