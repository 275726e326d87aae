//! AWS access key ids.
//!
//! Source: AWS, "Unique identifiers" (IAM), for the four letters of the type; that the sixteen base32 characters after
//! them hold the account number is how `sts get-access-key-info` can answer for any id: bits 1 to 40 of the decoded ten
//! bytes. Ids made before 2019 have the first bit clear and hold none.

use data_encoding::BASE32_NOPAD;

use super::super::random::Random;
use super::proven::Proven;

/// Account numbers have twelve digits.
const ACCOUNTS: u64 = 1_000_000_000_000;

/// A number that is no account refutes an id. Nothing proves one: nine of ten random ids hold a fitting number.
pub(super) fn check(value: &[u8]) -> Proven {
    let Some(body) = value.get(4..).filter(|body| body.len() == 16) else { return Proven::No };
    let Ok(bytes) = BASE32_NOPAD.decode(body) else { return Proven::No };
    let head = bytes.iter().take(6).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let (marked, account) = (head >> 47 == 1, (head >> 7) & 0xff_ffff_ffff);
    if marked && account >= ACCOUNTS { Proven::No } else { Proven::Unknown }
}

/// An id of the newer kind, of an account that is one.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    format!("{prefix}Q{}", random.text("b32", 15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_thirteen_digits_are_refuted() {
        let id = |bytes: [u8; 10]| ["AKIA".to_owned(), BASE32_NOPAD.encode(&bytes)].concat();
        let of = |account: u64| {
            let head = (1 << 47 | account << 7).to_be_bytes();
            id([head[2], head[3], head[4], head[5], head[6], head[7], 1, 2, 3, 4])
        };
        assert_eq!(check(of(123_456_789_012).as_bytes()), Proven::Unknown);
        assert_eq!(check(of(ACCOUNTS - 1).as_bytes()), Proven::Unknown);
        assert_eq!(check(of(ACCOUNTS).as_bytes()), Proven::No);
        assert_eq!(check(id([0x7f; 10]).as_bytes()), Proven::Unknown, "ids of the older kind hold no number");
        assert_eq!(check(b"AKIA0189018901890189"), Proven::No, "not base32");
        assert_eq!(check(b"AKI"), Proven::No);
    }
}
