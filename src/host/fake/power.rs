//! What a power cut leaves of a disk.

use std::path::Path;

use super::Machine;
use super::disk::{Disk, ROOT};
use super::inode::{FileContent, InodeBody, Names};

/// What a power cut leaves of what was not made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerCut {
    /// Nothing.
    DropsAll,
    /// Names, but no content: what a journaling file system is known for.
    KeepsNames,
    /// Content, but no names.
    KeepsContent,
    /// For each file and directory some state since it was last durable, chosen by this number.
    /// Appended bytes may be cut anywhere.
    Some(u64),
}

/// Chooses states: the same number chooses the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

impl Disk {
    fn cut(&mut self, cut: PowerCut) {
        let mut dice = Dice(match cut {
            PowerCut::Some(seed) => seed,
            _ => 0,
        });
        for inode in self.inodes.values_mut() {
            match &mut inode.body {
                InodeBody::File { now, durable } => {
                    *now = left_of_file(now, durable, cut, &mut dice);
                    *durable = now.clone();
                }
                InodeBody::Directory { now, earlier, .. } => {
                    *now = left_of_names(now, earlier, cut, &mut dice);
                    earlier.clear();
                }
                InodeBody::Symlink(_) => {}
            }
        }
    }

    /// Returns the bytes that a power cut that drops all would leave at `path`.
    pub(super) fn durable(&self, path: &Path) -> Option<&[u8]> {
        let mut at = ROOT;
        for name in path.iter().skip(1) {
            let InodeBody::Directory { now, earlier, .. } = &self.inodes[&at].body else {
                return None;
            };
            at = *earlier.first().unwrap_or(now).get(name.to_str()?)?;
        }
        match &self.inodes[&at].body {
            InodeBody::File { durable, .. } => Some(&durable.bytes),
            _ => None,
        }
    }
}

fn left_of_file(
    now: &FileContent,
    durable: &FileContent,
    cut: PowerCut,
    dice: &mut Dice,
) -> FileContent {
    match cut {
        PowerCut::DropsAll | PowerCut::KeepsNames => durable.clone(),
        PowerCut::KeepsContent => now.clone(),
        PowerCut::Some(_) if dice.below(2) == 0 => durable.clone(),
        PowerCut::Some(_) => {
            let grown = now.bytes.len().saturating_sub(durable.bytes.len());
            let length = now.bytes.len() - dice.below(grown + 1);
            FileContent { bytes: now.bytes[..length].to_owned(), traits: now.traits.clone() }
        }
    }
}

fn left_of_names(now: &Names, earlier: &[Names], cut: PowerCut, dice: &mut Dice) -> Names {
    match cut {
        PowerCut::DropsAll | PowerCut::KeepsContent => earlier.first().unwrap_or(now).clone(),
        PowerCut::KeepsNames => now.clone(),
        PowerCut::Some(_) => earlier.get(dice.below(earlier.len() + 1)).unwrap_or(now).clone(),
    }
}

impl Machine {
    pub(super) fn power_cut(&mut self, cut: PowerCut) {
        self.disk.cut(cut);
        self.reboot();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::errno::Errno;

    use super::super::Fake;
    use super::*;
    use crate::host::Host;

    const FILE: &str = "/etc/file";

    fn machine_with_a_new_file(sync: bool, sync_name: bool) -> Fake {
        let fake = Fake::new();
        fake.with(|machine| machine.put_directory("/etc", 0o755));
        fake.create(Path::new(FILE), 0o600).unwrap();
        fake.write(Path::new(FILE), b"hello").unwrap();
        if sync {
            fake.sync(Path::new(FILE)).unwrap();
        }
        if sync_name {
            fake.sync_directory(Path::new("/etc")).unwrap();
        }
        fake
    }

    fn left(fake: &Fake, cut: PowerCut) -> Option<Vec<u8>> {
        fake.power_cut(cut).with(|machine| machine.bytes(FILE))
    }

    #[test]
    fn what_was_synced_survives_any_power_cut() {
        for cut in
            [PowerCut::DropsAll, PowerCut::KeepsNames, PowerCut::KeepsContent, PowerCut::Some(7)]
        {
            let fake = machine_with_a_new_file(true, true);
            assert_eq!(fake.with(|machine| machine.durable_bytes(FILE)).unwrap(), b"hello");
            assert_eq!(left(&fake, cut).unwrap(), b"hello", "{cut:?}");
        }
    }

    #[test]
    fn content_and_name_are_lost_apart() {
        assert_eq!(left(&machine_with_a_new_file(true, false), PowerCut::DropsAll), None);
        assert_eq!(left(&machine_with_a_new_file(false, true), PowerCut::DropsAll).unwrap(), b"");
        assert_eq!(
            left(&machine_with_a_new_file(false, false), PowerCut::KeepsNames).unwrap(),
            b""
        );
    }

    #[test]
    fn a_stopped_process_makes_no_further_call_and_the_next_one_does() {
        let fake = machine_with_a_new_file(true, true);
        let calls = fake.with(|machine| machine.calls().len());
        fake.stop_after(calls);
        assert!(fake.read(Path::new(FILE)).unwrap_err().to_string().contains("stopped"));
        let process = fake.process();
        let next = fake.restart();
        assert!(!next.alive(&process));
        assert_eq!(next.read(Path::new(FILE)).unwrap(), b"hello");
    }

    #[test]
    fn a_write_that_finds_no_room_writes_a_part() {
        let fake = machine_with_a_new_file(true, true);
        let next = fake.with(|machine| machine.calls().len()) + 1;
        fake.fail(next, Errno::NOSPC);
        assert!(fake.write(Path::new(FILE), b"1234").is_err());
        assert_eq!(fake.read(Path::new(FILE)).unwrap(), b"hello12");
        fake.with(|machine| machine.set_free(1));
        assert!(fake.write(Path::new(FILE), b"34").is_err());
        assert_eq!(fake.read(Path::new(FILE)).unwrap(), b"hello123");
    }

    #[test]
    fn a_lock_dies_with_its_process() {
        let fake = machine_with_a_new_file(true, true);
        let held = fake.lock(Path::new("/etc")).unwrap();
        assert!(fake.beside().lock(Path::new("/etc")).unwrap().is_none());
        let next = fake.restart();
        assert!(next.lock(Path::new("/etc")).unwrap().is_some());
        drop(held);
    }
}
