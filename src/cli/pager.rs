//! Text that is longer than the screen, shown a page at a time.

use std::io::{self, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::SIGINT;

/// The pager where nobody names one: it ends by itself where all fits, keeps colours, and leaves the
/// text on the screen.
const USUAL: &str = "less -FRX";

/// Shows `text` in the pager of `command`, in the words of a shell, else in `less`. Returns `false` if
/// no pager is wanted (`cat`, or nothing) or none can be started: then nothing was shown.
#[expect(clippy::disallowed_methods, reason = "a pager is the caller's program and not the node's")]
pub(super) fn page(text: &str, command: Option<&str>) -> bool {
    let command = command.unwrap_or(USUAL).trim();
    if matches!(command, "" | "cat") {
        return false;
    }
    // Ctrl-C is for the pager: it would be left without us on a terminal that it has changed.
    let _ = signal_hook::flag::register(SIGINT, Arc::new(AtomicBool::new(false)));
    let started = Command::new("sh").arg("-c").arg(command).stdin(Stdio::piped()).spawn();
    started.and_then(|pager| fed(pager, text)).unwrap_or(false)
}

/// Gives the text to the pager, and waits until the person has seen enough.
fn fed(mut pager: Child, text: &str) -> io::Result<bool> {
    if let Some(mut stdin) = pager.stdin.take() {
        // A pager that is left before the end closes the pipe.
        let _ = stdin.write_all(text.as_bytes());
    }
    // sh: 126 and 127 are commands that could not be run.
    Ok(!matches!(pager.wait()?.code(), Some(126 | 127)))
}
