//! What holds for every decoder: it finds what was encoded, leads each byte back, and does not care for windows.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::ops::Range;

use data_encoding::BASE64_MIME;
use proptest::prelude::*;

use super::testing::{decoded, runs};
use super::*;

/// A small source of numbers; proptest draws the seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    fn pick<'a>(&mut self, from: &'a [u8]) -> &'a u8 {
        &from[self.roll(from.len())]
    }

    fn string(&mut self, from: &[u8], length: usize) -> Vec<u8> {
        (0..length).map(|_| *self.pick(from)).collect()
    }

    fn text(&mut self, length: usize) -> Vec<u8> {
        let printable: Vec<u8> = (b' '..=b'~').collect();
        self.string(&printable, length)
    }
}

const STANDARD: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// An encoded text: its bytes, and for each byte of the text the place of its encoded form.
#[derive(Default)]
struct Encoded {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Encoded {
    fn push(&mut self, encoded: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend(encoded);
        self.places.push(start..self.bytes.len());
    }

    fn each(text: &[u8], encode: impl Fn(u8) -> Vec<u8>) -> Self {
        let mut all = Self::default();
        text.iter().for_each(|&byte| all.push(&encode(byte)));
        all
    }

    /// Base64, with `between` after every `width` characters.
    fn base64(text: &[u8], alphabet: &[u8], padding: &str, width: usize, between: &str) -> Self {
        let mut all = Self::default();
        let mut at = Vec::new();
        for (i, six) in bits(text).chunks(6).enumerate() {
            if i > 0 && i % width == 0 {
                all.bytes.extend(between.bytes());
            }
            let value = six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit)) << (6 - six.len());
            at.push(all.bytes.len());
            all.bytes.push(alphabet[value]);
        }
        all.bytes.extend(padding.repeat((3 - text.len() % 3) % 3).bytes());
        all.places = (0..text.len()).map(|i| at[i * 8 / 6]..at[(i * 8 + 7) / 6] + 1).collect();
        all
    }
}

fn bits(text: &[u8]) -> Vec<bool> {
    text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}

fn wide(text: &[u8], width: usize, little: bool) -> Encoded {
    Encoded::each(text, |byte| {
        let mut unit = vec![0; width];
        unit[if little { 0 } else { width - 1 }] = byte;
        unit
    })
}

/// What stands between two lines of wrapped text: of a file, of a string, of logs.
const BREAKS: [&str; 12] = [
    "\n",
    "\r\n",
    "\n    ",
    "\r\n\t",
    "\\n",
    "\\r\\n",
    "\\n  ",
    "\n2026-09-01T10:00:00.0000000Z ",
    "\nbuild\tRun tests\t2026-09-01T10:00:00.0000000Z ",
    "\n2026-09-01T10:00:00.000000000Z stdout F ",
    "\r\n[10:00:00] ",
    "\\n\",\"stream\":\"stdout\",\"time\":\"2026-09-01T10:00:00.1Z\"}\n{\"log\":\"",
];

/// Every way that one text can be encoded, with the decoder's name.
fn encodings(text: &[u8], dice: &mut Dice) -> Vec<(&'static str, Encoded)> {
    let mut all = Vec::new();
    for (alphabet, padding) in [(STANDARD, "="), (STANDARD, ""), (URL_SAFE, "%3D"), (URL_SAFE, "")] {
        all.push(("base64", Encoded::base64(text, alphabet, padding, usize::MAX, "")));
        for between in BREAKS {
            let width = [64, 76, 40, 1024][dice.roll(4)];
            all.push(("base64", Encoded::base64(text, alphabet, padding, width, between)));
        }
    }
    all.push(("percent", Encoded::each(text, |byte| format!("%{byte:02X}").into_bytes())));
    if text.iter().any(u8::is_ascii_punctuation) {
        let keep = |byte: u8| byte.is_ascii_alphanumeric();
        let encode = |byte| if keep(byte) { vec![byte] } else { format!("%{byte:02x}").into_bytes() };
        all.push(("percent", Encoded::each(text, encode)));
    }
    for form in [
        |b: u8| format!("\\u{b:04x}"),
        |b| format!("\\u{{{b:X}}}"),
        |b| format!("\\x{b:02X}"),
        |b| format!("\\{b:03o}"),
    ] {
        all.push(("escapes", Encoded::each(text, |byte| form(byte).into_bytes())));
    }
    for (name, width, little) in
        [("utf16le", 2, true), ("utf16be", 2, false), ("utf32le", 4, true), ("utf32be", 4, false)]
    {
        all.push((name, wide(text, width, little)));
    }
    all.push(("html", Encoded::each(text, |byte| format!("&#{byte};").into_bytes())));
    all.push(("html", Encoded::each(text, |byte| format!("&#x{byte:02X};").into_bytes())));
    all.extend(joints(text));
    if text.len() >= 16 {
        all.push(("hex", Encoded::each(text, |byte| format!("{byte:02x}").into_bytes())));
        all.push(("hex", Encoded::each(text, |byte| format!("{byte:02X}").into_bytes())));
    }
    all
}

/// What stands inside of a word that reads as one.
const JOINTS: [(&str, &str); 16] = [
    ("joined", "\" + \""),
    ("joined", "'+'"),
    ("joined", "' . '"),
    ("joined", "\" & \""),
    ("joined", "\" .. \""),
    ("joined", "\" \""),
    ("joined", "\"\n    \""),
    ("joined", "\" +\r\n\t\""),
    ("joined", "'\n  . '"),
    ("joined", "\" \\\n  \""),
    ("joined", "\"\\\r\n\""),
    ("continued", "\\\n"),
    ("continued", "\\\n    "),
    ("unicode", "\u{200b}"),
    ("unicode", "\u{ad}"),
    ("unicode", "\u{2060}"),
];

/// The text with something inside of each long word, in which nothing else is encoded.
fn joints(text: &[u8]) -> Vec<(&'static str, Encoded)> {
    let is_word = |bytes: &[u8]| bytes.len() == 8 && bytes.iter().all(u8::is_ascii_alphanumeric);
    let mut splits: Vec<usize> = Vec::new();
    for at in 4..text.len() {
        let is_apart = splits.last().is_none_or(|last| at - last >= 4);
        if is_apart && is_word(&text[at - 4..text.len().min(at + 4)]) {
            splits.push(at);
        }
    }
    if splits.is_empty() || text.contains(&b'\n') {
        return Vec::new();
    }
    let joined = |(name, joint): &(&'static str, &str)| {
        let mut all = Encoded::default();
        for (at, byte) in text.iter().enumerate() {
            if splits.contains(&at) {
                all.bytes.extend(joint.bytes());
            }
            all.push(&[*byte]);
        }
        (*name, all)
    };
    JOINTS.iter().map(joined).collect()
}

fn named(name: &str) -> &'static dyn Decoder {
    *ALL.iter().find(|decoder| decoder.name() == name).unwrap()
}

/// The place of `text` in a decoded run of `bytes`, led back to its source, byte by byte.
fn found(decoder: &dyn Decoder, bytes: &[u8], text: &[u8]) -> Option<Vec<Range<usize>>> {
    let input = Input::whole(bytes);
    runs(decoder, &input).iter().find_map(|run| {
        let out = decoded(decoder, &input, run, run.span.clone());
        let at = out.bytes().windows(text.len()).position(|window| window == text)?;
        assert!(out.has_text());
        Some((at..at + text.len()).map(|i| out.source(i..i + 1)).collect())
    })
}

proptest! {
    /// No text of 18 bytes or more is ever missed, in any encoding, and every byte of it is led back exactly.
    /// (No bar follows the last line: a short one would read as the name of a service before its text.)
    #[test]
    fn what_was_encoded_is_found(text in "[ -~\t\n]{18,400}", before in "[a-z:;.\"' ]{0,30}[;:\"' ]", after in "( [!-{}~]|[;:\"'][ -~])[ -~]{0,30}", seed in 1..u64::MAX) {
        for (name, encoded) in encodings(text.as_bytes(), &mut Dice(seed)) {
            // Wide text stands at whole characters in its file; islands at any offset are the next test's.
            let before = if name.starts_with("utf") { before.repeat(4) } else { before.clone() };
            let blob = [before.as_bytes(), &encoded.bytes, after.as_bytes()].concat();
            let places: Vec<_> = encoded.places.iter().map(|p| p.start + before.len()..p.end + before.len()).collect();
            let shown = String::from_utf8_lossy(&blob);
            prop_assert_eq!(found(named(name), &blob, text.as_bytes()), Some(places), "{} {}", name, shown);
        }
    }

    /// Islands of wide text at any offset of a binary, whatever stands beside them.
    #[test]
    fn islands(text in "[ -~]{12,60}", before in proptest::collection::vec(any::<u8>(), 0..20), after in proptest::collection::vec(any::<u8>(), 0..20)) {
        for (width, little) in [(2, true), (2, false), (4, true), (4, false)] {
            let island = wide(text.as_bytes(), width, little);
            let blob = [&before[..], &vec![0; width], &island.bytes, &vec![0; width], &after].concat();
            let hit = ALL[4..8].iter().any(|decoder| found(*decoder, &blob, text.as_bytes()).is_some());
            prop_assert!(hit, "{} {}", width, little);
        }
    }

    /// Nothing that a hostile input says makes a decoder panic, or a run that is not one.
    #[test]
    fn arbitrary_bytes(
        bytes in proptest::collection::vec(prop_oneof![Just(0), Just(b'\\'), Just(b'%'), Just(b'u'), Just(b'4'), Just(b'1'), Just(b'n'), Just(b'\n'), Just(b'='), Just(0xd8), Just(0xdc), any::<u8>()], 0..400),
        cuts in proptest::collection::vec(0usize..450, 4),
        carry in 0u64..60,
    ) {
        let carry = Some(carry);
        for input in [Input::whole(&bytes), Input { bytes: &bytes, base: 50, carry: Carry { base64: carry, hex: carry, utf16: carry, utf32: carry } }] {
            carry_after(&input, cuts[0]);
            for decoder in ALL {
                decoder.next_run(&input, &Signs::of(&bytes), cuts[1]);
                for run in runs(*decoder, &input) {
                    decoded(*decoder, &input, &run, cuts[2].min(cuts[3])..cuts[2].max(cuts[3]));
                    decoded(*decoder, &input, &run, cuts[2]..cuts[2]);
                }
            }
        }
    }
}

/// Every decoded byte with where it came from.
type Pairs = BTreeSet<(u64, u64, u8)>;

fn pairs(decoder: &dyn Decoder, input: &Input<'_>, chunk: usize) -> Pairs {
    let mut all = Pairs::new();
    for run in runs(decoder, input) {
        let mut at = run.span.start;
        while at < run.span.end {
            let out = decoded(decoder, input, &run, at..(at + chunk).min(run.span.end));
            for (i, &byte) in out.bytes().iter().enumerate() {
                let source = out.source(i..i + 1);
                all.insert((input.base + source.start as u64, input.base + source.end as u64, byte));
            }
            at += chunk;
        }
    }
    all
}

/// Several things in a row, some of them far longer than a decoder looks.
fn mixture(seed: u64, parts: usize) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut blob = Vec::new();
    for _ in 0..parts {
        let length = [20, 60, 300, 6000, 20000][dice.roll(5)];
        part(&mut dice, length, &mut blob);
    }
    blob
}

fn part(dice: &mut Dice, length: usize, blob: &mut Vec<u8>) {
    let cyrillic = |dice: &mut Dice| -> Vec<u16> {
        (0..length / 2)
            .map(|_| if dice.roll(4) == 0 { u16::from(*dice.pick(b"a 1")) } else { 0x410 + dice.roll(64) as u16 })
            .collect()
    };
    match dice.roll(20) {
        18 => blob.extend(dice.string(b"abcdefghijkl\"\"'+. \\\n", length)),
        19 => blob.extend(dice.string(b"&&##123;;x\xe2\x80\x8b\xef\xbc\x91", length)),
        16 => blob.extend(dice.string(b"\x1b\x1b[31mm ab=:", length)),
        17 => blob.extend(
            b"AbC1"
                .repeat(16)
                .repeat(length / 64 + 1)
                .chunks(64)
                .collect::<Vec<_>>()
                .join(BREAKS[dice.roll(12)].as_bytes()),
        ),
        0 => blob.extend(dice.text(length)),
        1 => blob.extend(dice.string(STANDARD, length)),
        2 => blob.extend(dice.string(b"0123456789abcdef", length)),
        3 => blob.extend(dice.string(b"%4142 ", length)),
        4 => blob.extend(dice.string(b"\\\\\\u0041x n\"", length)),
        5 => blob.extend(b"\\u0041\\n".repeat(length / 8)),
        6 => blob.extend((0..length).map(|_| dice.roll(256) as u8)),
        7 => blob.extend(vec![*dice.pick(b"\0\\A%a \n"); length]),
        8 => blob.extend(cyrillic(dice).iter().flat_map(|unit| unit.to_le_bytes())),
        9 => blob.extend(cyrillic(dice).iter().flat_map(|unit| unit.to_be_bytes())),
        10 => blob.extend(dice.string(b"\0a", length)),
        11 => blob.push(*dice.pick(b"\n\0 \\n")),
        _ => {
            let text = dice.text(length / 2);
            let mut all = encodings(&text, dice);
            let chosen = dice.roll(all.len());
            blob.extend(all.swap_remove(chosen).1.bytes);
        }
    }
}

/// The pairs of all windows that begin at `cuts`, each with its context and the carry from the window before.
fn windowed(decoder: &dyn Decoder, blob: &[u8], cuts: &[usize], chunk: usize) -> Pairs {
    let mut all = Pairs::new();
    let mut last = Input::whole(&blob[..blob.len().min(cuts[0] + 2 * LOOK)]);
    for (&start, &end) in cuts.iter().zip(&cuts[1..]) {
        let base = start.saturating_sub(2 * LOOK).max(last.base as usize);
        let bytes = &blob[base..blob.len().min(end + 2 * LOOK)];
        let carry = carry_after(&last, base - last.base as usize);
        last = Input { bytes, base: base as u64, carry };
        let owned = |pair: &(u64, u64, u8)| (start as u64..end as u64).contains(&pair.0);
        all.extend(pairs(decoder, &last, chunk).into_iter().filter(owned));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A blob that is cut into windows decodes to what it decodes to whole, in chunks of any size.
    #[test]
    fn windows_make_no_difference(seed in 1..u64::MAX, parts in 1usize..14, steps in proptest::collection::vec(200usize..30000, 1..30), chunk in 1usize..9000) {
        let blob = mixture(seed, parts);
        let mut cuts = vec![0];
        for step in steps {
            cuts.push((cuts.last().unwrap() + step).min(blob.len()));
        }
        cuts.push(blob.len());
        for decoder in ALL {
            let whole = pairs(*decoder, &Input::whole(&blob), usize::MAX / 4);
            let chunked = pairs(*decoder, &Input::whole(&blob), chunk.max(50));
            let odd = whole.symmetric_difference(&chunked).next();
            prop_assert_eq!(odd, None, "chunked {}", decoder.name());
            let windows = windowed(*decoder, &blob, &cuts, 70_000);
            let odd = whole.symmetric_difference(&windows).next();
            prop_assert_eq!(odd, None, "windowed {} {:?}", decoder.name(), cuts);
        }
    }
}

/// Lock files, digests and paths are what a tree is full of; none of it is text in disguise. (Of 64 random bytes, one
/// in two thousand times 12 in a row look like text.)
#[test]
fn noise_is_no_run() {
    let mut dice = Dice(7);
    let mut blob = Vec::new();
    let words: [&str; 12] = [
        "source",
        "vendor",
        "github",
        "registry",
        "Controller",
        "test",
        "long_name",
        "Internal",
        "v2",
        "api",
        "network",
        "x86_64",
    ];
    for _ in 0..2000 {
        let length = [32, 40, 64, 128][dice.roll(4)];
        let digest = dice.string(b"0123456789abcdef", length);
        let random = dice.string(STANDARD, 86);
        let path: Vec<&str> = (0..8).map(|_| words[dice.roll(words.len())]).collect();
        let name: Vec<&str> = (0..5).map(|_| words[dice.roll(words.len())]).collect();
        let (path, snake, camel) = (path.join("/"), name.join("_"), name.concat());
        let lines = [&digest, &random, path.as_bytes(), snake.as_bytes(), camel.as_bytes()];
        blob.extend(lines.join(&b"\": \""[..]));
        blob.extend(b"==\"\n");
    }
    for decoder in ALL {
        let input = Input::whole(&blob);
        let textual = runs(*decoder, &input)
            .iter()
            .filter(|run| decoded(*decoder, &input, run, run.span.clone()).has_text())
            .count();
        assert!(textual <= 3, "{} {textual}", decoder.name());
    }
}

/// The lines of a digest's like are joined to nothing; zeros in the middle of what is wrapped (`AAAA…`) do not part it.
#[test]
fn digests_are_no_lines_of_base64() {
    let digest = Dice(3).string(b"0123456789abcdef", 40);
    let zeros = [&b"password=hunter2 "[..], &[0; 150], b"and so it goes on, to a proper end"].concat();
    let zeros = BASE64_MIME.encode(&zeros).into_bytes();
    let commit =
        [&digest[..], b"\n", &BASE64_MIME.encode(b"password=hunter2, which is long enough").into_bytes()].concat();
    for (blob, whole) in [(zeros, true), (commit, false)] {
        let seen = runs(named("base64"), &Input::whole(&blob));
        assert_eq!(seen.iter().any(|run| run.span.len() + 4 > blob.len()), whole, "{seen:?}");
        assert!(found(named("base64"), &blob, b"password=hunter2").is_some());
    }
}

#[test]
fn orders_are_told_apart() {
    let cases: [(&str, &[u8], &[&str]); 6] = [
        ("file", &wide(b"password=hunter2", 2, true).bytes, &["utf16le"]),
        ("file", &wide(b"password=hunter2", 2, false).bytes, &["utf16be"]),
        ("mark", &[b"\xff\xfe", &wide(b"password=hunter2", 2, true).bytes[..]].concat(), &["utf16le"]),
        ("mark", &[b"\xfe\xff", &wide(b"password=hunter2", 2, false).bytes[..]].concat(), &["utf16be"]),
        ("file", &wide(b"password=hunter2", 4, true).bytes, &["utf32le"]),
        ("mark", &[b"\0\0\xfe\xff", &wide(b"password=hunter2", 4, false).bytes[..]].concat(), &["utf32be"]),
    ];
    for (kind, blob, names) in cases {
        let seen: Vec<_> = ALL
            .iter()
            .filter(|decoder| found(**decoder, blob, b"password=hunter2").is_some())
            .map(|d| d.name())
            .collect();
        assert_eq!(seen, names, "{kind} {blob:?}");
    }
}

/// A window may begin at any byte of a long wide text, also within a character.
#[test]
fn windows_within_a_character() {
    let text = Dice(9).text(LOOK);
    for (name, width, little) in
        [("utf16le", 2, true), ("utf16be", 2, false), ("utf32le", 4, true), ("utf32be", 4, false)]
    {
        let blob = wide(&text, width, little).bytes;
        for cut in 0..20 {
            let carry = carry_after(&Input::whole(&blob), cut);
            let input = Input { bytes: &blob[cut..], base: cut as u64, carry };
            let seen: Vec<_> = runs(named(name), &input).iter().map(|run| run.span.start).collect();
            assert_eq!(seen, [cut.next_multiple_of(width) - cut], "{name} {cut}");
        }
    }
}

#[test]
fn characters_beyond_ascii() {
    let text = "пароль 🔑 password=hunter2 пароль 🔑.";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let widest: Vec<u8> = text.chars().flat_map(|char| u32::from(char).to_le_bytes()).collect();
    for (name, blob) in [("utf16le", little), ("utf16be", big), ("utf32le", widest)] {
        let seen = testing::texts(named(name), &blob);
        assert_eq!(seen.len(), 1, "{name}");
        assert!(text.ends_with(&seen[0]) && seen[0].contains("🔑 password"), "{name} {seen:?}");
    }
}
