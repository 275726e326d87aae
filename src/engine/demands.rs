//! What a rule asks of a value beside its pattern: length, alphabet, entropy, kinds of character, proof.

use super::assignment::Style;
use super::entropy::shannon;
use super::pattern;
use super::reason::{Reason, Verdict};
use super::value::{self, dummy, encoded_dummy, is_template};
use crate::model::{Confidence, is_replaced};
use crate::rules::{Alphabet, CharClass, Demands, Memory, Proven, ValueKind};

/// The confidence in a value that came with `base`, or why it is not what the rule looks for.
pub(super) fn judge(
    demands: &Demands,
    placeholders: &mut Vec<Option<Box<Memory>>>,
    value: &[u8],
    base: Confidence,
) -> Verdict {
    if let Some(reason) = unfit(demands, value) {
        return Err(reason);
    }
    placeholders.resize_with(demands.placeholders.len(), || None);
    if demands.placeholders.iter().zip(placeholders).any(|(p, memory)| pattern::fits(p, memory, value)) {
        return Err(Reason::Listed);
    }
    let base = match demands.kind {
        Some(ValueKind::Password) => value::password(value, b"", Style::Quoted)?.min(base),
        Some(ValueKind::Token) => value::token(value, b"", Style::Quoted)?.min(base),
        Some(ValueKind::Exact) | None => base,
    };
    match demands.proof.map(|proof| proof.check(value)) {
        Some(Proven::Yes) => Ok(Confidence::Confirmed),
        Some(Proven::No) => Err(Reason::Proof),
        Some(Proven::Unknown) | None => Ok(base),
    }
}

/// Which demand the value does not meet.
fn unfit(demands: &Demands, value: &[u8]) -> Option<Reason> {
    if let Some([least, most]) = demands.length {
        if value.len() < least {
            return Some(Reason::Short);
        }
        if value.len() > most {
            return Some(Reason::Long);
        }
    }
    let lacks = |class: &CharClass| !value.iter().any(|byte| is(*byte, *class));
    if demands.alphabet.is_some_and(|alphabet| !made_of(value, alphabet)) || demands.require.iter().any(lacks) {
        return Some(Reason::Alphabet);
    }
    if is_template(value) {
        return Some(Reason::Template);
    }
    if is_replaced(value) {
        return Some(Reason::Redacted);
    }
    if is_filled(value) {
        return Some(Reason::Repeated);
    }
    dummy(value)
        .or_else(|| demands.proof.is_none().then(|| encoded_dummy(value)).flatten())
        .or_else(|| demands.entropy.is_some_and(|least| shannon(value) < least).then_some(Reason::Entropy))
}

/// Whether the character a third into a long value fills most of it, as the zeros of an example do.
fn is_filled(value: &[u8]) -> bool {
    const LONG: usize = 20;
    let count = |byte: u8| memchr::memchr_iter(byte, value).count();
    value.len() >= LONG && value.get(value.len() / 3).is_some_and(|byte| count(*byte) * 5 > value.len() * 3)
}

fn made_of(value: &[u8], alphabet: Alphabet) -> bool {
    let unpadded = || {
        let padding = value.iter().rev().take_while(|byte| **byte == b'=').count();
        &value[..value.len() - padding.min(2)]
    };
    match alphabet {
        Alphabet::Decimal => value.iter().all(u8::is_ascii_digit),
        Alphabet::Hex => {
            value.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                || value.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
        }
        Alphabet::Base32 => value.iter().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7')),
        Alphabet::Alphanumeric => value.iter().all(u8::is_ascii_alphanumeric),
        Alphabet::Base64 => unpadded().iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')),
        Alphabet::Base64Url => unpadded().iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')),
    }
}

fn is(byte: u8, class: CharClass) -> bool {
    match class {
        CharClass::Digit => byte.is_ascii_digit(),
        CharClass::Lower => byte.is_ascii_lowercase(),
        CharClass::Upper => byte.is_ascii_uppercase(),
        CharClass::Letter => byte.is_ascii_alphabetic(),
    }
}
