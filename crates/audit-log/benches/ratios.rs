//! How fast a log is read, held against a bare pass over its line ends and against serde_json, in one
//! process: such ratios stay the same on a machine that is busy or slow.
//!
//! `KUBECTL_AUDIT_LOG` names a log, such as `cargo run --release --example auditgen -- --size 1GiB`
//! writes it. `KUBECTL_AUDIT_ROUNDS` is how often each job runs; the least time counts.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads files, the clock and the environment, and prints"
)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::hint::black_box;
use std::io::Read as _;
use std::ops::ControlFlow;

use audit_log::field::latency;
use audit_log::filter::{Filter, Patterns};
use audit_log::lines::LineReader;
use audit_log::reader::{LocatedEvent, LogItem, ReadCounts, ReadOptions, read};
use audit_log::scan::{ScanDepth, scan};
use audit_log::stats::{GroupCounts, Histogram};
use memchr::memmem::Finder;
use rustix::time::{ClockId, clock_gettime};

/// A name, and what reads a log and counts.
type Job<'j> = (&'j str, &'j dyn Fn(&str) -> u64);

fn main() {
    let Ok(path) = std::env::var("KUBECTL_AUDIT_LOG") else {
        println!("skipped: KUBECTL_AUDIT_LOG names no file");
        return;
    };
    let rounds = std::env::var("KUBECTL_AUDIT_ROUNDS").ok().and_then(|text| text.parse().ok());
    let size = std::fs::metadata(&path).expect("the log can be read").len();
    let rare = Filter {
        user: Patterns::new(["jane@corp.example"]),
        verb: Patterns::new(["delete"]),
        ..Filter::default()
    };
    let common = Filter { verb: Patterns::new(["get"]), ..Filter::default() };
    let jobs: [Job<'_>; 8] = [
        ("memchr of line ends", &line_ends),
        ("serde_json, group", &serde_group),
        ("filter, selective", &|path| filtered(path, &rare)),
        ("filter, common value", &|path| filtered(path, &common)),
        ("top, verified", &|path| grouped(path, ScanDepth::Whole)),
        ("top, head only", &|path| grouped(path, ScanDepth::Head)),
        ("latency, verified", &timed),
        ("every line verified", &verified),
    ];
    let mut least = vec![f64::MAX; jobs.len()];
    let mut counts = vec![0; jobs.len()];
    for _ in 0..rounds.unwrap_or(3) {
        for (at, (_, job)) in jobs.iter().enumerate() {
            let before = cpu();
            counts[at] = black_box(job(&path));
            least[at] = least[at].min(cpu() - before);
        }
    }
    println!(
        "{:<22} {:>8} {:>7} {:>8} {:>8} {:>10}",
        "JOB", "CPU S", "GB/S", "/MEMCHR", "/SERDE", "COUNT"
    );
    for (at, (name, _)) in jobs.iter().enumerate() {
        println!(
            "{name:<22} {:>8.3} {:>7.2} {:>8.2} {:>8.2} {:>10}",
            least[at],
            size as f64 / least[at] / 1e9,
            least[0] / least[at],
            least[1] / least[at],
            counts[at]
        );
    }
}

/// Seconds of processor time, the kernel's included.
fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn line_ends(path: &str) -> u64 {
    let mut file = File::open(path).expect("the log can be read");
    let mut buffer = vec![0; 512 << 10];
    let mut count = 0;
    loop {
        match file.read(&mut buffer).expect("the log can be read") {
            0 => return count,
            length => count += memchr::memchr_iter(b'\n', &buffer[..length]).count() as u64,
        }
    }
}

fn events(path: &str, options: &ReadOptions<'_>, mut each: impl FnMut(&LocatedEvent<'_>)) {
    let file = File::open(path).expect("the log can be read");
    let mut lines = LineReader::new(file, 0);
    let outcome = read(&mut lines, options, &mut ReadCounts::default(), |item| {
        if let LogItem::Event(found) = item {
            each(found);
        }
        ControlFlow::Continue(())
    });
    outcome.expect("a log of events");
}

/// As `log` does it: the head first, and the whole line of an event that is meant.
fn filtered(path: &str, filter: &Filter) -> u64 {
    let finder = filter.needle().map(Finder::new);
    let options =
        ReadOptions { reach: ScanDepth::Head, holding: finder.as_ref(), ..ReadOptions::default() };
    let mut count = 0;
    events(path, &options, |found| {
        if filter.takes_head(found) {
            let whole = scan(found.line, ScanDepth::Whole);
            count += u64::from(filter.takes(&LocatedEvent { event: whole.event, ..*found }));
        }
    });
    count
}

fn grouped(path: &str, reach: ScanDepth) -> u64 {
    let mut groups = GroupCounts::new(100_000);
    let mut key = vec![];
    events(path, &ReadOptions { reach, ..ReadOptions::default() }, |found| {
        key.clear();
        let event = &found.event;
        for text in [event.user.name, event.verb, event.object.resource] {
            key.extend_from_slice(text.0);
            key.push(0);
        }
        let group = groups.of(&key);
        group.count += 1;
        group.bytes += found.line.len() as u64;
    });
    groups.into_groups().len() as u64
}

fn timed(path: &str) -> u64 {
    let mut times: HashMap<Vec<u8>, Histogram> = HashMap::new();
    events(path, &ReadOptions::default(), |found| {
        if let Some(took) = latency(found).filter(|_| found.event.stage.is("ResponseComplete")) {
            match times.get_mut(found.event.verb.0) {
                Some(times) => times.record(took),
                None => times.entry(found.event.verb.0.to_vec()).or_default().record(took),
            }
        }
    });
    times.values().map(Histogram::total).sum()
}

fn verified(path: &str) -> u64 {
    let mut count = 0;
    events(path, &ReadOptions::default(), |_| count += 1);
    count
}

/// What serde_json has to know of an event to group it; all else is read and dropped.
#[derive(serde::Deserialize)]
struct Grouped<'a> {
    #[serde(borrow)]
    verb: Cow<'a, str>,
    #[serde(borrow)]
    user: User<'a>,
    #[serde(borrow, rename = "objectRef")]
    object: Option<Object<'a>>,
}

#[derive(serde::Deserialize)]
struct User<'a> {
    #[serde(borrow, default)]
    username: Cow<'a, str>,
}

#[derive(serde::Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    resource: Cow<'a, str>,
}

fn serde_group(path: &str) -> u64 {
    let file = File::open(path).expect("the log can be read");
    let mut lines = LineReader::new(file, 0);
    let mut groups = GroupCounts::new(100_000);
    let mut key = vec![];
    while let Some(place) = lines.advance() {
        let event: Grouped<'_> =
            serde_json::from_slice(lines.bytes(&place)).expect("a log of events");
        key.clear();
        let resource = event.object.as_ref().map_or("", |object| &object.resource);
        for text in [&*event.user.username, &event.verb, resource] {
            key.extend_from_slice(text.as_bytes());
            key.push(0);
        }
        groups.of(&key).count += 1;
    }
    groups.into_groups().len() as u64
}
