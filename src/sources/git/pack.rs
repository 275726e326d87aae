//! One pack: its objects in the order they are stored, and which is stored as a difference to which.

use std::cmp::Ordering;
use std::ops::Range;
use std::path::Path;

use gix::ObjectId;
use gix::hash::Kind as HashKind;
use gix::objs::Kind;
use gix::odb::pack::{data, index};
use libdeflater::Decompressor;

use super::object::{self, Damage, MAX_HELD};
use crate::containers::delta;

/// A pack and its index, mapped.
pub(super) struct Pack {
    index: index::File,
    data: data::File,
    hash: HashKind,
    /// Where each entry begins, sorted.
    offsets: Vec<u64>,
    /// By entry: the object's position in the index.
    positions: Vec<u32>,
    /// By the first bits of an id: the position in the index of the first object with them; one more than there are.
    starts: Vec<u32>,
}

/// How an entry is stored.
pub(super) struct Entry {
    pub(super) form: Form,
    /// Bytes of what is stored, inflated: the object, or the difference.
    pub(super) size: u64,
    /// Where its compressed bytes stand in the pack, up to the next entry.
    data: Range<u64>,
}

/// Whole, or as a difference to what.
pub(super) enum Form {
    Whole(Kind),
    /// To the entry that begins so many bytes before it.
    Behind(u64),
    /// To the object with an id.
    Of(ObjectId),
}

impl Pack {
    /// Opens the pack that belongs to an index.
    pub(super) fn open(path: &Path, hash: HashKind) -> Result<Self, Damage> {
        let index = index::File::at(path, hash).map_err(|_| Damage::Corrupt("the pack's index cannot be read"))?;
        let data = data::File::at(path.with_extension("pack"), hash);
        let data = data.map_err(|_| Damage::Corrupt("the pack cannot be read, or has no file beside its index"))?;
        // Both in one number: these are sorted in half the time that pairs take.
        let pair = |at| (u128::from(index.pack_offset_at_index(at)) << 32) | u128::from(at);
        let mut entries: Vec<u128> = (0..index.num_objects()).map(pair).collect();
        entries.sort_unstable();
        let (offsets, positions) = entries.into_iter().map(|pair| ((pair >> 32) as u64, pair as u32)).unzip();
        let starts = starts(&index);
        Ok(Self { index, data, hash, offsets, positions, starts })
    }

    /// How many entries it has.
    pub(super) fn len(&self) -> u32 {
        self.index.num_objects()
    }

    /// The id of the object at a position of the index.
    pub(super) fn id(&self, position: u32) -> ObjectId {
        self.index.oid_at_index(position).to_owned()
    }

    /// The position in the index of the object that entry number `entry` stores.
    pub(super) fn position(&self, entry: u32) -> u32 {
        self.positions[entry as usize]
    }

    /// The position in the index of an object.
    pub(super) fn find(&self, id: &gix::hash::oid) -> Option<u32> {
        let first = first_bits(id, &self.starts);
        let (mut low, mut high) = (self.starts[first], self.starts[first + 1]);
        while low < high {
            let middle = low + (high - low) / 2;
            let other = self.index.oid_at_index(middle);
            // Ids that differ do so early.
            match beginning(other).cmp(&beginning(id)).then_with(|| other.cmp(id)) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The entry that stores the object at a position of the index.
    pub(super) fn entry_of(&self, position: u32) -> Option<u32> {
        self.entry_at(self.index.pack_offset_at_index(position))
    }

    fn entry_at(&self, offset: u64) -> Option<u32> {
        self.offsets.binary_search(&offset).ok().map(|at| at as u32)
    }

    /// How an entry is stored.
    pub(super) fn entry(&self, entry: u32) -> Result<Entry, Damage> {
        const BAD: Damage = Damage::Corrupt("an entry of the pack without a proper header");
        let at = entry as usize;
        let begin = self.offsets[at];
        let end = self.offsets.get(at + 1).copied().unwrap_or(self.data.pack_end() as u64);
        let mut rest = self.data.entry_slice(begin..end).ok_or(BAD)?;
        let (form, size) = header(&mut rest, self.hash).ok_or(BAD)?;
        Ok(Entry { form, size, data: end - rest.len() as u64..end })
    }

    /// The entry that an entry, which is `stored` so, is a difference to; none where the pack does not have it.
    pub(super) fn base(&self, entry: u32, stored: &Entry) -> Option<u32> {
        match &stored.form {
            Form::Whole(_) => None,
            Form::Of(id) => self.find(id).and_then(|position| self.entry_of(position)),
            Form::Behind(distance) => {
                let offset = self.offsets[entry as usize].checked_sub(*distance)?;
                // Bases stand near: in steps that double.
                let (mut low, mut high, mut step) = (entry as usize, entry as usize, 1);
                while self.offsets[low] > offset && low > 0 {
                    (high, low) = (low, low.saturating_sub(step));
                    step *= 2;
                }
                self.offsets[low..=high].binary_search(&offset).ok().map(|at| (low + at) as u32)
            }
        }
    }

    /// The bytes of the object that an entry stores, and its kind: put together out of all it is made of.
    pub(super) fn read(&self, entry: u32, out: &mut Vec<u8>) -> Result<Kind, Damage> {
        let (mut chain, mut last) = (vec![self.entry(entry)?], entry);
        let kind = loop {
            // A base stands before what is made of it; a chain as long as the pack goes round in a circle.
            let stored = chain.last().filter(|_| chain.len() <= self.offsets.len()).ok_or(Damage::NoBase)?;
            if let Form::Whole(kind) = stored.form {
                break kind;
            }
            last = self.base(last, stored).ok_or(Damage::NoBase)?;
            chain.push(self.entry(last)?);
        };
        let (mut inflater, mut difference, mut base) = (Decompressor::new(), Vec::new(), Vec::new());
        for (i, stored) in chain.iter().rev().enumerate() {
            if i == 0 {
                object::inflate(&mut inflater, self.packed(stored), stored.size, out)?;
                continue;
            }
            object::inflate(&mut inflater, self.packed(stored), stored.size, &mut difference)?;
            if delta::size(&difference).map_err(Damage::Corrupt)? > MAX_HELD {
                return Err(Damage::TooLarge);
            }
            std::mem::swap(&mut base, out);
            delta::apply(&base, &difference, out, &mut Vec::new()).map_err(Damage::Corrupt)?;
        }
        Ok(kind)
    }

    /// The compressed bytes of an entry.
    pub(super) fn packed(&self, entry: &Entry) -> &[u8] {
        self.data.entry_slice(entry.data.clone()).unwrap_or_default()
    }
}

/// The kind of an entry and the size of what it stores: gitformat-pack, "pack-*.pack files have the following format".
/// `bytes` then begin with what is compressed.
fn header(bytes: &mut &[u8], hash: HashKind) -> Option<(Form, u64)> {
    let first = byte(bytes)?;
    let (mut size, mut last, mut shifts) = (u64::from(first & 15), first, (4..60).step_by(7));
    while last & 0x80 != 0 {
        last = byte(bytes)?;
        size |= u64::from(last & 0x7f) << shifts.next()?;
    }
    let form = match first >> 4 & 7 {
        1 => Form::Whole(Kind::Commit),
        2 => Form::Whole(Kind::Tree),
        3 => Form::Whole(Kind::Blob),
        4 => Form::Whole(Kind::Tag),
        6 => Form::Behind(distance(bytes)?),
        7 => {
            let (id, rest) = bytes.split_at_checked(hash.len_in_bytes())?;
            *bytes = rest;
            Form::Of(ObjectId::try_from(id).ok()?)
        }
        _ => return None,
    };
    Some((form, size))
}

/// Seven bits a byte, highest first, with one added for each byte that follows.
fn distance(bytes: &mut &[u8]) -> Option<u64> {
    let mut last = byte(bytes)?;
    let mut distance = u64::from(last & 0x7f);
    while last & 0x80 != 0 {
        last = byte(bytes)?;
        distance = (distance + 1).checked_mul(1 << 7)? | u64::from(last & 0x7f);
    }
    Some(distance)
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

/// Where the objects of an index begin whose ids begin alike: as many starts as there are objects, about.
fn starts(index: &index::File) -> Vec<u32> {
    let bits = index.num_objects().max(2).ilog2();
    let mut starts = vec![0u32; (1 << bits) + 1];
    for at in 0..index.num_objects() {
        let first = first_bits(index.oid_at_index(at), &starts);
        starts[first + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    starts
}

/// The first bits of an id: its place among `starts`.
fn first_bits(id: &gix::hash::oid, starts: &[u32]) -> usize {
    (((beginning(id) >> 32) * (starts.len() as u64 - 1)) >> 32) as usize
}

fn beginning(id: &gix::hash::oid) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_or_refused() {
        let read = |mut bytes: &[u8]| {
            let (form, size) = header(&mut bytes, HashKind::Sha1)?;
            let form = match form {
                Form::Whole(kind) => format!("{kind}"),
                Form::Behind(distance) => format!("{distance} behind"),
                Form::Of(id) => id.to_hex_with_len(4).to_string(),
            };
            Some((form, size, bytes.len()))
        };
        let told = |form: &str, size, rest| Some((form.to_owned(), size, rest));
        assert_eq!(read(&[0x35, 9]), told("blob", 5, 1));
        assert_eq!(read(&[0x95, 0x81, 0x01, 9]), told("commit", 5 + (1 << 4) + (1 << 11), 1));
        assert_eq!(read(&[0x65, 0x80, 0x01]), told("129 behind", 5, 0));
        assert_eq!(read(&[&[0x75][..], &[0xab; 20]].concat()), told("abab", 5, 0));
        let endless = [0xff; 32];
        for bad in [
            &[][..],
            &[0x05],
            &[0x55],
            &[0x95],
            &[0x65, 0x80],
            &[0x75, 1, 2],
            &endless,
            &[&[0x65][..], &endless].concat(),
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
