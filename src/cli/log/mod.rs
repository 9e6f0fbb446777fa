//! `log`: shows audit events.

mod bad;
mod follow;
mod once;
mod output;
mod rows;

use std::ops::ControlFlow;
use std::path::PathBuf;

use audit_log::field::Field;
use audit_log::filter::Patterns;
use audit_log::reader::{LogItem, ReadCounts};
use clap::{Args, ValueEnum};

use super::log_input::{Input, InputArgs, PassControl};
use super::{Exit, Failure, ui::Ui};
use output::Output;
use rows::FieldSelection;

/// Show audit events: who did what to what, in the order of time
///
/// One line per request: its first response, which is the last event for all but watches and
/// sessions. --stage shows events of every stage that is named, and * all of them. Every line that is
/// shown is verified to its last byte; with filters, lines that cannot be meant are passed over.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// The stage: RequestReceived, ResponseStarted, ResponseComplete, Panic, or *
    #[arg(long, value_name = "STAGE")]
    stage: Vec<String>,
    /// The fields to show; all is the wide schema, guance its eleven; top --list-fields names them
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// Show the last N only
    #[arg(long, value_name = "N")]
    tail: Option<usize>,
    /// Go on with what is written from now on, also when the log is rotated
    #[arg(short, long, conflicts_with_all = ["tail", "bad_lines", "until"])]
    follow: bool,
    /// Show the lines that are no event, or are damaged, instead
    #[arg(long)]
    bad_lines: bool,
    /// Format of the result; json and jsonl give whole events, or the fields that are named
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: LogFormat,
    /// Write to FILE, which only its owner can read, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    input: InputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LogFormat {
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

const TABLE: [Field; 7] =
    [Field::Time, Field::Who, Field::Verb, Field::Target, Field::Object, Field::Code, Field::Ip];

const WIDE: [Field; 12] = [
    Field::Time,
    Field::Who,
    Field::Verb,
    Field::Target,
    Field::Object,
    Field::Code,
    Field::Ip,
    Field::LatencyUs,
    Field::Stage,
    Field::Level,
    Field::UserAgent,
    Field::AuditId,
];

/// The fields, and the names of their columns.
type Columns = Vec<(Field, String)>;

/// Reads, filters, shows.
pub(super) fn run(args: &LogArgs, ui: &mut Ui) -> Result<Exit, Failure> {
    let columns = columns(args)?;
    let mut input = args.input.input(ui)?;
    input.filter.stage = Patterns::new(args.stage.iter().map(String::as_str));
    let mut output = Output::open(args, columns, &input)?;
    let control = PassControl::new(&input.stop);
    let mut tally = ReadCounts::default();
    if args.bad_lines {
        bad::show(&input, &control, &mut tally, &mut output)?;
    } else {
        if args.follow {
            input
                .sets
                .iter_mut()
                .for_each(|set| set.files.drain(..set.files.len() - 1).for_each(drop));
            follow::follow(args, &input, &control, &mut tally, &mut output)?;
        } else {
            rows::show(&FieldSelection::new(args, &input), &control, &mut tally, &mut output, ui)?;
        }
        output.finish()?;
    }
    say_end(args, &input, &tally, &output, ui);
    Ok(Exit::Done)
}

fn say_end(args: &LogArgs, input: &Input, tally: &ReadCounts, output: &Output, ui: &mut Ui) {
    if !args.bad_lines {
        input.say_tally(tally, ui);
    }
    if ui.interrupted() && !args.follow {
        ui.warn("interrupted: this is what was found so far");
    }
    if output.shown() == 0 && !args.bad_lines && !output.closed() {
        ui.say(if input.filter.is_empty() {
            "there is no event"
        } else {
            "no event is meant by the filters"
        });
    }
}

/// The columns that are asked for; with a question that has an answer, its column last.
fn columns(args: &LogArgs) -> Result<Columns, Failure> {
    let named = |field: Field| (field, field.name().to_owned());
    if args.fields.is_empty() {
        let fields = if args.output == LogFormat::Wide { &WIDE[..] } else { &TABLE[..] };
        return Ok(fields.iter().copied().map(named).collect());
    }
    let mut columns = vec![];
    for name in &args.fields {
        match name.as_str() {
            "all" => columns.extend(Field::wide().map(named)),
            "guance" => columns.extend(GUANCE.map(|(name, field)| (field, name.to_owned()))),
            name => columns.push((Field::from_name(name)?, name.to_owned())),
        }
    }
    Ok(columns)
}

/// The fields that Guance's integration extracts, under its names.
const GUANCE: [(&str, Field); 11] = [
    ("kind", Field::Kind),
    ("level", Field::Level),
    ("stage", Field::Stage),
    ("verb", Field::Verb),
    ("auditID", Field::AuditId),
    ("username", Field::User),
    ("responseCode", Field::Code),
    ("status", Field::Status),
    ("sourceIP_0", Field::Ip),
    ("namespace", Field::Namespace),
    ("node", Field::Name),
];

/// Hands an event to `each` if an item is one.
fn events<'i, 'a>(item: &'i LogItem<'a>) -> Option<&'i audit_log::reader::LocatedEvent<'a>> {
    match item {
        LogItem::Event(found) => Some(found),
        LogItem::Bad { .. } => None,
    }
}

/// Goes on unless nobody reads any more.
fn unless(closed: bool) -> ControlFlow<()> {
    if closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
