//! PyPI's upload tokens.
//!
//! Sources: Warehouse (PyPI's own code), which issues macaroons with the host name of the index as location; the
//! libmacaroons format document for version 2 of the binary form: fields of type, length and bytes, sections that end
//! with a zero, at last a signature of 32 bytes.

use data_encoding::BASE64URL_NOPAD;

use super::super::random::Random;
use super::proven::Proven;

const PREFIX: &str = "pypi-";

const VERSION: u8 = 2;

const END: u8 = 0;
const LOCATION: u8 = 1;
const IDENTIFIER: u8 = 2;
const SIGNATURE: u8 = 6;

const HOSTS: [&str; 2] = ["pypi.org", "test.pypi.org"];

pub(super) fn check(value: &[u8]) -> Proven {
    let body = value.strip_prefix(PREFIX.as_bytes()).unwrap_or(value);
    BASE64URL_NOPAD.decode(body).is_ok_and(|bytes| walk(&bytes).is_some()).into()
}

/// Follows the fields to the signature, which must end the token.
fn walk(bytes: &[u8]) -> Option<()> {
    let (host, mut rest) = take(bytes.strip_prefix(&[VERSION, LOCATION])?)?;
    HOSTS.iter().find(|known| known.as_bytes() == host)?;
    let mut sections = 0;
    loop {
        let (kind, after) = rest.split_first()?;
        rest = match *kind {
            END => {
                sections += 1;
                after
            }
            SIGNATURE => {
                let (signature, end) = take(after)?;
                return (sections >= 2 && signature.len() == 32 && end.is_empty()).then_some(());
            }
            _ => take(after)?.1,
        };
    }
}

/// A field's bytes and what follows them; its length stands before it, seven bits a byte, least first.
fn take(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(*first), rest),
        _ => {
            let (second, rest) = rest.split_first().filter(|(second, _)| **second < 0x80)?;
            (usize::from(first & 0x7f) | usize::from(*second) << 7, rest)
        }
    };
    rest.split_at_checked(length)
}

/// A token for the index whose text `prefix` begins with.
pub(super) fn mint(prefix: &str, random: &mut Random) -> String {
    let host = HOSTS[usize::from(prefix.starts_with("pypi-AgEN"))];
    let (identifier, caveat, signature) = (random.text("hex", 36), random.text("dec", 12), random.text("b62", 32));
    let mut bytes = vec![VERSION];
    for (kind, text) in [(LOCATION, host), (IDENTIFIER, &identifier)] {
        field(&mut bytes, kind, text);
    }
    bytes.push(END);
    field(&mut bytes, IDENTIFIER, &caveat);
    bytes.extend([END, END]);
    field(&mut bytes, SIGNATURE, &signature);
    PREFIX.to_owned() + &BASE64URL_NOPAD.encode(&bytes)
}

fn field(bytes: &mut Vec<u8>, kind: u8, text: &str) {
    bytes.extend([kind, text.len() as u8]);
    bytes.extend(text.bytes());
}
