//! Compiled Python (3.6 to 3.14): the constants and names of every code object, one on a line.
//!
//! In the file, a string stands between bytes that may well be letters, so that a token's edges are not seen there. The
//! marshal format is walked with a list of what is still to come and not by recursion.

use std::io::BufRead;

use super::input::Input;
use super::visit::{AFTER, Visit};
use super::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// Compiled Python.
pub(super) struct Pyc;

const STRINGS: &[u8] = b"(constants)";

/// Bytes of strings that are put together.
const TEXT: usize = 64 << 20;

/// Objects that may be waiting.
const PENDING: usize = 1 << 20;

/// The version's number, where the head is that of compiled code.
fn version(head: &[u8]) -> Option<u16> {
    let (&[a, b, b'\r', b'\n'], rest) = head.split_first_chunk::<4>()? else { return None };
    let version = u16::from_le_bytes([a, b]);
    let plain = rest.get(..4).is_some_and(|flags| matches!(flags, [0..=3, 0, 0, 0]));
    let code = head.get(header(version))? & 0x7F;
    ((3370..3390).contains(&version) || ((3390..3700).contains(&version) && plain))
        .then_some(version)
        .filter(|_| code == b'c')
}

/// Bytes in front of the code (PEP 552).
fn header(version: u16) -> usize {
    if version < 3390 { 12 } else { 16 }
}

impl Container for Pyc {
    fn name(&self) -> &'static str {
        "pyc"
    }

    fn embeds(&self, _: &[u8]) -> bool {
        false
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        version(head).is_some()
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(mut visit) = Visit::enter(budget, members) else { return };
        let mut input = Input::new(body);
        let Some(version) = version(input.peek(17)) else {
            return visit.lost(b"", GapKind::Corrupt, 0, "pyc: the header is corrupt");
        };
        input.skip(header(version) as u64);
        let mut walk = Walk { input, version, out: Vec::new(), pending: vec![Next::Objects(1)] };
        let fault = walk.run().err();
        let Walk { mut input, out, .. } = walk;
        if !visit.count(STRINGS) || !visit.give(STRINGS, &mut out.as_slice()) {
            return;
        }
        // What was not understood, and what stands behind the code, is given as it is.
        if !input.peek(1).is_empty() && visit.count(AFTER) && !visit.give(AFTER, &mut input) {
            return;
        }
        if let Some(fault) = fault {
            visit.gap(b"", &fault, 0);
        }
    }
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// So many objects.
    Objects(u32),
    /// The rest of a dictionary, up to its end mark.
    Pairs,
    Skip(u64),
}

struct Walk<'a> {
    input: Input<'a>,
    version: u16,
    out: Vec<u8>,
    pending: Vec<Next>,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        while let Some(next) = self.pending.last_mut() {
            match next {
                Next::Objects(0) => drop(self.pending.pop()),
                Next::Objects(count) => {
                    *count -= 1;
                    self.object()?;
                }
                Next::Pairs => {
                    let at = self.pending.len() - 1;
                    if self.object()? {
                        self.pending.remove(at);
                    }
                }
                Next::Skip(count) => {
                    let count = *count;
                    self.pending.pop();
                    self.pass(count)?;
                }
            }
            if self.pending.len() > PENDING || self.out.len() > TEXT {
                return Err(Fault::new(GapKind::LimitReached, "pyc: limit on constants reached"));
            }
        }
        Ok(())
    }

    /// One object's start; whether it was the mark that ends a dictionary.
    fn object(&mut self) -> Result<bool, Fault> {
        let kind = self.number::<1>()? as u8 & 0x7F;
        match kind {
            b'0' => return Ok(true),
            b'N' | b'F' | b'T' | b'S' | b'.' => {}
            b'i' | b'r' => self.pass(4)?,
            b'g' | b'I' => self.pass(8)?,
            b'y' => self.pass(16)?,
            b'f' => {
                let length = self.number::<1>()?;
                self.pass(length)?;
            }
            b'l' => {
                let digits = (self.number::<4>()? as i32).unsigned_abs();
                self.pass(2 * u64::from(digits))?;
            }
            b's' | b't' | b'u' | b'a' | b'A' => self.string::<4>()?,
            b'z' | b'Z' => self.string::<1>()?,
            b'(' | b'[' | b'<' | b'>' => self.objects::<4>()?,
            b')' => self.objects::<1>()?,
            b'{' => self.pending.push(Next::Pairs),
            b':' => self.pending.push(Next::Objects(3)),
            b'c' => self.code(),
            _ => {
                let detail = format!(
                    "pyc: no object begins before offset {}; what follows is read as plain bytes",
                    self.input.offset()
                );
                return Err(Fault::new(GapKind::Corrupt, detail));
            }
        }
        Ok(false)
    }

    /// A code object: numbers, objects, the first line, and the tables of lines and exceptions.
    fn code(&mut self) {
        let (numbers, tables) = match self.version {
            ..3400 => (5, 1),
            3400..3450 => (6, 1),
            _ => (5, 2),
        };
        self.pending.extend([Next::Objects(tables), Next::Skip(4), Next::Objects(8), Next::Skip(4 * numbers)]);
    }

    fn objects<const N: usize>(&mut self) -> Result<(), Fault> {
        let count = self.number::<N>()? as u32;
        self.pending.push(Next::Objects(count));
        Ok(())
    }

    fn string<const N: usize>(&mut self) -> Result<(), Fault> {
        let length = self.number::<N>()?;
        let room = TEXT.saturating_sub(self.out.len()) as u64;
        let mut left = length.min(room) as usize;
        while left > 0 {
            let ahead = self.input.peek(1);
            let some = &ahead[..ahead.len().min(left)];
            if some.is_empty() {
                break;
            }
            self.out.extend_from_slice(some);
            let taken = some.len();
            self.input.consume(taken);
            left -= taken;
        }
        self.out.push(b'\n');
        if left > 0 {
            return Err(self.input.short("pyc: a string"));
        }
        self.pass(length.saturating_sub(room))
    }

    fn number<const N: usize>(&mut self) -> Result<u64, Fault> {
        let Some(bytes) = self.input.array::<N>() else { return Err(self.input.short("pyc: the code")) };
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn pass(&mut self, count: u64) -> Result<(), Fault> {
        if self.input.skip(count) < count { Err(self.input.short("pyc: the code")) } else { Ok(()) }
    }
}
