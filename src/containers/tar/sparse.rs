//! Sparse entries: a map of stretches, and their bytes one after another.
//!
//! A hole is given as zeros, and a long one as [`HOLE`] of them: no secret stands across it, no line ends in it, and a
//! hole of a terabyte costs nothing.

use std::io::{self, Read};

use super::header::{BLOCK, Header, digits, number, text};
use crate::containers::input::Input;
use crate::containers::stored::Stored;

/// Zeros given for a longer hole.
pub(super) const HOLE: u64 = 4096;

/// Stretches a map may have; a file has more of them only to be a nuisance.
const MAP: usize = 1 << 16;

/// Offset and length of every stretch.
pub(super) type Map = Vec<(u64, u64)>;

/// Offsets and lengths in turn.
pub(super) fn pairs(numbers: &[u64]) -> Option<Map> {
    let (pairs, []) = numbers.as_chunks::<2>() else { return None };
    (pairs.len() <= MAP).then(|| pairs.iter().map(|[offset, length]| (*offset, *length)).collect())
}

/// The map in a GNU header and the blocks behind it, which are taken from the input.
pub(super) fn gnu(header: &Header, input: &mut Input<'_>) -> Option<Map> {
    let (fields, mut more) = header.sparse();
    let mut map = Vec::new();
    let mut whole = stretches(fields, &mut map);
    while more {
        let (block, n) = input.head::<BLOCK>();
        if n < BLOCK {
            return None;
        }
        input.skip(n as u64);
        whole &= map.len() <= MAP && stretches(block.get(..504).unwrap_or(&[]), &mut map);
        more = block.get(504) != Some(&0);
    }
    whole.then_some(map)
}

fn stretches(fields: &[u8], map: &mut Map) -> bool {
    for field in fields.chunks_exact(24) {
        let (offset, length) = field.split_at(12);
        if text(offset).is_empty() && text(length).is_empty() && offset.first() == Some(&0) {
            return true;
        }
        match (number(offset), number(length)) {
            (Some(offset), Some(length)) => map.push((offset, length)),
            _ => return false,
        }
    }
    true
}

/// The map in front of the data: decimal lines, the first of which counts the stretches, padded to whole blocks.
///
/// # Errors
/// The bytes that were taken and are no map.
pub(super) fn data(stored: &mut Stored<'_, '_>) -> Result<Map, Vec<u8>> {
    let mut taken = Vec::new();
    let mut block = [0; BLOCK];
    while taken.len() < 40 * MAP && stored.read_exact(&mut block).is_ok() {
        taken.extend_from_slice(&block);
        let count = lines(&taken).next().flatten();
        if let Some(count) = count {
            let wanted = usize::try_from(count.saturating_mul(2)).unwrap_or(usize::MAX);
            if taken.iter().filter(|b| **b == b'\n').count() > wanted {
                let numbers: Option<Vec<u64>> = lines(&taken).skip(1).take(wanted).collect();
                return numbers.and_then(|numbers| pairs(&numbers)).ok_or(taken);
            }
        }
    }
    Err(taken)
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Option<u64>> {
    bytes.split(|b| *b == b'\n').map(|line| digits(line, 10))
}

/// The content of a sparse entry.
pub(super) struct Expanded<'s, 'i, 'a> {
    stored: &'s mut Stored<'i, 'a>,
    map: std::vec::IntoIter<(u64, u64)>,
    end: u64,
    hole: u64,
    stretch: u64,
}

impl<'s, 'i, 'a> Expanded<'s, 'i, 'a> {
    /// Puts the stretches of `map` where they belong.
    pub(super) fn new(stored: &'s mut Stored<'i, 'a>, map: Map) -> Self {
        Self { stored, map: map.into_iter(), end: 0, hole: 0, stretch: 0 }
    }

    fn next(&mut self) -> bool {
        let Some((offset, length)) = self.map.next() else { return false };
        self.hole = offset.saturating_sub(self.end).min(HOLE);
        (self.stretch, self.end) = (length, offset.saturating_add(length));
        true
    }
}

impl Read for Expanded<'_, '_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.hole > 0 {
                let n = usize::try_from(self.hole).unwrap_or(usize::MAX).min(buf.len());
                buf.get_mut(..n).unwrap_or(&mut []).fill(0);
                self.hole -= n as u64;
                return Ok(n);
            }
            if self.stretch > 0 {
                let n = self.stored.by_ref().take(self.stretch).read(buf)?;
                self.stretch -= n as u64;
                if n > 0 || buf.is_empty() {
                    return Ok(n);
                }
                // The map promises more than is stored.
                return Err(io::Error::new(io::ErrorKind::InvalidData, "tar: the sparse map is longer than the data"));
            }
            if !self.next() {
                // What the map does not speak of is given as well.
                return self.stored.read(buf);
            }
        }
    }
}
