//! NATS nkey seeds.
//!
//! Source: the README of nats-io/nkeys: base32 without padding of two bytes for "seed" and the kind of key, 32 bytes of
//! seed and the CRC16 (XModem) of all before it, least significant byte first.

use data_encoding::BASE32_NOPAD;

use super::super::random::Random;
use super::proven::Proven;

/// `S`, in the highest five bits.
const SEED: u8 = 18 << 3;

/// Account, cluster, module, operator, server, user, service, signer and curve keys: the letters after the `S`.
const KINDS: &[u8] = b"ACMNOUVX";

const LENGTH: usize = 36;

pub(super) fn check(value: &[u8]) -> Proven {
    let Ok(bytes) = BASE32_NOPAD.decode(value) else { return Proven::No };
    if bytes.len() != LENGTH || bytes[0] & 0xf8 != SEED || !value.get(1).is_some_and(|kind| KINDS.contains(kind)) {
        return Proven::No;
    }
    let (body, sum) = bytes.split_at(LENGTH - 2);
    (crc16(body).to_le_bytes() == sum).into()
}

/// `prefix` is `SU` or another of the two-letter beginnings.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let kind = prefix.as_bytes().get(1).copied().unwrap_or(b'U').wrapping_sub(b'A') << 3;
    let mut bytes = vec![SEED | kind >> 5, (kind & 31) << 3];
    bytes.extend(random.text("b62", 32).bytes());
    bytes.extend(crc16(&bytes).to_le_bytes());
    BASE32_NOPAD.encode(&bytes)
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8)
            .fold(sum ^ u16::from(*byte) << 8, |sum: u16, _| if sum >> 15 == 1 { sum << 1 ^ 0x1021 } else { sum << 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_catalogue_of_crcs() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }
}
