//! The lines of Kubernetes' own log (klog), and the same lines as journals and JSON carry them.

use std::borrow::Cow;

use serde::Deserialize;

use super::text;

/// How bad a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KlogSeverity {
    Info,
    Warning,
    Error,
    Fatal,
}

/// `E1121 01:54:36.600974   25735 run.go:72] "command failed" err="…"`: how bad it is, and what
/// is after the bracket. `None` if the line does not begin so.
pub(super) fn line(line: &str) -> Option<(KlogSeverity, &str)> {
    let severity = match line.chars().next()? {
        'I' => KlogSeverity::Info,
        'W' => KlogSeverity::Warning,
        'E' => KlogSeverity::Error,
        'F' => KlogSeverity::Fatal,
        _ => return None,
    };
    let (head, message) = line.split_once("] ")?;
    let mut words = head[1..].split_whitespace();
    let is_date = words.next()?.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = words.next()?.bytes().filter(|byte| *byte == b':').count() == 2;
    let is_place = words.next_back()?.contains(".go:");
    (is_date && is_time && is_place).then_some((severity, message))
}

/// Takes off what a journal or syslog writes before a line:
/// `Nov 21 01:54:36 cp1 kubelet[812]: `.
pub(super) fn without_journal(line: &str) -> &str {
    match line.split_once("]: ") {
        Some((head, rest)) if is_journal(head) && self::line(line).is_none() => rest,
        _ => line,
    }
}

/// As [`without_journal`], and when the line was written, in nanoseconds since 1970, if the journal
/// begins with that (`journalctl --output=short-unix`: `1764326701.483760 cp1 kubelet[573]: `).
pub(super) fn with_journal_time(line: &str) -> (Option<i128>, &str) {
    let rest = without_journal(line);
    let head = line.strip_suffix(rest).unwrap_or_default();
    (head.split_whitespace().next().and_then(unix_time), rest)
}

/// Reads `1764326701.483760`.
fn unix_time(word: &str) -> Option<i128> {
    let (seconds, micros) = word.split_once('.')?;
    let micros: i128 = micros.parse().ok().filter(|_| micros.len() == 6)?;
    let seconds: i128 = seconds.parse().ok()?;
    Some((seconds * 1_000_000 + micros) * 1_000)
}

/// Returns whether a line is about an event that could not be delivered (Go: `recordEvent`). Such a
/// line carries the whole event, and is written again for each time it is tried.
pub(super) fn is_of_event(line: &str) -> bool {
    text::has(line, &["Unable to write event", "Server rejected event"])
        || self::place(line).is_some_and(|place| place.starts_with("event.go:"))
}

/// The source file and line in the head of a line.
fn place(line: &str) -> Option<&str> {
    self::line(line)?;
    line.split_once("] ")?.0.split_whitespace().next_back()
}

/// A time of day or of 1970, and at the end a program with its process id. `omitStages[0]: …` of a
/// policy's error has no time.
fn is_journal(head: &str) -> bool {
    let mut words = head.split_whitespace();
    let program = words.next_back().and_then(|word| word.rsplit_once('['));
    let is_program = program.is_some_and(|(name, pid)| {
        !name.contains(['"', '[', '=']) && pid.bytes().all(|byte| byte.is_ascii_digit())
    });
    let is_time = |word: &str| {
        word.bytes().filter(|byte| *byte == b':').count() >= 2 || unix_time(word).is_some()
    };
    is_program && words.take(MOST_WORDS_TO_A_TIME).any(is_time)
}

/// `Nov 21 01:54:36`.
const MOST_WORDS_TO_A_TIME: usize = 3;

/// Returns the value of a key in a structured line (`"text" err="…" pod="…"`), unquoted.
pub(super) fn value(message: &str, key: &str) -> Option<String> {
    let (value, _) = text::quoted(text::after(message, &format!(" {key}="))?)?;
    Some(value)
}

/// The lines of a server that logs JSON (`--logging-format=json`).
#[derive(Deserialize)]
struct Json<'a> {
    #[serde(borrow)]
    msg: Cow<'a, str>,
    #[serde(borrow)]
    err: Option<Cow<'a, str>>,
}

/// Returns the message and the error of a line in JSON.
pub(super) fn json(line: &str) -> Option<(String, Option<String>)> {
    let Json { msg, err } = line.starts_with('{').then(|| serde_json::from_str(line).ok())??;
    Some((msg.into_owned(), err.map(Cow::into_owned)))
}

/// Writes values of several lines on one: klog writes `err=<`, then each line after a tab, and at
/// the end ` >`. Two such lines may be torn apart by a journal, but not mixed with others. With each
/// comes the number of the first of its lines.
pub(super) fn in_one_line<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<(usize, String)> {
    let mut whole: Vec<(usize, String)> = vec![];
    let mut open = false;
    for (number, line) in lines.into_iter().enumerate() {
        let Some((_, begun)) = whole.last_mut().filter(|_| open) else {
            open = line.ends_with("=<");
            whole.push((number, line.to_owned()));
            continue;
        };
        if let Some(rest) = line.strip_prefix(" >") {
            begun.push('"');
            begun.push_str(rest);
            open = rest.ends_with("=<");
        } else if let Some(part) = line.strip_prefix('\t') {
            if begun.ends_with("=<") {
                begun.truncate(begun.len() - 1);
                begun.push('"');
            } else {
                begun.push(' ');
            }
            begun.push_str(&part.trim().replace('\\', "\\\\").replace('"', "\\\""));
        } else {
            open = line.ends_with("=<");
            whole.push((number, line.to_owned()));
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_klog_is_told_from_others() {
        let fatal = "F1121 01:54:36.600974       1 instance.go:232] Error creating leases";
        assert_eq!(line(fatal), Some((KlogSeverity::Fatal, "Error creating leases")));
        for other in ["Error: unknown flag: [a] b", "Flag x", "", "E] ", "Inside [x] y"] {
            assert_eq!(line(other), None, "{other}");
        }
    }

    #[test]
    fn the_head_of_a_journal_is_taken_off_and_nothing_else() {
        assert_eq!(without_journal("Nov 21 01:54:36 cp1 kubelet[812]: E1121 x"), "E1121 x");
        let (time, rest) = with_journal_time("1764326701.483760 cp1 kubelet[573]: E1128 x");
        assert_eq!((time, rest), (Some(1_764_326_701_483_760_000), "E1128 x"));
        assert_eq!(with_journal_time("Nov 21 01:54:36 cp1 kubelet[812]: E1121 x").0, None);
        assert_eq!(with_journal_time("1.5 x[0]: b"), (None, "1.5 x[0]: b"));
        let whole = "E1121 01:54:36.600974  1 run.go:72] omitStages[0]: Invalid value";
        for line in [whole, "omitStages[0]: Invalid value", "a rules[0]: b", "1:2:3 \"x[0]: b"] {
            assert_eq!(without_journal(line), line);
        }
        assert_eq!(without_journal("\"x\" err=\"rules[0]: b"), "\"x\" err=\"rules[0]: b");
    }

    #[test]
    fn a_value_of_several_lines_becomes_one_line() {
        let lines =
            ["E \"command failed\" err=<", "\tyaml: \"a\"", "\t  line 3", " > pod=\"x\"", "n"];
        let whole = "E \"command failed\" err=\"yaml: \\\"a\\\" line 3\" pod=\"x\"";
        assert_eq!(in_one_line(lines), [(0, whole.to_owned()), (4, "n".to_owned())]);
        assert_eq!(in_one_line(["a=<", "b"]), [(0, "a=<".to_owned()), (1, "b".to_owned())]);
    }
}
