//! What a rule asks of a value beside its pattern: length, alphabet, entropy, kinds of character, proof.

use super::entropy::shannon;
use super::pattern;
use super::value::{is_dummy, is_template};
use crate::model::{Confidence, is_replaced};
use crate::rules::{Alphabet, CharClass, Demands, Proven};

/// The confidence in a value that came with `base`, or `None` if it is not what the rule looks for.
pub(super) fn judge(
    demands: &Demands,
    placeholders: &mut Vec<Option<regex_automata::meta::Cache>>,
    value: &[u8],
    base: Confidence,
) -> Option<Confidence> {
    let fits = demands.length.is_none_or(|[least, most]| (least..=most).contains(&value.len()))
        && demands.alphabet.is_none_or(|alphabet| made_of(value, alphabet))
        && demands.require.iter().all(|class| value.iter().any(|byte| is(*byte, *class)))
        && !is_dummy(value)
        && !is_template(value)
        && !is_replaced(value)
        && demands.entropy.is_none_or(|least| shannon(value) >= least);
    if !fits {
        return None;
    }
    placeholders.resize_with(demands.placeholders.len(), || None);
    if demands.placeholders.iter().zip(placeholders).any(|(p, memory)| pattern::fits(p, memory, value)) {
        return None;
    }
    match demands.proof.map(|proof| proof.check(value)) {
        Some(Proven::Yes) => Some(Confidence::Confirmed),
        Some(Proven::No) => None,
        Some(Proven::Unknown) | None => Some(base),
    }
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
