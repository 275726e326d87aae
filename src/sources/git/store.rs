//! Every object of every store, by a number: packs first, then loose files.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use gix::ObjectId;
use gix::hash::Kind as HashKind;
use gix::objs::{Kind, TagRefIter};

use super::object::{self, Damage, MAX_HELD};
use super::pack::{Form, Pack};

/// Bytes in which a tag says what it leads to.
const TAG_HEADER: u64 = 4 << 10;

/// All objects of a repository.
pub(super) struct Store {
    packs: Vec<Pack>,
    /// By pack: the number of its first object; one more for the first loose object.
    firsts: Vec<u32>,
    /// Loose objects, sorted by id.
    loose: Vec<(ObjectId, PathBuf)>,
    /// What looks like a part of the store and cannot be read.
    pub(super) broken: Vec<(PathBuf, Damage)>,
}

impl Store {
    /// Lists what stands in these folders of objects.
    pub(super) fn open(folders: &[PathBuf], hash: HashKind) -> Self {
        let mut store = Self { packs: Vec::new(), firsts: vec![0], loose: Vec::new(), broken: Vec::new() };
        for folder in folders {
            store.list_packs(&folder.join("pack"), hash);
            store.list_loose(folder, hash);
        }
        // Git makes packs of nothing too.
        store.packs.retain(|pack| pack.len() > 0);
        // The largest first: most objects are found in it.
        store.packs.sort_by_key(|pack| std::cmp::Reverse(pack.len()));
        let mut first = 0u32;
        for pack in &store.packs {
            first = first.saturating_add(pack.len());
            store.firsts.push(first);
        }
        store.loose.sort();
        store.loose.dedup_by(|a, b| a.0 == b.0);
        store.broken.sort_by(|a, b| a.0.cmp(&b.0));
        store
    }

    fn list_packs(&mut self, folder: &Path, hash: HashKind) {
        let names = match std::fs::read_dir(folder) {
            Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect::<Vec<_>>(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(_) => return self.broken.push((folder.to_owned(), Damage::Unreadable)),
        };
        let with = |extension: &str, path: &Path| path.extension().is_some_and(|found| found == extension);
        for path in names.iter().filter(|path| with("idx", path)) {
            match Pack::open(path, hash) {
                Ok(pack) => self.packs.push(pack),
                // Packed away while it was looked at: its objects stand in another pack by now.
                Err(_) if !path.exists() => {}
                Err(damage) => self.broken.push((path.clone(), damage)),
            }
        }
        let alone = names.iter().filter(|path| with("pack", path) && !names.contains(&path.with_extension("idx")));
        let what = Damage::Corrupt("a pack without an index; git does not read it either");
        self.broken.extend(alone.map(|path| (path.clone(), what)));
    }

    fn list_loose(&mut self, folder: &Path, hash: HashKind) {
        let hex = |name: &str, length: usize| name.len() == length && name.bytes().all(|b| b.is_ascii_hexdigit());
        let Ok(entries) = std::fs::read_dir(folder) else {
            return self.broken.push((folder.to_owned(), Damage::Unreadable));
        };
        for entry in entries.flatten() {
            let Some(first) = entry.file_name().to_str().filter(|name| hex(name, 2)).map(str::to_owned) else {
                continue;
            };
            let Ok(files) = std::fs::read_dir(entry.path()) else {
                self.broken.push((entry.path(), Damage::Unreadable));
                continue;
            };
            self.loose.extend(files.flatten().filter_map(|file| {
                let rest = file.file_name();
                let rest = rest.to_str().filter(|name| hex(name, hash.len_in_hex() - 2))?;
                Some((ObjectId::from_hex(format!("{first}{rest}").as_bytes()).ok()?, file.path()))
            }));
        }
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> u32 {
        self.first_loose().saturating_add(self.loose.len() as u32)
    }

    fn first_loose(&self) -> u32 {
        self.firsts.last().copied().unwrap_or(0)
    }

    /// The packs, each with the number of its first object.
    pub(super) fn packs(&self) -> impl Iterator<Item = (u32, &Pack)> {
        self.firsts.iter().copied().zip(&self.packs)
    }

    /// The numbers of loose objects.
    pub(super) fn loose(&self) -> std::ops::Range<u32> {
        self.first_loose()..self.len()
    }

    /// The number an object goes by: of several copies, the first.
    pub(super) fn find(&self, id: &gix::hash::oid) -> Option<u32> {
        let packed = self.packs().find_map(|(first, pack)| Some(first + pack.find(id)?));
        packed.or_else(|| {
            let at = self.loose.binary_search_by(|(other, _)| other.as_ref().cmp(id)).ok()?;
            Some(self.first_loose() + at as u32)
        })
    }

    /// The id of an object.
    pub(super) fn id(&self, number: u32) -> ObjectId {
        match self.loose.get((number as usize).wrapping_sub(self.first_loose() as usize)) {
            Some((id, _)) => *id,
            None => {
                let (pack, position) = self.packed(number);
                pack.id(position)
            }
        }
    }

    /// Whether this is the copy of the object that counts.
    pub(super) fn is_first(&self, number: u32) -> bool {
        (self.packs.len() < 2 && self.loose.is_empty()) || self.find(&self.id(number)) == Some(number)
    }

    /// Every copy of an object.
    pub(super) fn copies(&self, id: &gix::hash::oid) -> Vec<u32> {
        let packed = self.packs().filter_map(|(first, pack)| Some(first + pack.find(id)?));
        let loose = self.loose.binary_search_by(|(other, _)| other.as_ref().cmp(id)).ok();
        packed.chain(loose.map(|at| self.first_loose() + at as u32)).collect()
    }

    /// The bytes of an object, and its kind.
    pub(super) fn read(&self, number: u32, out: &mut Vec<u8>) -> Result<Kind, Damage> {
        if number >= self.first_loose() {
            let (kind, size, stream) = self.open_loose(number)?;
            if size > MAX_HELD {
                return Err(Damage::TooLarge);
            }
            out.clear();
            let read = stream.take(size + 1).read_to_end(out);
            let whole = read.is_ok() && out.len() as u64 == size;
            return if whole { Ok(kind) } else { Err(Damage::Corrupt("it does not decompress to the size it says")) };
        }
        let (pack, position) = self.packed(number);
        pack.read(pack.entry_of(position).ok_or(Damage::Unreadable)?, out)
    }

    /// What a tag leads to; none for what is no tag.
    pub(super) fn target(&self, number: u32) -> Option<ObjectId> {
        let mut bytes = Vec::new();
        match self.read(number, &mut bytes) {
            Ok(Kind::Tag) => {}
            // Its header is what it begins with; what is too large and no tag has none.
            Err(Damage::TooLarge) => drop(self.stream(number).ok()?.take(TAG_HEADER).read_to_end(&mut bytes).ok()?),
            Ok(_) | Err(_) => return None,
        }
        TagRefIter::from_bytes(&bytes, self.id(number).kind()).target_id().ok()
    }

    /// The pack that has an object, and its position there.
    fn packed(&self, number: u32) -> (&Pack, u32) {
        let at = self.firsts.partition_point(|first| *first <= number) - 1;
        (&self.packs[at], number - self.firsts[at])
    }

    /// The content of an object that is stored whole, as a stream.
    pub(super) fn stream(&self, number: u32) -> Result<Box<dyn Read + '_>, Damage> {
        if number >= self.first_loose() {
            return self.open_loose(number).map(|(_, _, stream)| Box::new(stream) as Box<dyn Read>);
        }
        let (pack, position) = self.packed(number);
        let entry = pack.entry(pack.entry_of(position).ok_or(Damage::Unreadable)?)?;
        if !matches!(entry.form, Form::Whole(_)) {
            return Err(Damage::TooLarge);
        }
        Ok(Box::new(object::stream(pack.packed(&entry))))
    }

    /// Opens a loose object: its kind, its size, and its content as a stream.
    pub(super) fn open_loose(&self, number: u32) -> Result<(Kind, u64, impl Read + use<>), Damage> {
        let at = number.checked_sub(self.first_loose()).and_then(|at| self.loose.get(at as usize));
        let (_, path) = at.ok_or(Damage::Unreadable)?;
        let file = File::open(path).map_err(|_| Damage::Unreadable)?;
        let mut stream = BufReader::new(ZlibDecoder::new(file));
        let mut head = Vec::with_capacity(64);
        // One byte after the other: what comes after the header is content.
        while head.last() != Some(&0) {
            let mut byte = [0];
            if head.len() == 64 || stream.read_exact(&mut byte).is_err() {
                return Err(Damage::Corrupt("a loose object that does not decompress, or has no proper header"));
            }
            head.push(byte[0]);
        }
        let (kind, size, _) = object::loose_header(&head)?;
        Ok((kind, size, stream))
    }
}
