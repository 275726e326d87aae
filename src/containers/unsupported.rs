//! Containers that are known and not read: each gives one gap that names the format and what to do.
//!
//! Only magics that no ordinary file begins with stand here; a text that happens to start like one of them must stay a
//! text. Where a format keeps its members as they are, the bytes are given as well, so that plain ones are still seen.

use super::input::Input;
use super::visit::Visit;
use super::{Body, Budget, Container, Fault, HEAD, Members};
use crate::model::GapKind;

/// Everything that is known and not read.
pub(super) struct Unsupported;

/// The bytes of a container whose members are stored plainly.
const RAW: &[u8] = b"(container as plain bytes)";

/// Bytes of the magics of those.
const MAGIC: u64 = 6;

/// Why a format is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// No reader, and the content is compressed.
    Unread,
    /// No reader, and at least some content is stored as it is.
    Plain,
    /// Only its owner can.
    Encrypted,
}

/// A format: its name, why it is not read, and its magic.
struct Format {
    name: &'static str,
    why: Why,
    magic: fn(&[u8]) -> bool,
}

const FORMATS: &[Format] = &[
    unread("rar", |h| h.starts_with(b"Rar!\x1A\x07\0") || h.starts_with(b"Rar!\x1A\x07\x01\0")),
    unread("cab", |h| h.starts_with(b"MSCF\0\0\0\0")),
    plain("ar (thin)", |h| h.starts_with(b"!<thin>\n")),
    unread("lzip", |h| matches!(h, [b'L', b'Z', b'I', b'P', 1, size, ..] if (12..=29).contains(&(size & 0x1F)))),
    unread("lzop", |h| h.starts_with(b"\x89LZO\0\r\n\x1A\n")),
    unread("compress (.Z)", compress),
    unread("snappy", |h| h.starts_with(b"\xFF\x06\0\0sNaPpY")),
    unread("squashfs", |h| h.starts_with(b"hsqs") && h.get(28..32) == Some(&[4, 0, 0, 0])),
    unread("wim", |h| h.starts_with(b"MSWIM\0\0\0")),
    unread("xar", |h| h.starts_with(b"xar!\0\x1C\0\x01")),
    encrypted("age", |h| {
        h.starts_with(b"age-encryption.org/v1\n") || h.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
    }),
    encrypted("openssl enc", |h| h.starts_with(b"Salted__")),
    encrypted("OpenPGP message", pgp),
    encrypted("git-crypt", |h| h.starts_with(b"\0GITCRYPT\0")),
    encrypted("LUKS", |h| h.starts_with(b"LUKS\xBA\xBE\0")),
];

const fn unread(name: &'static str, magic: fn(&[u8]) -> bool) -> Format {
    Format { name, why: Why::Unread, magic }
}

const fn plain(name: &'static str, magic: fn(&[u8]) -> bool) -> Format {
    Format { name, why: Why::Plain, magic }
}

const fn encrypted(name: &'static str, magic: fn(&[u8]) -> bool) -> Format {
    Format { name, why: Why::Encrypted, magic }
}

/// The magic, and a code size between 9 and 16 bits; the two reserved flags are zero.
fn compress(head: &[u8]) -> bool {
    matches!(head, [0x1F, 0x9D, flags, _, ..] if flags & 0x60 == 0 && (9..=16).contains(&(flags & 0x1F)))
}

/// A message to a key (version 3, to an RSA, ElGamal or curve key) or to a passphrase (version 4), as old and new
/// packet headers write them (RFC 4880, 5.1 and 5.3).
fn pgp(head: &[u8]) -> bool {
    let to_key = |rest: &[u8]| matches!(rest, [3, _, _, _, _, _, _, _, _, 1 | 2 | 16 | 18, ..]);
    match head {
        [0x84, 0x40..=0x7F, rest @ ..] => to_key(rest),
        [0x85, 1..=4, _, rest @ ..] => to_key(rest),
        [0xC1, 0x40..=0x7F, rest @ ..] => to_key(rest),
        [0xC1, 0xC0..=0xC4, _, rest @ ..] => to_key(rest),
        [0x8C | 0xC3, 0x04 | 0x0C | 0x0D, 4, cipher, 0 | 1 | 3, hash, ..] => {
            (1..=13).contains(cipher) && (1..=14).contains(hash)
        }
        _ => false,
    }
}

fn find(head: &[u8]) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.magic)(head))
}

impl Container for Unsupported {
    fn name(&self) -> &'static str {
        "unsupported"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        find(head).is_some()
    }

    /// Whether a compressed archive with a long magic begins here.
    fn embeds(&self, head: &[u8]) -> bool {
        find(head).is_some_and(|format| matches!(format.name, "rar" | "lzop" | "xar"))
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(mut visit) = Visit::enter(budget, members) else { return };
        let mut input = Input::new(body);
        let format = find(input.peek(HEAD));
        let (name, why) = format.map_or(("unknown", Why::Plain), |format| (format.name, format.why));
        // Without its magic, or it would be taken for the same container again.
        input.skip(MAGIC);
        if why == Why::Plain && (!visit.count(RAW) || !visit.give(RAW, &mut input)) {
            return;
        }
        visit.gap(b"", &fault(name, why), input.len().unwrap_or(0));
    }
}

fn fault(name: &str, why: Why) -> Fault {
    match why {
        Why::Unread | Why::Plain => {
            Fault::new(GapKind::Unsupported, format!("{name} is not read here; unpack it and scan the folder"))
        }
        Why::Encrypted => Fault::new(GapKind::Encrypted, format!("{name}: encrypted; decrypt it and scan the result")),
    }
}
