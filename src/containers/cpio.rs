//! cpio in its text headers: `newc`, `crc` and `odc` (cpio(5)). An initramfs is several archives in a row, later ones
//! compressed; those come as data after the archive.

use std::io::Read;
use std::ops::Range;

use super::input::Input;
use super::stored::Stored;
use super::visit::{AFTER, BETWEEN, Visit};
use super::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// cpio.
pub(super) struct Cpio;

const ENTRY: &str = "cpio: the entry";
const TRAILER: &[u8] = b"TRAILER!!!";

/// Bytes of a name, or of a link's target; no system has longer ones.
const NAME: u64 = 64 << 10;

/// One of the two forms of a header.
struct Form {
    len: usize,
    radix: u32,
    mode: Range<usize>,
    name: Range<usize>,
    size: Range<usize>,
    /// What headers with names, and contents, are padded to.
    align: u64,
}

const NEWC: Form = Form { len: 110, radix: 16, mode: 14..22, name: 94..102, size: 54..62, align: 4 };
const ODC: Form = Form { len: 76, radix: 8, mode: 18..24, name: 59..65, size: 65..76, align: 1 };

/// The form of the header that `head` begins with: a magic in digits, and nothing but digits after it.
fn form(head: &[u8]) -> Option<&'static Form> {
    let form = match head.get(..6)? {
        b"070701" | b"070702" => &NEWC,
        b"070707" => &ODC,
        _ => return None,
    };
    let digits = head.get(6..form.len)?;
    digits.iter().all(|digit| char::from(*digit).is_digit(form.radix)).then_some(form)
}

impl Form {
    fn field(&self, head: &[u8], range: &Range<usize>) -> Option<u64> {
        u64::from_str_radix(std::str::from_utf8(head.get(range.clone())?).ok()?, self.radix).ok()
    }
}

impl Container for Cpio {
    fn name(&self) -> &'static str {
        "cpio"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        form(head).is_some()
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(visit) = Visit::enter(budget, members) else { return };
        let mut walk = Walk { input: Input::new(body), visit, ended: false };
        while walk.step() {}
    }
}

struct Walk<'a, 'v> {
    input: Input<'a>,
    visit: Visit<'v>,
    /// The trailer was seen, and no header since.
    ended: bool,
}

impl Walk<'_, '_> {
    /// One entry; whether to go on.
    fn step(&mut self) -> bool {
        if self.ended {
            self.input.skip_zeros();
        }
        let (head, n) = self.input.head::<110>();
        let head = head.get(..n).unwrap_or_default();
        match form(head) {
            Some(form) => self.entry(form, head),
            None if n == 0 => self.finish(0),
            // A header that the input's end cuts off.
            None if n < NEWC.len && !self.ended && head.iter().all(u8::is_ascii_hexdigit) => self.finish(n),
            None => self.stray(),
        }
    }

    /// The end of the input.
    fn finish(&mut self, n: usize) -> bool {
        if !self.ended || self.input.broken().is_some() {
            let rest = self.input.peek(n).to_vec();
            self.visit.text(BETWEEN, &rest);
            self.input.skip(n as u64);
            let fault = self.input.short("cpio: the archive (it has no trailer)");
            self.visit.gap(b"", &fault, 0);
        }
        false
    }

    /// What is no header: data behind the archive, or all of the rest when a header is broken.
    fn stray(&mut self) -> bool {
        if !self.ended {
            let detail = format!(
                "cpio: the header at offset {} is corrupt; what follows is read as plain bytes",
                self.input.offset()
            );
            self.visit.lost(b"", GapKind::Corrupt, 0, &detail);
        }
        let name = if self.ended { AFTER } else { BETWEEN };
        if self.visit.count(name) {
            self.visit.give(name, &mut self.input);
        }
        false
    }

    fn entry(&mut self, form: &Form, head: &[u8]) -> bool {
        self.ended = false;
        let fields = [&form.mode, &form.name, &form.size].map(|range| form.field(head, range));
        let [Some(mode), Some(length), Some(size)] = fields else { return self.stray() };
        self.input.skip(form.len as u64);
        let mut name = Vec::new();
        let mut stored = Stored::new(&mut self.input, length, ENTRY);
        let read = stored.by_ref().take(NAME).read_to_end(&mut name).map_err(|error| Fault::of(&error));
        if let Err(fault) = read.and_then(|_| stored.finish()) {
            self.visit.text(BETWEEN, &name);
            self.visit.gap(b"", &fault, size);
            return false;
        }
        while name.last() == Some(&0) {
            name.pop();
        }
        self.pad(form, form.len as u64 + length);
        if name == TRAILER && size == 0 {
            self.ended = true;
            return true;
        }
        self.content(form, &name, size, mode & 0o170_000 == 0o120_000)
    }

    fn content(&mut self, form: &Form, name: &[u8], size: u64, link: bool) -> bool {
        let mut stored = Stored::new(&mut self.input, size, ENTRY);
        if !self.visit.count(name) {
            return false;
        }
        if link && size <= NAME {
            let mut target = Vec::new();
            let _ = stored.read_to_end(&mut target);
            stored.fault = None;
            self.visit.text(name, &target);
        } else if !self.visit.give(name, &mut stored) {
            return false;
        }
        let (finished, left, cut) = (stored.finish(), stored.left, stored.is_cut());
        if let Err(fault) = finished {
            self.visit.gap(name, &fault, left);
        }
        self.pad(form, size);
        !cut
    }

    fn pad(&mut self, form: &Form, length: u64) {
        self.input.skip(length.next_multiple_of(form.align) - length);
    }
}
