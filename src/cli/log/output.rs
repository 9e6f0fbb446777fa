//! Where rows go, and what they look like.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use audit_log::field::Field;
use audit_log::preset::Preset;
use audit_log::reader::LocatedEvent;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use super::args::{LogArgs, LogFormat};
use super::columns::{Columns, columns};
use crate::cli::Failure;
use crate::cli::log_input::{Input, csv};
use crate::host::log_file;
use crate::view::terminal_text::TerminalText;

/// What a row is made of.
pub(super) struct RowShape {
    columns: Columns,
    format: LogFormat,
    /// Whole events, and not fields of them.
    raw: bool,
    details: Option<Preset>,
}

impl RowShape {
    pub(super) fn of(args: &LogArgs, input: &Input) -> Self {
        let raw =
            matches!(args.output, LogFormat::Json | LogFormat::Jsonl) && args.fields.is_empty();
        let columns = columns(args).unwrap_or_default();
        Self { columns, format: args.output, raw, details: details(args, input) }
    }

    /// Returns the cells of an event; of a whole one its text.
    pub(super) fn cells(&self, found: &LocatedEvent<'_>, file: &str) -> Vec<String> {
        if self.raw {
            return vec![String::from_utf8_lossy(found.line).into_owned()];
        }
        let mut cells: Vec<String> =
            self.columns.iter().map(|(field, _)| field.of(found, file).into_owned()).collect();
        if matches!(self.format, LogFormat::Table | LogFormat::Wide) {
            if found.fault.is_some()
                && let Some(last) = cells.last_mut()
            {
                last.push_str(" (cut)");
            }
            cells.extend(self.details.map(|preset| preset.detail(found)));
        }
        cells
    }
}

/// The question whose answer gets a column; in tables with the usual columns.
fn details(args: &LogArgs, input: &Input) -> Option<Preset> {
    let table = matches!(args.output, LogFormat::Table | LogFormat::Wide) && args.fields.is_empty();
    input.filter.presets.iter().copied().find(|preset| table && preset.heading().is_some())
}

/// Rows are looked at before the first is shown, to tell how wide columns are.
const LOOKED_AT: usize = 200;
/// No column is made wider than this.
const WIDEST: usize = 60;

/// Where rows go.
pub(super) struct Output {
    to: BufWriter<Box<dyn Write>>,
    terminal: bool,
    file: bool,
    format: LogFormat,
    raw: bool,
    timeline: bool,
    columns: Columns,
    header: Vec<String>,
    widths: Vec<usize>,
    waiting: Vec<Vec<String>>,
    /// The row that may be repeated, and how often it came.
    repeated: Option<(Vec<String>, u64)>,
    shown: u64,
    closed: bool,
}

impl Output {
    pub(super) fn open(args: &LogArgs, columns: Columns, input: &Input) -> Result<Self, Failure> {
        let to: Box<dyn Write> = match &args.out {
            Some(path) => Box::new(log_file::create_private(path).map_err(|error| {
                Failure::refused(format!("{} cannot be made: {error}", path.display()))
            })?),
            None => Box::new(io::stdout()),
        };
        let timeline = input.filter.presets.contains(&Preset::Timeline)
            && matches!(args.output, LogFormat::Table | LogFormat::Wide);
        let mut header: Vec<String> =
            columns.iter().map(|(field, name)| heading(*field, name)).collect();
        header.extend(details(args, input).and_then(Preset::heading).map(str::to_owned));
        if timeline {
            header.push("TIMES".to_owned());
        }
        let raw =
            matches!(args.output, LogFormat::Json | LogFormat::Jsonl) && args.fields.is_empty();
        Ok(Self {
            to: BufWriter::with_capacity(64 << 10, to),
            terminal: args.out.is_none() && io::stdout().is_terminal(),
            file: args.out.is_some(),
            format: args.output,
            raw,
            timeline,
            columns,
            header,
            widths: vec![],
            waiting: vec![],
            repeated: None,
            shown: 0,
            closed: false,
        })
    }

    /// Rows are made of other columns than fields.
    pub(super) fn columns_are(&mut self, names: &[&str]) {
        self.header = names.iter().map(|name| name.to_uppercase()).collect();
        self.columns = names.iter().map(|name| (Field::File, (*name).to_owned())).collect();
        self.raw = false;
        self.timeline = false;
    }

    /// How many rows were shown.
    pub(super) fn shown(&self) -> u64 {
        self.shown
    }

    /// Whether nobody reads any more.
    pub(super) fn closed(&self) -> bool {
        self.closed
    }

    /// Whether a line of progress does not get between the rows.
    pub(super) fn hides_progress(&self) -> bool {
        !self.terminal
    }

    /// Shows a row.
    pub(super) fn row(&mut self, cells: &[String]) -> Result<(), Failure> {
        self.shown += 1;
        if self.timeline {
            return self.timeline_row(cells);
        }
        match self.format {
            LogFormat::Table | LogFormat::Wide => self.table_row(cells.to_vec()),
            LogFormat::Csv => {
                if self.shown == 1 {
                    let names = csv(self.columns.iter().map(|(_, name)| name.as_str()));
                    self.write(&names)?;
                }
                self.write(&csv(cells.iter().map(String::as_str)))
            }
            LogFormat::Json | LogFormat::Jsonl => {
                let object = if self.raw { cells.concat() } else { self.object(cells) };
                if self.format == LogFormat::Jsonl {
                    return self.write(&(object + "\n"));
                }
                let before = if self.shown == 1 { self.beginning() } else { ",\n" };
                self.write(&(before.to_owned() + &object))
            }
        }
    }

    /// Shows what is held back, and ends the format.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if let Some((cells, count)) = self.repeated.take() {
            self.counted(cells, count);
        }
        self.widen()?;
        if self.format == LogFormat::Json {
            let end = if self.shown == 0 {
                self.beginning().to_owned() + "]}\n"
            } else {
                "\n]}\n".to_owned()
            };
            self.write(&end)?;
        }
        if self.format == LogFormat::Csv && self.shown == 0 {
            let names = csv(self.columns.iter().map(|(_, name)| name.as_str()));
            self.write(&names)?;
        }
        self.flush()
    }

    /// Shows what was written so far.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        if !self.waiting.is_empty() {
            self.widen()?;
        }
        let outcome = self.to.flush();
        self.judge(outcome)
    }

    fn beginning(&self) -> &'static str {
        if self.raw {
            "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[\n"
        } else {
            "{\"apiVersion\":\"kubectl-audit/v1\",\"kind\":\"EventFields\",\"items\":[\n"
        }
    }

    fn object(&self, cells: &[String]) -> String {
        let mut map = Map::new();
        for ((field, name), cell) in self.columns.iter().zip(cells) {
            let number = cell.parse::<i64>().ok().filter(|_| field.is_number());
            let value = match number {
                Some(number) => Value::from(number),
                None if field.is_number() => Value::Null,
                None => Value::from(cell.as_str()),
            };
            map.insert(name.clone(), value);
        }
        Value::Object(map).to_string()
    }

    /// Puts rows that differ in nothing but their time onto one line.
    fn timeline_row(&mut self, cells: &[String]) -> Result<(), Failure> {
        if let Some((last, count)) = &mut self.repeated {
            if last.get(1..) == cells.get(1..) {
                *count += 1;
                return Ok(());
            }
            let (last, count) = (std::mem::take(last), *count);
            self.counted(last, count);
        }
        self.repeated = Some((cells.to_vec(), 1));
        if self.waiting.len() >= LOOKED_AT || !self.widths.is_empty() {
            return self.widen();
        }
        Ok(())
    }

    fn counted(&mut self, mut cells: Vec<String>, count: u64) {
        cells.push(if count > 1 { format!("×{count}") } else { String::new() });
        self.waiting.push(cells);
    }

    fn table_row(&mut self, cells: Vec<String>) -> Result<(), Failure> {
        self.waiting.push(cells);
        if self.waiting.len() >= LOOKED_AT || !self.widths.is_empty() {
            return self.widen();
        }
        Ok(())
    }

    /// Shows the rows that wait, in columns as wide as theirs.
    fn widen(&mut self) -> Result<(), Failure> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        let safe = |row: Vec<String>| row.iter().map(|cell| shown(cell)).collect::<Vec<String>>();
        let rows: Vec<Vec<String>> = rows.into_iter().map(safe).collect();
        let mut text = String::new();
        if self.widths.is_empty() {
            let width = |at: usize| {
                rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max()
            };
            let header = self.header.iter().enumerate();
            self.widths = header
                .map(|(at, name)| width(at).unwrap_or(0).max(name.width()).min(WIDEST))
                .collect();
            text.push_str(&line(&self.header, &self.widths));
        }
        for row in rows {
            text.push_str(&line(&row, &self.widths));
        }
        let outcome = self.to.write_all(text.as_bytes());
        self.judge(outcome)
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        // JSON escapes the first 32 control characters by itself, and there are more.
        let outcome = if self.terminal {
            let lines = text.split_inclusive('\n');
            let safe: String = lines
                .map(|line| match line.strip_suffix('\n') {
                    Some(line) => format!("{}\n", TerminalText::new(line)),
                    None => TerminalText::new(line).to_string(),
                })
                .collect();
            self.to.write_all(safe.as_bytes())
        } else {
            self.to.write_all(text.as_bytes())
        };
        self.judge(outcome)
    }

    /// A closed pipe is no error; a full disk is one.
    fn judge(&mut self, outcome: io::Result<()>) -> Result<(), Failure> {
        match outcome {
            Err(error) if self.file => {
                Err(Failure::refused(format!("the file cannot be written: {error}")))
            }
            Err(_) => {
                self.closed = true;
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

fn shown(cell: &str) -> String {
    if cell.is_empty() { "-".to_owned() } else { TerminalText::new(cell).to_string() }
}

fn heading(field: Field, name: &str) -> String {
    match field {
        Field::Who => "USER".to_owned(),
        Field::Target => "RESOURCE".to_owned(),
        Field::Object => "NAMESPACE/NAME".to_owned(),
        Field::Ip if name == "ip" => "SOURCE".to_owned(),
        _ => name.to_uppercase(),
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
