//! Mutants of the own manifests: every one is refused or enabled rightly, and nothing panics.

use std::env;

use kubectl_audit::manifest::{Manifest, ManifestFlag, StripPart, strip, strip_lines, transplant};

use crate::manifest::enable::{POLICY, enabled};
use crate::manifest::{judge, own_manifests};

/// Mutants in all, if the environment variable `MUTANTS` does not say otherwise. They are the same
/// in every run.
const MUTANTS: usize = 15_000;
const THREADS: usize = 2;

/// A small generator of numbers (xorshift64*), enough to choose lines and bytes with.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % end.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// What a mutation puts in: indicators, and what people paste.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "#",
    " #",
    "-",
    "- ",
    "--",
    ":",
    ": ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "'",
    "\"",
    "~",
    "null",
    "[]",
    "{}",
    "---\n",
    "...\n",
    "<<: *a",
    "?",
    "%",
    "@",
    "`",
    "\\",
    "\u{feff}",
    "\u{2013}",
    "\u{201c}",
    "é",
    "\0",
    "=",
    "_",
    "0",
    "true",
    "--audit-log-path=/x",
    "--audit-policy-file",
    "/etc/kubernetes/audit/policy.yaml",
    "- mountPath: /var/log\n",
    "  volumes:\n",
    "    volumeMounts: []\n",
    "    args: [--v=2]\n",
    "metadata:\n",
    "    - --audit-log-maxage=1\n",
    "kube-apiserver",
    "hyperkube",
];

fn mutate(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(2) {
        bytes = if dice.below(2) == 0 {
            mutate_lines(&bytes, dice)
        } else {
            mutate_bytes(&bytes, dice)
        };
    }
    bytes
}

fn mutate_lines(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> =
        bytes.split_inclusive(|it| *it == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return bytes.to_vec();
    }
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(7) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3 => lines[at].splice(0..0, *b"  ").for_each(drop),
        4 if lines[at].starts_with(b"  ") => lines[at].drain(..2).for_each(drop),
        5 => {
            let end = lines[at].trim_ascii_end().len();
            lines[at].splice(end..end, *b" # note").for_each(drop);
        }
        _ => lines[at].splice(0..0, *b"# ").for_each(drop),
    }
    lines.concat()
}

fn mutate_bytes(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = dice.below(bytes.len() + 1);
    let end = (at + dice.below(4)).min(bytes.len());
    match dice.below(4) {
        0 => drop(bytes.drain(at..end)),
        1 => bytes.splice(at..end, [u8::try_from(dice.below(256)).unwrap()]).for_each(drop),
        _ => {
            let piece = dice.pick(PIECES).unwrap().bytes();
            bytes.splice(at..at, piece).for_each(drop);
        }
    }
    bytes
}

/// Enables, strips and undoes one mutant; returns whether it was enabled.
fn survives(bytes: &[u8]) -> Result<bool, String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (left, removed) = strip_lines(text, StripPart::All);
        if text.len() < left.len() || removed.is_empty() != (left == text) {
            return Err("strip_lines".to_owned());
        }
    }
    if let Ok(manifest) = Manifest::parse_for_rescue(bytes)
        && let Ok(stripped) = strip(&manifest, StripPart::All)
        && stripped.flags().iter().any(ManifestFlag::is_audit)
    {
        return Err("an audit flag survived".to_owned());
    }
    let Ok((before, after)) = enabled(bytes) else { return Ok(false) };
    if let Some(fault) = judge::fault(before.text(), after.text()) {
        return Err(format!("{fault}\n{}", after.text()));
    }
    let undone = match transplant(&after, &before.audit_parts()) {
        Ok(undone) => undone,
        // The kubelet's reader stumbles over a byte order mark inside of a text or not, depending on
        // how many bytes stand before it: no edit of such a text is safe.
        Err(_) if before.text().trim_start_matches('\u{feff}').contains('\u{feff}') => {
            return Ok(true);
        }
        Err(refusal) => return Err(format!("undo: {refusal}")),
    };
    let (former, found) = (before.audit_parts(), undone.audit_parts());
    // Where something else names the files, their mounts have to stay.
    let is_named = before.text().contains(POLICY) || before.text().contains("/var/log/kubernetes");
    let same = former.flags == found.flags && former.annotation == found.annotation;
    if same && (is_named || former == found) {
        return Ok(true);
    }
    Err(format!("undone: {former:?}\n{found:?}\n{}", undone.text()))
}

#[test]
fn no_mutant_is_enabled_wrongly_or_makes_anything_panic() {
    let mutants = env::var("MUTANTS").map_or(MUTANTS, |it| it.parse().unwrap());
    let (refused, good): (Vec<_>, Vec<_>) =
        own_manifests().into_iter().partition(|(name, _)| name.starts_with("refused-"));
    let run = |thread: usize| {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (thread as u64 + 1));
        let mut enabled = 0;
        for number in 0..mutants / THREADS {
            let from = if dice.below(8) == 0 { &refused } else { &good };
            let (name, bytes) = dice.pick(from).unwrap();
            let mutant = mutate(bytes, &mut dice);
            match survives(&mutant) {
                Ok(was_enabled) => enabled += usize::from(was_enabled),
                Err(fault) => {
                    let text = String::from_utf8_lossy(&mutant).into_owned();
                    panic!("mutant {number} of {name}: {fault}\n--- mutant\n{text}");
                }
            }
        }
        enabled
    };
    let enabled: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|it| scope.spawn(move || run(it))).collect();
        threads.into_iter().map(|it| it.join().unwrap()).sum()
    });
    println!("{mutants} mutants, {enabled} enabled rightly, the others refused");
    assert!(enabled > mutants / 8, "only {enabled} were enabled: nothing is tested");
}
