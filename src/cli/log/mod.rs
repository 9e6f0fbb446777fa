//! `log`: shows audit events.

mod args;
mod bad;
mod columns;
mod follow;
mod items;
mod once;
mod output;
mod rows;

use audit_log::filter::Patterns;
use audit_log::reader::ReadCounts;

use super::log_input::Input;
use super::{Exit, Failure, ui::Ui};
use crate::logs::PassControl;
pub(super) use args::LogArgs;
use columns::columns;
use output::Output;
use rows::FieldSelection;

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
