//! Input that is made to hurt: time stays in proportion to its size, memory below a fixed bound, and
//! what follows is read.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use audit_log::lines::LineReader;
use audit_log::reader::{LogItem, ReadCounts, ReadOptions, read};
use audit_log::source;
use audit_log::unwrap::FormRefusal;

const EVENT: &str = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"jane"},"objectRef":{"resource":"pods"},"responseStatus":{"code":200}}"#;

fn tally_of(from: impl Read) -> Result<ReadCounts, FormRefusal> {
    let mut tally = ReadCounts::default();
    let mut lines = LineReader::new(from, 0);
    read(&mut lines, &ReadOptions::default(), &mut tally, |item| {
        if let LogItem::Event(found) = item {
            // All that is asked of an event is asked.
            let event = &found.event;
            let _ = (event.request_object.members().count(), event.annotations.members().count());
        }
        ControlFlow::Continue(())
    })?;
    Ok(tally)
}

/// An event before and after a line; the line's own tally is returned.
fn between(line: &[u8]) -> ReadCounts {
    let text = [EVENT.as_bytes(), b"\n", line, b"\n", EVENT.as_bytes(), b"\n"].concat();
    let mut tally = tally_of(&text[..]).unwrap();
    assert!(tally.events >= 2, "{tally:?}");
    tally.events -= 2;
    tally
}

/// The same byte again and again, and then an event.
struct Flood {
    first: &'static [u8],
    byte: u8,
    count: u64,
    last: &'static [u8],
}

impl Read for Flood {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.count == 0 || !self.first.is_empty() {
            let from = if self.first.is_empty() { &mut self.last } else { &mut self.first };
            let count = from.len().min(to.len());
            to[..count].copy_from_slice(&from[..count]);
            *from = &from[count..];
            return Ok(count);
        }
        let count = usize::try_from(self.count).unwrap_or(usize::MAX).min(to.len());
        to[..count].fill(self.byte);
        self.count -= count as u64;
        Ok(count)
    }
}

#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the kernel's count of our own memory")]
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn deep_nesting_is_a_fault_of_its_line() {
    for depth in [128, 1_000, 1_000_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let middle = if open == "[" { "" } else { "1" };
            let body = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
            let line = EVENT.replace("\"objectRef\"", &format!("\"x\":{body},\"objectRef\""));
            let tally = between(line.as_bytes());
            assert_eq!(tally.cut + tally.bad, 1, "{depth} {open}");
            assert_eq!(between(open.repeat(depth).as_bytes()).bad, 1, "{depth} {open}");
        }
    }
}

#[test]
fn numbers_without_end_are_judged_in_time() {
    let digits = "9".repeat(4 << 20);
    for number in
        [format!("1{digits}"), format!("0.{digits}"), format!("1e{digits}"), format!("-{digits}.0")]
    {
        let line = EVENT.replace("200", &number);
        let tally = between(line.as_bytes());
        assert!(tally.events + tally.bad == 1, "{tally:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_a_fault_of_their_line() {
    for bytes in
        [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\x00", b"\x1f"]
    {
        let mut line = EVENT.as_bytes().to_vec();
        let at = EVENT.find("jane").unwrap();
        line.splice(at..at, bytes.iter().copied());
        let tally = between(&line);
        assert_eq!(tally.cut + tally.bad, 1, "{bytes:x?}");
    }
}

#[test]
fn many_objects_on_one_line_are_read_once_each() {
    let line = EVENT.repeat(20_000);
    assert_eq!(between(line.as_bytes()).events, 20_000);
    assert_eq!(between("{}".repeat(500_000).as_bytes()).bad, 500_000);
    assert_eq!(between(r#"{"log":"{\"log\":\"x\"}"}"#.as_bytes()).events, 0);
}

#[test]
fn a_line_of_a_gigabyte_costs_a_fixed_amount_of_memory() {
    let first = b"{\"kind\":\"Event\",\"auditID\":\"";
    let flood = Flood {
        first,
        byte: b'x',
        count: 1 << 30,
        last: b"\"}\n{\"verb\":\"get\",\"stage\":\"Panic\"}\n",
    };
    let tally = tally_of(flood).unwrap();
    assert_eq!((tally.events, tally.bad + tally.cut), (1, 1));
    // The longest line that is taken whole, a buffer that doubles, and the rest of the tests.
    #[cfg(target_os = "linux")]
    assert!(most_memory() < 400 << 20, "{}", most_memory());
}

#[test]
fn a_document_without_end_is_no_event() {
    for first in [&b"[{\"a\":\""[..], b"[[[["] {
        let flood = Flood { first, byte: b'x', count: 200 << 20, last: b"" };
        let tally = tally_of(flood);
        assert!(tally.is_err() || tally.is_ok_and(|tally| tally.events == 0));
    }
}

#[test]
fn a_compressed_bomb_is_read_like_any_text() {
    for byte in [b'x', b'\n'] {
        let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        let chunk = vec![byte; 1 << 20];
        for _ in 0..128 {
            packed.write_all(&chunk).unwrap();
        }
        writeln!(packed, "\n{EVENT}").unwrap();
        let packed = packed.finish().unwrap();
        assert!(packed.len() < 2 << 20);
        let (_, text) = source::plain(io::Cursor::new(packed)).unwrap();
        let tally = tally_of(text).unwrap();
        assert_eq!((tally.events, tally.bad), (1, u64::from(byte == b'x')));
    }
}
