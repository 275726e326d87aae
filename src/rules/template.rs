//! Examples are templates, so that no live-looking secret stands in a pack.
//!
//! `${b62:36}` becomes 36 random characters of base62, `${mint:crc32-base62:ghp_}` a value that begins with `ghp_` and
//! passes that proof, `${der}` the base64 of something with the form of a key. The same rule and position give the same text at every run. Anything else in `${…}` stays as it
//! is, so that shell variables can stand in counterexamples.

use super::Proof;

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

/// Fills in a template.
pub(super) fn fill(template: &str, rule: &str, ordinal: usize) -> String {
    let mut random = Random::new(rule, ordinal as u64);
    let (mut out, mut rest) = (String::with_capacity(template.len()), template);
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let made = from.find('}').and_then(|end| Some((make(&from[2..end], &mut random)?, end + 1)));
        let (text, taken) = made.unwrap_or_else(|| ("${".to_owned(), 2));
        out.push_str(&text);
        rest = &from[taken..];
    }
    out + rest
}

fn make(word: &str, random: &mut Random) -> Option<String> {
    let (kind, argument) = word.split_once(':').unwrap_or((word, ""));
    match kind {
        "mint" => {
            let (proof, prefix) = argument.split_once(':').unwrap_or((argument, ""));
            Some(Proof::by_name(proof)?.mint(prefix, random))
        }
        "uuid" => Some([8, 4, 4, 4, 12].map(|n| random.text("hex", n)).join("-")),
        "der" => Some(data_encoding::BASE64.encode(&der(random))),
        "base64" => Some(data_encoding::BASE64.encode(argument.as_bytes())),
        _ => {
            ALPHABETS.iter().find(|(name, _)| *name == kind)?;
            Some(random.text(kind, argument.parse().ok().filter(|n| *n <= 4096)?))
        }
    }
}

/// Bytes with the outer form of a private key: a SEQUENCE of a version and of filler (RFC 8017).
fn der(random: &mut Random) -> Vec<u8> {
    let filler = random.text("b62", 253).into_bytes();
    [&[0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x00][..], &filler].concat()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_fill_and_leave_the_rest_alone() {
        let text = fill("a ${hex:8} ${HOME} ${mint:crc32-base62:ghp_} ${uuid} ${nope:3} ${", "rule", 0);
        let words: Vec<_> = text.split(' ').collect();
        assert_eq!((words[1].len(), words[2], words[3].len(), words[4].len()), (8, "${HOME}", 40, 36));
        assert_eq!(words[5..], ["${nope:3}", "${"]);
        assert_eq!(text, fill("a ${hex:8} ${HOME} ${mint:crc32-base62:ghp_} ${uuid} ${nope:3} ${", "rule", 0));
        assert_ne!(fill("${b62:20}", "rule", 0), fill("${b62:20}", "rule", 1));
        assert_eq!(fill("${base64:user:pass}", "rule", 0), "dXNlcjpwYXNz");
    }
}
