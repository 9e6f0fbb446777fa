//! Many requests, one JSON object on each line, answered in their order.

use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crate::cli::Failure;
use crate::cli::policy_file::{PolicyFile, name};
use crate::cli::ui::Ui;
use audit_policy::policy::Compiled;
use audit_policy::request::Request;

/// How many bytes of answers are kept before they are written.
const MOST_KEPT: usize = 1 << 16;

/// Answers every request in `path`; `-` is standard input. An answer is written before the next
/// request is waited for, so that a program can ask and read in turns. Empty lines are skipped.
pub(super) fn answer_all(file: &PolicyFile, path: &Path, ui: &mut Ui) -> Result<(), Failure> {
    let policy = Compiled::new(file.accepted.policy(), file.version);
    let mut requests = open(path)?;
    let mut line = vec![];
    let mut answers = String::new();
    let mut number = 0;
    loop {
        line.clear();
        if requests.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number += 1;
        match answer(&policy, &line) {
            Ok(Some(answer)) => answers.push_str(&answer),
            Ok(None) => {}
            Err(error) => {
                ui.result(&answers);
                let place = format!("{}:{number}", name(path));
                return Err(Failure::refused(format!("{place}: this is no request: {error}")));
            }
        }
        if answers.len() >= MOST_KEPT || requests.buffer().is_empty() {
            ui.result(&std::mem::take(&mut answers));
        }
    }
    ui.result(&answers);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an input of any length is read as it comes")]
fn open(path: &Path) -> Result<BufReader<Box<dyn io::Read>>, Failure> {
    if path == Path::new("-") {
        return Ok(BufReader::with_capacity(MOST_KEPT, Box::new(io::stdin())));
    }
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::refused(format!("{}: {error}", path.display())))?;
    Ok(BufReader::with_capacity(MOST_KEPT, Box::new(file)))
}

fn answer(policy: &Compiled, line: &[u8]) -> Result<Option<String>, serde_json::Error> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    let request: Request<'_> = serde_json::from_slice(line)?;
    Ok(Some(serde_json::to_string(policy.decide(&request))? + "\n"))
}
