//! Base58Check: Bitcoin private keys in wallet import format, and extended private keys.
//!
//! Sources: Bitcoin wiki, "Base58Check encoding" and "Wallet import format"; BIP-32 for the serialisation of extended
//! keys: the last four bytes are the first four of the double SHA-256 of all before them.

use sha2::{Digest, Sha256};

use super::super::random::Random;
use super::proven::Proven;

const DIGITS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The longest value looked at: an extended key has 111 characters.
const LONGEST: usize = 120;

/// The version byte of a private key, main network and test network.
const WIF_VERSIONS: [u8; 2] = [0x80, 0xef];

/// The bytes of an extended key without its checksum.
const EXTENDED: usize = 78;

/// The checksum must hold, and the payload be a private key: 32 bytes, 33 with the mark for compression, or extended.
pub(super) fn check(value: &[u8]) -> Proven {
    let Some(bytes) = decode(value) else { return Proven::No };
    let Some((payload, sum)) = bytes.len().checked_sub(4).map(|at| bytes.split_at(at)) else { return Proven::No };
    let key = match payload.len() {
        33 | 34 => WIF_VERSIONS.contains(&payload[0]),
        length => length == EXTENDED,
    };
    (key && digest(payload)[..4] == *sum).into()
}

/// `prefix` is `xprv` for an extended key; anything else makes one in wallet import format.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let mut payload = match prefix {
        "xprv" => [&[0x04, 0x88, 0xad, 0xe4, 3][..], random.text("b62", EXTENDED - 5).as_bytes()].concat(),
        _ => [&[WIF_VERSIONS[0]][..], random.text("b62", 32).as_bytes(), &[1]].concat(),
    };
    let sum = digest(&payload);
    payload.extend_from_slice(&sum[..4]);
    encode(&payload)
}

fn digest(payload: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(payload)).into()
}

fn decode(value: &[u8]) -> Option<Vec<u8>> {
    if value.len() > LONGEST {
        return None;
    }
    let mut number = Vec::new(); // least byte first
    for byte in value {
        let mut carry = DIGITS.iter().position(|digit| digit == byte)?;
        for place in &mut number {
            carry += usize::from(*place) * 58;
            *place = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            number.push(carry as u8);
        }
    }
    number.extend(value.iter().take_while(|byte| **byte == DIGITS[0]).map(|_| 0));
    number.reverse();
    Some(number)
}

fn encode(bytes: &[u8]) -> String {
    let mut digits: Vec<u32> = Vec::new(); // least digit first
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).map(|_| 0);
    let all: Vec<u32> = zeros.chain(digits.into_iter().rev()).collect();
    all.iter().filter_map(|digit| DIGITS.get(*digit as usize)).map(|byte| *byte as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_and_addresses() {
        assert_eq!(decode(b"11").as_deref(), Some(&[0, 0][..]));
        assert_eq!(encode(&[0, 0, 57]), "11z");
        // The address of the first block ever mined: right checksum, but no private key.
        assert_eq!(check(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), Proven::No);
    }
}
