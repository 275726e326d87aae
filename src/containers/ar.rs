//! ar: Debian packages and static libraries, with the long names of GNU and BSD (`ar.h`, deb(5)).

use std::io::Read;
use std::ops::Range;

use super::input::Input;
use super::stored::Stored;
use super::visit::{BETWEEN, Visit};
use super::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// ar.
pub(super) struct Ar;

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;
const ENTRY: &str = "ar: the entry";

/// Bytes of long names that are kept.
const NAMES: u64 = 8 << 20;

/// Bytes of one name; no system has longer ones. All of the table is text beside.
const NAME: usize = 64 << 10;

impl Container for Ar {
    fn name(&self) -> &'static str {
        "ar"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(visit) = Visit::enter(budget, members) else { return };
        let mut walk = Walk { input: Input::new(body), visit, names: Vec::new() };
        match walk.input.peek(MAGIC.len()) {
            head if head.starts_with(MAGIC) => {
                walk.input.skip(MAGIC.len() as u64);
                while walk.step() {}
            }
            head if head.len() >= MAGIC.len() => walk.visit.lost(b"", GapKind::Corrupt, 0, "ar: the magic is missing"),
            _ => walk.visit.gap(b"", &walk.input.short("ar: the magic"), 0),
        }
    }
}

struct Walk<'a, 'v> {
    input: Input<'a>,
    visit: Visit<'v>,
    /// The GNU table of long names.
    names: Vec<u8>,
}

impl Walk<'_, '_> {
    /// One entry; whether to go on.
    fn step(&mut self) -> bool {
        let (header, n) = self.input.head::<HEADER>();
        if n < HEADER {
            return self.finish(n);
        }
        let field = |range: Range<usize>| header.get(range).unwrap_or_default().trim_ascii_end();
        let size = std::str::from_utf8(field(48..58)).ok().and_then(|digits| digits.parse().ok());
        match size.filter(|_| header.ends_with(b"`\n")) {
            Some(size) => {
                self.input.skip(HEADER as u64);
                self.entry(field(0..16), size)
            }
            None => self.corrupt(),
        }
    }

    fn finish(&mut self, n: usize) -> bool {
        if n > 0 || self.input.broken().is_some() {
            let rest = self.input.peek(n).to_vec();
            self.visit.text(BETWEEN, &rest);
            self.input.skip(n as u64);
            let fault = self.input.short("ar: a header");
            self.visit.gap(b"", &fault, 0);
        }
        false
    }

    /// Without a header there is no next one: the rest is given as it is.
    fn corrupt(&mut self) -> bool {
        let detail =
            format!("ar: the header at offset {} is corrupt; what follows is read as plain bytes", self.input.offset());
        self.visit.lost(b"", GapKind::Corrupt, 0, &detail);
        if self.visit.count(BETWEEN) {
            self.visit.give(BETWEEN, &mut self.input);
        }
        false
    }

    fn entry(&mut self, field: &[u8], size: u64) -> bool {
        if field == b"//" {
            return self.table(size);
        }
        let mut stored = Stored::new(&mut self.input, size, ENTRY);
        let name = match field.strip_prefix(b"#1/").and_then(number) {
            Some(length) => bsd(&mut stored, length),
            None => Ok(gnu(&self.names, field)),
        };
        let name = match name {
            Ok(name) => name,
            Err(fault) => {
                self.visit.gap(field, &fault, size);
                return false;
            }
        };
        if !self.visit.count(&name) || !self.visit.give(&name, &mut stored) {
            return false;
        }
        let (finished, left, cut) = (stored.finish(), stored.left, stored.is_cut());
        if let Err(fault) = finished {
            self.visit.gap(&name, &fault, left);
        }
        self.input.skip(size % 2);
        !cut
    }

    /// The table of long names; of an absurd one only the start is kept.
    fn table(&mut self, size: u64) -> bool {
        let mut names = Vec::new();
        let mut stored = Stored::new(&mut self.input, size, ENTRY);
        let read = stored.by_ref().take(NAMES).read_to_end(&mut names).map_err(|error| Fault::of(&error));
        self.visit.text(b"//", &names);
        if let Err(fault) = read.and_then(|_| stored.finish()) {
            self.visit.gap(b"//", &fault, 0);
            return false;
        }
        if size > NAMES {
            let detail = format!("ar: limit on long names reached: {NAMES} bytes");
            self.visit.lost(b"//", GapKind::LimitReached, size - NAMES, &detail);
        }
        self.names = names;
        self.input.skip(size % 2);
        true
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The name in front of the content.
fn bsd(stored: &mut Stored<'_, '_>, length: u64) -> Result<Vec<u8>, Fault> {
    let mut name = Vec::new();
    stored.take(length.min(NAME as u64)).read_to_end(&mut name).map_err(|error| Fault::of(&error))?;
    Ok(name.trim_ascii_end().split(|b| *b == 0).next().unwrap_or(&[]).to_vec())
}

/// A name, or the place of one in the table; both end with a slash.
fn gnu(names: &[u8], field: &[u8]) -> Vec<u8> {
    let at = field.strip_prefix(b"/").and_then(number).and_then(|at| usize::try_from(at).ok());
    let name = match at.and_then(|at| names.get(at..)) {
        Some(rest) => rest[..rest.len().min(NAME)].split(|b| *b == b'\n').next().unwrap_or(&[]),
        None => field,
    };
    name.strip_suffix(b"/").filter(|name| !name.is_empty()).unwrap_or(name).to_vec()
}
