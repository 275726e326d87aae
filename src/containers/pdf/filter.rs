//! Filters of streams (ISO 32000-2, section 7.4). Flate is the library's; the others are short.

use std::io::{self, Read};

use flate2::Decompress;

use crate::containers::Fault;
use crate::containers::Meter;
use crate::containers::inflate::Inflate;
use crate::containers::input::Input;
use crate::containers::metered::Metered;
use crate::model::GapKind;

/// Bytes that one stream may decode to; more is a gap.
const DECODED: u64 = 64 << 20;

/// A filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Flate,
    Lzw,
    Ascii85,
    AsciiHex,
    RunLength,
    /// A picture: its bytes are no text, and are scanned as they stand.
    Picture,
    Encrypted,
    Unknown,
}

impl Filter {
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"FlateDecode" | b"Fl" => Self::Flate,
            b"LZWDecode" | b"LZW" => Self::Lzw,
            b"ASCII85Decode" | b"A85" => Self::Ascii85,
            b"ASCIIHexDecode" | b"AHx" => Self::AsciiHex,
            b"RunLengthDecode" | b"RL" => Self::RunLength,
            b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" => Self::Picture,
            b"Crypt" => Self::Encrypted,
            _ => Self::Unknown,
        }
    }

    /// Undoes the filter. What was decoded before something broke is given with the fault.
    pub(super) fn undo(self, bytes: &[u8], early: bool, meter: &Meter) -> (Vec<u8>, Option<Fault>) {
        let mut out = Vec::new();
        let read = match self {
            Self::Flate => {
                let mut input = Input::slice(bytes, None);
                input.skip(2);
                let trace = input.trace();
                let inflate = Inflate::new(input, Decompress::new(false));
                read(Metered::new(inflate, "pdf", meter.clone(), trace), &mut out)
            }
            Self::Lzw => lzw(bytes, early, &mut out),
            Self::Ascii85 => {
                ascii85(bytes, &mut out);
                Ok(())
            }
            Self::AsciiHex => {
                let digits: Vec<u8> =
                    bytes.iter().filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
                out.extend(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)));
                Ok(())
            }
            Self::RunLength => {
                run_length(bytes, &mut out);
                Ok(())
            }
            Self::Picture | Self::Encrypted | Self::Unknown => return (bytes.to_vec(), None),
        };
        if self != Self::Flate && meter.take(out.len() as u64).is_err() {
            return (out, Some(Fault::new(GapKind::LimitReached, "pdf: limit on decoded bytes reached")));
        }
        (out, read.err())
    }
}

fn read(mut content: impl Read, out: &mut Vec<u8>) -> Result<(), Fault> {
    content.by_ref().take(DECODED).read_to_end(out).map_err(|error| Fault::of(&error))?;
    let more = matches!(content.read(&mut [0]), Ok(1));
    if more { Err(too_much()) } else { Ok(()) }
}

fn too_much() -> Fault {
    Fault::new(GapKind::LimitReached, format!("pdf: limit on a decoded stream reached: {DECODED} bytes"))
}

/// LZW with codes of 9 to 12 bits; `early` tells whether they grow one code before they must.
fn lzw(bytes: &[u8], early: bool, out: &mut Vec<u8>) -> Result<(), Fault> {
    // An entry is a stretch of the output: the string of the code before it and one byte more.
    let mut entries: Vec<(usize, usize)> = Vec::new();
    let (mut bits, mut held, mut width, mut last) = (0u32, 0u32, 9u32, None::<(usize, usize)>);
    for byte in bytes {
        (bits, held) = (bits << 8 | u32::from(*byte), held + 8);
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held & ((1 << width) - 1)) as usize;
        bits &= (1 << held) - 1;
        match code {
            256 => {
                entries.clear();
                (width, last) = (9, None);
                continue;
            }
            257 => return Ok(()),
            _ => {}
        }
        let start = out.len();
        if code < 256 {
            out.push(code as u8);
        } else {
            let known = entries.get(code - 258).copied();
            let (from, length) = known.or(last.map(|(from, length)| (from, length + 1))).ok_or_else(corrupt)?;
            for at in from..from + length {
                out.push(*out.get(at).ok_or_else(corrupt)?);
            }
        }
        if let Some((from, length)) = last.filter(|_| entries.len() < 4096 - 258) {
            entries.push((from, length + 1));
        }
        last = Some((start, out.len() - start));
        let next = entries.len() + 258 + usize::from(early) + usize::from(last.is_some());
        width = match next {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        if out.len() as u64 > DECODED {
            return Err(too_much());
        }
    }
    Ok(())
}

fn corrupt() -> Fault {
    Fault::of(&io::Error::new(io::ErrorKind::InvalidData, "pdf: LZW data is corrupt"))
}

fn ascii85(bytes: &[u8], out: &mut Vec<u8>) {
    let (mut group, mut count) = (0u32, 0);
    for byte in bytes {
        match byte {
            b'~' => break,
            b'z' if count == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
                if count == 5 {
                    out.extend_from_slice(&group.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.extend_from_slice(&group.to_be_bytes()[..count - 1]);
    }
}

fn run_length(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    while let Some((length, data)) = rest.split_first() {
        let length = usize::from(*length);
        match length {
            128 => return,
            0..128 => {
                let n = (length + 1).min(data.len());
                out.extend_from_slice(&data[..n]);
                rest = &data[n..];
            }
            _ => {
                let Some((byte, data)) = data.split_first() else { return };
                out.extend(std::iter::repeat_n(*byte, 257 - length));
                rest = data;
            }
        }
    }
}

/// Undoes the predictors of PNG (10 and up): every row begins with the filter it went through.
pub(super) fn unpredict(bytes: &[u8], columns: usize, colors: usize, depth: usize) -> Vec<u8> {
    let pixel = (colors * depth).div_ceil(8).max(1);
    let row = columns.saturating_mul(colors).saturating_mul(depth).div_ceil(8).clamp(1, 1 << 24);
    let (mut out, mut before) = (Vec::with_capacity(bytes.len()), vec![0u8; row]);
    for line in bytes.chunks(row + 1) {
        let mut now = vec![0u8; row];
        for (at, byte) in line[1..].iter().enumerate() {
            let left = at.checked_sub(pixel).map_or(0, |at| now[at]);
            let corner = at.checked_sub(pixel).map_or(0, |at| before[at]);
            let up = before[at];
            let guess = match line[0] {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            now[at] = byte.wrapping_add(guess);
        }
        out.extend_from_slice(&now[..line.len() - 1]);
        before = now;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let away = |byte: u8| (guess - i16::from(byte)).abs();
    let (a, b, c) = (away(left), away(up), away(corner));
    if a <= b && a <= c {
        left
    } else if b <= c {
        up
    } else {
        corner
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn short_filters() {
        let undo = |decode: fn(&[u8], &mut Vec<u8>), bytes: &[u8]| {
            let mut out = Vec::new();
            decode(bytes, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(undo(ascii85, b"87cURD]i,\"Ebo80~>"), "Hello World!");
        assert_eq!(undo(ascii85, b"87cUR\nD]i,\"Ebo7~>tail"), "Hello World");
        assert_eq!(undo(run_length, &[2, b'a', b'b', b'c', 253, b'x', 128, 9]), "abcxxxx");
        // The example of the standard.
        let mut out = Vec::new();
        lzw(&[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01], true, &mut out).unwrap();
        assert_eq!(out, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
        assert_eq!(unpredict(&[2, 1, 2, 2, 1, 1, 1, 5, 5], 2, 1, 8), [1, 2, 2, 3, 5, 10]);
    }
}
