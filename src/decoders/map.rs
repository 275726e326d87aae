//! Decoded bytes with the way back to where they came from.

use std::ops::Range;

use super::text;

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

    /// The decoded bytes by value.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends `decoded`, of which every `ratio.1` bytes came from `ratio.0` encoded bytes, the first of them at `src`.
    pub fn push(&mut self, decoded: &[u8], src: usize, ratio: (u32, u32)) {
        self.segment(src, ratio);
        self.bytes.extend_from_slice(decoded);
    }

    /// Begins a segment: bytes appended through [`SpanMap::bytes_mut`] from now on came from `src` onwards, at `ratio`
    /// encoded to decoded bytes, neither of them zero.
    pub fn segment(&mut self, src: usize, (encoded, decoded): (u32, u32)) {
        let out = self.bytes.len();
        let next = Segment { out, src, encoded, decoded };
        match self.segments.last_mut() {
            Some(last) if last.leads_to(&next) => {}
            Some(last) if last.out == out => *last = next,
            _ => self.segments.push(next),
        }
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
        let after = self.segments.partition_point(|segment| segment.src <= src);
        let end = self.segments.get(after).map_or(self.bytes.len(), |segment| segment.out);
        let inside = self.segments[..after].last();
        inside.map_or(0, |segment| segment.first_at(src)).min(end)
    }

    /// Whether the decoded bytes hold a stretch that looks like text: 12 printable ASCII characters, tabs or line
    /// breaks in a row, or 8 of them as UTF-16. Digests, keys and compressed data do not, and it takes a few
    /// nanoseconds to see that; there is nothing in them to scan.
    pub fn has_text(&self) -> bool {
        text::has_text(&self.bytes)
    }

    fn segment_of(&self, out: usize) -> Option<&Segment> {
        self.segments[..self.segments.partition_point(|segment| segment.out <= out)].last()
    }

    /// Encoded offset where decoded byte `out` begins.
    fn start(&self, out: usize) -> usize {
        self.segment_of(out).map_or(0, |segment| segment.start(out))
    }

    /// Encoded offset after the decoded byte before `out`.
    fn end(&self, out: usize) -> usize {
        let last = out.saturating_sub(1);
        self.segment_of(last).map_or(0, |segment| segment.end(last))
    }
}

impl Segment {
    /// Whether `next` only goes on with this segment.
    fn leads_to(&self, next: &Segment) -> bool {
        let length = next.out - self.out;
        (self.encoded, self.decoded) == (next.encoded, next.decoded)
            && length.is_multiple_of(self.decoded as usize)
            && self.start(next.out) == next.src
    }

    fn start(&self, out: usize) -> usize {
        self.src + (out - self.out) * self.encoded as usize / self.decoded as usize
    }

    fn end(&self, out: usize) -> usize {
        self.src + ((out - self.out + 1) * self.encoded as usize).div_ceil(self.decoded as usize)
    }

    fn first_at(&self, src: usize) -> usize {
        self.out + ((src - self.src) * self.decoded as usize).div_ceil(self.encoded as usize)
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
        for src in 0..30 {
            let slow = (0..8).find(|&out| map.start(out) >= src).unwrap_or(8);
            assert_eq!(map.first_at(src), slow, "{src}");
        }
    }

    #[test]
    fn appending_in_parts_makes_one_segment() {
        let mut map = SpanMap::default();
        for part in 0..100 {
            map.push(b"abc", 7 + 4 * part, (4, 3));
        }
        assert_eq!(map.segments.len(), 1);
        map.segment(500, (1, 1));
        map.push(b"x", 600, (2, 1));
        assert_eq!((map.segments.len(), map.source(300..301)), (2, 600..602));
    }
}
