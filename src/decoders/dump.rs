//! Dumps of bytes, line by line: an offset, the bytes in hexadecimal, and most often what they show as. Those of xxd,
//! `hexdump -C`, `od -A x -t x1`, `Format-Hex` and `tcpdump -X`.

use std::ops::Range;

use super::SpanMap;
use super::alphabet::{hex_byte, is_hex};
use super::decoder::{Decoder, Input, Run};
use super::signs::{LISTED_ROW, Sign, Signs};

/// The decoder of dumps.
pub(super) struct Dump;

/// Most blanks before an offset.
const INDENT: usize = 2;
/// Digits of an offset, and the fewest behind `0x`.
const OFFSET: Range<usize> = 7..17;
const SHORT_OFFSET: usize = 4;
/// Most bytes of a line.
const BYTES: usize = 32;
/// How far from a line's start a window of its first digits may stand.
const FARTHEST: usize = INDENT + 2 + OFFSET.end + 4 + LISTED_ROW;
/// Most bytes of a line after its hexadecimal digits.
const TAIL: usize = 80;

/// One line of a dump: where its hexadecimal digits stand.
struct Line {
    /// First digit, and after the last.
    digits: Range<usize>,
    /// The line after it, when there may be one.
    next: Option<usize>,
}

impl Decoder for Dump {
    fn name(&self) -> &'static str {
        "dump"
    }

    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run> {
        let bytes = input.bytes;
        let mut at = from;
        loop {
            let inside = signs.next_row::<LISTED_ROW>(Sign::Dumped, may_be_dumped, bytes, at)?;
            let start = start_of_line(bytes, from, inside);
            let first = start.and_then(|start| line(bytes, start)).filter(|line| line.digits.len() >= LISTED_ROW);
            if let Some((start, first)) = start.zip(first) {
                return Some(Run { span: start..end_of_run(bytes, first), phase: 0 });
            }
            let rest = bytes[inside..].iter();
            at = inside + rest.take_while(|&&byte| may_be_dumped(byte)).count();
        }
    }

    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap) {
        let bytes = &input.bytes[..run.span.end.min(input.bytes.len())];
        let before = bytes.get(run.span.start..want.start.min(bytes.len())).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(run.span.start, |at| run.span.start + at + 1);
        let mut next = Some(start);
        while let Some(line) = next.filter(|at| *at < want.end).and_then(|at| line(bytes, at)) {
            let mut at = line.digits.start;
            while at < line.digits.end {
                match hex_byte(bytes, at).filter(|_| at + 2 <= line.digits.end) {
                    Some(byte) => {
                        out.push(&[byte], at, (2, 1));
                        at += 2;
                    }
                    None => at += 1,
                }
            }
            next = line.next;
        }
    }
}

/// Whether a byte may be of the hexadecimal groups of a line, or between them.
fn may_be_dumped(byte: u8) -> bool {
    is_hex(byte) || byte == b' '
}

/// Where the line begins that digits at `at` are the first of, unless that is before `from`.
fn start_of_line(bytes: &[u8], from: usize, at: usize) -> Option<usize> {
    let floor = at.saturating_sub(FARTHEST).max(from);
    let is_start = floor == 0 || (floor == from && bytes[floor - 1] == b'\n');
    memchr::memrchr(b'\n', &bytes[floor..at]).map(|before| floor + before + 1).or(is_start.then_some(floor))
}

/// After the last digit of the last line that follows.
fn end_of_run(bytes: &[u8], first: Line) -> usize {
    let mut last = first;
    while let Some(next) = last.next.and_then(|next| line(bytes, next)) {
        last = next;
    }
    last.digits.end
}

/// The line of a dump that begins at `at`.
fn line(bytes: &[u8], at: usize) -> Option<Line> {
    let rest = bytes.get(at..)?;
    let start = bytes_of_line(rest)?;
    let end = end_of_bytes(rest, start);
    let tail = &rest[end..rest.len().min(end + TAIL)];
    let next = memchr::memchr(b'\n', tail).map(|after| at + end + after + 1);
    (end > start).then_some(Line { digits: at + start..at + end, next })
}

/// Position after a line's offset.
fn bytes_of_line(rest: &[u8]) -> Option<usize> {
    let indent = rest.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let prefix = if rest[indent..].starts_with(b"0x") { 2 } else { 0 };
    let begin = indent + prefix;
    let digits = rest[begin..].iter().take(OFFSET.end).take_while(|&&byte| is_hex(byte)).count();
    let shortest = if prefix > 0 { SHORT_OFFSET } else { OFFSET.start };
    if !(shortest..OFFSET.end).contains(&digits) {
        return None;
    }
    let colon = begin + digits + usize::from(rest.get(begin + digits) == Some(&b':'));
    let blanks = rest[colon..].iter().take(4).take_while(|&&byte| byte == b' ').count();
    (1..=3).contains(&blanks).then_some(colon + blanks)
}

/// Position after the hexadecimal bytes that begin at `start`: groups of the same width, a blank between two. After
/// eight single bytes there may be two blanks.
fn end_of_bytes(rest: &[u8], start: usize) -> usize {
    let (mut end, mut count, mut width) = (start, 0, 0);
    let mut at = start;
    while count < BYTES {
        let digits = rest.get(at..).unwrap_or_default().iter().take(18).take_while(|&&byte| is_hex(byte)).count();
        let bounded = matches!(rest.get(at + digits), None | Some(b' ' | b'\r' | b'\n'));
        // The last group of a dump may be a part of one.
        let fits = bounded && matches!(digits, 2 | 4 | 6 | 8 | 12 | 16) && (width == 0 || digits <= width);
        if !fits {
            break;
        }
        count += digits / 2;
        end = at + digits;
        if width != 0 && digits < width {
            break;
        }
        width = digits;
        at = end + 1;
        if width == 2 && count == 8 && rest.get(end + 1) == Some(&b' ') {
            at += 1;
        }
    }
    end
}

/// Whether a line that begins so may be a dump's, and go on with what the line before it began.
pub(super) fn may_go_on_with(line: &[u8]) -> bool {
    let indent = line.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let line = &line[indent..];
    line.starts_with(b"0x") || line.iter().take(OFFSET.start).all(|&byte| is_hex(byte))
}

/// Whether this is a line of a dump, which may go on with the next.
pub(super) fn may_go_on(whole: &[u8]) -> bool {
    line(whole, 0).is_some()
}

/// The end of the line that ends a dump's part at `at`: what the bytes show as stands there.
pub fn end_of_dumped(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let tail = &rest[..rest.len().min(TAIL + 3 * BYTES)];
    let end = tail.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(tail.len());
    at + end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    fn shown(bytes: &[u8]) -> String {
        bytes
            .iter()
            .map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' })
            .collect()
    }

    fn grouped(bytes: &[u8], width: usize) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        bytes.chunks(width).map(hex).collect::<Vec<_>>().join(" ")
    }

    fn dumps(text: &[u8]) -> Vec<String> {
        let dump = |line: fn(usize, &[u8]) -> String| -> String {
            text.chunks(16).enumerate().map(|(number, bytes)| line(16 * number, bytes)).collect()
        };
        vec![
            dump(|at, bytes| format!("{at:08x}: {:39}  {}\n", grouped(bytes, 2), shown(bytes))),
            dump(|at, bytes| format!("{at:08x}: {:47}  {}\n", grouped(bytes, 1), shown(bytes))),
            dump(|at, bytes| {
                let halves: Vec<String> = bytes.chunks(8).map(|half| grouped(half, 1)).collect();
                format!("{at:08x}  {:48}  |{}|\r\n", halves.join("  "), shown(bytes))
            }),
            dump(|at, bytes| format!("{at:07x} {}\n", grouped(bytes, 1))),
            dump(|at, bytes| format!("\t{at:#06x}:  {:39}  {}\n", grouped(bytes, 2), shown(bytes))),
            dump(|at, bytes| format!("{at:08X}   {:47}  {}\n", grouped(bytes, 1).to_uppercase(), shown(bytes))),
        ]
    }

    #[test]
    fn what_is_a_run() {
        let text = "my token = 0123456789, and more of it; ab";
        for dump in dumps(text.as_bytes()) {
            for around in ["", "x\n", "$ xxd /tmp/file-of-some-name | head\n", "0000\n"] {
                assert_eq!(texts(&Dump, format!("{around}{dump}end\n").as_bytes()), [text], "{around}{dump}");
            }
        }
        for other in ["2026-09-01T10:00:00 aa bb cc dd ee ff 00 11 22 33 44 55 66", "deadbeef cafe", "00000000: zz"] {
            assert!(texts(&Dump, other.as_bytes()).is_empty(), "{other}");
        }
    }
}
