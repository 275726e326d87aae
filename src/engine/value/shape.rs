//! What a value is made of: words, prose, repetitions, its own name.

pub(super) fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    value.iter().filter(|byte| !std::mem::replace(&mut seen[usize::from(**byte)], true)).count()
}

/// The longest stretch of one byte repeated.
pub(super) fn longest_repeat(value: &[u8]) -> usize {
    value.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0)
}

/// Whether a part switches between letters and digits as random text does.
pub(super) fn mixed(part: &[u8]) -> bool {
    part.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count() >= 3
}

/// Whether the value is words: letters of one case each, joined by one kind of mark, as labels and identifiers are.
pub(super) fn is_wordy(value: &[u8]) -> bool {
    let parts = value.split(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b' '));
    parts.clone().all(|part| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = part[letters..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        letters + digits == part.len() && digits <= 2 && one_word(&part[..letters])
    })
}

/// Letters as words are written: `word`, `Word`, `WORD`, `camelCase` with parts of three letters in the mean.
fn one_word(part: &[u8]) -> bool {
    if part.iter().all(u8::is_ascii_uppercase) {
        return true;
    }
    let humps = part.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    part.len() >= 3 * humps
}

/// Whether the value is one word, a mark and a number, `carrot.77`, `vitrine_22`: as people write passwords, and seldom
/// labels.
pub(super) fn is_word_and_number(value: &[u8]) -> bool {
    let Some(at) = value.iter().rposition(|byte| matches!(byte, b'_' | b'-' | b'.')) else { return false };
    let (word, number) = (&value[..at], &value[at + 1..]);
    word.len() >= 4
        && word.iter().all(u8::is_ascii_alphabetic)
        && !word.iter().all(u8::is_ascii_uppercase)
        && !number.is_empty()
        && number.iter().all(u8::is_ascii_digit)
}

/// Whether the value is two words with a capital each, `RiverLemon7` but for its number: as people choose passwords, and
/// seldom name anything.
pub(super) fn are_titles(value: &[u8]) -> bool {
    const LEAST: usize = 3;
    let words = || value.chunk_by(|_, next| !next.is_ascii_uppercase());
    let is_word = |word: &[u8]| {
        word[0].is_ascii_uppercase() && word.iter().filter(|byte| byte.is_ascii_lowercase()).count() >= LEAST
    };
    value.iter().all(u8::is_ascii_alphanumeric) && words().count() == 2 && words().all(is_word)
}

/// Whether the value is hollow: no letter and no digit, or white space inside, as sentences have.
pub(super) fn is_prose(value: &[u8]) -> bool {
    !value.iter().any(|byte| byte.is_ascii_alphanumeric())
        || value.iter().any(u8::is_ascii_whitespace)
        || value.iter().any(|b| *b < 0x20)
}

/// Whether the value says nothing but the name again: `password: "Password"`, `token="auth_token"`.
pub(super) fn repeats_name(value: &[u8], name: &[u8]) -> bool {
    let (long, letters) = (letters(value).count(), letters(name).count());
    (long == letters || long >= 4) && ends_with_letters(name, value)
        || (letters >= 5 && long < letters + 12 && ends_with_letters(value, name))
}

/// The letters and digits of a text, from its end, in one case.
fn letters(text: &[u8]) -> impl Iterator<Item = u8> {
    text.iter().rev().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase)
}

fn ends_with_letters(text: &[u8], end: &[u8]) -> bool {
    let mut text = letters(text);
    letters(end).all(|byte| text.next() == Some(byte))
}

/// Whether most bytes follow their predecessor by one, as in alphabets.
pub(super) fn counts_up(value: &[u8]) -> bool {
    let steps = value.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    steps * 2 >= value.len()
}

/// Whether bare text among code reads as something typed by a person as a password: letters and digits or marks mixed.
pub(super) fn looks_typed(value: &[u8]) -> bool {
    // The mark at the end of a sentence is not of the word.
    let value =
        value.strip_suffix(b"!").or_else(|| value.strip_suffix(b"?")).filter(|it| is_wordy(it)).unwrap_or(value);
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let digits = value.iter().any(u8::is_ascii_digit);
    let marks = value.iter().any(|byte| is_typed_mark(*byte));
    letters && value.len() >= 6 && (marks || (digits && !is_wordy(value)))
}

/// Marks that passwords have and code of identifiers has not.
fn is_typed_mark(byte: u8) -> bool {
    matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'~' | b'+' | b'?')
}

/// The number of words a wordy value is made of; `camelCase` counts as two.
pub(super) fn count_words(value: &[u8]) -> usize {
    let parts = value.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).count();
    let humps = value.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    parts + humps
}

/// Whether most of the text is written in letters beyond ASCII.
pub(super) fn is_foreign(value: &[u8]) -> bool {
    let foreign = value.iter().filter(|byte| !byte.is_ascii()).count();
    foreign > 0 && (foreign * 4 >= value.len() || !value.iter().any(u8::is_ascii_digit))
}

/// Whether the value is one word as labels and translations write it: a capital, then small letters.
pub(super) fn is_title(value: &[u8]) -> bool {
    matches!(value, [first, rest @ ..] if first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase))
}
