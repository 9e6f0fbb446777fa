//! The rows of `top`, in every format.

use std::cmp::{Ordering, Reverse};

use audit_log::field::Field;
use audit_log::stats::Group;
use audit_log::time::{SECOND, rfc3339};
use serde_json::{Map, Value, json};

use super::args::{Sort, TopArgs, TopFormat};
use crate::cli::failure::Failure;
use crate::cli::log_input::csv;
use crate::logs::FilePart;
use crate::view::table::table;
use crate::view::terminal_text::TerminalText;

/// One group.
pub(super) struct GroupRow {
    key: Vec<String>,
    group: Group,
    share: f64,
    rate: f64,
}

impl GroupRow {
    pub(super) fn new(key: &[u8], group: Group, total: u64, seconds: f64) -> Self {
        let key = key.strip_suffix(&[BETWEEN]).unwrap_or(key);
        let key = key
            .split(|byte| *byte == BETWEEN)
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect();
        let count = group.count as f64;
        let rate = if seconds > 0.0 { count / seconds } else { 0.0 };
        Self { key, share: count / (total.max(1) as f64), rate, group }
    }

    pub(super) fn order(&self, other: &Self, sort: Sort, bytes: bool) -> Ordering {
        let by = |row: &Self| match sort {
            _ if bytes => row.group.bytes,
            Sort::Count => row.group.count,
            Sort::Bytes => row.group.bytes,
            Sort::P99 => row.percentile(0.99).unwrap_or(0),
            Sort::Key => 0,
        };
        (Reverse(by(self)), &self.key).cmp(&(Reverse(by(other)), &other.key))
    }

    fn percentile(&self, share: f64) -> Option<u64> {
        self.group.latency.as_ref()?.quantile(share)
    }

    /// The cells after the fields.
    fn numbers(&self, latency: bool) -> Vec<String> {
        let mut cells = vec![
            self.group.count.to_string(),
            format!("{:.4}", self.share),
            self.group.bytes.to_string(),
            format!("{:.3}", self.rate),
        ];
        if latency {
            cells.extend(PERCENTILES.map(|(_, share)| {
                self.percentile(share)
                    .map_or_else(String::new, |micros| format!("{:.3}", micros as f64 / 1000.0))
            }));
        }
        cells
    }

    fn json(&self, fields: &[Field], latency: bool) -> Value {
        let mut map = Map::new();
        for (field, value) in fields.iter().zip(&self.key) {
            let number = value.parse::<i64>().ok().filter(|_| field.is_number());
            map.insert(
                field.name().to_owned(),
                number.map_or_else(|| json!(value), |number| json!(number)),
            );
        }
        map.insert("count".to_owned(), json!(self.group.count));
        map.insert("share".to_owned(), json!((self.share * 1e6).round() / 1e6));
        map.insert("bytes".to_owned(), json!(self.group.bytes));
        map.insert("rate".to_owned(), json!((self.rate * 1e3).round() / 1e3));
        if latency {
            for (name, share) in PERCENTILES {
                map.insert(
                    name.to_owned(),
                    json!(self.percentile(share).map(|micros| micros as f64 / 1000.0)),
                );
            }
        }
        if self.group.error > 0 {
            map.insert("countMayBeTooHighBy".to_owned(), json!(self.group.error));
        }
        Value::Object(map)
    }
}

const PERCENTILES: [(&str, f64); 3] = [("p50_ms", 0.5), ("p90_ms", 0.9), ("p99_ms", 0.99)];

pub(super) fn rows(rows: &[GroupRow], fields: &[Field], args: &TopArgs) -> String {
    match args.output {
        TopFormat::Table | TopFormat::Wide => text(rows, fields, args.latency),
        TopFormat::Csv => {
            let mut header: Vec<&str> = fields.iter().map(|field| field.name()).collect();
            header.extend(["count", "share", "bytes", "rate"]);
            if args.latency {
                header.extend(PERCENTILES.map(|(name, _)| name));
            }
            let mut out = csv(header.into_iter());
            for row in rows {
                let numbers = row.numbers(args.latency);
                out.push_str(&csv(row.key.iter().chain(&numbers).map(String::as_str)));
            }
            out
        }
        TopFormat::Jsonl => {
            rows.iter().map(|row| format!("{}\n", row.json(fields, args.latency))).collect()
        }
        TopFormat::Json => {
            let items: Vec<Value> = rows.iter().map(|row| row.json(fields, args.latency)).collect();
            format!(
                "{:#}\n",
                json!({ "apiVersion": "kubectl-audit/v1", "kind": "Top", "groups": items })
            )
        }
    }
}

fn text(rows: &[GroupRow], fields: &[Field], latency: bool) -> String {
    let mut header =
        vec!["COUNT".to_owned(), "SHARE".to_owned(), "BYTES".to_owned(), "RATE".to_owned()];
    if latency {
        header.extend(["P50", "P90", "P99"].map(str::to_owned));
    }
    header.extend(fields.iter().map(|field| field.name().to_uppercase()));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let cells = |row: &GroupRow| {
        let about = if row.group.error > 0 { "~" } else { "" };
        let mut cells = vec![
            format!("{about}{}", row.group.count),
            format!("{:.1}%", row.share * 100.0),
            size(row.group.bytes),
            format!("{:.2}/s", row.rate),
        ];
        if latency {
            cells.extend(
                PERCENTILES
                    .map(|(_, share)| row.percentile(share).map_or_else(String::new, duration)),
            );
        }
        cells.extend(row.key.iter().map(|part| match part.as_str() {
            "" => "-".to_owned(),
            part => TerminalText::new(part).to_string(),
        }));
        cells
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    table(&header, &rows)
}

/// Returns bytes as people read them.
fn size(bytes: u64) -> String {
    let value = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", value / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value / 1e6),
        _ => format!("{:.2} GB", value / 1e9),
    }
}

fn duration(micros: u64) -> String {
    let value = micros as f64;
    match micros {
        0..1_000 => format!("{micros}µs"),
        1_000..1_000_000 => format!("{:.1}ms", value / 1e3),
        _ => format!("{:.2}s", value / 1e6),
    }
}

/// The steps that a histogram may have, in seconds.
const STEPS: [i64; 10] = [1, 10, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400];

/// Returns the length of a step in microseconds; `auto` depends on the size of the log.
pub(super) fn step(text: Option<&str>, parts: &[FilePart]) -> Result<i64, Failure> {
    match text {
        Some("auto") | None => {
            let bytes: u64 =
                parts.iter().map(|part| part.end.min(part.file.size) - part.from).sum();
            // A busy cluster writes some 300 kB a second: about thirty rows.
            let seconds = i64::try_from(bytes / 300_000 / 30).unwrap_or(i64::MAX);
            let step = STEPS.iter().find(|step| **step >= seconds).unwrap_or(&86_400);
            Ok(step * SECOND)
        }
        Some(text) => {
            let unit = |text: &str, unit: char, seconds: i64| {
                text.strip_suffix(unit)
                    .and_then(|number| number.parse::<i64>().ok())
                    .map(|number| number * seconds)
            };
            let seconds = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
            let found = seconds
                .iter()
                .find_map(|(name, seconds)| unit(text, *name, *seconds))
                .filter(|step| *step > 0);
            let wrong = || {
                Failure::refused(format!("--histogram={text}: a step is such as 10s, 5m, 1h or 1d"))
            };
            found.map(|seconds| seconds * SECOND).ok_or_else(wrong)
        }
    }
}

/// The longest bar, in characters.
const BAR_WIDTH: u64 = 50;

/// Returns the counts over time.
pub(super) fn histogram(groups: &[(Vec<u8>, Group)], step: i64, format: TopFormat) -> String {
    let slot = |key: &[u8]| key.try_into().map_or(0, i64::from_be_bytes);
    let mut slots: Vec<(i64, &Group)> =
        groups.iter().map(|(key, group)| (slot(key), group)).collect();
    slots.sort_by_key(|(slot, _)| *slot);
    let most = slots.iter().map(|(_, group)| group.count).max().unwrap_or(1).max(1);
    let time = |slot: i64| rfc3339(slot * step).replace(".000000Z", "Z");
    match format {
        TopFormat::Table | TopFormat::Wide => {
            let row = |(slot, group): &(i64, &Group)| {
                let length = usize::try_from((group.count * BAR_WIDTH).div_ceil(most)).unwrap_or(0);
                vec![time(*slot), group.count.to_string(), size(group.bytes), "█".repeat(length)]
            };
            let rows: Vec<Vec<String>> = slots.iter().map(row).collect();
            table(&["TIME", "COUNT", "BYTES", ""], &rows)
        }
        TopFormat::Csv => {
            let mut out = csv(["time", "count", "bytes"].into_iter());
            for (slot, group) in slots {
                let cells = [time(slot), group.count.to_string(), group.bytes.to_string()];
                out.push_str(&csv(cells.iter().map(String::as_str)));
            }
            out
        }
        TopFormat::Jsonl | TopFormat::Json => {
            let item = |(slot, group): &(i64, &Group)| json!({ "time": time(*slot), "count": group.count, "bytes": group.bytes });
            let items: Vec<Value> = slots.iter().map(item).collect();
            if format == TopFormat::Jsonl {
                return items.iter().map(|item| format!("{item}\n")).collect();
            }
            format!(
                "{:#}\n",
                json!({ "apiVersion": "kubectl-audit/v1", "kind": "Histogram", "steps": items })
            )
        }
    }
}

/// Between the parts of a key: no field holds it, for JSON text holds no control characters.
pub(super) const BETWEEN: u8 = 0;
