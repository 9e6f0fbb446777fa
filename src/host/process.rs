//! Processes of the machine this program runs on, identified by boot and start time.

use std::fs;

use super::{Process, RunningProcess};

/// What stands for the boot where the kernel does not tell it.
const UNKNOWN_BOOT: &str = "unknown";

/// Returns this process. Without `/proc` boot and start time are unknown, and [`alive`] is false.
#[expect(clippy::disallowed_methods, reason = "the host module is where a machine is touched")]
pub(super) fn own() -> Process {
    let pid = std::process::id();
    let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map_or_else(|_| UNKNOWN_BOOT.to_owned(), |id| id.trim().to_owned());
    Process { boot_id, pid, start_time: start_time(pid).unwrap_or_default() }
}

/// Returns whether that very process still runs. A zombie has ended, only nobody has noticed.
pub(super) fn alive(process: &Process) -> bool {
    own().boot_id == process.boot_id && start_time(process.pid) == Some(process.start_time)
}

/// Returns every process with a command line, which kernel threads and zombies have not.
#[expect(clippy::disallowed_methods, reason = "the host module is where a machine is touched")]
pub(super) fn all() -> Vec<RunningProcess> {
    let Ok(entries) = fs::read_dir("/proc") else { return vec![] };
    let boot_id = own().boot_id;
    let running = |pid: u32| {
        let arguments = arguments(&fs::read(format!("/proc/{pid}/cmdline")).ok()?);
        let start_time = start_time(pid).filter(|_| !arguments.is_empty())?;
        Some(RunningProcess {
            process: Process { boot_id: boot_id.clone(), pid, start_time },
            arguments,
        })
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(running).collect()
}

/// Splits a command line at its NULs. The last one ends the last word.
fn arguments(line: &[u8]) -> Vec<String> {
    let line = line.strip_suffix(b"\0").unwrap_or(line);
    let words = line.split(|byte| *byte == 0).filter(|_| !line.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

#[expect(clippy::disallowed_methods, reason = "the host module is where a machine is touched")]
fn start_time(pid: u32) -> Option<u64> {
    running_since(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads field 22 of a stat line, `None` for a process that has ended. The name in parentheses may
/// hold spaces and parentheses itself, so the fields are counted from its end.
fn running_since(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    match fields.first()? {
        &"Z" | &"X" => None,
        _ => fields.get(19)?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_one_that_started_at_another_time_is_not() {
        let own = own();
        assert!(alive(&own));
        assert!(!alive(&Process { start_time: own.start_time + 1, ..own.clone() }));
        assert!(!alive(&Process { boot_id: "another".to_owned(), ..own }));
    }

    #[test]
    fn this_process_is_among_all_with_the_words_it_was_called_with() {
        let own = own();
        let found = all().into_iter().find(|running| running.process == own).unwrap();
        assert_eq!(found.arguments, std::env::args().collect::<Vec<_>>());
    }

    #[test]
    fn an_empty_word_is_a_word_and_an_empty_line_has_none() {
        assert_eq!(arguments(b"kube-apiserver\0\0--v=2\0"), ["kube-apiserver", "", "--v=2"]);
        assert!(arguments(b"").is_empty());
    }

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let fields = |state| format!("7 (a) b) {state} {} 4242 0", vec!["0"; 18].join(" "));
        assert_eq!(running_since(&fields("S")), Some(4242));
        assert_eq!(running_since(&fields("Z")), None);
    }
}
