//! Programs of the machine: one that is waited for, one that outlives us.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::ProgramOutput;

/// How often a program is looked at while it runs.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Runs a program without a standard input and returns how it ended; one that is still there when
/// `limit` is over is ended.
#[expect(clippy::disallowed_methods, reason = "the host module is where programs are run")]
pub(super) fn run(program: &str, arguments: &[&str], limit: Duration) -> io::Result<ProgramOutput> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // A full pipe would stop it, so both are read while it runs.
    let (output, complaint) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let succeeded = wait(&mut child, Instant::now() + limit)?;
    let text = |reader: thread::JoinHandle<String>| reader.join().unwrap_or_default();
    Ok(ProgramOutput { succeeded, output: text(output), complaint: text(complaint) })
}

fn reader(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = vec![];
        if let Some(mut stream) = stream {
            // What was read before it broke is worth having.
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[expect(clippy::disallowed_methods, reason = "the host module is where the clock is read")]
fn wait(child: &mut Child, end: Instant) -> io::Result<bool> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// Starts a program that a closed terminal does not end: in a session of its own, with the
/// descriptors of nobody. `setsid` comes with util-linux and with busybox; the shell before it
/// ends at once, so nobody is left to be waited for.
#[expect(clippy::disallowed_methods, reason = "the host module is where programs are run")]
pub(super) fn start(program: &str, arguments: &[&str]) -> io::Result<()> {
    let status = Command::new("sh")
        .args(["-c", "setsid \"$0\" \"$@\" </dev/null >/dev/null 2>&1 &", program])
        .args(arguments)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other("the shell failed")) }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test reads what the program wrote")]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    #[test]
    fn a_program_says_how_it_ended() {
        let ran = run("sh", &["-c", "echo out; echo err >&2"], SOON).unwrap();
        assert!(ran.succeeded);
        assert_eq!((ran.output.as_str(), ran.complaint.as_str()), ("out\n", "err\n"));
        assert!(!run("sh", &["-c", "exit 3"], SOON).unwrap().succeeded);
        assert!(run("no-such-program", &[], SOON).is_err());
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let ran = run("sh", &["-c", "echo begun; exec sleep 60"], Duration::from_millis(200));
        let ran = ran.unwrap();
        assert!(!ran.succeeded);
        assert_eq!(ran.output, "begun\n");
    }

    #[test]
    fn what_is_started_has_a_session_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("sessions");
        let script = format!("ps -o sid= -p $$ > {}; echo done >> {0}", file.display());
        start("sh", &["-c", &script]).unwrap();
        let own = run("ps", &["-o", "sid=", "-p", &std::process::id().to_string()], SOON).unwrap();
        let theirs = (0..500).find_map(|_| {
            thread::sleep(POLL_INTERVAL);
            let text = std::fs::read_to_string(&file).ok()?;
            text.strip_suffix("done\n").map(str::to_owned)
        });
        assert_ne!(theirs.unwrap().trim(), own.output.trim());
    }
}
