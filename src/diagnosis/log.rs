//! The log of a container, as the runtime keeps it on disk.

use serde::Deserialize;

/// One line that a container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When, as the runtime wrote it (RFC 3339).
    pub time: String,
    /// What, without the line's end.
    pub text: String,
}

/// Reads the log of a container: the format of the CRI runtimes (containerd, CRI-O) or that of
/// docker (`json-file`), separated line by line.
///
/// Long lines that the runtime wrote in parts are joined. What is not a line of either format is
/// passed over: the first line when only the end of a large file was read, a last one that was cut
/// off, zeros that a crash left. Bytes that are not UTF-8 are replaced.
///
/// # Examples
/// ```
/// use kubectl_audit::diagnosis::container_log;
///
/// let lines = container_log(b"2026-11-21T01:54:36.600974Z stderr F Error: unknown flag: --a\n");
/// assert_eq!(lines[0].text, "Error: unknown flag: --a");
/// ```
#[must_use]
pub fn container_log(bytes: &[u8]) -> Vec<LogLine> {
    let mut joined = LineJoiner::default();
    for raw in bytes.split(|byte| *byte == b'\n') {
        let raw = String::from_utf8_lossy(raw);
        if let Some(piece) = docker(&raw).or_else(|| cri(&raw)) {
            joined.push(piece);
        }
    }
    joined.finish()
}

/// What one line of the file holds: a line of the container, or a part of one.
struct Piece {
    time: String,
    stream: String,
    text: String,
    last: bool,
}

/// `2026-11-21T01:54:36.600974Z stderr F text`; the tag is `P` for all parts of a line but the
/// last, and more tags may follow after a colon.
fn cri(raw: &str) -> Option<Piece> {
    let raw = raw.strip_suffix('\r').unwrap_or(raw);
    let mut words = raw.splitn(4, ' ');
    let (time, stream, tag) = (words.next()?, words.next()?, words.next()?);
    let text = words.next().unwrap_or_default();
    let is_time = time.len() >= "2026-11-21T01:54:36Z".len() && time.as_bytes()[10] == b'T';
    let last = match tag.split(':').next() {
        Some("F") => true,
        Some("P") => false,
        _ => return None,
    };
    (is_time && matches!(stream, "stdout" | "stderr")).then(|| Piece {
        time: time.to_owned(),
        stream: stream.to_owned(),
        text: text.to_owned(),
        last,
    })
}

#[derive(Deserialize)]
struct Docker {
    log: String,
    #[serde(default)]
    stream: String,
    time: String,
}

/// `{"log":"text\n","stream":"stderr","time":"…"}`; a part of a line has no `\n` at its end.
fn docker(raw: &str) -> Option<Piece> {
    let Docker { log, stream, time } =
        raw.starts_with('{').then(|| serde_json::from_str(raw).ok())??;
    let text = log.strip_suffix('\n');
    let last = text.is_some();
    let text = text.map_or(log.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).to_owned();
    Some(Piece { time, stream, text, last })
}

/// The lines so far, and the begun line of each stream, which the runtime writes interleaved.
#[derive(Default)]
struct LineJoiner {
    lines: Vec<LogLine>,
    open: Vec<(String, LogLine)>,
}

impl LineJoiner {
    fn push(&mut self, piece: Piece) {
        let Piece { time, stream, text, last } = piece;
        let begun = self.open.iter().position(|(of, _)| *of == stream);
        let line = match begun.map(|at| self.open.remove(at).1) {
            Some(begun) => LogLine { text: begun.text + &text, ..begun },
            None => LogLine { time, text },
        };
        if last {
            self.lines.push(line);
        } else {
            self.open.push((stream, line));
        }
    }

    /// A line that was never finished still tells what the container was about to say.
    fn finish(self) -> Vec<LogLine> {
        let Self { mut lines, open } = self;
        lines.extend(open.into_iter().map(|(_, line)| line));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(log: &[u8]) -> Vec<String> {
        container_log(log).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_parts_of_a_long_line_are_joined_for_each_stream() {
        let log = b"2026-11-21T01:54:36.1Z stderr P one \n2026-11-21T01:54:36.2Z stdout F out\n\
                    2026-11-21T01:54:36.3+01:00 stderr F two\n2026-11-21T01:54:36.4Z stderr F \n";
        assert_eq!(texts(log), ["out", "one two", ""]);
        assert_eq!(container_log(log)[1].time, "2026-11-21T01:54:36.1Z");
    }

    #[test]
    fn the_log_of_docker_is_read_too() {
        let log = br#"{"log":"one ","stream":"stderr","time":"2026-11-21T01:54:36.1Z"}
{"log":"two \"x\"\r\n","stream":"stderr","time":"2026-11-21T01:54:36.2Z"}
{"log":"torn","str"#;
        assert_eq!(texts(log), ["one two \"x\""]);
    }

    #[test]
    fn torn_and_damaged_lines_are_passed_over_and_an_unfinished_one_counts() {
        let log = b"ed\" err=\"cut\"\nstderr F no time\n\0\0\0\0\n\xff\xfe\n2026-11-21T01:54:36.1Z stderr X a\n\
                    2026-11-21T01:54:36.1Z stderr F kept \xff\n2026-11-21T01:54:36.1Z stderr P unfin";
        assert_eq!(texts(log), ["kept \u{fffd}", "unfin"]);
        assert!(container_log(b"").is_empty());
    }
}
