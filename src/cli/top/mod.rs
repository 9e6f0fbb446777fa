//! `top`: counts and times events by any field.

mod args;
mod output;

use audit_log::field::{Field, latency};
use audit_log::filter::Filter;
use audit_log::reader::{LocatedEvent, LogItem};
use audit_log::stats::{Group, GroupCounts};
use audit_log::time::micros;
use memchr::memchr;

use super::log_input::shown;
use super::{Exit, Failure, ui::Ui};
use crate::logs::{PassControl, fold, parts};
pub(super) use args::TopArgs;
use args::TopFormat;
use output::{BETWEEN, GroupRow};

/// More groups than this are not kept apart.
const MOST_GROUPS: usize = 100_000;

/// What one thread counts.
struct Count {
    groups: GroupCounts,
    key: Vec<u8>,
    first: i64,
    last: i64,
}

/// Counts, and shows the greatest.
pub(super) fn run(args: &TopArgs, ui: &mut Ui) -> Result<Exit, Failure> {
    if args.list_fields {
        let row = |(field, about): (Field, &str)| vec![field.name().to_owned(), about.to_owned()];
        let rows: Vec<Vec<String>> = Field::all().map(row).collect();
        ui.result(&crate::view::table::table(&["FIELD", "WHAT"], &rows));
        return Ok(Exit::Done);
    }
    let mut fields =
        args.by.iter().map(|name| Field::from_name(name)).collect::<Result<Vec<_>, _>>()?;
    if args.histogram.is_some() {
        fields = vec![Field::Time];
    }
    let input = args.input.input(ui)?;
    let control = PassControl::new(&input.stop);
    let parts = parts(&input.sets, &input.filter, true)?;
    let step = if args.histogram.is_some() {
        Some(output::step(args.histogram.as_deref(), &parts)?)
    } else {
        None
    };
    let new = || Count {
        groups: GroupCounts::new(MOST_GROUPS),
        key: vec![],
        first: i64::MAX,
        last: i64::MIN,
    };
    let (counts, tally) =
        fold(&parts, &input.filter, &control, &mut shown(ui), new, |count, item, part| {
            if let LogItem::Event(found) = item
                && input.filter.takes(found)
            {
                count.add(found, &fields, args, step, &part.file.name);
            }
        })?;
    input.say_tally(&tally, ui);
    if ui.interrupted() {
        ui.warn("interrupted: this is what was found so far");
    }
    show(args, &fields, counts, &input.filter, step, ui);
    Ok(Exit::Done)
}

impl Count {
    #[inline]
    fn add(
        &mut self,
        found: &LocatedEvent<'_>,
        fields: &[Field],
        args: &TopArgs,
        step: Option<i64>,
        file: &str,
    ) {
        let time = micros(found.event.time().0);
        if let Some(time) = time {
            self.first = self.first.min(time);
            self.last = self.last.max(time);
        }
        if step.is_some() && time.is_none() {
            return;
        }
        let took = if args.latency {
            let took = latency(found).filter(|_| is_timed(found, args.long_running));
            let Some(took) = took else { return };
            Some(took)
        } else {
            None
        };
        self.key.clear();
        match step {
            Some(step) => self.key.extend(time.unwrap_or(0).div_euclid(step).to_be_bytes()),
            None => key(&mut self.key, found, fields, file),
        }
        let group = self.groups.of(&self.key);
        group.count += 1;
        group.bytes += found.line.len() as u64 + 1;
        if let Some(took) = took {
            group.latency.get_or_insert_default().record(took);
        }
    }
}

/// Writes the key of an event. Fields with escapes are written without, so that one value is one key
/// however it is written.
#[inline]
fn key(key: &mut Vec<u8>, found: &LocatedEvent<'_>, fields: &[Field], file: &str) {
    let event = &found.event;
    for field in fields {
        let text = match field {
            Field::User => event.user.name,
            Field::Verb => event.verb,
            Field::Resource => event.object.resource,
            Field::Namespace => event.object.namespace,
            Field::Group => event.object.group,
            Field::UserAgent => event.user_agent,
            other => {
                key.extend_from_slice(other.of(found, file).as_bytes());
                key.push(BETWEEN);
                continue;
            }
        };
        match memchr(b'\\', text.0) {
            None => key.extend_from_slice(text.0),
            Some(_) => key.extend_from_slice(text.decode().as_bytes()),
        }
        key.push(BETWEEN);
    }
}

/// Says whether the time that a request took says something of the server.
fn is_timed(found: &LocatedEvent<'_>, long_running: bool) -> bool {
    let event = &found.event;
    let sessions = ["exec", "attach", "portforward", "proxy"];
    let follows =
        || event.object.subresource.is("log") && event.request_uri.decode().contains("follow=true");
    event.stage.is("ResponseComplete")
        && (long_running
            || !(event.verb.is("watch")
                || sessions.iter().any(|part| event.object.subresource.is(part))
                || follows()))
}

fn show(
    args: &TopArgs,
    fields: &[Field],
    counts: Vec<Count>,
    filter: &Filter,
    step: Option<i64>,
    ui: &mut Ui,
) {
    let mut groups = GroupCounts::new(MOST_GROUPS);
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for count in counts {
        first = first.min(count.first);
        last = last.max(count.last);
        groups.add(count.groups);
    }
    let approximate = groups.approximate();
    let all: Vec<(Vec<u8>, Group)> = groups.into_groups();
    let total: u64 = all.iter().map(|(_, group)| group.count - group.error).sum();
    let seconds = (last.saturating_sub(first)) as f64 / 1e6;
    if let Some(step) = step {
        ui.result(&output::histogram(&all, step, args.output));
        return;
    }
    let mut rows: Vec<GroupRow> =
        all.into_iter().map(|(key, group)| GroupRow::new(&key, group, total, seconds)).collect();
    rows.sort_by(|a, b| a.order(b, args.sort, args.bytes));
    let shown = if args.limit == 0 { rows.len() } else { args.limit.min(rows.len()) };
    ui.result(&output::rows(&rows[..shown], fields, args));
    if approximate {
        ui.warn(&format!(
            "more than {MOST_GROUPS} groups: rare ones were dropped, and counts with ~ may be too high"
        ));
    }
    if shown < rows.len() && args.output == TopFormat::Table {
        ui.say(&format!("{shown} of {} groups; --limit 0 shows all", rows.len()));
    }
    if total == 0 {
        ui.say(if filter.is_empty() {
            "there is no event"
        } else {
            "no event is meant by the filters"
        });
    }
}
