//! One pack: its objects in the order they are stored, and which is stored as a difference to which.

use std::ops::Range;
use std::path::Path;

use flate2::Decompress;
use gix::ObjectId;
use gix::hash::Kind as HashKind;
use gix::objs::Kind;
use gix::odb::pack::data::entry::Header;
use gix::odb::pack::{data, index};

use super::delta;
use super::object::{self, Damage, MAX_HELD};

/// Marks an entry that is stored whole, or whose base is not known.
const NONE: u32 = u32::MAX;

/// A pack and its index, mapped.
pub(super) struct Pack {
    index: index::File,
    data: data::File,
    hash: HashKind,
    /// Where each entry begins, sorted.
    offsets: Vec<u64>,
    /// By entry: the object's position in the index.
    positions: Vec<u32>,
}

/// How an entry is stored.
pub(super) struct Entry {
    /// The entry it is a difference to, by its place among the pack's; none for one that is stored whole.
    pub(super) base: Option<u32>,
    /// Its kind, where it is stored whole.
    pub(super) kind: Option<Kind>,
    /// Bytes of what is stored, inflated: the object, or the difference.
    pub(super) size: u64,
    /// Where its compressed bytes stand in the pack, up to the next entry.
    data: Range<u64>,
}

impl Pack {
    /// Opens the pack that belongs to an index.
    pub(super) fn open(path: &Path, hash: HashKind) -> Result<Self, Damage> {
        let index = index::File::at(path, hash).map_err(|_| Damage::Corrupt("the pack's index cannot be read"))?;
        let data = data::File::at(path.with_extension("pack"), hash);
        let data = data.map_err(|_| Damage::Corrupt("the pack cannot be read, or has no file beside its index"))?;
        let mut entries: Vec<(u64, u32)> =
            (0..index.num_objects()).map(|at| (index.pack_offset_at_index(at), at)).collect();
        entries.sort_unstable();
        let (offsets, positions) = entries.into_iter().unzip();
        Ok(Self { index, data, hash, offsets, positions })
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
        self.index.lookup(id)
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
        let bytes = self.data.entry_slice(begin..end).ok_or(BAD)?;
        let head = &bytes[..bytes.len().min(80)];
        let parsed = data::Entry::from_bytes(head, begin, self.hash).map_err(|_| BAD)?;
        let whole = |kind| (None, Some(kind));
        let (base, kind) = match parsed.header {
            Header::Commit => whole(Kind::Commit),
            Header::Tree => whole(Kind::Tree),
            Header::Blob => whole(Kind::Blob),
            Header::Tag => whole(Kind::Tag),
            Header::OfsDelta { base_distance } => {
                let base = begin.checked_sub(base_distance).and_then(|offset| self.entry_at(offset));
                (Some(base.unwrap_or(NONE)), None)
            }
            Header::RefDelta { base_id } => {
                let base = self.find(&base_id).and_then(|position| self.entry_of(position));
                (Some(base.unwrap_or(NONE)), None)
            }
        };
        Ok(Entry { base, kind, size: parsed.decompressed_size, data: parsed.data_offset..end })
    }

    /// The bytes of the object that an entry stores, and its kind: put together out of all it is made of.
    pub(super) fn read(&self, entry: u32, out: &mut Vec<u8>) -> Result<Kind, Damage> {
        let mut chain = vec![self.entry(entry)?];
        let kind = loop {
            // A base stands before what is made of it; a chain as long as the pack goes round in a circle.
            let last = chain.last().filter(|_| chain.len() <= self.offsets.len()).ok_or(Damage::NoBase)?;
            match (last.base, last.kind) {
                (None, Some(kind)) => break kind,
                (Some(base), _) if base != NONE => chain.push(self.entry(base)?),
                _ => return Err(Damage::NoBase),
            }
        };
        let (mut inflater, mut difference, mut base) = (Decompress::new(true), Vec::new(), Vec::new());
        for (i, stored) in chain.iter().rev().enumerate() {
            if i == 0 {
                object::inflate(&mut inflater, self.packed(stored), stored.size, out)?;
                continue;
            }
            object::inflate(&mut inflater, self.packed(stored), stored.size, &mut difference)?;
            if delta::result_size(&difference)? > MAX_HELD {
                return Err(Damage::TooLarge);
            }
            std::mem::swap(&mut base, out);
            delta::apply(&base, &difference, out, &mut Vec::new())?;
        }
        Ok(kind)
    }

    /// The compressed bytes of an entry.
    pub(super) fn packed(&self, entry: &Entry) -> &[u8] {
        self.data.entry_slice(entry.data.clone()).unwrap_or_default()
    }
}

impl Entry {
    /// Whether it is a difference to an object that is not in the pack.
    pub(super) fn lacks_base(&self) -> bool {
        self.base == Some(NONE)
    }
}
