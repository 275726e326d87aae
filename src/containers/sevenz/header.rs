//! The header: folders of packed streams, and the files in them.

/// Things of one kind that a header may tell of.
const MOST: u64 = 1 << 20;

/// Folders that a header may tell of: three of its bytes make one that takes hundreds in memory.
const FOLDERS: usize = 1 << 17;

/// A step of unpacking.
#[derive(Clone, Debug, Default)]
pub(super) struct Coder {
    pub(super) id: Vec<u8>,
    pub(super) properties: Vec<u8>,
    /// Bytes that come out of it.
    pub(super) size: u64,
}

/// One packed stream and what undoes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder {
    /// In the order they are applied; empty when they form no plain chain.
    pub(super) chain: Vec<Coder>,
    /// Offset behind the signature header, and length.
    pub(super) packed: (u64, u64),
    /// Size and checksum of each file in it.
    pub(super) files: Vec<(u64, Option<u32>)>,
    streams: usize,
    crc: Option<u32>,
    /// Encrypted, if any step is.
    pub(super) encrypted: bool,
}

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) folders: Vec<Folder>,
    /// The names, and whether a file has content.
    pub(super) names: Vec<(Vec<u8>, bool)>,
}

/// Reads numbers off a header.
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number: as many bytes follow as the first has leading ones; its other bits are the highest.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let low = self.bytes(u64::from(more))?.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let high = if more < 7 { u64::from(first) & (0x7F >> more) } else { 0 };
        Some(low | high.checked_shl(8 * more).unwrap_or(0))
    }

    /// A number of things, each of which takes some of the header or is bounded by it.
    fn count(&mut self) -> Option<usize> {
        self.number().filter(|count| *count <= MOST).and_then(|count| usize::try_from(count).ok())
    }

    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.bytes(count.div_ceil(8) as u64)?;
        Some((0..count).map(|at| bytes[at / 8] & (0x80 >> (at % 8)) != 0).collect())
    }

    /// Checksums, for those that have one.
    fn digests(&mut self, count: usize) -> Option<Vec<Option<u32>>> {
        let defined = if self.byte()? != 0 { vec![true; count] } else { self.bits(count)? };
        let mut digests = Vec::with_capacity(count);
        for defined in defined {
            let digest = if defined { Some(u32::from_le_bytes(*self.bytes(4)?.first_chunk()?)) } else { None };
            digests.push(digest);
        }
        Some(digests)
    }

    /// The streams of an archive or of its packed header.
    pub(super) fn streams(&mut self) -> Option<Vec<Folder>> {
        let (mut position, mut sizes, mut folders) = (0, Vec::new(), Vec::new());
        let mut told = false;
        loop {
            match self.byte()? {
                0 => break,
                6 => (position, sizes) = self.packed()?,
                7 => folders = self.folders()?,
                // Told once: what a few bytes make a million files of may not be said again and again.
                8 if !told => {
                    self.substreams(&mut folders)?;
                    told = true;
                }
                _ => return None,
            }
        }
        let mut sizes = sizes.into_iter();
        for folder in &mut folders {
            let own: Vec<u64> = sizes.by_ref().take(folder.streams).collect();
            folder.packed = (position, own.iter().try_fold(0u64, |sum, size| sum.checked_add(*size))?);
            position = position.checked_add(folder.packed.1)?;
            if !told {
                folder.files = vec![(folder.size(), folder.crc)];
            }
        }
        Some(folders)
    }

    fn packed(&mut self) -> Option<(u64, Vec<u64>)> {
        let position = self.number()?;
        let count = self.count()?;
        let mut sizes = Vec::new();
        loop {
            match self.byte()? {
                0 => return Some((position, sizes)),
                9 => sizes = (0..count).map(|_| self.number()).collect::<Option<_>>()?,
                10 => drop(self.digests(count)?),
                _ => return None,
            }
        }
    }

    fn folders(&mut self) -> Option<Vec<Folder>> {
        if self.byte()? != 11 {
            return None;
        }
        let count = self.count().filter(|count| *count <= FOLDERS)?;
        if self.byte()? != 0 {
            return None;
        }
        let mut orders = Vec::new();
        let mut folders: Vec<Folder> = Vec::new();
        for _ in 0..count {
            let (folder, order) = self.folder()?;
            folders.push(folder);
            orders.push(order);
        }
        loop {
            match self.byte()? {
                0 => break,
                12 => {
                    for folder in &mut folders {
                        for coder in &mut folder.chain {
                            coder.size = self.number()?;
                        }
                    }
                }
                10 => {
                    let digests = self.digests(count)?;
                    folders.iter_mut().zip(digests).for_each(|(folder, crc)| folder.crc = crc);
                }
                _ => return None,
            }
        }
        for (folder, order) in folders.iter_mut().zip(orders) {
            folder.chain = order.iter().filter_map(|at| folder.chain.get(*at).cloned()).collect();
        }
        Some(folders)
    }

    /// A folder, its coders as they are listed, and the order to apply them in.
    fn folder(&mut self) -> Option<(Folder, Vec<usize>)> {
        let (mut folder, mut simple, mut inputs) = (Folder::default(), true, 0);
        let count = self.number().filter(|count| (1..=32).contains(count))?;
        for _ in 0..count {
            let flags = self.byte()?;
            let id = self.bytes(u64::from(flags & 15))?.to_vec();
            let mut ends = (1, 1);
            if flags & 0x10 != 0 {
                ends = (self.number()?, self.number()?);
            }
            // Several outputs exist in the format only.
            if ends.1 != 1 || ends.0 > 32 || flags & 0x80 != 0 {
                return None;
            }
            simple &= ends.0 == 1;
            inputs += ends.0;
            let properties = if flags & 0x20 != 0 { self.number()? } else { 0 };
            let properties = self.bytes(properties)?.to_vec();
            folder.encrypted |= id == [6, 0xF1, 7, 1];
            folder.chain.push(Coder { id, properties, size: 0 });
        }
        let bound: Vec<(u64, u64)> =
            (1..count).map(|_| Some((self.number()?, self.number()?))).collect::<Option<_>>()?;
        let streams = inputs.checked_sub(count - 1)?;
        if streams > 1 {
            (0..streams).try_for_each(|_| self.number().map(drop))?;
        }
        folder.streams = usize::try_from(streams).ok()?;
        let order = if simple { order(count, &bound) } else { Vec::new() };
        Some((folder, order))
    }

    fn substreams(&mut self, folders: &mut [Folder]) -> Option<()> {
        let mut counts = vec![1; folders.len()];
        let mut kind = self.byte()?;
        if kind == 13 {
            counts = folders.iter().map(|_| self.count()).collect::<Option<_>>()?;
            kind = self.byte()?;
        }
        if counts.iter().sum::<usize>() as u64 > MOST {
            return None;
        }
        let sized = kind == 9;
        for (folder, count) in folders.iter_mut().zip(&counts) {
            let mut left = folder.size();
            for at in 0..*count {
                let size = if at + 1 < *count && sized { self.number()? } else { left };
                left = left.checked_sub(size)?;
                folder.files.push((size, folder.crc.filter(|_| *count == 1)));
            }
        }
        if sized {
            kind = self.byte()?;
        }
        while kind != 0 {
            if kind != 10 {
                return None;
            }
            let open = folders.iter_mut().flat_map(|folder| folder.files.iter_mut()).filter(|file| file.1.is_none());
            let open: Vec<_> = open.collect();
            let digests = self.digests(open.len())?;
            open.into_iter().zip(digests).for_each(|(file, crc)| file.1 = crc);
            kind = self.byte()?;
        }
        Some(())
    }

    /// The header in full.
    pub(super) fn header(&mut self) -> Option<Header> {
        let mut header = Header::default();
        loop {
            match self.byte()? {
                0 => return Some(header),
                2 => self.archive_properties()?,
                3 => drop(self.streams()?),
                4 => header.folders = self.streams()?,
                5 => header.names = self.files()?,
                _ => return None,
            }
        }
    }

    fn archive_properties(&mut self) -> Option<()> {
        while self.byte()? != 0 {
            let size = self.number()?;
            self.bytes(size)?;
        }
        Some(())
    }

    fn files(&mut self) -> Option<Vec<(Vec<u8>, bool)>> {
        let count = self.count()?;
        let (mut names, mut empty) = (Vec::new(), vec![false; count]);
        loop {
            let kind = self.byte()?;
            if kind == 0 {
                break;
            }
            let size = self.number()?;
            let mut inside = Numbers(self.bytes(size)?);
            match kind {
                14 => empty = inside.bits(count)?,
                17 if inside.byte()? == 0 => names = split_names(inside.0),
                _ => {}
            }
        }
        names.resize(count, Vec::new());
        Some(names.into_iter().zip(empty).map(|(name, empty)| (name, !empty)).collect())
    }
}

impl Folder {
    /// Bytes that come out of the last step.
    pub(super) fn size(&self) -> u64 {
        self.chain.last().map_or(0, |coder| coder.size)
    }
}

/// From the coder that takes the packed stream to the one that gives the content. Inputs and outputs have the number of
/// their coder.
fn order(count: u64, bound: &[(u64, u64)]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut next = (0..count).find(|coder| bound.iter().all(|(input, _)| input != coder));
    while let Some(coder) = next.filter(|_| order.len() < count as usize) {
        order.push(coder as usize);
        next = bound.iter().find(|(_, output)| *output == coder).map(|(input, _)| *input);
    }
    if order.len() as u64 == count { order } else { Vec::new() }
}

fn split_names(bytes: &[u8]) -> Vec<Vec<u8>> {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    units.split(|unit| *unit == 0).map(|name| String::from_utf16_lossy(name).into_bytes()).collect()
}
