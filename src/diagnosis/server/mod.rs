//! What a dead API server wrote, and the cause.

mod certificate;
mod events;
mod files;
mod flags;
mod foreign;
mod policy;
mod refused;
mod rules;

use super::{Blame, Diagnosis, LogLine, last_words};

/// In this order: what names auditing is reported before what looks like it, so that the missing file
/// of a policy is not taken for any missing file.
const JUDGES: [fn(&str) -> Option<Diagnosis>; 6] =
    [policy::judge, files::judge, events::judge, refused::judge, flags::judge, foreign::judge];

/// What a line tells with which no server ends. It is the last one when the server was killed, or
/// still waits; most such lines have nothing to do with that, and must not pass for a cause.
const PASSING: [fn(&str) -> Option<Diagnosis>; 2] = [events::judge, foreign::waiting];

/// Returns the cause of the last words of a server, given as [`last_words()`] returns them or
/// as the line is in its log.
///
/// A message that nobody mapped is `unknown`, and quoted.
///
/// # Examples
/// ```
/// use kubectl_audit::diagnosis::{Blame, of_server};
///
/// let found = of_server("unknown flag: --audit-logs-path");
/// assert_eq!((found.id, found.blame), ("flag-unknown", Blame::Auditing));
/// assert!(found.fix.contains("--audit-log-path"));
/// ```
///
/// [`last_words()`]: super::last_words()
#[must_use]
pub fn of_server(fatal: &str) -> Diagnosis {
    let said = last_words::message(fatal);
    let is_passing = last_words::is_passing(fatal);
    let judges = if is_passing { &PASSING[..] } else { &JUDGES[..] };
    judges.iter().find_map(|judge| judge(&said)).unwrap_or_else(|| unmapped(&said, is_passing))
}

/// Returns the cause that the whole log of a server tells; `None` if it wrote nothing.
///
/// This is [`of_server()`] on its [`last_words()`], except where these only say that etcd did not
/// answer: an earlier line may show that it was a certificate.
///
/// [`last_words()`]: super::last_words()
#[must_use]
pub fn of_log(lines: &[LogLine]) -> Option<Diagnosis> {
    let found = of_server(&super::last_words(lines)?);
    if found.id != foreign::ETCD {
        return Some(found);
    }
    waits(lines).find(|front| front.id != foreign::ETCD).or(Some(found))
}

/// Returns what a server that still runs waits for, as its newest lines tell: etcd, or a certificate
/// without which etcd does not talk to it.
#[must_use]
pub fn of_waiting(lines: &[LogLine]) -> Option<Diagnosis> {
    let newest = &lines[lines.len().saturating_sub(NEWEST)..];
    waits(newest).find(|it| it.id != foreign::ETCD).or_else(|| waits(newest).next())
}

/// What a server said before these lines is over: one that waits for etcd repeats it every second.
const NEWEST: usize = 100;

/// The lines that say what it waits for, the newest first.
fn waits(lines: &[LogLine]) -> impl Iterator<Item = Diagnosis> {
    lines.iter().rev().filter_map(|line| foreign::waiting(&line.text))
}

fn unmapped(said: &str, is_passing: bool) -> Diagnosis {
    let cause = match is_passing {
        true => format!(
            "The API server ran and ended without saying why, as one does that is stopped or \
             killed; the last line it wrote: `{said}`."
        ),
        false => format!(
            "The API server did not come up, and its last line is not known here: `{said}`."
        ),
    };
    Diagnosis::new("unknown", Blame::Unknown).cause(cause).fix(
        "Read the lines before it: `crictl ps -a --name kube-apiserver`, then `crictl logs ID`.",
    )
}
