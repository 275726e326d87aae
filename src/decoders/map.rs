//! Decoded bytes with the way back to where they came from.

use std::ops::Range;

/// Decoded bytes, and for each the encoded bytes it came from.
///
/// The map is a list of segments; within one, `encoded` input bytes make `decoded` output bytes, evenly: 4 and 3 for
/// base64, 2 and 1 for hex, 1 and 1 for bytes copied as they are, 6 and 1 for `\u0041`.
#[derive(Default)]
pub struct SpanMap {
    bytes: Vec<u8>,
    segments: Vec<Segment>,
}

#[derive(Clone, Copy)]
struct Segment {
    /// First decoded byte.
    out: usize,
    /// First encoded byte.
    src: usize,
    encoded: u32,
    decoded: u32,
}

impl SpanMap {
    /// Forgets everything but keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.segments.clear();
    }

    /// The decoded bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends `decoded`, of which every `ratio.1` bytes came from `ratio.0` encoded bytes, the first of them at `src`.
    pub fn push(&mut self, decoded: &[u8], src: usize, ratio: (u32, u32)) {
        self.segment(src, ratio);
        self.bytes.extend_from_slice(decoded);
    }

    /// Begins a segment: bytes appended through [`SpanMap::bytes_mut`] from now on came from `src` onwards.
    pub fn segment(&mut self, src: usize, (encoded, decoded): (u32, u32)) {
        let out = self.bytes.len();
        if let Some(last) = self.segments.last() {
            let continues = last.encoded == encoded
                && last.decoded == decoded
                && (out - last.out) % decoded as usize == 0
                && last.src + (out - last.out) / decoded as usize * encoded as usize == src;
            if continues {
                return;
            }
        }
        self.segments.push(Segment { out, src, encoded, decoded });
    }

    /// The output, to append to after [`SpanMap::segment`].
    pub fn bytes_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The encoded bytes that the decoded bytes of `range` came from.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self.start(range.start);
            return at..at;
        }
        self.start(range.start)..self.end(range.end)
    }

    /// The first decoded byte whose encoded form starts at or after `src`.
    pub fn first_at(&self, src: usize) -> usize {
        let (mut low, mut high) = (0, self.bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.start(middle) < src {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn segment_of(&self, out: usize) -> Option<&Segment> {
        self.segments[..self.segments.partition_point(|s| s.out <= out)].last()
    }

    /// Encoded offset where decoded byte `out` begins.
    fn start(&self, out: usize) -> usize {
        self.segment_of(out).map_or(0, |s| s.src + (out - s.out) * s.encoded as usize / s.decoded as usize)
    }

    /// Encoded offset after the decoded byte before `out`.
    fn end(&self, out: usize) -> usize {
        self.segment_of(out - 1)
            .map_or(0, |s| s.src + ((out - s.out) * s.encoded as usize).div_ceil(s.decoded as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decoded_byte_leads_back() {
        let mut map = SpanMap::default();
        map.push(b"ab", 10, (1, 1)); // ab
        map.push(b"=", 12, (3, 1)); // %3D
        map.push(b"cd", 15, (1, 1)); // cd
        map.push(b"xyz", 20, (4, 3)); // four base64 characters
        assert_eq!(map.bytes(), b"ab=cdxyz");
        let cases = [
            (0..1, 10..11),
            (1..3, 11..15),
            (2..3, 12..15),
            (3..5, 15..17),
            (5..6, 20..22),
            (7..8, 22..24),
            (0..8, 10..24),
        ];
        for (decoded, encoded) in cases {
            assert_eq!(map.source(decoded.clone()), encoded, "{decoded:?}");
        }
        assert_eq!(map.first_at(0), 0);
        assert_eq!(map.first_at(13), 3);
        assert_eq!(map.first_at(99), 8);
    }
}
