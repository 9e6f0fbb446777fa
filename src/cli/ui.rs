//! What a person sees and is asked: results on stdout, everything else on stderr.

use std::io::{self, BufRead as _, ErrorKind, IsTerminal as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use dialoguer::console::Term;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::environment::Environment;
use super::failure::{Failure, spelled};
use super::pager::page;
use super::prompt::Prompt;
use crate::host::caller;
use crate::view::paint::{Tone, paint};

/// How long to wait for a line before looking for a signal again.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The two streams and the person at them.
pub(super) struct Ui {
    stdout: AutoStream<io::Stdout>,
    stderr: AutoStream<io::Stderr>,
    quiet: bool,
    verbose: bool,
    stop: Arc<AtomicBool>,
    /// Why the result could not be written.
    unwritten: Option<io::Error>,
    /// The pager that the user names; empty for none.
    pager: Option<String>,
    /// Whether someone can be asked.
    pub(super) interactive: bool,
}

impl Ui {
    /// Returns the streams of this process.
    #[must_use]
    pub(super) fn new(color: Color, quiet: bool, verbose: bool) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let interactive = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self {
            stdout: AutoStream::new(io::stdout(), choice),
            stderr: AutoStream::new(io::stderr(), choice),
            quiet,
            verbose,
            stop: Arc::default(),
            unwritten: None,
            pager: None,
            interactive,
        }
    }

    /// Shows long results in this pager; without one in `less`.
    pub(super) fn with_pager(mut self, pager: Option<String>) -> Self {
        self.pager = pager;
        self
    }

    /// Catches Ctrl-C, SIGTERM and SIGHUP from here on, and returns the flag they set: a change must
    /// end on one side, not in the middle. Where they cannot be caught they end the process.
    pub(super) fn stop(&self) -> Arc<AtomicBool> {
        #[cfg(unix)]
        let signals = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
        #[cfg(not(unix))]
        let signals = [SIGINT, SIGTERM];
        for signal in signals {
            let _ = signal_hook::flag::register(signal, Arc::clone(&self.stop));
        }
        Arc::clone(&self.stop)
    }

    /// Writes a result. A closed pipe is no error: who reads has seen enough. Any other error is
    /// kept: a result that is not whole must not look like success.
    pub(super) fn result(&mut self, text: &str) {
        if self.unwritten.is_some() {
            return;
        }
        let written = self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush());
        self.unwritten = written.err();
    }

    /// Writes the whole result of a command: on a terminal that is too small for it a page at a time.
    pub(super) fn long_result(&mut self, text: &str) {
        let has_person = self.interactive && io::stdout().is_terminal();
        if !has_person || !is_longer_than_the_screen(text) || !self.paged(text) {
            self.result(text);
        }
    }

    /// Returns how many columns the terminal of the result has, if it is one.
    pub(super) fn columns(&self) -> Option<usize> {
        Term::stdout().size_checked().map(|(_, columns)| usize::from(columns)).filter(|it| *it > 0)
    }

    /// Shows a text in the pager, in colours where the streams have them.
    fn paged(&self, text: &str) -> bool {
        match self.stdout.current_choice() {
            ColorChoice::Never => {
                let plain = anstream::adapter::strip_str(text).to_string();
                page(&plain, self.pager.as_deref())
            }
            _ => page(text, self.pager.as_deref()),
        }
    }

    /// Returns why the result could not be written, if it could not.
    pub(super) fn unwritten(&mut self) -> Option<Failure> {
        let error = self.unwritten.take().filter(|error| error.kind() != ErrorKind::BrokenPipe)?;
        Some(Failure::refused(format!("the result cannot be written: {error}")).without_state())
    }

    /// Writes something to know while the command runs; `--quiet` leaves it out.
    pub(super) fn say(&mut self, text: &str) {
        if !self.quiet {
            let _ = writeln!(self.stderr, "{}", text.trim_end_matches('\n'));
        }
    }

    /// Writes where something was found, with `--verbose` only.
    pub(super) fn detail(&mut self, text: &str) {
        if self.verbose {
            let _ = writeln!(self.stderr, "{}", paint(Tone::Faint, text));
        }
    }

    /// Writes something that deserves a second look, also with `--quiet`.
    pub(super) fn warn(&mut self, text: &str) {
        let _ = writeln!(self.stderr, "{} {text}", paint(Tone::Caution, "warning:"));
    }

    /// Writes why the command failed, the state of the machine, and what to do next.
    pub(super) fn fail(&mut self, failure: &Failure, environment: &Environment) {
        if !failure.what.is_empty() {
            let _ = writeln!(self.stderr, "{} {}", paint(Tone::Bad, "error:"), failure.what);
        }
        if !failure.state.is_empty() {
            let _ = writeln!(self.stderr, "{}", paint(Tone::Strong, failure.state));
        }
        for next in &failure.next {
            let _ = writeln!(self.stderr, "  {}", spelled(next, environment));
        }
    }

    /// Asks a question that is answered with yes or no; anything but yes is no, and so is no
    /// answer. `d` shows `shown` again, which is what the question is about. `None` if a signal came
    /// instead.
    pub(super) fn confirm(&mut self, question: &str, shown: &str) -> Option<bool> {
        loop {
            let question = paint(Tone::Strong, question);
            let _ = write!(self.stderr, "{question} [y/N, d: show it again] ");
            match self.answer()?.trim().to_ascii_lowercase().as_str() {
                "d" | "diff" => {
                    if !self.paged(shown) {
                        let _ = writeln!(self.stderr, "{}", shown.trim_end_matches('\n'));
                    }
                }
                answer => return Some(matches!(answer, "y" | "yes")),
            }
        }
    }

    /// Returns the person at the terminal, for questions that take more than a yes. From
    /// here on Ctrl-C ends a question and not this process, which would leave the cursor hidden.
    pub(super) fn ask(&self) -> Prompt {
        let _ = signal_hook::flag::register(SIGINT, Arc::clone(&self.stop));
        Prompt::new(self.stderr.current_choice() != ColorChoice::Never)
    }

    /// Returns whether a signal came that is caught.
    pub(super) fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Shows how far something is, in a line that the next one replaces. Only on a terminal.
    pub(super) fn progress(&mut self, line: &str) {
        if self.interactive && !self.quiet {
            // A line that wraps could not be replaced: what does not fit is cut off. All that does
            // not is written over the last column, so a blank ends it.
            let _ = write!(self.stderr, "\r\x1b[2K\x1b[?7l{line} \x1b[?7h");
            let _ = self.stderr.flush();
        }
    }

    /// Writes a line again that is so many lines above the one where a person types, which stays as it
    /// is. Only on a terminal; a line that has been typed meanwhile moves it, so it may be off by one.
    pub(super) fn replace_above(&mut self, lines: usize, line: &str) {
        if self.interactive && !self.quiet {
            let up = lines + 1;
            let _ = write!(self.stderr, "\x1b7\x1b[{up}A\r\x1b[2K\x1b[?7l{line}\x1b[?7h\x1b8");
            let _ = self.stderr.flush();
        }
    }

    /// Leaves the last line of progress standing as `line`, or takes it away if that is empty.
    pub(super) fn end_progress(&mut self, line: &str) {
        self.progress("");
        if self.interactive && !self.quiet && !line.is_empty() {
            let _ = writeln!(self.stderr, "{line}");
        }
    }

    /// Returns the line that is typed within `time`, if one is.
    pub(super) fn line_within(&mut self, time: Duration) -> Option<String> {
        if !caller::line_waits(time) {
            return None;
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).ok().filter(|read| *read > 0).map(|_| line)
    }

    /// Waits for a line, or for a signal: then `None`.
    ///
    /// A blocking read would go on after a signal, so the terminal is asked in short turns.
    fn answer(&mut self) -> Option<String> {
        let _ = self.stderr.flush();
        loop {
            if self.interrupted() {
                let _ = writeln!(self.stderr);
                return None;
            }
            if caller::line_waits(POLL_INTERVAL) {
                let mut answer = String::new();
                let read = io::stdin().lock().read_line(&mut answer).unwrap_or(0);
                if read == 0 {
                    let _ = writeln!(self.stderr);
                }
                return Some(answer);
            }
        }
    }
}

/// Whether a text needs more lines than the terminal has. A terminal that does not say how many is one
/// of a program, which shows all.
fn is_longer_than_the_screen(text: &str) -> bool {
    let rows = Term::stdout().size_checked().map_or(0, |(rows, _)| rows);
    rows > 0 && text.lines().count() >= usize::from(rows)
}
