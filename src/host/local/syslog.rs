//! One line to the system log, where there is one.

use std::os::unix::net::UnixDatagram;

/// Facility authpriv (10), severity notice (5): where a machine keeps who did what.
const PRIORITY: u8 = 10 * 8 + 5;

/// Sends a line to `/dev/log`. No socket, or one that is full, is no error: a change is not held up
/// by a log that nobody reads.
pub(super) fn send(line: &str) {
    let Ok(socket) = UnixDatagram::unbound() else { return };
    if socket.set_nonblocking(true).is_ok() {
        let _ = socket.send_to(message(line).as_bytes(), "/dev/log");
    }
}

/// Writes the line as RFC 3164 wants it, without a time, which the log's daemon adds. Control
/// characters become spaces: one call is one line, whatever a user's name holds.
fn message(line: &str) -> String {
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("<{PRIORITY}>kubectl-audit[{}]: {line}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_forge_a_second_one() {
        let message = message("enable by eve\n<85>sshd[1]: all is well");
        assert!(!message.contains('\n'));
        assert!(message.starts_with("<85>kubectl-audit["));
    }
}
