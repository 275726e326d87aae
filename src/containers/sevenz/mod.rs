//! 7z (7zFormat.txt of the LZMA SDK): stored, LZMA, LZMA2, deflate, bzip2 and zstd, behind the filters for programs and
//! differences. What is encrypted or packed by anything else is a gap for each of its files.

mod header;
mod unpack;
mod walk;

pub(super) use walk::SevenZ;
