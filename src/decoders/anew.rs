//! Places where every decoder begins anew: what it finds to one side of them says nothing of the other side.

use std::ops::Range;

use memchr::{memchr_iter, memchr2, memrchr_iter};

use super::alphabet::{is_base64, is_hex};
use super::ansi;
use super::base64::SHORTEST_LINE;
use super::{continued, dump, joined, list};

/// How far around such a place bytes are looked at, where wide characters or control sequences may be near.
pub const APART: usize = 1024;

/// How far before and after it in a blob that [`is_plain`]: the end of the line before, and the beginning of the next.
const APART_IF_PLAIN: (usize, usize) = (SHORTEST_LINE + 2, DOCKER.len());

/// How a line of Docker's JSON files begins, where a value goes on that is wrapped.
const DOCKER: &[u8] = b"{\"log\":\"";

/// The longest control sequence that is written with an escape, or more.
pub const LONGEST_SEQUENCE: usize = 32;

/// Line breaks that are tried before the search is given up.
const TRIES: usize = 16;

/// How far before and after such a place bytes are looked at.
const fn apart(plain: bool) -> (usize, usize) {
    if plain { APART_IF_PLAIN } else { (APART, APART) }
}

/// Whether nothing is here that joins lines: no wide character, no control sequence. Most text is so.
pub fn is_plain(bytes: &[u8]) -> bool {
    memchr2(0, 0x1b, bytes).is_none() && !ansi::is_written_in(bytes)
}

/// The first place after a line break in a range that is one of those.
pub fn first_anew(bytes: &[u8], within: Range<usize>, anew: impl Fn(usize) -> bool) -> Option<usize> {
    let breaks = memchr_iter(b'\n', bytes.get(within.clone())?);
    breaks.take(TRIES).map(|at| within.start + at + 1).find(|at| anew(*at))
}

/// The last place after a line break in a range that is one of those.
pub fn last_anew(bytes: &[u8], within: Range<usize>, anew: impl Fn(usize) -> bool) -> Option<usize> {
    let breaks = memrchr_iter(b'\n', bytes.get(within.clone())?);
    breaks.take(TRIES).map(|at| within.start + at + 1).find(|at| anew(*at))
}

/// Whether runs of encoded text before and after `at` have nothing to do with each other, whatever stands farther away
/// than `apart`.
///
/// Marks and digits do not stand on both sides of a line break, and a value in base64 goes on after it only from a line
/// that is long enough; a string, a word or a list of bytes only from one that ends as such a piece does. Wide characters
/// need NULs near them, and control sequences, which join lines, their own marks.
pub fn begins_anew(bytes: &[u8], at: usize, plain: bool) -> bool {
    let (before, after) = apart(plain);
    let around = at.checked_sub(before).and_then(|start| bytes.get(start..at + after));
    around.is_some_and(|around| {
        let (before, after) = around.split_at(before);
        before.strip_suffix(b"\n").is_some_and(|line| !may_wrap(line, after))
            && !after.starts_with(DOCKER)
            && !dump::may_go_on_with(after)
            && (plain || is_plain(around))
    })
}

/// Whether a value may go on after this line, the next beginning so.
fn may_wrap(line: &[u8], next: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    may_go_on(line, next)
        || line.iter().rev().take(SHORTEST_LINE).take_while(|byte| is_base64(**byte)).count() == SHORTEST_LINE
}

/// Whether a literal, a word or a list of bytes at the end of this line may go on with what is known of the next.
fn may_go_on(line: &[u8], next: &[u8]) -> bool {
    let first = next.trim_ascii_start().first();
    let may = |begins: fn(u8) -> bool| first.is_none_or(|first| begins(*first));
    (may(joined::may_begin_with) && joined::may_go_on(line))
        || (may(is_base64) && continued::may_go_on(line))
        || (may(is_hex) && list::may_go_on(line))
}

/// Whether one of them, or a dump, goes on after this line with what is known of the next. Where nothing is known yet, only
/// what looks like a piece is waited for: a line of a program that says no more for a while is not to be held back because
/// it ends with a quote or a number.
pub fn goes_on(line: &[u8], next: &[u8]) -> bool {
    if next.trim_ascii_start().is_empty() {
        return joined::ends_in_piece(line)
            || continued::may_go_on(line)
            || list::ends_in_list(line)
            || dump::may_go_on(line);
    }
    may_go_on(line, next) || (dump::may_go_on(line) && dump::may_go_on_with(next.trim_ascii_start()))
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64_MIME};
    use proptest::prelude::*;

    use super::*;
    use crate::decoders::testing::runs;
    use crate::decoders::{ALL, Decoder, Input, Signs};

    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let secret = b"db_password = \"h7Gk2pQ9xW4z\"\n";
        prop_oneof![
            8 => (1usize..60).prop_map(|lines| b"    let value = compute(other_value, 12);\n".repeat(lines)),
            1 => Just(BASE64.encode(&secret.repeat(4)).into_bytes()),
            1 => Just(BASE64_MIME.encode(&secret.repeat(9)).into_bytes()),
            1 => "[0-9a-f]{30,80}".prop_map(String::into_bytes),
            1 => Just(b"x=api%5Fkey%3Dvalue%26y\n".to_vec()),
            1 => Just(br#"{"a": "\u0061pi\u005fkey"}"#.to_vec()),
            1 => Just(b"\x1b[31mto\x1b[0mken \\u001b[1mx\\u001b[0my\n".to_vec()),
            1 => Just(secret.iter().flat_map(|byte| [*byte, 0]).collect()),
            1 => Just(secret.iter().flat_map(|byte| [0, 0, 0, *byte]).collect()),
            1 => "[A-Za-z0-9+/]{30,50}\r?\n".prop_map(String::into_bytes),
            1 => Just(b"AAAA\\n\",\"stream\":\"stdout\",\"time\":\"2026-09-01T10:00:00.1Z\"}\n{\"log\":\"".to_vec()),
            1 => Just(b"\n".to_vec()),
            2 => "(ab|efgh)?[\"'+.&\\\\ ]{0,3}\r?\n[\"'+.&\\\\ ]{0,3}(abcdef|efgh)".prop_map(String::into_bytes),
            2 => "((0x)?[67][0-9a-f](, ?|[ :;]\n?|,\n  )){0,20}\n?".prop_map(String::into_bytes),
            2 => (0u8..3, 1usize..17).prop_map(|(kind, count)| {
                let bytes: Vec<String> = b"password=hunter2"[..count].iter().map(|byte| format!("{byte:02x}")).collect();
                let offset = ["00000010: ", "0000010 ", "\t0x0010:  "][usize::from(kind)];
                format!("{offset}{}  shown\n", bytes.join(" ")).into_bytes()
            }),
            1 => Just("ab&#99;d \u{200b}e ｐａｓｓｗｏｒｄ\n".as_bytes().to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn each_side_stands_for_itself(pieces in proptest::collection::vec(piece(), 1..16), part in 0usize..100) {
            let bytes = pieces.concat();
            let (middle, plain) = (bytes.len() * part / 100, is_plain(&bytes));
            let anew = |at| begins_anew(&bytes, at, plain);
            let places = [first_anew(&bytes, middle..bytes.len(), anew), last_anew(&bytes, 0..middle, anew)];
            let joins = |decoder: &&&dyn Decoder| decoder.name() == "ansi" || decoder.name().starts_with("utf");
            for decoder in ALL.iter().filter(|_| plain).filter(joins) {
                prop_assert_eq!(runs(*decoder, &Input::whole(&bytes)), [], "{}", decoder.name());
            }
            for at in places.into_iter().flatten() {
                for decoder in ALL {
                    let all = runs(*decoder, &Input::whole(&bytes));
                    let mut halves = runs(*decoder, &Input::whole(&bytes[..at]));
                    let mut from = at;
                    while let Some(run) = decoder.next_run(&Input::whole(&bytes), &Signs::of(&bytes), from) {
                        from = run.span.end;
                        halves.push(run);
                    }
                    prop_assert_eq!(&all, &halves, "{} {}", decoder.name(), at);
                }
            }
        }
    }

    #[test]
    fn ordinary_text_has_such_places_and_encoded_lines_do_not() {
        let code = b"    let value = compute(other_value, 12);\n".repeat(80);
        for plain in [false, true] {
            let (before, after) = apart(plain);
            let (all, anew) = (before..code.len() - after, |bytes: &[u8], at| begins_anew(bytes, at, plain));
            assert!(first_anew(&code, all.clone(), |at| anew(&code, at)).is_some_and(|at| at < before + 64));
            assert!(last_anew(&code, all.clone(), |at| anew(&code, at)).is_some_and(|at| at + after + 64 > code.len()));
            let wrapped = BASE64_MIME.encode(&code).into_bytes();
            assert_eq!(first_anew(&wrapped, all, |at| anew(&wrapped, at)), None);
            assert_eq!(first_anew(&code[..before], 0..before, |at| anew(&code[..before], at)), None);
        }
    }
}
