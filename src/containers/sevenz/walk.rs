//! From the header to the members.

use std::io::{self, Read};

use crc32fast::Hasher;

use super::header::{Folder, Header, Numbers};
use super::unpack;
use crate::containers::held::{self, Held};
use crate::containers::input::Input;
use crate::containers::metered::{Metered, Progress};
use crate::containers::visit::Visit;
use crate::containers::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// 7z.
pub(in crate::containers) struct SevenZ;

const MAGIC: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// Bytes of the signature header.
const START: usize = 32;

/// Bytes of a header.
const HEADER: u64 = 64 << 20;

/// Headers packed into each other; writers pack once.
const PACKED: usize = 4;

impl Container for SevenZ {
    fn name(&self) -> &'static str {
        "7z"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(MAGIC) && head.get(6).is_some_and(|major| *major == 0)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(mut visit) = Visit::enter(budget, members) else { return };
        match held::whole(body, &visit.meter()) {
            Held::Whole(input) => open(input, &mut visit),
            Held::Slice(bytes, fault, _memory) => open(Input::slice(&bytes, fault), &mut visit),
            Held::TooLong(_) => visit.gap(b"", &held::too_long("7z"), 0),
        }
    }
}

fn open(mut input: Input<'_>, visit: &mut Visit<'_>) {
    match header(&mut input, visit) {
        Ok(header) => members(&mut input, &header, visit),
        Err(fault) => visit.gap(b"", &fault, 0),
    }
}

fn corrupt(what: &str) -> Fault {
    Fault::new(GapKind::Corrupt, format!("7z: {what} is corrupt"))
}

fn header(input: &mut Input<'_>, visit: &Visit<'_>) -> Result<Header, Fault> {
    let broken = input.at_end();
    let short = move || {
        broken.clone().unwrap_or_else(|| Fault::new(GapKind::Truncated, "7z: the archive ends before its header"))
    };
    let (start, n) = input.head::<START>();
    if n < START {
        return Err(short());
    }
    if !start.starts_with(MAGIC) {
        return Err(corrupt("the signature"));
    }
    let long =
        |at: usize| start.get(at..).and_then(|bytes| bytes.first_chunk::<8>()).map_or(0, |b| u64::from_le_bytes(*b));
    let (offset, size) = (long(12), long(20));
    if crc32fast::hash(&start[12..]).to_le_bytes() != start[8..12] {
        return Err(corrupt("the start header"));
    }
    if size == 0 {
        return Ok(Header::default());
    }
    if size > HEADER {
        return Err(Fault::new(GapKind::LimitReached, format!("7z: limit on the header reached: {HEADER} bytes")));
    }
    let memory = visit.meter().hold(size);
    if memory.bytes < size {
        return Err(held::too_long("7z"));
    }
    if input.len().is_some_and(|length| length < (START as u64).saturating_add(offset).saturating_add(size)) {
        return Err(short());
    }
    let mut bytes = vec![0; size as usize];
    let n = input.read_at(START as u64 + offset, &mut bytes);
    if n < bytes.len() {
        return Err(short());
    }
    if crc32fast::hash(&bytes) != u32::from_le_bytes([start[28], start[29], start[30], start[31]]) {
        return Err(corrupt("the header"));
    }
    for _ in 0..PACKED {
        let mut numbers = Numbers(&bytes);
        match numbers.byte() {
            Some(1) => return numbers.header().ok_or_else(|| corrupt("the header")),
            Some(0x17) => {
                let folders = numbers.streams().ok_or_else(|| corrupt("the packed header"))?;
                let folder = folders.first().ok_or_else(|| corrupt("the packed header"))?;
                bytes = unpacked(input, folder, visit)?;
            }
            _ => break,
        }
    }
    Err(corrupt("the header"))
}

/// The content of a folder that is a header.
fn unpacked(input: &mut Input<'_>, folder: &Folder, visit: &Visit<'_>) -> Result<Vec<u8>, Fault> {
    if folder.size() > HEADER {
        return Err(Fault::new(GapKind::LimitReached, format!("7z: limit on the header reached: {HEADER} bytes")));
    }
    let (trace, meter) = (input.trace(), visit.meter());
    input.seek(folder.packed.0.saturating_add(START as u64));
    let content = unpack::folder(folder, input.by_ref().take(folder.packed.1))?;
    let mut bytes = Vec::new();
    Metered::new(content, "7z", meter, trace).read_to_end(&mut bytes).map_err(|error| Fault::of(&error))?;
    Ok(bytes)
}

fn members(input: &mut Input<'_>, header: &Header, visit: &mut Visit<'_>) {
    let mut names = header.names.iter().filter(|(_, full)| *full).map(|(name, _)| name.as_slice());
    for (name, _) in header.names.iter().filter(|(_, full)| !full) {
        if !visit.count(name) {
            return;
        }
        visit.text(name, name);
    }
    for folder in &header.folders {
        let names: Vec<&[u8]> = folder.files.iter().map(|_| names.next().unwrap_or(b"(without a name)")).collect();
        if !files(input, folder, &names, visit) {
            return;
        }
    }
}

/// The files of one folder; whether to go on.
fn files(input: &mut Input<'_>, folder: &Folder, names: &[&[u8]], visit: &mut Visit<'_>) -> bool {
    let (trace, meter) = (input.trace(), visit.meter());
    input.seek(folder.packed.0.saturating_add(START as u64));
    let content = match unpack::folder(folder, input.by_ref().take(folder.packed.1)) {
        Ok(content) => content,
        Err(fault) => {
            for (name, (size, _)) in names.iter().zip(&folder.files) {
                if !visit.count(name) {
                    return false;
                }
                visit.gap(name, &fault, *size);
            }
            return true;
        }
    };
    let mut content = Metered::new(content, "7z", meter, trace);
    for (at, (name, (size, crc))) in names.iter().zip(&folder.files).enumerate() {
        let mut file = File { content: &mut content, left: *size, sum: Hasher::new() };
        if !visit.count(name) || !visit.give(name, &mut file) {
            return false;
        }
        let told = matches!(file.content.progress(), Progress::Failed(_));
        let rest = io::copy(&mut file, &mut io::sink());
        let (left, sum) = (file.left, file.sum.finalize());
        let fault = match rest {
            Err(error) => Some(Fault::of(&error)).filter(|_| !told),
            Ok(_) if left > 0 => Some(Fault::new(GapKind::Truncated, "7z: the entry ends early")),
            Ok(_) if crc.is_some_and(|crc| crc != sum) => {
                Some(Fault::new(GapKind::Corrupt, "7z: the checksum does not fit the content"))
            }
            Ok(_) => None,
        };
        if let Some(fault) = &fault {
            visit.gap(name, fault, left);
        }
        if told || left > 0 {
            unreached(&names[at + 1..], &folder.files[at + 1..], visit);
            return true;
        }
    }
    true
}

/// What follows a broken file in the same folder cannot be reached.
fn unreached(names: &[&[u8]], files: &[(u64, Option<u32>)], visit: &mut Visit<'_>) {
    let bytes = files.iter().fold(0u64, |sum, (size, _)| sum.saturating_add(*size));
    if let Some(first) = names.first().filter(|_| !visit.meter().is_spent()) {
        let detail = format!("7z: {} files behind a broken one cannot be reached; this is the first", names.len());
        visit.lost(first, GapKind::Corrupt, bytes, &detail);
    }
}

/// One file of a folder, summed up while it is read.
struct File<'c, R> {
    content: &'c mut Metered<R>,
    left: u64,
    sum: Hasher,
}

impl<R: Read> Read for File<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.content.by_ref().take(self.left).read(buf)?;
        self.left -= n as u64;
        self.sum.update(buf.get(..n).unwrap_or_default());
        Ok(n)
    }
}
