//! A loose object (gitrepository-layout, `objects/[0-9a-f][0-9a-f]`): a zlib stream of a kind, a length and the content.

use std::io::{self, BufRead, BufReader, Read};

use flate2::Decompress;

use crate::containers::inflate::Inflate;
use crate::containers::input::Input;
use crate::containers::metered::Metered;
use crate::containers::visit::{AFTER, Visit};
use crate::containers::{Body, Budget, Container, Fault, Members, zlib};

/// A loose object.
pub(in crate::containers) struct Loose;

const NAME: &str = "git object";

/// Bytes of the longest header: a kind, and a length of 64 bits.
const HEADER: usize = 32;

/// The kind of object that a header tells of, and the header's length with the zero byte that ends it.
fn header(content: &[u8]) -> Option<(&[u8], usize)> {
    let end = content.iter().take(HEADER).position(|byte| *byte == 0)?;
    let blank = content.iter().position(|byte| *byte == b' ')?;
    let (kind, length) = (content.get(..blank)?, content.get(blank + 1..end)?);
    let known = [b"blob".as_slice(), b"commit", b"tree", b"tag"].contains(&kind);
    (known && !length.is_empty() && length.iter().all(u8::is_ascii_digit)).then_some((kind, end + 1))
}

impl Container for Loose {
    fn name(&self) -> &'static str {
        NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let mut content = [0; HEADER];
        zlib::begin(head, &mut content).is_some_and(|(given, _)| header(content.get(..given).unwrap_or(&[])).is_some())
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(mut visit) = Visit::enter(budget, members) else { return };
        let input = Input::new(body);
        let trace = input.trace();
        let content = Metered::new(Inflate::zlib(input, Decompress::new(true)), NAME, visit.meter(), trace);
        let mut content = BufReader::new(content);
        let kind = match read_header(&mut content) {
            Ok(kind) => kind,
            Err(error) => return visit.gap(b"", &Fault::of(&error), 0),
        };
        let go_on = visit.count(&kind) && visit.give(&kind, &mut content);
        let mut content = content.into_inner();
        if !go_on {
            return;
        }
        if let Err(fault) = content.drain() {
            visit.gap(&kind, &fault, 0);
        }
        let mut input = content.into_inner().into_input();
        if !input.peek(1).is_empty() && visit.count(AFTER) {
            visit.give(AFTER, &mut input);
        }
    }
}

/// Passes over the header; the kind that stands in it.
fn read_header(content: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    content.by_ref().take(HEADER as u64).read_until(0, &mut read)?;
    let kind = header(&read).map(|(kind, _)| kind.to_vec());
    kind.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("{NAME}: no header")))
}
