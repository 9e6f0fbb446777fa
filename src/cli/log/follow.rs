//! `--follow`: a log that goes on being written, and is rotated while it is read.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use audit_log::lines::LineReader;
use audit_log::reader::ReadCounts;
use audit_log::rotated;

use super::args::LogArgs;
use super::output::Output;
use super::rows::{FieldSelection, read_on};
use crate::cli::Failure;
use crate::cli::log_input::Input;
use crate::host::{Host as _, Local, log_file};
use crate::logs::PassControl;

/// How often a file is looked at that has no more.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Shows what a log has and what is written to it, until Ctrl-C.
pub(super) fn follow(
    args: &LogArgs,
    input: &Input,
    control: &PassControl<'_>,
    tally: &mut ReadCounts,
    output: &mut Output,
) -> Result<(), Failure> {
    let [set] = &input.sets[..] else {
        return Err(Failure::refused(
            "--follow reads one log: name one file, or none for that of this node",
        ));
    };
    let Some(file) = set.files.last() else {
        return Err(Failure::refused("there is no log to follow"));
    };
    let reading = FieldSelection::new(args, input);
    let Some(path) = &file.path else {
        let mut lines = LineReader::new(io::stdin(), 0);
        return read_on(&reading, &mut lines, &file.name, tally, output);
    };
    let _ = control;
    let growing = GrowingFile::open(path, Arc::clone(&input.stop))?;
    let mut lines = LineReader::new(growing, 0);
    read_on(&reading, &mut lines, &file.name, tally, output)
}

/// A file that is read as it grows. It ends when someone stops it.
struct GrowingFile {
    path: PathBuf,
    file: File,
    inode: (u64, u64),
    /// Files that came after it and were rotated away before they were looked at.
    next: Vec<PathBuf>,
    stop: Arc<AtomicBool>,
}

impl GrowingFile {
    fn open(path: &Path, stop: Arc<AtomicBool>) -> Result<Self, Failure> {
        let file = log_file::open(path)?;
        let inode = log_file::inode_of(&file)?;
        Ok(Self { path: path.to_owned(), file, inode, next: vec![], stop })
    }

    /// Goes to the file after this one, if the log was rotated. Returns whether it was.
    fn rotated(&mut self) -> io::Result<bool> {
        if self.next.is_empty() {
            if log_file::inode(&self.path).is_none_or(|now| now == self.inode) {
                return Ok(false);
            }
            self.next = self.after();
        }
        let Some(path) = self.next.pop() else { return Ok(false) };
        match log_file::open(&path) {
            Ok(file) => {
                self.inode = log_file::inode_of(&file)?;
                self.file = file;
                Ok(true)
            }
            // Between two renames it has no name for a moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The files of the log that are younger than this one, the youngest first.
    fn after(&self) -> Vec<PathBuf> {
        let name =
            |path: &Path| rotated::name(&path.file_name().unwrap_or_default().to_string_lossy());
        let stem = name(&self.path).stem;
        let directory = self.path.parent().filter(|path| !path.as_os_str().is_empty());
        let mut files =
            log_file::files_below(directory.unwrap_or(Path::new("."))).unwrap_or_default();
        files.retain(|path| name(path).stem == stem && !name(path).compressed);
        files.sort_by_key(|path| name(path).age());
        let own = files.iter().position(|path| log_file::inode(path) == Some(self.inode));
        let mut after: Vec<PathBuf> = match own {
            Some(own) => files.split_off(own + 1),
            None => vec![self.path.clone()],
        };
        after.reverse();
        after
    }
}

impl Read for GrowingFile {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(0);
            }
            let moved = !self.next.is_empty() || log_file::inode(&self.path) != Some(self.inode);
            // What was written before it was renamed is read after that was seen.
            let count = self.file.read(to)?;
            if count > 0 {
                return Ok(count);
            }
            if moved && self.rotated()? {
                continue;
            }
            let position = self.file.stream_position()?;
            if self.file.metadata()?.len() < position {
                self.file.seek(SeekFrom::Start(0))?;
                continue;
            }
            Local::new(None).pause(POLL_INTERVAL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn nothing_is_lost_or_doubled_over_rotations() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("audit.log");
        let stop = Arc::new(AtomicBool::new(false));
        let mut file = log_file::create_private(&path).unwrap();
        let growing = GrowingFile::open(&path, Arc::clone(&stop)).unwrap();
        let reader = std::thread::spawn(move || {
            let mut lines = LineReader::new(growing, 0);
            let mut numbers = vec![];
            while let Some(place) = lines.advance() {
                numbers.push(String::from_utf8_lossy(lines.bytes(&place)).parse::<u32>().unwrap());
                if numbers.last() == Some(&2999) {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            numbers
        });
        for number in 0..3000_u32 {
            writeln!(file, "{number}").unwrap();
            // Twice in a row, so that a file passes by between two looks.
            if number % 500 > 497 {
                let name =
                    format!("audit-2026-11-28T10-00-{:02}.{:03}.log", number / 500, number % 500);
                Local::new(None).rename(&path, &directory.path().join(name)).unwrap();
                file = log_file::create_private(&path).unwrap();
            }
        }
        let numbers = reader.join().unwrap();
        assert_eq!(numbers, (0..3000).collect::<Vec<u32>>());
    }
}
