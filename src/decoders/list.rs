//! Bytes that are listed one by one: `[103, 104, 112]`, `{0x67, 0x68}`, `67 68 70`, `67:68:70`. A run is 12 of them in a
//! row or more, each the value of a text character: numbers are listed everywhere, and few of them are text.

use std::ops::Range;

use super::SpanMap;
use super::alphabet::{HEX, hex_byte, is_hex};
use super::decoder::{Decoder, Input, Run};
use super::signs::{LISTED_ROW, Sign, Signs};
use super::text::{STRETCH, is_text};

/// The decoder of listed bytes.
pub(super) struct List;

/// Most blanks behind a comma, and before the first byte of a line.
const BLANKS: usize = 8;
const INDENT: usize = 64;

/// How far from one byte to the next at most.
const LONGEST: usize = 4 + BLANKS + 3 + INDENT;

/// How a byte is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `103`, with a comma between two.
    Decimal,
    /// `0x67`, with a comma or blanks between two.
    Prefixed,
    /// `67`, with this between two.
    Pair(u8),
}

/// One byte of a list.
struct Element {
    form: Form,
    value: u8,
    at: usize,
    length: usize,
    /// Where the next one stands, when there may be one.
    next: Option<usize>,
}

impl Decoder for List {
    fn name(&self) -> &'static str {
        "bytes"
    }

    fn next_run(&self, input: &Input<'_>, signs: &Signs, from: usize) -> Option<Run> {
        let bytes = input.bytes;
        let mut at = from;
        loop {
            at = signs.next_row::<LISTED_ROW>(Sign::Listed, may_be_listed, bytes, at)?;
            while bytes.get(at).is_some_and(|&byte| may_be_listed(byte)) {
                let row = Row::at(bytes, at);
                if row.count >= STRETCH && row.end - at >= LISTED_ROW {
                    return Some(Run { span: at..row.end, phase: 0 });
                }
                at = row.end;
                // No byte is written from the middle of a word on.
                at += bytes[at..].iter().take_while(|&&byte| may_be_listed(byte) && is_of_number(byte)).count();
                while bytes.get(at).is_some_and(|&byte| may_be_listed(byte) && !is_of_number(byte)) {
                    at += 1;
                }
            }
        }
    }

    fn decode(&self, input: &Input<'_>, run: &Run, want: Range<usize>, out: &mut SpanMap) {
        let bytes = &input.bytes[..run.span.end.min(input.bytes.len())];
        let stop = want.end.min(bytes.len());
        let mut at = want.start.saturating_sub(LONGEST).max(run.span.start);
        let mut form = None;
        while at < stop {
            let Some(element) = element(bytes, at, form) else {
                at += 1;
                continue;
            };
            form = Some(element.form);
            if at + element.length > want.start {
                out.push(&[element.value], at, (element.length as u32, 1));
            }
            at = element.next.unwrap_or(bytes.len());
        }
    }
}

/// Whether a byte may be of a list: of numbers of four digits at most, and what stands between them.
fn may_be_listed(byte: u8) -> bool {
    is_hex(byte) || matches!(byte, b'x' | b'X' | b' ' | b',' | b';' | b':' | b'\t' | b'\r' | b'\n')
}

/// Text characters of one form in a row.
struct Row {
    count: usize,
    /// After the last of them.
    end: usize,
}

impl Row {
    /// The row that begins at `at`.
    fn at(bytes: &[u8], at: usize) -> Self {
        let mut row = Self { count: 0, end: at };
        let (mut next, mut form) = (Some(at), None);
        while let Some(element) = next.and_then(|at| element(bytes, at, form)).filter(|one| is_text(one.value)) {
            form = Some(element.form);
            row.count += 1;
            row.end = element.at + element.length;
            next = element.next;
        }
        row
    }
}

/// The byte that is written at `at`, in the form of those before it.
fn element(bytes: &[u8], at: usize, known: Option<Form>) -> Option<Element> {
    let is_inside = at.checked_sub(1).is_some_and(|before| is_of_number(bytes[before]));
    let rest = bytes.get(at..).filter(|_| !is_inside)?;
    let (form, value, length) = number(rest, known)?;
    let after = &rest[length..];
    let gap = match form {
        Form::Prefixed => comma(after).or_else(|| blank(after)),
        Form::Decimal => comma(after),
        Form::Pair(between) => pair_gap(after, between),
    };
    let next = gap.map(|gap| at + length + gap);
    (next.is_some() || !after.first().is_some_and(|&byte| is_of_number(byte))).then_some(Element {
        form,
        value,
        at,
        length,
        next,
    })
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+' | b'\\' | b'%' | b'#')
}

/// Form, value and length of the number that `rest` begins with.
fn number(rest: &[u8], known: Option<Form>) -> Option<(Form, u8, usize)> {
    let read = match known {
        Some(form @ Form::Pair(_)) => return pair(rest, form),
        Some(Form::Decimal) => None,
        _ => prefixed(rest),
    };
    if read.is_some() || known == Some(Form::Prefixed) {
        return read;
    }
    let digits = rest.iter().take(4).take_while(|&&byte| is_hex(byte)).count();
    match rest.get(digits) {
        Some(between @ (b' ' | b':')) if digits == 2 && known.is_none() => pair(rest, Form::Pair(*between)),
        Some(b'\n' | b'\r') if digits == 2 && known.is_none() => pair(rest, Form::Pair(b' ')),
        _ => decimal(&rest[..digits]).map(|value| (Form::Decimal, value, digits)),
    }
}

fn prefixed(rest: &[u8]) -> Option<(Form, u8, usize)> {
    match rest {
        [b'0', b'x' | b'X', digits @ ..] => hex_byte(digits, 0).map(|value| (Form::Prefixed, value, 4)),
        _ => None,
    }
}

fn pair(rest: &[u8], form: Form) -> Option<(Form, u8, usize)> {
    hex_byte(rest, 0).map(|value| (form, value, 2))
}

fn decimal(digits: &[u8]) -> Option<u8> {
    let plain = matches!(digits.len(), 1..=3) && digits.iter().all(u8::is_ascii_digit);
    let value = digits.iter().fold(0u32, |value, digit| 10 * value + u32::from(HEX[*digit as usize]));
    u8::try_from(value).ok().filter(|_| plain)
}

/// Length of a comma, and of the blanks or the line break behind it.
fn comma(after: &[u8]) -> Option<usize> {
    matches!(after.first(), Some(b',' | b';')).then(|| 1 + spaced(&after[1..]))
}

/// Length of blanks, or of a line break and what indents the next line.
fn blank(after: &[u8]) -> Option<usize> {
    Some(spaced(after)).filter(|length| *length > 0)
}

/// Length of what stands between two pairs.
fn pair_gap(after: &[u8], between: u8) -> Option<usize> {
    match after {
        [first, rest @ ..] if *first == between => Some(1 + line_break(rest)),
        _ => Some(line_break(after)).filter(|length| *length > 0),
    }
}

fn spaced(after: &[u8]) -> usize {
    match line_break(after) {
        0 => blanks(after, BLANKS),
        length => length,
    }
}

/// Length of a line break and what indents the next line.
fn line_break(after: &[u8]) -> usize {
    let length = match after {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => return 0,
    };
    length + blanks(&after[length..], INDENT)
}

fn blanks(rest: &[u8], most: usize) -> usize {
    rest.iter().take(most).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// `mask` as a list of bytes in the form of `list`.
pub fn spelled_like(list: &[u8], mask: &[u8]) -> Vec<u8> {
    let first = element(list, 0, None);
    let form = first.as_ref().map_or(Form::Decimal, |first| first.form);
    let gap = first.and_then(|first| list.get(first.length..first.next?)).unwrap_or(b", ");
    let on_line = gap.iter().position(|byte| matches!(byte, b'\r' | b'\n')).map_or(gap, |end| &gap[..end]);
    let gap = if on_line.is_empty() { b" " } else { on_line };
    let spelled = mask.iter().map(|byte| match form {
        Form::Decimal => byte.to_string().into_bytes(),
        Form::Prefixed => format!("{byte:#04x}").into_bytes(),
        Form::Pair(_) => format!("{byte:02x}").into_bytes(),
    });
    spelled.collect::<Vec<_>>().join(gap)
}

/// Whether a list at the end of this line may go on with the next.
pub(super) fn may_go_on(line: &[u8]) -> bool {
    let pair = match line {
        [.., b',' | b';'] => return ends_in_byte(line),
        [pair @ .., b' ' | b':'] => pair,
        pair => pair,
    };
    match pair {
        [.., b' ' | b'\t' | b'\n' | b':' | b'x' | b'X', high, low] | [high, low] => is_hex(*high) && is_hex(*low),
        _ => false,
    }
}

/// Whether the line ends with a comma behind a byte, or with bytes enough to be a list's.
pub(super) fn ends_in_list(line: &[u8]) -> bool {
    const ENOUGH: usize = 4;
    let pairs = line.trim_ascii_end().rchunks(3).take(ENOUGH);
    let is_pair = |chunk: &&[u8]| match chunk {
        [b' ' | b'\t' | b':', high, low] | [high, low] => is_hex(*high) && is_hex(*low),
        _ => false,
    };
    ends_in_byte(line) || pairs.filter(is_pair).count() == ENOUGH
}

/// Whether the line ends with `103,` or `0x67;`.
fn ends_in_byte(line: &[u8]) -> bool {
    let Some(line) = line.strip_suffix(b",").or_else(|| line.strip_suffix(b";")) else { return false };
    let length = line.iter().rev().take(5).take_while(|&&byte| is_of_number(byte)).count();
    match &line[line.len() - length..] {
        [b'0', b'x' | b'X', high, low] => is_hex(*high) && is_hex(*low),
        digits => matches!(digits.len(), 1..=3) && digits.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::testing::texts;

    #[test]
    fn what_is_a_run() {
        let text = "password=hunter2";
        let listed = |form: fn(u8) -> String, between: &str| text.bytes().map(form).collect::<Vec<_>>().join(between);
        let (hex, decimal, pair) =
            (|byte| format!("{byte:#x}"), |byte: u8| byte.to_string(), |byte| format!("{byte:02X}"));
        for between in [",", ", ", ",\n    ", ",\r\n\t", "; "] {
            for list in [listed(hex, between), listed(decimal, between)] {
                for (open, close) in [("[", "]"), ("bytes: ", ""), ("{1, ", ", 0};"), ("(", ",)")] {
                    assert_eq!(texts(&List, format!("a {open}{list}{close}\n").as_bytes()), [text], "{list}");
                }
            }
        }
        for list in [listed(hex, " "), listed(pair, " "), listed(pair, ":"), listed(pair, ":\n  "), listed(pair, "\n")]
        {
            assert_eq!(texts(&List, format!("dump: {list}").as_bytes()), [text], "{list}");
            assert_eq!(texts(&List, format!("{list}\n").as_bytes()), [text], "{list}");
        }
        for other in [
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17",
            "1.65, 1.66, 1.67, 1.68, 1.69, 1.65, 1.66, 1.67, 1.68, 1.69, 1.65, 1.66",
            "65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75",
            "265, 266, 267, 268, 269, 270, 271, 272, 273, 274, 275, 276, 277",
            "00:1b:44:11:3a:b7 00:1b:44:11:3a:b7 00:1b:44:11:3a:b7",
        ] {
            assert!(texts(&List, other.as_bytes()).is_empty(), "{other}");
        }
    }
}
