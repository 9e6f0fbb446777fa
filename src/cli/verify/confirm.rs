//! A change that is healthy and waits for somebody to say so.

use std::time::Duration;

use super::{Run, Verified, spoken};
use crate::apply;
use crate::cli::failure::Failure;
use crate::cli::{Exit, ui::Ui};
use crate::journal::{State, mark_healthy};

/// How long to wait for a typed line before the claim is looked at again.
const TURN: Duration = Duration::from_millis(500);
/// What has to be typed: Enter alone may be a key that was pressed before.
const WORD: &str = "confirm";

/// Says that the server is healthy, and waits until somebody confirms, undoes or nobody does.
/// Without a terminal nobody is waited for.
pub(super) fn wait(run: &Run<'_>, ui: &mut Ui, time: Duration) -> Result<Verified, Failure> {
    run.extend(time)?;
    mark_healthy(run.host(), &run.entry.name)?;
    let confirm = run.node.command(run.environment, "confirm");
    ui.say(&format!("healthy   everything is put back in {} unless you confirm:", spoken(time)));
    ui.say(&format!("          {confirm}"));
    if !ui.interactive {
        return Err(unconfirmed(run, "not yet confirmed: there is no terminal here", confirm));
    }
    ui.say("          or type `confirm` here");
    loop {
        match apply::state_now(run.host(), run.entry) {
            Some(State::Confirmed) => return Ok(confirmed(run, ui)),
            Some(State::RolledBack | State::Undone) => return Err(run.taken()),
            _ => {}
        }
        if run.host().interrupted() {
            return Err(unconfirmed(run, "interrupted before it was confirmed", confirm));
        }
        if ui.line_within(TURN).is_some_and(|line| line.trim() == WORD) {
            run.keep(State::Confirmed)?;
            return Ok(confirmed(run, ui));
        }
    }
}

fn confirmed(run: &Run<'_>, ui: &mut Ui) -> Verified {
    ui.say(&format!("confirmed change {} stays", run.entry.id()));
    Verified::Yes
}

fn unconfirmed(run: &Run<'_>, what: &str, confirm: String) -> Failure {
    Failure {
        exit: Exit::Unverified,
        what: what.to_owned(),
        state: "The API server is healthy with the new files; they are put back when the time is over.",
        next: vec![confirm, run.node.command(run.environment, "rescue")],
    }
}
