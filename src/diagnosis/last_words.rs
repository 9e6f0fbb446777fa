//! The last words of a server: what it said when it ended.

use super::klog::{self, KlogSeverity};
use super::{LogLine, text};

/// Returns the last fatal line of a server, without the log's own head: `unknown flag: --x` for
/// `Error: unknown flag: --x`, and the error alone for klog's `"command failed" err="…"`.
///
/// Help texts, stack traces, warnings of deprecated flags and audit events on the standard output
/// are not taken for last words. A server that said nothing fatal (it was killed, or still waits
/// for something) gets the last line it wrote, as it is. `None` if it wrote nothing.
///
/// Control characters are written out, so the text can be shown on a terminal.
#[must_use]
pub fn last_words(lines: &[LogLine]) -> Option<String> {
    let whole = klog::in_one_line(lines.iter().map(|line| line.text.as_str()));
    let whole: Vec<String> = whole.into_iter().map(|(_, line)| line).collect();
    let spoken = without_noise(&whole);
    let fatal = spoken.iter().rev().find_map(|line| fatal(line));
    fatal.or_else(|| spoken.last().map(|line| text::visible(line)))
}

/// Returns what a line says, without head, quotes and the words `Error:` or `command failed`.
pub(super) fn message(line: &str) -> String {
    let line = klog::without_journal(line.trim());
    text::visible(&fatal(line).unwrap_or_else(|| bare(line)))
}

/// Returns whether the line is one of the log with which no server ends: daily business, or a
/// complaint that it got over.
pub(super) fn is_passing(line: &str) -> bool {
    let line = klog::without_journal(line.trim());
    klog::line(line).is_some() && fatal(line).is_none()
}

fn bare(line: &str) -> String {
    klog::line(line).map_or(line, |(_, message)| message).to_owned()
}

/// What a line says with which a server ends; `None` if it is another one.
fn fatal(line: &str) -> Option<String> {
    let said = match klog::line(line) {
        Some((KlogSeverity::Fatal, message)) => {
            failed(message).unwrap_or_else(|| message.to_owned())
        }
        Some((KlogSeverity::Error, message)) => failed(message)?,
        Some((KlogSeverity::Info | KlogSeverity::Warning, _)) => return None,
        None => plain(line)?,
    };
    Some(text::visible(&said))
}

/// `"command failed" err="…"` (Go: `cli.Run`).
fn failed(message: &str) -> Option<String> {
    message.strip_prefix("\"command failed\"").and_then(|fields| klog::value(fields, "err"))
}

/// Lines without a head: the command line's errors (cobra), Go's runtime, and the container
/// runtime's when it could not even start the program.
fn plain(line: &str) -> Option<String> {
    if let Some((message, error)) = klog::json(line) {
        return error.filter(|_| message == "command failed");
    }
    if let Some(said) = line.strip_prefix("Error: ").or_else(|| line.strip_prefix("error: ")) {
        return Some(said.to_owned());
    }
    let starts = ["panic: ", "fatal error: ", "exec ", "exec: ", "runtime: out of memory"];
    let is_runtime = starts.iter().any(|start| line.starts_with(start));
    (is_runtime || line.contains("OCI runtime ")).then(|| line.to_owned())
}

/// Leaves out what is never a server's word on why it ends.
fn without_noise(lines: &[String]) -> Vec<&str> {
    let mut kept = vec![];
    let mut noise = MultiLine::None;
    for line in lines.iter().map(|line| line.trim_end()) {
        noise = noise.next(line);
        let is_event = line.starts_with("{\"kind\":\"Event\"");
        let is_deprecation = line.starts_with("Flag --");
        if noise == MultiLine::None && !line.is_empty() && !is_event && !is_deprecation {
            kept.push(line);
        }
    }
    kept
}

/// Whether we are inside something that goes on over many lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MultiLine {
    None,
    /// `Usage:` and the table of all flags; only a line of the log or an error ends it.
    Help,
    /// `goroutine 1 [running]:` and the calls; likewise.
    Trace,
}

impl MultiLine {
    fn next(self, line: &str) -> Self {
        let is_trace = line.starts_with("goroutine ") && line.ends_with("]:");
        match line {
            _ if is_trace => Self::Trace,
            "Usage:" => Self::Help,
            // An error that a program prints again after its help, or the next line of the log.
            _ if klog::line(line).is_some() || plain(line).is_some() => Self::None,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(log: &str) -> Option<String> {
        let line = |text: &str| LogLine { time: String::new(), text: text.to_owned() };
        last_words(&log.lines().map(line).collect::<Vec<_>>())
    }

    const HEAD: &str = "E1121 01:54:36.600974       1 run.go:72] ";

    #[test]
    fn the_error_of_a_failed_command_is_unquoted() {
        let log = format!(
            "I1121 01:54:36.600974       1 server.go:1] Version\n{HEAD}\"command failed\" \
             err=\"a \\\"b\\\": c\"\n"
        );
        assert_eq!(words(&log).unwrap(), "a \"b\": c");
        let json = r#"{"ts":1.5,"caller":"cli/run.go:72","msg":"command failed","err":"x \"y\""}"#;
        assert_eq!(words(json).unwrap(), "x \"y\"");
    }

    #[test]
    fn help_and_stack_traces_behind_the_error_are_passed_over() {
        let help = "Flag --x has been deprecated, y\nError: unknown flag: --a\nUsage:\n  \
                    kube-apiserver [flags]\n\nGeneric flags:\n\n      --b string   The Error: of it\n";
        assert_eq!(words(help).unwrap(), "unknown flag: --a");
        let again = format!("{help}\nerror: unknown flag: --a\n");
        assert_eq!(words(&again).unwrap(), "unknown flag: --a");
        let trace = "panic: runtime error: index out of range [5]\n\ngoroutine 1 [running]:\n\
                     main.main()\n\t/go/x.go:5 +0x1d\nexit status 2";
        assert_eq!(words(trace).unwrap(), "panic: runtime error: index out of range [5]");
        let fatal = "F1121 01:54:36.600974       1 instance.go:232] Error creating leases: x\n\
                     goroutine 1 [running]:\nk8s.io/klog/v2.stacks(0x1)";
        assert_eq!(words(fatal).unwrap(), "Error creating leases: x");
    }

    #[test]
    fn a_server_that_says_nothing_fatal_gets_its_last_line() {
        let log = "I1121 01:54:36.600974       1 a.go:1] one\n\
                   W1121 01:54:36.600974       1 clientconn.go:9] two \"x\"\n\
                   {\"kind\":\"Event\",\"level\":\"Metadata\"}\n\n";
        let last = "W1121 01:54:36.600974       1 clientconn.go:9] two \"x\"";
        assert_eq!(words(log).unwrap(), last);
        assert_eq!(words(""), None);
        assert_eq!(words("{\"kind\":\"Event\"}\n"), None);
    }

    #[test]
    fn an_event_cannot_pass_for_last_words_nor_reach_the_terminal() {
        let log = "Error: real\n{\"kind\":\"Event\",\"requestURI\":\"/x\\nError: forged\"}\n";
        assert_eq!(words(log).unwrap(), "real");
        assert_eq!(words("Error: \x1b[2J").unwrap(), r"\u{1b}[2J");
    }
}
