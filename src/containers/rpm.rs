//! rpm packages: two headers, whose strings are content, and a payload that is a compressed cpio (RPM file format 3 and
//! 4).

use super::input::Input;
use super::stored::Stored;
use super::visit::{BETWEEN, Visit};
use super::{Body, Budget, Container, Members};
use crate::model::GapKind;

/// rpm.
pub(super) struct Rpm;

const LEAD: usize = 96;
/// Magic, version, four reserved bytes, the number of index entries, the bytes of the store.
const HEADER: usize = 16;
const MAGIC: [u8; 4] = [0x8E, 0xAD, 0xE8, 1];

/// Bytes of the shortest payload.
const SHORTEST: usize = 16;

impl Container for Rpm {
    fn name(&self) -> &'static str {
        "rpm"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        matches!(head, [0xED, 0xAB, 0xEE, 0xDB, 3 | 4, ..])
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        let Some(mut visit) = Visit::enter(budget, members) else { return };
        let mut input = Input::new(body);
        let lead = input.peek(LEAD);
        let lead = lead.get(..LEAD.min(lead.len())).unwrap_or_default().to_vec();
        visit.text(b"(lead)", &lead);
        if input.skip(LEAD as u64) < LEAD as u64 {
            return visit.gap(b"", &input.short("rpm: the lead"), 0);
        }
        // The signature is padded to eight bytes.
        if header(&mut input, &mut visit, b"(signature)", 8) && header(&mut input, &mut visit, b"(header)", 1) {
            payload(&mut input, &mut visit);
        }
    }
}

/// One header; whether to go on.
fn header(input: &mut Input<'_>, visit: &mut Visit<'_>, name: &[u8], align: u64) -> bool {
    let (head, n) = input.head::<HEADER>();
    if n < HEADER {
        visit.gap(name, &input.short("rpm: a header"), 0);
        return false;
    }
    if !head.starts_with(&MAGIC) {
        let detail =
            format!("rpm: the header at offset {} is corrupt; what follows is read as plain bytes", input.offset());
        visit.lost(name, GapKind::Corrupt, 0, &detail);
        if visit.count(BETWEEN) {
            visit.give(BETWEEN, input);
        }
        return false;
    }
    input.skip(HEADER as u64);
    let [_, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h] = head;
    let (entries, store) = (u64::from(u32::from_be_bytes([a, b, c, d])), u64::from(u32::from_be_bytes([e, f, g, h])));
    let size = 16 * entries + store;
    if !visit.count(name) {
        return false;
    }
    let mut stored = Stored::new(input, size, "rpm: a header");
    if !visit.give(name, &mut stored) {
        return false;
    }
    let (finished, left, cut) = (stored.finish(), stored.left, stored.is_cut());
    if let Err(fault) = finished {
        visit.gap(name, &fault, left);
    }
    input.skip(size.next_multiple_of(align) - size);
    !cut
}

/// Whatever compresses it, the holder recognizes it.
fn payload(input: &mut Input<'_>, visit: &mut Visit<'_>) {
    // Too little to be recognized as anything.
    let ahead = input.peek(SHORTEST);
    if ahead.len() < SHORTEST {
        let rest = ahead.to_vec();
        visit.text(b"payload", &rest);
        input.skip(SHORTEST as u64);
        return visit.gap(b"payload", &input.short("rpm: the payload"), 0);
    }
    if visit.count(b"payload") {
        visit.give(b"payload", input);
    }
}
