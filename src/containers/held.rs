//! Containers that can only be read as a whole: a stream of one is held in memory, up to what is left of it.

use std::io::Read;

use flate2::Decompress;

use super::budget;
use super::inflate::Inflate;
use super::input::Input;
use super::metered::Metered;
use super::visit::Visit;
use super::{Body, Budget, Fault, Members, Meter};
use crate::model::GapKind;

/// Bytes of a stream that are held.
const WHOLE: u64 = 64 << 20;

/// A body that can be gone back and forth in, or why not.
pub(super) enum Held<'a> {
    /// At hand as it is.
    Whole(Input<'a>),
    /// Read into memory; what broke it, if something did.
    Slice(Vec<u8>, Option<Fault>, budget::Held),
    /// Longer than what can be held: all of it again.
    TooLong(Box<dyn Read + 'a>),
}

/// Gets hold of `body`.
pub(super) fn whole<'a>(body: Body<'a>, meter: &Meter) -> Held<'a> {
    let stream = match body {
        Body::Stream(stream) => stream,
        whole => return Held::Whole(Input::new(whole)),
    };
    let memory = meter.hold(WHOLE);
    let mut bytes = Vec::new();
    let read = stream.take(memory.bytes).read_to_end(&mut bytes);
    let broken = read.err().map(|error| Fault::of(&error));
    if broken.is_some() || (bytes.len() as u64) < memory.bytes {
        let memory = memory.shrunk(bytes.len() as u64);
        return Held::Slice(bytes, broken, memory);
    }
    Held::TooLong(Box::new(std::io::Cursor::new(bytes).chain(stream)))
}

/// The gap of what could not be held.
pub(super) fn too_long(format: &str) -> Fault {
    let detail =
        format!("{format}: limit on memory reached: {WHOLE} bytes; unpack what it stands in and scan the folder");
    Fault::new(GapKind::LimitReached, detail)
}

/// Opens a file that is worth scanning as it stands and holds more besides: its bytes are given plainly, then `read` gets
/// what can be held of them.
pub(super) fn beside(
    format: &str,
    body: Body<'_>,
    budget: &mut Budget,
    members: &mut dyn Members,
    read: impl FnOnce(&[u8], &mut Visit<'_>),
) {
    let memory = budget.meter().hold(WHOLE);
    let (mut own, mut input) = (Vec::new(), None);
    let bytes = match body {
        Body::Bytes(bytes) => bytes,
        body => {
            // What breaks the input breaks it again below.
            let _ = input.insert(Input::new(body)).take(memory.bytes).read_to_end(&mut own);
            own.as_slice()
        }
    };
    let more = input.as_mut().is_some_and(|input| !input.peek(1).is_empty());
    match &mut input {
        Some(input) => members.plain(&mut bytes.chain(input)),
        None => members.plain(&mut &*bytes),
    }
    let memory = memory.shrunk(own.len() as u64);
    if more {
        let fault = too_long(format);
        members.gap(b"", fault.kind, 0, &fault.detail);
    }
    if let Some(mut visit) = Visit::enter(budget, members) {
        read(bytes, &mut visit);
    }
    drop(memory);
}

/// Gives what is packed in `bytes` by zlib as a member; whether to go on.
pub(super) fn zlib(format: &'static str, name: &[u8], bytes: &[u8], visit: &mut Visit<'_>) -> bool {
    let mut input = Input::slice(bytes, None);
    input.skip(2);
    let trace = input.trace();
    let mut content = Metered::new(Inflate::new(input, Decompress::new(false)), format, visit.meter(), trace);
    if !visit.count(name) || !visit.give(name, &mut content) {
        return false;
    }
    if let Err(fault) = content.drain() {
        visit.gap(name, &fault, 0);
    }
    true
}
