//! A change whose server came up, and that waits for a person to say so.

use std::time::Duration;

use super::{Run, Verified, spoken};
use crate::apply;
use crate::cli::failure::Failure;
use crate::cli::{Exit, ui::Ui};
use crate::journal::{State, mark_healthy};

/// How long to wait for a typed line before the claim is looked at again.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// What has to be typed: Enter alone may be a key that was pressed before.
const WORD: &str = "confirm";
/// How many lines lie between the countdown and the place where the answer is typed.
const LINES_BELOW: usize = 2;

/// Says that the server came up, and what of it is `unproven`, and waits until somebody confirms,
/// undoes or nobody does. Without a terminal nobody is waited for.
///
/// From here on the dead man looks at the deadline only, which counts from now.
pub(super) fn wait(
    run: &Run<'_>,
    ui: &mut Ui,
    time: Duration,
    unproven: Option<&str>,
) -> Result<Verified, Failure> {
    run.extend(time)?;
    mark_healthy(run.host(), &run.entry.name, unproven)?;
    let confirm = run.node.command(run.environment, "confirm");
    let name = if unproven.is_some() { "unproven" } else { "healthy" };
    ui.say(&countdown(name, time));
    ui.say(&format!("          {confirm}"));
    if !ui.interactive {
        let what = "not yet confirmed: there is no terminal here";
        return Err(unconfirmed(run, what, unproven, confirm));
    }
    ui.say("          or type `confirm` here");
    let mut shown = time.as_secs();
    loop {
        match apply::state_now(run.host(), run.entry) {
            Some(State::Confirmed) => return Ok(confirmed(run, ui)),
            Some(State::RolledBack | State::Undone) => return Err(run.taken()),
            _ => {}
        }
        if run.host().interrupted() {
            return Err(unconfirmed(run, "interrupted before it was confirmed", unproven, confirm));
        }
        // `confirm --extend` may have moved it.
        let left = run.entry.deadline(run.host()).unwrap_or_default();
        let left = left.saturating_sub(run.host().uptime()).as_secs();
        if left != shown {
            ui.replace_above(LINES_BELOW, &countdown(name, Duration::from_secs(left)));
            shown = left;
        }
        if ui.line_within(POLL_INTERVAL).is_some_and(|line| line.trim() == WORD) {
            run.keep(State::Confirmed)?;
            return Ok(confirmed(run, ui));
        }
    }
}

fn countdown(name: &str, left: Duration) -> String {
    format!("{name:<8}  everything is restored in {} unless you confirm:", spoken(left))
}

fn confirmed(run: &Run<'_>, ui: &mut Ui) -> Verified {
    ui.say(&format!("confirmed change {} stays", run.entry.id()));
    Verified::Yes
}

fn unconfirmed(run: &Run<'_>, what: &str, unproven: Option<&str>, confirm: String) -> Failure {
    let state = match unproven {
        None => {
            "The API server is healthy with the new files; the former ones are restored when the time is \
             over."
        }
        Some(_) => {
            "The new files are in place; the former ones are restored when the time is over."
        }
    };
    let next = vec![confirm, run.node.command(run.environment, "rescue")];
    Failure { exit: Exit::Unverified, what: what.to_owned(), state, next }
}
