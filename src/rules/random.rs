//! Random text for examples: the same at every run and everywhere.

/// Alphabets by the names that templates use.
const ALPHABETS: &[(&str, &str)] = &[
    ("dec", "0123456789"),
    ("hex", "0123456789abcdef"),
    ("HEX", "0123456789ABCDEF"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("b32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("b32l", "abcdefghijklmnopqrstuvwxyz234567"),
    ("b36", "0123456789abcdefghijklmnopqrstuvwxyz"),
    ("B36", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("b58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    ("b62", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("b64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ("b64u", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
];

/// Whether `name` is one of the alphabets.
pub(super) fn is_alphabet(name: &str) -> bool {
    ALPHABETS.iter().any(|(known, _)| *known == name)
}

/// Names and characters of the alphabets.
pub(super) fn alphabets() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALPHABETS.iter().copied()
}

/// Small, seeded, the same everywhere (SplitMix64). For examples only, never for keys.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: &str, ordinal: u64) -> Self {
        let hash =
            seed.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        Self(hash ^ ordinal.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `length` characters of a named alphabet; empty for a name that is not known.
    pub(super) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let characters = ALPHABETS.iter().find(|(name, _)| *name == alphabet).map_or("", |(_, set)| set).as_bytes();
        let pick = |random: &mut Self| characters.get((random.next() % characters.len().max(1) as u64) as usize);
        (0..length).filter_map(|_| pick(self)).map(|byte| *byte as char).collect()
    }
}
