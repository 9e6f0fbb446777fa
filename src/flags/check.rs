//! What the server says about the values before it starts (Go: `AuditOptions.Validate`).

use goyaml::go;

use super::options::API_VERSION;
use super::{AuditOptions, Batch, Truncate, name};

/// Modes in the order in which the server names them.
const MODES: [&str; 3] = ["batch", "blocking", "blocking-strict"];
/// Formats of the log in the order in which the server names them.
const FORMATS: [&str; 2] = ["legacy", "json"];

/// Returns what the server refuses, in its own words and order; nothing if it starts.
///
/// A backend that is not turned on is not checked, as by the server: `--audit-log-maxage=-1` is
/// fine without `--audit-log-path`. The one exception is a webhook version with two slashes, over
/// which the server stumbles later, in `ApplyTo`, whether or not there is a webhook.
///
/// Whether the policy, the webhook's file and the log's directory can be used is not looked at.
#[must_use]
pub fn check(options: &AuditOptions) -> Vec<String> {
    let mut errors = log(options);
    errors.extend(webhook(options));
    if errors.is_empty() {
        errors.extend(group_version(&options.webhook.version).err());
    }
    errors
}

/// Returns several errors as the server prints them together, each text once: `a` or `[a, b]`
/// (Go: `utilerrors.NewAggregate`). `None` if there is no error.
#[must_use]
pub fn aggregate(errors: &[String]) -> Option<String> {
    let mut different: Vec<&str> = vec![];
    for error in errors {
        if !different.contains(&error.as_str()) {
            different.push(error);
        }
    }
    match different[..] {
        [] => None,
        [only] => Some(only.to_owned()),
        _ => Some(format!("[{}]", different.join(", "))),
    }
}

fn log(options: &AuditOptions) -> Vec<String> {
    let log = &options.log;
    if log.path.is_empty() {
        return vec![];
    }
    let mut errors = backend("log", &log.batch, &log.truncate, &log.version);
    if !FORMATS.contains(&log.format.as_str()) {
        let allowed = FORMATS.join(",");
        let format = &log.format;
        errors
            .push(format!("invalid audit log format {format}, allowed formats are \"{allowed}\""));
    }
    let sizes = [
        (name::LOG_MAXAGE, log.max_age),
        (name::LOG_MAXBACKUP, log.max_backup),
        (name::LOG_MAXSIZE, log.max_size),
    ];
    for (name, value) in sizes.into_iter().filter(|(_, value)| *value < 0) {
        errors.push(format!("--{name} {value} can't be a negative number"));
    }
    errors
}

fn webhook(options: &AuditOptions) -> Vec<String> {
    let webhook = &options.webhook;
    if webhook.config_file.is_empty() {
        return vec![];
    }
    backend("webhook", &webhook.batch, &webhook.truncate, &webhook.version)
}

/// The checks both backends share; of each part only the first error counts.
fn backend(name: &str, batch: &Batch, truncate: &Truncate, version: &str) -> Vec<String> {
    [batching(name, batch), truncation(name, truncate), api_version(version)]
        .into_iter()
        .filter_map(Result::err)
        .collect()
}

fn batching(name: &str, batch: &Batch) -> Result<(), String> {
    let mode = &batch.mode;
    if !MODES.contains(&mode.as_str()) {
        let allowed = MODES.join(",");
        return Err(format!("invalid audit {name} mode {mode}, allowed modes are \"{allowed}\""));
    }
    if mode != "batch" {
        return Ok(());
    }
    let positive = |what: &str, value: i64| {
        if value > 0 {
            return Ok(());
        }
        Err(format!("invalid audit batch {name} {what} {value}, must be a positive number"))
    };
    positive("buffer size", batch.buffer_size)?;
    positive("max batch size", batch.max_size)?;
    if !batch.throttle {
        return Ok(());
    }
    // Not the same as `!(qps > 0)`: the server takes NaN.
    if batch.throttle_qps <= 0.0 {
        let rate = go::float32(batch.throttle_qps);
        return Err(format!(
            "invalid audit batch {name} throttle QPS {rate}, must be a positive number"
        ));
    }
    positive("throttle burst", batch.throttle_burst)
}

fn truncation(name: &str, truncate: &Truncate) -> Result<(), String> {
    let Truncate { max_batch_size: batch, max_event_size: event, .. } = truncate;
    if *event <= 0 {
        return Err(format!(
            "invalid audit truncate {name} max event size {event}, must be a positive number"
        ));
    }
    if batch < event {
        return Err(format!(
            "invalid audit truncate {name} max batch size {batch}, must be greater than max event \
             size ({event})"
        ));
    }
    Ok(())
}

fn api_version(version: &str) -> Result<(), String> {
    group_version(version)?;
    if version == API_VERSION {
        return Ok(());
    }
    Err(format!("invalid group version, allowed versions are [\"{API_VERSION}\"]"))
}

/// Go: `schema.ParseGroupVersion`.
fn group_version(text: &str) -> Result<(), String> {
    if text.matches('/').count() > 1 {
        return Err(format!("unexpected GroupVersion string: {text}"));
    }
    Ok(())
}
