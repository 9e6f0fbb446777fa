//! Times as people write them.

use std::time::Duration;

/// Writes a time as people do: `45 s`, `5 min`, `1 h 30 min`.
#[must_use]
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (rest, "s")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let text: Vec<String> = parts.map(|(number, unit)| format!("{number} {unit}")).collect();
    if text.is_empty() { "0 s".to_owned() } else { text.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_do() {
        let spoken = |seconds| spoken(Duration::from_secs(seconds));
        assert_eq!(spoken(5400), "1 h 30 min");
        assert_eq!(spoken(31), "31 s");
        assert_eq!(spoken(0), "0 s");
    }
}
