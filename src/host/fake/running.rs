//! Programs of a machine in memory: none is run, but what a change relies on happens.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::errno::Errno;

use super::super::{Process, ProgramOutput, RunningProcess};
use super::machine::Machine;

impl Machine {
    /// Returns the command lines of all programs that were run or started.
    #[must_use]
    pub fn called(&self) -> &[String] {
        &self.programs.called
    }

    /// Has a program answer this from now on. Without an answer it succeeds and says nothing.
    pub fn answer(&mut self, program: &str, ran: ProgramOutput) {
        self.programs.answers.insert(program.to_owned(), ran);
    }

    /// Starts a process that was called like this and runs until it is ended.
    pub fn put_process(&mut self, arguments: &[&str]) -> Process {
        let process = self.start_process();
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        self.programs.arguments.insert(process.pid, arguments);
        process
    }

    pub(super) fn running(&self) -> Vec<RunningProcess> {
        let named = self.programs.arguments.iter();
        let running = named.map(|(pid, arguments)| RunningProcess {
            process: self.process_of(*pid),
            arguments: arguments.clone(),
        });
        running.filter(|running| self.is_alive(&running.process)).collect()
    }

    pub(super) fn run(&mut self, program: &str, arguments: &[&str]) -> io::Result<ProgramOutput> {
        self.call_program(program, arguments)?;
        if let ("systemctl", ["start", unit]) = (program, arguments) {
            let unit = self.bytes(Path::new("/etc/systemd/system").join(unit)).unwrap_or_default();
            let unit = String::from_utf8_lossy(&unit).into_owned();
            if let Some(line) = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")) {
                self.watch(&line.split(' ').collect::<Vec<_>>());
            }
        }
        let succeeds = || ProgramOutput { succeeded: true, ..ProgramOutput::default() };
        Ok(self.programs.answers.get(program).cloned().unwrap_or_else(succeeds))
    }

    pub(super) fn start(&mut self, program: &str, arguments: &[&str]) -> io::Result<()> {
        self.call_program(program, arguments)?;
        self.watch(&[&[program], arguments].concat());
        Ok(())
    }

    fn call_program(&mut self, program: &str, arguments: &[&str]) -> io::Result<()> {
        if self.programs.missing {
            return Err(Errno::NOENT.into());
        }
        self.programs.called.push([&[program], arguments].concat().join(" "));
        Ok(())
    }

    /// A rollback script that is started to watch says that it lives, as the real one does first; where
    /// it cannot write that down, it ends.
    fn watch(&mut self, words: &[&str]) {
        let [.., script, "--watch"] = words else { return };
        let Some(entry) = Path::new(script).parent() else { return };
        let process = self.put_process(words);
        let deadline = self.bytes(entry.join("deadline")).unwrap_or_default();
        let deadline = String::from_utf8_lossy(&deadline);
        let Process { boot_id, pid, start_time } = process;
        let line = format!("{boot_id} {pid} {start_time} {}\n", deadline.trim());
        let file = entry.join("deadman");
        let made = self.disk.create(&file, 0o600);
        if made.and_then(|()| self.disk.append(&file, line.as_bytes())).is_err() {
            self.end_process(pid);
        }
    }

    /// Seconds since the machine in memory was made: it boots as fast as one can think.
    pub(super) fn uptime(&self) -> Duration {
        self.clock.saturating_sub(Duration::from_secs(super::constants::START))
    }
}
