//! Whether two failures are the same one.

use super::last_words;

/// Returns whether two lines say the same, apart from what differs each time a program runs: the
/// head of the line, times, process ids, addresses in memory, ports of connections, and ids.
///
/// # Examples
/// ```
/// use kubectl_audit::diagnosis::same;
///
/// assert!(same(
///     "E1121 01:54:36.600974   25735 run.go:72] \"command failed\" err=\"a\"",
///     "E1121 01:54:46.103321   25801 run.go:72] \"command failed\" err=\"a\"",
/// ));
/// assert!(!same("rules[0].level: Required value", "rules[1].level: Required value"));
/// ```
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

fn key(line: &str) -> String {
    let said = last_words::message(line);
    said.split_whitespace().map(lasting).collect::<Vec<_>>().join(" ")
}

/// Replaces what is different each time in one word.
fn lasting(word: &str) -> String {
    let mut kept = String::new();
    let mut rest = word;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        kept.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        kept.push_str(if is_chance(part, after, &kept) { "#" } else { part });
        rest = after;
    }
    kept + rest
}

/// Whether a run of letters and digits is chance: an address, an id, a part of a time, or the port
/// that the system chose for our end of a connection.
fn is_chance(part: &str, after: &str, before: &str) -> bool {
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
    let is_hex = part.len() >= 8
        && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        && part.bytes().any(|byte| byte.is_ascii_digit());
    let is_address = part.strip_prefix("0x").is_some_and(|hex| !hex.is_empty());
    let is_time = is_digits_of_time(part, after, before);
    is_hex || is_address || is_time || (is_number && after.starts_with("->"))
}

/// `2026-11-21T01:54:36.600974Z`, `01:54:36`, `m=+0.52`, `1m20s`, `500ms`.
fn is_digits_of_time(part: &str, after: &str, before: &str) -> bool {
    let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
    let starts = is_digit(part.bytes().next());
    let in_date =
        part.len() == 4 && after.starts_with('-') && is_digit(after.as_bytes().get(1).copied());
    let goes_on = before.ends_with("#-") || before.ends_with("#:") || before.ends_with("#.");
    let in_clock = part.len() <= 2 && after.starts_with(':') && is_two_digits(&after[1..]);
    let units = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &part[units.len()..];
    let is_duration = matches!(unit, "h" | "m" | "s" | "ms" | "us" | "ns");
    starts && (in_date || goes_on || in_clock || is_duration) || before.ends_with("m=+")
}

fn is_two_digits(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_each_time_does_not_count() {
        for (one, other) in [
            (
                "x509: current time 2026-11-21T01:54:36Z is",
                "x509: current time 2026-11-22T02:00:01Z is",
            ),
            (
                "read tcp 127.0.0.1:45678->127.0.0.1:2379: x",
                "read tcp 127.0.0.1:45699->127.0.0.1:2379: x",
            ),
            ("panic: 0xc00012 at", "panic: 0xc000ff at"),
            (
                "No retries until 2026-11-21 01:54:36.6 m=+1.5",
                "No retries until 2026-11-21 01:55:36.7 m=+9.25",
            ),
            ("back-off 10s restarting", "back-off 1m20s restarting"),
            (
                "pod_kube-system(17b60a8466d5776e928eb61d70f0ad95)",
                "pod_kube-system(0a1b2c3d4e5f60718293a4b5c6d7e8f9)",
            ),
            ("Error: a", "a"),
        ] {
            assert!(same(one, other), "{one}\n{other}\n{} {}", key(one), key(other));
        }
    }

    #[test]
    fn what_is_wrong_counts() {
        for (one, other) in [
            ("listen tcp 0.0.0.0:6443: bind", "listen tcp 0.0.0.0:6444: bind"),
            ("yaml: line 10: x", "yaml: line 11: x"),
            ("--audit-log-maxage -1 can't", "--audit-log-maxage -2 can't"),
            ("from file /a", "from file /b"),
            ("", "a"),
        ] {
            assert!(!same(one, other), "{one}\n{other}");
        }
    }
}
