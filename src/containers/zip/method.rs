//! Compression methods (APPNOTE 4.4.5).

use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use flate2::Decompress;
use lzma_rust2::{LzmaReader, XzReader, lzma_get_memory_usage_by_props};

use super::record::Facts;
use crate::containers::inflate::Inflate;
use crate::containers::{Fault, xz, zstd};
use crate::model::GapKind;

/// Stored as it is.
pub(super) const STORED: u16 = 0;
/// Deflate, which says itself where it ends.
pub(super) const DEFLATE: u16 = 8;

/// The content of an entry whose stored bytes are `body`. It is one stream: what stands behind it in `body` is left
/// there, to be given as data of its own, which its holder recognizes if it is another stream.
///
/// # Errors
/// A fault when the method is not read here, or its parameters are broken.
pub(super) fn decoder<'b>(
    facts: &Facts,
    body: &'b mut dyn BufRead,
    inflater: &'b mut Decompress,
) -> Result<Box<dyn Read + 'b>, Fault> {
    let fault = |error: io::Error| match Fault::of(&error) {
        fault if fault.kind == GapKind::Unreadable => Fault::new(GapKind::Corrupt, format!("zip: {error}")),
        fault => fault,
    };
    Ok(match facts.method {
        STORED => Box::new(body),
        DEFLATE => Box::new(Inflate::new(body, inflater)),
        12 => Box::new(BzDecoder::new(body)),
        14 => lzma(facts, body).map_err(fault)?,
        20 | 93 => Box::new(zstd::frame(body).map_err(fault)?),
        95 => Box::new(XzReader::new_mem_limit(body, false, xz::MEMORY)),
        method => {
            let detail = format!("zip: compression method {method}{} is not read here", known(method));
            return Err(Fault::new(GapKind::Unsupported, detail + "; unpack it and scan the folder"));
        }
    })
}

fn lzma<'b>(facts: &Facts, body: &'b mut dyn BufRead) -> io::Result<Box<dyn Read + 'b>> {
    let mut header = [0; 9];
    body.read_exact(&mut header)?;
    let [_, _, 5, 0, props, a, b, c, d] = header else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "zip: the LZMA properties are corrupt"));
    };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    if lzma_get_memory_usage_by_props(dictionary, props)? > xz::MEMORY {
        return Err(io::Error::new(io::ErrorKind::OutOfMemory, "zip: limit on a decoder's memory reached: 256 MiB"));
    }
    // With flag 1 the stream ends itself.
    let length = if facts.flags & 2 != 0 { u64::MAX } else { facts.content };
    Ok(Box::new(LzmaReader::new_with_props(body, length, props, dictionary, None)?))
}

fn known(method: u16) -> &'static str {
    match method {
        1 => " (shrink)",
        2..=5 => " (reduce)",
        6 => " (implode)",
        9 => " (deflate64)",
        10 => " (old IBM TERSE)",
        18 => " (IBM TERSE)",
        19 => " (IBM LZ77)",
        94 => " (MP3)",
        96 => " (JPEG)",
        97 => " (WavPack)",
        98 => " (PPMd)",
        _ => "",
    }
}
