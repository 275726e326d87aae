//! The content of a folder.

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::BzDecoder;
use flate2::Decompress;
use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;
use lzma_rust2::{Lzma2Reader, LzmaReader, lzma_get_memory_usage_by_props};

use super::header::{Coder, Folder};
use crate::containers::inflate::Inflate;
use crate::containers::{Fault, xz, zstd};
use crate::model::GapKind;

/// Steps of one folder that are undone.
const STEPS: usize = 4;

/// What comes out of a folder whose packed bytes are `packed`.
///
/// # Errors
/// A fault when a step is encrypted or not read here.
pub(super) fn folder<'r>(folder: &Folder, packed: impl BufRead + 'r) -> Result<Box<dyn Read + 'r>, Fault> {
    if folder.encrypted {
        return Err(Fault::new(GapKind::Encrypted, "7z: encrypted; unpack it and scan the folder"));
    }
    if folder.chain.is_empty() || folder.chain.len() > STEPS {
        return Err(unsupported("this combination of methods"));
    }
    let mut reader: Box<dyn BufRead + 'r> = Box::new(packed);
    for coder in &folder.chain {
        let undone = undo(coder, reader)?;
        reader = Box::new(BufReader::new(undone.take(coder.size)));
    }
    Ok(Box::new(reader))
}

fn unsupported(what: &str) -> Fault {
    Fault::new(GapKind::Unsupported, format!("7z: {what} is not read here; unpack it and scan the folder"))
}

fn undo<'r>(coder: &Coder, body: Box<dyn BufRead + 'r>) -> Result<Box<dyn Read + 'r>, Fault> {
    let told = |error: io::Error| match Fault::of(&error) {
        fault if fault.kind == GapKind::Unreadable => Fault::new(GapKind::Corrupt, format!("7z: {error}")),
        fault => fault,
    };
    Ok(match coder.id.as_slice() {
        [] | [0] => Box::new(body),
        [3, 1, 1] => Box::new(lzma(coder, body).map_err(told)?),
        [0x21] => Box::new(lzma2(coder, body).map_err(told)?),
        [3, 3, 1, 3] | [4] => Box::new(BcjReader::new_x86(body, 0)),
        [3] => {
            Box::new(DeltaReader::new(body, coder.properties.first().map_or(1, |distance| usize::from(*distance) + 1)))
        }
        [4, 1, 8] => Box::new(Inflate::new(body, Decompress::new(false))),
        [4, 2, 2] => Box::new(BzDecoder::new(body)),
        [4, 0xF7, 0x11, 1] => Box::new(zstd::frame(body).map_err(told)?),
        [3, 4, 1] => return Err(unsupported("PPMd")),
        [3, 3, 1, 0x1B] => return Err(unsupported("BCJ2")),
        id => return Err(unsupported(&format!("method {id:02x?}"))),
    })
}

fn lzma<R: Read>(coder: &Coder, body: R) -> io::Result<LzmaReader<R>> {
    let [props, a, b, c, d] = coder.properties[..] else { return Err(invalid("7z: the LZMA properties are corrupt")) };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    if lzma_get_memory_usage_by_props(dictionary, props)? > xz::MEMORY {
        return Err(memory());
    }
    LzmaReader::new_with_props(body, coder.size, props, dictionary, None)
}

fn lzma2<R: Read>(coder: &Coder, body: R) -> io::Result<Lzma2Reader<R>> {
    let size = match coder.properties[..] {
        [size @ 0..=39] => (2 | u32::from(size & 1)) << (size / 2 + 11),
        [40] => u32::MAX,
        _ => return Err(invalid("7z: the LZMA2 properties are corrupt")),
    };
    Lzma2Reader::new_mem_limit(body, size, xz::MEMORY, None)
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn memory() -> io::Error {
    io::Error::new(io::ErrorKind::OutOfMemory, "7z: limit on a decoder's memory reached: 256 MiB")
}
