//! Examples are templates, so that no live-looking secret stands in a pack.
//!
//! `${b62:36}` becomes 36 random characters of base62, `${mint:crc32-base62:ghp_}` a value that begins with `ghp_` and
//! passes that proof, `${broken:crc32-base62:ghp_}` one that looks like it and fails it, `${der}` the base64 of something
//! with the form of a key, `${store:jks}` of a key store. The same rule and position give the same text at every run. Anything else in `${…}` stays as
//! it is, so that shell variables can stand in counterexamples.

use super::Proof;
use super::random::{Random, is_alphabet};

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
        "mint" | "broken" => {
            let (proof, prefix) = argument.split_once(':').unwrap_or((argument, ""));
            let proof = Proof::by_name(proof)?;
            let value = proof.mint(prefix, random);
            if kind == "mint" { Some(value) } else { proof.spoil(value, prefix.len()) }
        }
        "uuid" => Some([8, 4, 4, 4, 12].map(|n| random.text("hex", n)).join("-")),
        "der" => Some(data_encoding::BASE64.encode(&der(random))),
        "store" => Some(data_encoding::BASE64.encode(&[store(argument)?, random.text("b62", 90).as_bytes()].concat())),
        "base64" => Some(data_encoding::BASE64.encode(argument.as_bytes())),
        _ => {
            is_alphabet(kind).then_some(())?;
            Some(random.text(kind, argument.parse().ok().filter(|n| *n <= 4096)?))
        }
    }
}

/// How stores of keys begin, each with its first entry.
fn store(kind: &str) -> Option<&'static [u8]> {
    match kind {
        "jks" => Some(b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\x01k\0\0\x01\x8c\0\0\0\0\0\0\x01\0"),
        "jks-of-certificates" => Some(b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01\0\0\0\x02\0\x01k\0\0\x01\x8c\0\0\0\0"),
        "pkcs12" => {
            Some(b"\x30\x82\x09\xd1\x02\x01\x03\x30\x82\x09\x97\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x82")
        }
        "pkcs8" => {
            Some(b"\x30\x82\x04\xbd\x02\x01\0\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\0\x04\x82")
        }
        "keytab" => Some(b"\x05\x02\0\0\0\x40\0\x02\0\x08ACME.ORG\0\x04HTTP\0\x03web\0\0\0\x01"),
        "keytab-old" => Some(b"\x05\x01\0\0\0\x40\0\x02\0\x08ACME.ORG\0\x04HTTP\0\x03web\0\0\0\x01"),
        "kdbx" => Some(b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\0\x04\0"),
        "kdbx-cut" => Some(b"\x03\xd9\xa2\x9a\x67\xfb\x4b\0\x01\0\x04\0"),
        _ => None,
    }
}

/// Bytes with the outer form of a private key: a SEQUENCE of a version and of filler (RFC 8017).
fn der(random: &mut Random) -> Vec<u8> {
    let filler = random.text("b62", 253).into_bytes();
    [&[0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x00][..], &filler].concat()
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
        let (minted, broken) = ("${mint:crc32-base62:ghp_}", "${broken:crc32-base62:ghp_}");
        let (minted, broken) = (fill(minted, "rule", 0), fill(broken, "rule", 0));
        assert_eq!(minted.bytes().zip(broken.bytes()).filter(|(a, b)| a != b).count(), 1);
    }
}
