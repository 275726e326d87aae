//! The operator's own secrets: found in every form, whatever the window, told by name, and never shown.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::common::*;
use proptest::prelude::*;
use tightlip::engine::{Engine, Scratch, Window};
use tightlip::known::{Entry, Known};
use tightlip::model::{Confidence, Match};

/// Values of every kind: with everything that escapes change, plain words, bytes beyond ASCII.
fn values() -> &'static [String] {
    static VALUES: OnceLock<Vec<String>> = OnceLock::new();
    VALUES.get_or_init(|| {
        vec![
            format!("{}!v'7\"z&L\\p<0R/+ =?{}", random(B62, 4, 1), random(B62, 3, 2)),
            random(B62, 8, 3),
            random(B62, 40, 4),
            random(b"0123456789abcdef", 64, 5),
            format!("pässwörd {}", random(B62, 9, 6)),
        ]
    })
}

fn knowing() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let entries =
            values().iter().zip("ABCDE".chars()).map(|(value, name)| Entry::new(&name.to_string(), value.as_bytes()));
        let known = Known::new(entries.collect()).unwrap_or_else(|refused| panic!("{refused}"));
        Engine::new(tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}"))).with_known(known)
    })
}

fn base64(text: &[u8]) -> String {
    data_encoding::BASE64.encode(text)
}

/// Breaks a text every `width` bytes.
fn wrapped(text: &str, width: usize, between: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// What becomes of a value on its way into a log.
fn forms(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let escaped = |text: &str| serde_json::to_string(text).unwrap();
    let xml = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let bytes = value.as_bytes();
    let url_safe = data_encoding::BASE64URL_NOPAD.encode(&[b"ab", bytes].concat());
    let hex = data_encoding::HEXLOWER.encode(bytes);
    let stamp = "\n2026-09-01T10:00:00.0000000Z ";
    let utf16 = |big: bool| {
        value
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect::<Vec<u8>>()
    };
    let mut all: Vec<(&str, Vec<u8>)> = [
        ("plain", value.to_owned()),
        ("base64", base64(bytes)),
        ("base64 after one byte", base64(&[b"a", bytes].concat())),
        ("base64 after two bytes", base64(&[b"ab", bytes, b"c"].concat())),
        ("base64url", url_safe),
        ("base64 twice", base64(base64(bytes).as_bytes())),
        ("base64 of a configuration", base64(format!("password: {value}\nand so on: nothing").as_bytes())),
        ("hex", hex.clone()),
        ("HEX", data_encoding::HEXUPPER.encode(bytes)),
        ("hex in base64", base64(hex.as_bytes())),
        ("percent", percent(value)),
        ("json", escaped(value)),
        ("json twice", escaped(&escaped(value))),
        ("json in base64", base64(escaped(value).as_bytes())),
        ("set -x", format!("'{}'", value.replace('\'', r"'\''"))),
        ("xml", xml),
        (
            "xml with quotes",
            value.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;"),
        ),
        ("unicode escapes", value.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()),
        ("colours", format!("{}\x1b[31m{}", &value[..4], &value[4..])),
    ]
    .into_iter()
    .map(|(name, text)| (name, text.into_bytes()))
    .collect();
    all.push(("utf16le", utf16(false)));
    all.push(("utf16be", utf16(true)));
    if value.len() >= 16 {
        all.push(("wrapped", wrapped(value, 9, "\n").into_bytes()));
        all.push(("wrapped early", format!("{}\n{}", &value[..3], &value[3..]).into_bytes()));
        all.push(("wrapped hex in a log", wrapped(&hex, 16, stamp).into_bytes()));
        all.push(("wrapped base64 in a log", wrapped(&base64(&[bytes, bytes].concat()), 20, stamp).into_bytes()));
    }
    all
}

/// Name and place of what is known in the keywords' part of a window.
fn found(bytes: &[u8], core: std::ops::Range<usize>) -> BTreeSet<(String, u64, u64, Vec<&'static str>)> {
    let mut matches: Vec<Match> = Vec::new();
    let window = Window { core, ..Window::whole(bytes) };
    knowing().scan(&mut Scratch::default(), &window, &mut matches);
    let rule = |found: &Match| knowing().rules().get(found.rule).info.clone();
    let known = matches.into_iter().filter(|found| rule(found).id == "known-secret");
    known
        .map(|found| {
            assert_eq!(found.confidence, Confidence::Confirmed);
            let name = rule(&found).name.rsplit(' ').next().unwrap().to_owned();
            let value = &values()[usize::from(name.as_bytes()[0] - b'A')];
            assert!(found.secret.expose() == value.as_bytes(), "the value of another secret");
            (name, found.span.start, found.span.end, found.via)
        })
        .collect()
}

#[test]
fn every_form_is_found_and_nothing_else_is() {
    for (value, name) in values().iter().zip("ABCDE".chars()) {
        for (form, bytes) in forms(value) {
            for before in ["", "x ", "xy: ", "abc = "] {
                let blob = [before.as_bytes(), &bytes, b" and more"].concat();
                let seen = found(&blob, 0..blob.len());
                let names: BTreeSet<_> = seen.iter().map(|hit| hit.0.clone()).collect();
                assert_eq!(
                    names,
                    BTreeSet::from([name.to_string()]),
                    "{form} of {name}: {}",
                    String::from_utf8_lossy(&blob)
                );
                for (_, start, end, _) in seen {
                    let (start, end) = (start as usize, end as usize);
                    assert!(start + 8 <= end && end <= before.len() + bytes.len() && start >= before.len(), "{form}");
                }
            }
        }
    }
    let text = filler(10_000);
    assert!(found(text.as_bytes(), 0..text.len()).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the cut, and wherever the pass over the bytes begins.
    #[test]
    fn windows_make_no_difference(seed in any::<u64>(), cuts in proptest::collection::vec(0usize..6000, 1..6)) {
        let all: Vec<_> = values().iter().flat_map(|value| forms(value)).collect();
        let mut blob = Vec::new();
        for i in 0..20u64 {
            let pick = seed.wrapping_mul(6364136223846793005).wrapping_add(i.wrapping_mul(1442695040888963407)) >> 20;
            blob.extend(&all[pick as usize % all.len()].1);
            blob.extend([b"\n", b" ", b"=", b":"][pick as usize % 4]);
        }
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % blob.len()).chain([0, blob.len()]).collect();
        cuts.sort_unstable();
        let whole = found(&blob, 0..blob.len());
        let parts: BTreeSet<_> = cuts.windows(2).flat_map(|cut| found(&blob, cut[0]..cut[1])).collect();
        prop_assert!(whole.len() >= 20);
        prop_assert!(whole == parts);
    }
}

#[test]
fn names_are_told_and_values_are_not() {
    let value = &values()[0];
    let list = format!("DB_PASSWORD={value}\nOTHER={}\n", values()[2]);
    for (form, bytes) in forms(value) {
        let tree = Tree::of("app/run.log", [b"begin\n", &bytes[..], b"\nend\n"].concat()).file("known.txt", &list);
        for format in ["text", "json", "sarif"] {
            let output = dir(tree.path(), &["app", "--known", "known.txt", "--format", format, "-v"]);
            let told = all_output(&output);
            assert_eq!(output.status.code(), Some(1), "{form}: {told}");
            assert!(told.contains("Known secret DB_PASSWORD") && !told.contains("OTHER"), "{form}: {told}");
            for piece in value.as_bytes().windows(6).filter_map(|piece| std::str::from_utf8(piece).ok()) {
                assert!(!told.contains(piece), "{form}: {piece} is in {told}");
            }
        }
    }
}

#[test]
fn a_known_secret_outranks_a_rule() {
    let token = token(7);
    let tree = Tree::of("a.txt", format!("API_TOKEN={token}\n")).file("known", format!("MINE={token}\n"));
    let told = all_output(&dir(tree.path(), &["a.txt", "--known", "known"]));
    assert!(told.contains("known-secret") && told.contains("1 finding blocks"), "{told}");
}

#[test]
fn lists_come_from_files_variables_and_descriptors() {
    let [one, two] = [random(B62, 20, 11), random(B62, 20, 12)];
    let tree = Tree::of("one", &one).file("two", &two).file("known", format!("ONE={one}\n"));
    let told = |command: &mut std::process::Command| all_output(&command.output().unwrap());
    let mut command_ = command(tree.path(), &["dir", "one", "two", "--known", "known", "--known-env", "MY_SECRET_"]);
    let text = told(command_.env("MY_SECRET_TWO", &two));
    assert!(text.contains("Known secret ONE") && text.contains("Known secret MY_SECRET_TWO"), "{text}");
    #[cfg(unix)]
    {
        let script = "exec \"$0\" dir two --known-fd 3 3<<END\nTWO=$V\nEND";
        let mut shell = std::process::Command::new("sh");
        let text = told(shell.current_dir(tree.path()).args(["-c", script, BINARY]).env("V", &two));
        assert!(text.contains("Known secret TWO"), "{text}");
    }
}

#[test]
fn what_proves_nothing_is_refused_by_name() {
    let tree =
        Tree::of("a.txt", "x").file("weak", "PORT=5432\nMODE=production\nGOOD=xK9#mQ2!\n").file("none", "# nothing\n");
    let cases: &[(&[&str], &[&str])] = &[
        (&["--known", "weak"], &["PORT", "shorter than 8", "MODE", "too common"]),
        (&["--known", "none"], &["none", "holds no secret"]),
        (&["--known", "gone"], &["gone", "cannot be read"]),
        (&["--known-env", "NO_SUCH_PREFIX_"], &["NO_SUCH_PREFIX_"]),
        (&["--known-fd", "77"], &["descriptor 77"]),
    ];
    for (args, expected) in cases {
        let output = dir(tree.path(), &[&["a.txt"], *args].concat());
        let told = all_output(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        expected.iter().for_each(|part| assert!(told.contains(part), "{part} is not in {told}"));
        assert!(!told.contains("5432") && !told.contains("production") && !told.contains("xK9"), "{told}");
    }
}
