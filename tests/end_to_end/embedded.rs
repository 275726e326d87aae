//! Archives that stand encoded in a text are opened, wherever the text is cut.

use std::io::{Seek as _, Write as _};

use crate::common::*;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use tightlip::containers::Limits;
use tightlip::model::{BlobKind, Outcome, Place};
use tightlip::sources::{Content, Source, SourceError, Visitor};

/// How a blob is handed over.
#[derive(Clone, Copy, Debug)]
enum Form {
    Whole,
    Opened,
    Streamed,
}

struct One<'a>(&'a [u8], Form);

impl Source for One<'_> {
    fn walk(&self, visitor: &dyn Visitor) -> Result<(), SourceError> {
        let place = Place::new(BlobKind::File, b"blob");
        let mut worker = visitor.worker();
        let _ = match self.1 {
            Form::Whole => worker.blob(&place, Content::Bytes(self.0)),
            Form::Streamed => worker.blob(&place, Content::Stream(&mut &self.0[..])),
            Form::Opened => {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(self.0).unwrap();
                file.rewind().unwrap();
                worker.blob(&place, Content::File(file, self.0.len() as u64))
            }
        };
        Ok(())
    }
}

fn looked_at(bytes: &[u8], form: Form) -> Outcome {
    scan_source(&One(bytes, form), 2, Limits::default())
}

/// Where the findings are, and in what encoding there.
fn places(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(|found| format!("{} {:?}", found.place.shown(), found.via)).collect()
}

fn wrapped(text: &str, width: usize, indent: &str, end: &str) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap());
    lines.map(|line| [indent, line, end].concat()).collect()
}

fn secret() -> String {
    format!("the key is {} and nothing else", token(1))
}

#[test]
fn what_is_packed_and_encoded_is_found() {
    let packed = gzip(secret().as_bytes());
    let base64 = BASE64.encode(&packed);
    let long = gzip(format!("{}{}", random(B62, 9000, 3), secret()).as_bytes());
    let zipped = BASE64.encode(&zip(&[("in/side.txt", secret().as_bytes())]));
    let cases: Vec<(String, &str)> = vec![
        (format!("kind: Secret\ndata:\n  config: {base64}\n"), "blob!base64@L3!"),
        (format!("release: {}\n", BASE64.encode(base64.as_bytes())), "blob!base64+base64@L1!"),
        (format!("release: {}\n", BASE64.encode(BASE64.encode(&long).as_bytes())), "blob!base64+base64@L1!"),
        (format!("<a href=\"data:application/zip;base64,{zipped}\">\n"), "blob!base64@L1!in/side.txt"),
        (format!("a: 1\nb: {}\n", BASE64URL_NOPAD.encode(&packed)), "blob!base64@L2!"),
        (format!("hex {}\n", HEXLOWER.encode(&packed)), "blob!hex@L1!"),
        (format!("Content: x\n\n{}\n--end--\n", wrapped(&BASE64.encode(&long), 76, "", "\r\n")), "blob!base64@L3!"),
        (format!("- |\n{}b: 2\n", wrapped(&BASE64.encode(&long), 64, "    ", "\n")), "blob!base64@L2!"),
        (format!("{{\"data\": \"{}\"}}", wrapped(&BASE64.encode(&long), 60, "", "\\n")), "blob!base64@L1!"),
        (String::from_utf8(wide(&format!("x: {base64}\n"), 2, false)).unwrap(), "blob!utf16le+base64@L1!"),
    ];
    for (text, place) in cases {
        for form in [Form::Whole, Form::Opened, Form::Streamed] {
            let outcome = looked_at(text.as_bytes(), form);
            assert_eq!(gaps(&outcome), Vec::<String>::new(), "{place} {form:?}");
            assert_eq!(places(&outcome), [format!("{place} []")], "{form:?}");
        }
    }
}

#[test]
fn a_run_is_followed_beyond_its_window() {
    // Content that does not compress much, so that the runs are longer than a window.
    let size = 2 << 20;
    let content: Vec<u8> = random(B62, size, 5).into_bytes().chunks(61).collect::<Vec<_>>().join(&b" "[..]);
    let content = [&content[..], secret().as_bytes()].concat();
    let packed = BASE64.encode(&tar_gz(&content));
    let twice = BASE64.encode(packed.as_bytes());
    for (run, name) in
        [(packed.clone(), "base64"), (wrapped(&packed, 76, "", "\n"), "base64"), (twice, "base64+base64")]
    {
        let text = format!("{}data: {run}\nend\n{}", filler(300_000), filler(100_000));
        let line = filler(300_000).lines().count() + 1;
        for form in [Form::Whole, Form::Opened, Form::Streamed] {
            let outcome = looked_at(text.as_bytes(), form);
            assert_eq!(gaps(&outcome), Vec::<String>::new(), "{name} {form:?}");
            assert_eq!(places(&outcome), [format!("blob!{name}@L{line}!big.txt []")], "{form:?}");
        }
    }
}

fn tar_gz(content: &[u8]) -> Vec<u8> {
    gzip(&tar(&[("big.txt", content)]))
}

#[test]
fn what_cannot_be_opened_is_a_gap() {
    let packed = gzip(format!("{}{}", random(B62, 9000, 3), secret()).as_bytes());
    let cut = BASE64.encode(&packed[..packed.len() / 2]);
    let text = format!("first: line\ndata: {cut}\n");
    let nested = zip(&[("a.txt", text.as_bytes())]);
    assert_eq!(gaps(&looked_at(text.as_bytes(), Form::Whole)), ["truncated at blob!base64@L2!"]);
    assert_eq!(gaps(&looked_at(&nested, Form::Whole)), ["truncated at blob!a.txt!base64@L2!"]);
    // More than is followed.
    let endless = format!("x: {}{}", BASE64.encode(&packed[..packed.len() / 3 * 3]), "ABCD".repeat(5 << 20));
    for form in [Form::Whole, Form::Opened, Form::Streamed] {
        let outcome = looked_at(endless.as_bytes(), form);
        assert_eq!(gaps(&outcome).len(), 1, "{form:?}: {:?}", gaps(&outcome));
    }
}

#[test]
fn identity_does_not_move_with_the_line() {
    let run = BASE64.encode(&gzip(secret().as_bytes()));
    let hash = |text: String| {
        let outcome = looked_at(text.as_bytes(), Form::Whole);
        assert_eq!(outcome.findings.len(), 1);
        outcome.findings[0].location_hash.clone()
    };
    assert_eq!(hash(format!("a: {run}\n")), hash(format!("\n\n\na: {run}\n")));
}

#[test]
fn encoded_archives_in_each_other_share_one_budget() {
    let mut text = secret();
    for _ in 0..6 {
        text = BASE64.encode(&gzip(text.as_bytes()));
    }
    let deep = scan_source(&One(text.as_bytes(), Form::Whole), 1, Limits { depth: 3, ..Limits::default() });
    assert_eq!((deep.findings.len(), deep.gaps.len()), (0, 1));
    assert!(deep.gaps[0].detail.as_str().contains("nesting"), "{:?}", deep.gaps);
    assert_eq!(looked_at(text.as_bytes(), Form::Whole).findings.len(), 1);
}
