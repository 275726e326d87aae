//! Judges an assignment: what its name says, what its value is, where it stands.

use super::assignment::{Assigned, Style};
use super::name::{self, Names};
use super::reason::{Reason, Verdict};
use super::value;
use crate::model::Confidence;
use crate::rules::ValueKind;

/// How sure it is that the value is a secret of this kind. `named` says that the rule has looked at the name itself;
/// `words` is memory for the words of the name.
pub(super) fn weigh(
    words: &mut Vec<u8>,
    kind: ValueKind,
    named: bool,
    (written, found): (&[u8], &[u8]),
    (bytes, assigned): (&[u8], &Assigned),
) -> Verdict {
    if kind == ValueKind::Exact {
        return if value::is_reference(found) { Err(Reason::Reference) } else { Ok(Confidence::Confirmed) };
    }
    let names = if named { None } else { Some(named_kind(words, kind, (bytes, written), assigned)?) };
    let judged = match (kind, names) {
        (ValueKind::Password, _) => value::password(found, written, assigned.style),
        (ValueKind::Token | ValueKind::Exact, Some(Names::Secret)) => value::secret(found, written, assigned.style),
        (ValueKind::Token | ValueKind::Exact, Some(Names::Key)) => key(found, written, assigned.style),
        (ValueKind::Token | ValueKind::Exact, _) => value::token(found, written, assigned.style),
    }?;
    if assigned.style == Style::Prose && follows_key(bytes, assigned.name.start) {
        return Err(Reason::Qualified);
    }
    if stands_in_arn(bytes, assigned.name.start) {
        return Err(Reason::Reference);
    }
    if !named && (is_key_id(words, written, found) || is_id_of_request(words, found)) {
        return Err(Reason::Digest);
    }
    // Helm's way of starting pods again when a secret changes: `checksum/secret: …`.
    if bytes[..assigned.name.start].ends_with(b"checksum/") {
        return Err(Reason::Digest);
    }
    Ok(if stands_in_assertion(bytes, assigned.name.start) { judged.min(Confidence::Review) } else { judged })
}

/// Judges the value of a variable that names the key of something: as long as keys are, no host (`….apps.host.com` is an id),
/// and never more than for review.
fn key(found: &[u8], written: &[u8], style: Style) -> Verdict {
    const MIN: usize = 20;
    let judged = value::token(found, written, style)?;
    if found.contains(&b'.') {
        return Err(Reason::Address);
    }
    if found.len() < MIN { Err(Reason::Short) } else { Ok(judged.min(Confidence::Review)) }
}

/// Whether the value is the number or the fingerprint of an OpenPGP key (RFC 9580 §5.5.4), which git's settings call
/// `signingkey`.
fn is_key_id(words: &[u8], written: &[u8], found: &[u8]) -> bool {
    let found = found.strip_prefix(b"0x").unwrap_or(found);
    let capitals = matches!(found.len(), 8 | 16 | 40) && found.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    let signs = |words: &[u8]| [&b"gpg"[..], b"pgp"].iter().any(|it| memchr::memmem::find(words, it).is_some());
    capitals && (written.eq_ignore_ascii_case(b"signingkey") || signs(words))
}

/// Whether this is what a client of AWS names its request by, `"ClientToken": UUID`, that it is carried out once.
fn is_id_of_request(words: &[u8], found: &[u8]) -> bool {
    matches!(words.trim_ascii(), b"client token" | b"client request token") && value::is_uuid(found)
}

/// What the name says, if it is of this kind.
fn named_kind(
    words: &mut Vec<u8>,
    kind: ValueKind,
    (bytes, written): (&[u8], &[u8]),
    assigned: &Assigned,
) -> Result<Names, Reason> {
    name::words(written, words);
    let names = match name::judge(words) {
        Err(Reason::Nameless) if name::is_variable_of_key(written, words) => Names::Key,
        judged => judged?,
    };
    if (names == Names::Password) != (kind == ValueKind::Password) {
        return Err(Reason::OtherKind);
    }
    if names == Names::Password && name::is_short(words) && !fits_short_name(bytes, written, assigned) {
        return Err(Reason::Nameless);
    }
    Ok(names)
}

/// Whether a name that is nothing but `pass` or `pwd` names a password here: test results say `PASS:`, and a shell keeps
/// its folder in `PWD`.
fn fits_short_name(bytes: &[u8], written: &[u8], assigned: &Assigned) -> bool {
    let before = &bytes[assigned.name.start.saturating_sub(LOOK)..assigned.name.start];
    let literal = matches!(assigned.style, Style::Quoted | Style::Line);
    let small = !written.iter().any(u8::is_ascii_uppercase);
    literal && (small || before.last() == Some(&b'<'))
        || !written.iter().any(u8::is_ascii_lowercase) && is_variable(bytes, assigned)
        || (small || literal) && assigned.style != Style::Code && follows_user(before)
}

/// Whether the name in capitals is a variable of a shell or of a file of settings, `PASS=hunter2`, whose value is no
/// count of tests, no colour and no mark that a result is printed in.
fn is_variable(bytes: &[u8], assigned: &Assigned) -> bool {
    let between = bytes.get(assigned.name.end..assigned.value.start).unwrap_or_default();
    let value = bytes.get(assigned.value.clone()).unwrap_or_default();
    let starts =
        assigned.name.start.checked_sub(1).is_none_or(|at| matches!(bytes[at], b'\n' | b' ' | b'\t' | b'"' | b'\''));
    starts
        && between.trim_ascii_start().starts_with(b"=")
        && value.iter().any(u8::is_ascii_alphabetic)
        && !value.iter().any(|byte| matches!(byte, b'\\' | b'[' | 0x1b))
        && !value.starts_with(b"#")
        && !value.starts_with(b"/")
}

/// Whether the words of a sentence before a name make it a part of a public key: `Public key token is …`.
fn follows_key(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(LOOK)..at];
    [&b"public key "[..], b"public-key "].iter().any(|words| {
        before.len().checked_sub(words.len()).is_some_and(|start| before[start..].eq_ignore_ascii_case(words))
    })
}

/// Whether the name is a part of an ARN, `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`, in which it says of what
/// kind the resource is that follows.
fn stands_in_arn(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(LOOK)..at];
    let start =
        before.iter().rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'/' | b'*')));
    let before = &before[start.map_or(0, |at| at + 1)..];
    before.ends_with(b":") && memchr::memmem::find(before, b"arn:").is_some()
}

/// Whether the line before a name speaks of a user: `user: bob pass: x`.
fn follows_user(before: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
    [&b"user"[..], b"login"].iter().any(|word| line.windows(word.len()).any(|it| it.eq_ignore_ascii_case(word)))
}

/// How far before a value its line is looked at, in bytes.
pub(super) const LOOK: usize = 80;

/// Whether the line begins as the assertion of a test does: what it compares with is made up more often than not.
fn stands_in_assertion(bytes: &[u8], at: usize) -> bool {
    const WORDS: &[&[u8]] = &[b"assert", b"expect(", b"Assert.", b"EXPECT_"];
    let head = &bytes[at.saturating_sub(LOOK)..at];
    let line = memchr::memrchr(b'\n', head).map_or(head, |i| &head[i + 1..]).trim_ascii_start();
    value::begins_with_any(line, WORDS)
}
