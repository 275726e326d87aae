//! Bech32: age identities and Nostr keys.
//!
//! Sources: age specification (C2SP), "The X25519 recipient type"; BIP-173 for the checksum, whose limit of ninety
//! characters age lifts; NIP-19 for Nostr.

use super::super::random::Random;
use super::proven::Proven;

const DIGITS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

const SUM: usize = 6;

pub(super) fn check(value: &[u8]) -> Proven {
    let lower = value.to_ascii_lowercase();
    if lower != value && value.to_ascii_uppercase() != value {
        return Proven::No;
    }
    let Some(at) = lower.iter().rposition(|byte| *byte == b'1') else { return Proven::No };
    let (human, data) = (&lower[..at], &lower[at + 1..]);
    match digits(data) {
        Some(data) if !human.is_empty() && data.len() > SUM => (remainder(human, &data) == 1).into(),
        _ => Proven::No,
    }
}

/// An identity of 32 bytes after `prefix`, which ends with the `1` before the data.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let lower = prefix.to_ascii_lowercase();
    let human = lower.strip_suffix('1').unwrap_or(&lower);
    let mut data: Vec<u8> =
        random.text("b32l", 51).bytes().map(|b| if b < b'a' { b - b'2' } else { b - b'a' }).collect();
    data.push(0); // 32 bytes are 51 digits and one bit
    let sum = remainder(human.as_bytes(), &[&data[..], &[0; SUM]].concat()) ^ 1;
    data.extend((0..SUM).map(|i| (sum >> (5 * (SUM - 1 - i)) & 31) as u8));
    let text: String = data.iter().filter_map(|d| DIGITS.get(usize::from(*d))).map(|b| *b as char).collect();
    let token = format!("{human}1{text}");
    if lower == prefix { token } else { token.to_ascii_uppercase() }
}

fn digits(data: &[u8]) -> Option<Vec<u8>> {
    data.iter().map(|byte| Some(DIGITS.iter().position(|digit| digit == byte)? as u8)).collect()
}

fn remainder(human: &[u8], data: &[u8]) -> u32 {
    let high = human.iter().map(|byte| byte >> 5);
    let low = human.iter().map(|byte| byte & 31);
    high.chain([0]).chain(low).chain(data.iter().copied()).fold(1, |sum, value| {
        let shifted = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
        (0..5).filter(|i| sum >> (25 + i) & 1 == 1).fold(shifted, |sum, i| sum ^ GENERATOR[i])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_bip_173() {
        assert_eq!(check(b"A12UEL5L"), Proven::No, "valid, but without data");
        assert_eq!(check(b"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"), Proven::Yes);
        assert_eq!(check(b"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"), Proven::Yes);
        assert_eq!(check(b"split1cheo2y9e2w"), Proven::No);
    }
}
