//! LZMA alone, the format before xz.

use std::io;

use lzma_rust2::LzmaReader;

use super::input::Input;
use super::streams::Format;
use super::xz::MEMORY;

/// LZMA alone.
pub(super) struct Lzma;

impl Format for Lzma {
    const NAME: &'static str = "lzma";
    type Reader<'a> = LzmaReader<Input<'a>>;

    /// There is no magic: the usual properties byte, a dictionary size that encoders make, a length that is unknown or
    /// sane, and the range coder's first byte, which is always zero.
    fn starts(head: &[u8]) -> bool {
        let Some((&[0x5D, a, b, c, d], rest)) = head.split_first_chunk::<5>() else { return false };
        let Some((size, code)) = rest.split_first_chunk::<8>() else { return false };
        let dictionary = u32::from_le_bytes([a, b, c, d]);
        let made = dictionary >= 1 << 12 && (dictionary.is_power_of_two() || (dictionary / 3).is_power_of_two());
        let size = u64::from_le_bytes(*size);
        made && (size == u64::MAX || (1..1 << 40).contains(&size)) && code.first() == Some(&0)
    }

    fn cut(_: &[u8]) -> bool {
        false
    }

    fn begin(input: Input<'_>) -> io::Result<LzmaReader<Input<'_>>> {
        LzmaReader::new_mem_limit(input, MEMORY, None)
    }

    fn end<'a>(reader: Self::Reader<'a>) -> (Input<'a>, Vec<u8>) {
        reader.into_parts()
    }

    const IN_A_ROW: bool = false;
}
