//! Archives, written by other people's writers.

use std::io::{Cursor, Write};

use lzma_rust2::{Lzma2Options, Lzma2Writer, LzmaOptions, LzmaWriter, XzOptions, XzWriter};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A name and its content.
pub(super) type Entry = (String, Vec<u8>);

/// The formats of a single stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
    Lzma,
    Zlib,
}

/// All of them.
pub(super) const STREAMS: [Stream; 7] =
    [Stream::Gzip, Stream::Zstd, Stream::Xz, Stream::Bzip2, Stream::Lz4, Stream::Lzma, Stream::Zlib];

/// Those of which a file may hold several in a row.
pub(super) const IN_A_ROW: [Stream; 5] = [Stream::Gzip, Stream::Zstd, Stream::Xz, Stream::Bzip2, Stream::Lz4];

impl Stream {
    /// One stream of `content`.
    pub(super) fn pack(self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
            Self::Zlib => {
                let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
            Self::Zstd => {
                let mut writer = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
                writer.include_checksum(true).unwrap();
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
            Self::Xz => {
                let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(0)).unwrap();
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
            Self::Lz4 => {
                let info = lz4_flex::frame::FrameInfo::new()
                    .content_checksum(true)
                    .block_size(lz4_flex::frame::BlockSize::Max64KB);
                let mut writer = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
            Self::Lzma => {
                let options = LzmaOptions::with_preset(0);
                let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, None).unwrap();
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
            Self::Bzip2 => {
                let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                writer.write_all(content).unwrap();
                writer.finish().unwrap()
            }
        }
    }
}

/// A tar with GNU headers and long names.
pub(super) fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A zip whose entries use one method.
pub(super) fn zip(entries: &[Entry], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut writer, entries, method);
    writer.finish().unwrap().into_inner()
}

/// The same from a writer that cannot seek, so that sizes stand behind the entries.
pub(super) fn zip_streamed(entries: &[Entry], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    fill(&mut writer, entries, method);
    writer.finish().unwrap().into_inner()
}

fn fill<W: Write + std::io::Seek>(writer: &mut ZipWriter<W>, entries: &[Entry], method: CompressionMethod) {
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in entries {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(content).unwrap();
    }
}

/// Content that compresses, and content that does not.
pub(super) fn sample(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    (0..length).map(|i| if i % 64 < 40 { b'a' + (i % 17) as u8 } else { noise() }).collect()
}

/// An ar with short names, as Debian's packages are.
pub(super) fn ar(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, content) in entries {
        bytes.extend_from_slice(format!("{name:<16}{:<32}{:<10}`\n", 0, content.len()).as_bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
    }
    bytes
}

/// A cpio, with `newc` headers or `odc` ones, that begins with a link.
pub(super) fn cpio(entries: &[Entry], newc: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let link = ("link".to_owned(), b"target/of/the/link".to_vec());
    let trailer = ("TRAILER!!!".to_owned(), Vec::new());
    let modes = std::iter::once((&link, 0o120_777)).chain(entries.iter().map(|entry| (entry, 0o100_644)));
    for ((name, content), mode) in modes.chain([(&trailer, 0)]) {
        let (length, size) = (name.len() + 1, content.len());
        let head = if newc {
            format!("070701{:08X}{mode:08X}{}{size:08X}{}{length:08X}{:08X}", 1, "0".repeat(32), "0".repeat(32), 0)
        } else {
            format!("070707{:06o}{:06o}{mode:06o}{}{length:06o}{size:011o}", 1, 1, "0".repeat(35))
        };
        for part in [[head.as_bytes(), name.as_bytes(), &[0]].concat(), content.clone()] {
            bytes.extend_from_slice(&part);
            if newc {
                bytes.resize(bytes.len().next_multiple_of(4), 0);
            }
        }
    }
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// An rpm around a payload.
pub(super) fn rpm(text: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = |store: &[u8]| {
        let mut bytes = [0x8E, 0xAD, 0xE8, 1, 0, 0, 0, 0, 0, 0, 0, 1].to_vec();
        bytes.extend_from_slice(&(store.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&[0, 0, 3, 0xE8, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1]);
        bytes.extend_from_slice(store);
        bytes
    };
    let mut bytes = [0xED, 0xAB, 0xEE, 0xDB, 3, 0, 0, 0, 0, 1].to_vec();
    bytes.resize(96, 0);
    bytes.extend(header(b"signed"));
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(header(text));
    bytes.extend_from_slice(payload);
    bytes
}

/// A 7z whose files share one folder, of LZMA2 or stored.
pub(super) fn sevenz(entries: &[Entry], packed: bool) -> Vec<u8> {
    let number = |value: usize| [&[0xFF], &(value as u64).to_le_bytes()[..]].concat();
    let full: Vec<&Entry> = entries.iter().filter(|(_, content)| !content.is_empty()).collect();
    let content: Vec<u8> = full.iter().flat_map(|(_, content)| content.clone()).collect();
    let stream = if packed {
        let mut writer = Lzma2Writer::new(Vec::new(), Lzma2Options::with_preset(0));
        writer.write_all(&content).unwrap();
        writer.finish().unwrap()
    } else {
        content.clone()
    };
    let mut header = vec![1];
    if !full.is_empty() {
        header.extend([&[4, 6, 0, 1, 9][..], &number(stream.len()), &[0, 7, 11, 1, 0, 1]].concat());
        header.extend_from_slice(if packed { &[0x21, 0x21, 1, 24] } else { &[1, 0] });
        header.extend([&[12][..], &number(content.len()), &[0, 8, 13], &number(full.len())].concat());
        if full.len() > 1 {
            header.push(9);
            full[..full.len() - 1].iter().for_each(|(_, content)| header.extend(number(content.len())));
        }
        header.extend_from_slice(&[10, 1]);
        full.iter().for_each(|(_, content)| header.extend(crc32fast::hash(content).to_le_bytes()));
        header.extend_from_slice(&[0, 0]);
    }
    let mut empty = vec![0u8; entries.len().div_ceil(8)];
    for at in (0..entries.len()).filter(|at| entries[*at].1.is_empty()) {
        empty[at / 8] |= 0x80 >> (at % 8);
    }
    let names: Vec<u8> = entries
        .iter()
        .flat_map(|(name, _)| name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
        .collect();
    header.extend([&[5][..], &number(entries.len()), &[14], &number(empty.len()), &empty].concat());
    header.extend([&[17][..], &number(names.len() + 1), &[0], &names, &[0, 0]].concat());
    let mut start = Vec::new();
    start.extend((stream.len() as u64).to_le_bytes());
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc32fast::hash(&header).to_le_bytes());
    let sum = crc32fast::hash(&start).to_le_bytes();
    [b"7z\xBC\xAF\x27\x1C\0\x04", &sum[..], &start, &stream, &header].concat()
}
