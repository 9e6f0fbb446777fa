//! `replay`: applies a policy to a recorded log.

use std::path::PathBuf;

use audit_log::reader::LogItem;
use audit_log::time::micros;
use clap::Args;
use serde_json::{Value, json};

use super::environment::Environment;
use super::log_input::{InputArgs, shown};
use super::node::Format;
use super::policy_file::PolicyFile;
use super::{Exit, Failure, ui::Ui};
use crate::logs::{PassControl, fold, parts};
use crate::replay::{NumberTrust, Recording, Replay};
use crate::view::table::table;
use audit_policy::api::Level;

/// Show what a policy would record of a log, and at what size
///
/// A log holds what its own policy recorded. Each rule says how far its numbers can be trusted: they
/// are exact where the log holds all that the rule would record; a lower bound where the rule asks
/// for stages, bodies or managed fields that were not recorded; unknown where the log has no request
/// for the rule.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The policy; given twice, the second is held against the first
    #[arg(long, value_name = "FILE", required = true)]
    policy: Vec<PathBuf>,
    /// Format of the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
    #[command(flatten)]
    input: InputArgs,
}

/// What one thread finds.
struct Share {
    replays: Vec<Replay>,
    first: i64,
    last: i64,
}

/// Decides about every event, and shows what each rule would record.
pub(super) fn run(
    args: &ReplayArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    if args.policy.len() > 2 {
        return Err(Failure::refused("--policy is given once or twice"));
    }
    let mut files = vec![];
    for path in &args.policy {
        files.push(PolicyFile::read(Some(path), None, environment, ui)?);
    }
    let empty: Vec<Replay> =
        files.iter().map(|file| Replay::new(file.accepted.policy(), file.version)).collect();
    let input = args.input.input(ui)?;
    let control = PassControl::new(&input.stop);
    let parts = parts(&input.sets, &input.filter, true)?;
    let new = || Share { replays: empty.clone(), first: i64::MAX, last: i64::MIN };
    let (shares, tally) =
        fold(&parts, &input.filter, &control, &mut shown(ui), new, |share, item, _| {
            let LogItem::Event(found) = item else { return };
            if input.filter.takes(found) {
                if let Some(time) = micros(found.event.time().0) {
                    share.first = share.first.min(time);
                    share.last = share.last.max(time);
                }
                for replay in &mut share.replays {
                    replay.take(found);
                }
            }
        })?;
    input.say_tally(&tally, ui);
    if ui.interrupted() {
        ui.warn("interrupted: this is what was found so far");
    }
    let first = shares.iter().map(|share| share.first).min().unwrap_or(0);
    let last = shares.iter().map(|share| share.last).max().unwrap_or(0);
    let mut replays = empty;
    for share in &shares {
        replays.iter_mut().zip(&share.replays).for_each(|(mine, others)| mine.add(others));
    }
    let seconds = last.saturating_sub(first) as f64 / 1e6;
    match args.output {
        Format::Text => ui.result(&text(&files, &replays, seconds)),
        format => ui.result(&format.document(&document(&files, &replays, seconds))),
    }
    if input.sets.len() == 1 {
        ui.say("note: a log is that of one API server; each of a cluster writes its own share");
    }
    Ok(Exit::Done)
}

fn text(files: &[PolicyFile], replays: &[Replay], seconds: f64) -> String {
    let mut text = String::new();
    for (file, replay) in files.iter().zip(replays) {
        let total = replay.total();
        let mut rows = vec![];
        for (rule, recording) in replay.rules.iter().enumerate() {
            if let Some(rule) = row(file, rule, recording, &total, seconds) {
                rows.push(rule);
            }
        }
        text.push_str(&format!("{}\n", file.name));
        text.push_str(&table(
            &["RULE", "LINE", "LEVEL", "DECIDES", "RECORDS", "BYTES", "SHARE", "A DAY", "IS"],
            &rows,
        ));
        let (events, bytes) = replay.logged;
        text.push_str(&format!("recorded  {events} events, {bytes} bytes\n"));
        text.push_str(&format!(
            "replayed  {} events, {}{} bytes",
            total.events,
            least(&total),
            total.bytes
        ));
        text.push_str(&format!(" ({:.1}%)", total.bytes as f64 * 100.0 / bytes.max(1) as f64));
        if let Some(day) = per_day(total.bytes, seconds) {
            text.push_str(&format!(", {}{day} a day at this rate", least(&total)));
        }
        text.push('\n');
        if replay.untold > 0 {
            text.push_str(&format!("unknown   {} events do not tell the request\n", replay.untold));
        }
        text.push('\n');
    }
    if let [old, new] = replays {
        let (old, new) = (old.total(), new.total());
        let change = |new: u64, old: u64| i128::from(new) - i128::from(old);
        text.push_str(&format!(
            "change    {:+} events, {:+} bytes ({:+.1}%)\n",
            change(new.events, old.events),
            change(new.bytes, old.bytes),
            change(new.bytes, old.bytes) as f64 * 100.0 / old.bytes.max(1) as f64
        ));
    }
    text
}

fn least(recording: &Recording) -> &'static str {
    // The level of a sum is any that records.
    match recording.trust(Level::Metadata) {
        NumberTrust::LowerBound => "at least ",
        _ => "",
    }
}

/// The bytes of a day, if the log is long enough to tell.
fn per_day(bytes: u64, seconds: f64) -> Option<String> {
    (seconds >= 1.0).then(|| format!("{:.1} MB", bytes as f64 / seconds * 86_400.0 / 1e6))
}

/// How far the numbers of a rule can be trusted, and why.
fn trust(recording: &Recording, level: Level) -> String {
    match recording.trust(level) {
        NumberTrust::Exact => "exact".to_owned(),
        NumberTrust::Unknown => "unknown: the log holds no such request".to_owned(),
        NumberTrust::LowerBound => {
            let lacks = [
                (recording.unknown_stages(), "events of stages"),
                (recording.unknown_bodies, "bodies"),
                (recording.unknown_managed_fields, "managed fields"),
            ];
            let mut why: Vec<String> = lacks
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{what} of {count}"))
                .collect();
            if !why.is_empty() {
                why = vec![format!("the log lacks {}", why.join(", "))];
            }
            if recording.unknown_sizes > 0 {
                why.push(format!("{} cut or without a level", recording.unknown_sizes));
            }
            format!("a lower bound: {}", why.join("; "))
        }
    }
}

fn row(
    file: &PolicyFile,
    rule: usize,
    recording: &Recording,
    total: &Recording,
    seconds: f64,
) -> Option<Vec<String>> {
    let known = file.accepted.policy().rules.get(rule);
    if known.is_none() && recording.decided == 0 {
        return None;
    }
    let line =
        file.accepted.rule_places().get(rule).map_or(String::new(), |place| place.line.to_string());
    let level = known.map_or(Level::None, |rule| rule.level);
    Some(vec![
        known.map_or_else(|| "none".to_owned(), |_| (rule + 1).to_string()),
        line,
        level.name().to_owned(),
        recording.decided.to_string(),
        recording.events.to_string(),
        recording.bytes.to_string(),
        format!("{:.1}%", recording.bytes as f64 * 100.0 / total.bytes.max(1) as f64),
        per_day(recording.bytes, seconds).unwrap_or_else(|| "-".to_owned()),
        trust(recording, level),
    ])
}

fn document(files: &[PolicyFile], replays: &[Replay], seconds: f64) -> Value {
    let rule = |(rule, recording): (usize, &Recording), level: Level| {
        let trust = match recording.trust(level) {
            NumberTrust::Exact => "exact",
            NumberTrust::LowerBound => "lowerBound",
            NumberTrust::Unknown => "unknown",
        };
        json!({
            "rule": rule, "level": level, "decided": recording.decided, "events": recording.events,
            "bytes": recording.bytes, "trust": trust, "unknownBodies": recording.unknown_bodies,
            "unknownManagedFields": recording.unknown_managed_fields,
            "unknownStages": recording.unknown_stages(), "unknownSizes": recording.unknown_sizes,
        })
    };
    let policy = |(file, replay): (&PolicyFile, &Replay)| {
        let (last, rules) = (replay.rules.len() - 1, &replay.rules);
        let levels = file.accepted.policy().rules.iter().map(|rule| rule.level);
        let rules_json: Vec<Value> = rules[..last]
            .iter()
            .enumerate()
            .zip(levels)
            .map(|(recording, level)| rule(recording, level))
            .collect();
        json!({
            "policy": file.name, "rules": rules_json, "noRule": rules.last().map_or(0, |none| none.decided),
            "unknownEvents": replay.untold,
            "recorded": { "events": replay.logged.0, "bytes": replay.logged.1 },
        })
    };
    let policies: Vec<Value> = files.iter().zip(replays).map(policy).collect();
    json!({ "apiVersion": "kubectl-audit/v1", "kind": "Replay", "seconds": seconds, "policies": policies })
}
