//! The pages of a database: reading them, and remembering what each was used for.

use std::collections::HashMap;

use crate::containers::input::Input;

/// Bytes of the header in front of the first page.
pub(super) const HEADER: usize = 100;

/// Encoding of text in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// What a page was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Nothing that was met.
    None,
    /// A node of a tree.
    Tree,
    /// Payload that did not fit its cell.
    Overflow,
}

/// See the module.
pub(super) struct Pages<'a> {
    input: Input<'a>,
    size: usize,
    /// Bytes of a page that hold data.
    pub(super) usable: usize,
    pub(super) encoding: Encoding,
    /// Pages that the header tells of.
    pub(super) told: u64,
    uses: Vec<Use>,
    /// Bytes in use of overflow pages that are not full.
    partly: HashMap<u32, usize>,
}

impl<'a> Pages<'a> {
    /// Reads the header; `None` when its numbers make no sense.
    pub(super) fn new(mut input: Input<'a>) -> Option<Self> {
        let mut head = [0; HEADER];
        let length = input.len()?;
        if input.read_at(0, &mut head) < HEADER {
            return None;
        }
        let size = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return None,
        };
        let usable = size - usize::from(head[20]);
        let encoding = match head[59] {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        let told = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
        let count = usize::try_from(length.div_ceil(size as u64)).ok()?.min(u32::MAX as usize - 1);
        let uses = vec![Use::None; count];
        (usable >= 480).then(|| Self { input, size, usable, encoding, told, uses, partly: HashMap::new() })
    }

    /// How many pages there are, the last perhaps cut off.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.uses.len()).unwrap_or(u32::MAX)
    }

    /// Fills `page` with page `number`, counted from 1; whether all of it is there.
    pub(super) fn read(&mut self, number: u32, page: &mut Vec<u8>) -> bool {
        page.resize(self.size, 0);
        let at = u64::from(number.saturating_sub(1)) * self.size as u64;
        let n = self.input.read_at(at, page);
        page.truncate(n);
        n == self.size
    }

    /// Takes a page for a use; no page is taken twice, so that no loop goes on.
    pub(super) fn take(&mut self, number: u32, what: Use) -> bool {
        match (number as usize).checked_sub(1).and_then(|at| self.uses.get_mut(at)) {
            Some(slot) if *slot == Use::None => {
                *slot = what;
                true
            }
            _ => false,
        }
    }

    /// Gives all pages back.
    pub(super) fn forget(&mut self) {
        self.uses.fill(Use::None);
        self.partly.clear();
    }

    /// Gives a page back: it was no use after all.
    pub(super) fn release(&mut self, number: u32) {
        if let Some(slot) = (number as usize).checked_sub(1).and_then(|at| self.uses.get_mut(at)) {
            *slot = Use::None;
        }
    }

    /// Remembers how much of the last page of a chain holds payload.
    pub(super) fn partly(&mut self, number: u32, used: usize) {
        self.partly.insert(number, used);
    }

    /// What a page was used for, and how much of an overflow page.
    pub(super) fn use_of(&self, number: u32) -> (Use, usize) {
        let what = (number as usize).checked_sub(1).and_then(|at| self.uses.get(at)).copied().unwrap_or(Use::None);
        (what, self.partly.get(&number).copied().unwrap_or(self.size))
    }
}

/// Where the header of a tree's node begins in its page.
pub(super) fn node_start(number: u32) -> usize {
    if number == 1 { HEADER } else { 0 }
}

/// A number of two bytes.
pub(super) fn two(page: &[u8], at: usize) -> Option<usize> {
    let bytes = page.get(at..at + 2)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*bytes)))
}

/// A number of four bytes.
pub(super) fn four(page: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*page.get(at..at + 4)?.first_chunk::<4>()?))
}

/// A number of one to nine bytes, and how many.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}
