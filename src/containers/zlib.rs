//! zlib streams (RFC 1950): what databases, caches and protocols store without a format around it.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::HEAD;
use super::inflate::Inflate;
use super::input::Input;
use super::streams::Format;

/// zlib.
pub(super) struct Zlib;

/// Fewest bytes of a stream whose end is not in sight.
const CLEAR: usize = 64;

impl Format for Zlib {
    const NAME: &'static str = "zlib";
    type Reader<'a> = Inflate<Input<'a>>;
    const IN_A_ROW: bool = false;

    /// Two bytes of magic are not much, so the stream must decompress as far as it is seen.
    fn starts(head: &[u8]) -> bool {
        let mut content = [0; 2 * HEAD];
        match begin(head, &mut content) {
            Some((_, Status::StreamEnd)) => true,
            Some((given, _)) => given >= CLEAR,
            None => false,
        }
    }

    fn cut(_head: &[u8]) -> bool {
        false
    }

    fn begin(input: Input<'_>) -> io::Result<Inflate<Input<'_>>> {
        Ok(Inflate::zlib(input, Decompress::new(true)))
    }

    fn end<'a>(reader: Self::Reader<'a>) -> (Input<'a>, Vec<u8>) {
        (reader.into_input(), Vec::new())
    }
}

/// Decompresses the start of a stream into `content`: how much, and whether that was all. `None` for what is no stream
/// with a window of 32 KiB and no dictionary, the only kind that programs write.
pub(super) fn begin(head: &[u8], content: &mut [u8]) -> Option<(usize, Status)> {
    let ([0x78, flags], _) = head.split_first_chunk::<2>()? else { return None };
    if (0x7800 | u16::from(*flags)) % 31 != 0 || flags & 0x20 != 0 {
        return None;
    }
    let mut inflater = Decompress::new(true);
    let status = inflater.decompress(head, content, FlushDecompress::None).ok()?;
    Some((inflater.total_out() as usize, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_begin_like_a_stream_are_none() {
        for text in ["x^2 + y^2 = z^2\n".repeat(40), "x^".to_owned(), "x\u{1}abcdefgh".repeat(60), String::new()] {
            assert!(!Zlib::starts(text.as_bytes()), "{text}");
        }
    }
}
