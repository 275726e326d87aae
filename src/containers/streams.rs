//! What gzip, zstd, xz, bzip2 and their kin have in common: a file is one compressed stream after another, they decode to one
//! content, and what stands behind the last of them is content too.

use std::io::{self, Read};

use super::input::Input;
use super::metered::Metered;
use super::visit::{AFTER, Visit};
use super::{Body, Budget, Container, Fault, Members};
use crate::model::GapKind;

/// A format's decoder of one stream, which stops at the stream's last byte.
pub(super) trait Decode<'a>: Read + Sized {
    /// The format's name.
    const NAME: &'static str;

    /// Whether another stream begins with these bytes (16, or fewer at the end of the input).
    fn starts(head: &[u8]) -> bool;

    /// Whether these last bytes of an input are the start of a stream's magic, and no more.
    fn cut(head: &[u8]) -> bool;

    /// Begins a stream.
    fn begin(input: Input<'a>) -> io::Result<Self>;

    /// The input behind the stream that was read to its end, and what the decoder had read ahead of it.
    fn end(self) -> (Input<'a>, Vec<u8>);

    /// The name, comment and extra field in the stream's header, where the format has them.
    fn label(&self) -> Option<&Label> {
        None
    }

    /// Text that stands in the stream and is not content.
    fn notes(&mut self) -> Notes {
        Notes::default()
    }
}

/// A format of streams that a library's reader decodes, with nothing to say beside the content.
pub(super) trait Format: Sync {
    /// The format's name.
    const NAME: &'static str;

    /// The reader of one stream, which stops at the stream's last byte.
    type Reader<'a>: Read;

    /// See [`Decode::starts`].
    fn starts(head: &[u8]) -> bool;

    /// See [`Decode::cut`].
    fn cut(head: &[u8]) -> bool;

    /// Begins a stream.
    fn begin(input: Input<'_>) -> io::Result<Self::Reader<'_>>;

    /// See [`Decode::end`].
    fn end<'a>(reader: Self::Reader<'a>) -> (Input<'a>, Vec<u8>);

    /// Whether a stream may follow another and go on with its content.
    const IN_A_ROW: bool = true;
}

impl<F: Format> Container for F {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        F::starts(head)
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        open::<One<'_, F>>(body, budget, members);
    }
}

/// One stream of a [`Format`].
struct One<'a, F: Format>(F::Reader<'a>);

impl<F: Format> Read for One<'_, F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl<'a, F: Format> Decode<'a> for One<'a, F> {
    const NAME: &'static str = F::NAME;

    fn starts(head: &[u8]) -> bool {
        F::IN_A_ROW && F::starts(head)
    }

    fn cut(head: &[u8]) -> bool {
        F::cut(head)
    }

    fn begin(input: Input<'a>) -> io::Result<Self> {
        Ok(Self(F::begin(input)?))
    }

    fn end(self) -> (Input<'a>, Vec<u8>) {
        F::end(self.0)
    }
}

/// Texts beside the content, up to a bound.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<u8>,
    dropped: u64,
}

impl Notes {
    /// Keeps `text`, if there is room.
    pub(super) fn add(&mut self, text: &[u8]) {
        if self.kept.len() + text.len() <= NOTES {
            self.kept.extend_from_slice(text);
        } else {
            self.dropped += text.len() as u64;
        }
    }

    fn label(&mut self, label: &Label) {
        let extra: &[u8] = if label.extra.len() < TINY { &[] } else { &label.extra };
        for text in [label.name.as_slice(), &label.comment, extra].into_iter().filter(|text| !text.is_empty()) {
            self.add(text);
            self.add(b"\n");
        }
    }

    fn merge(&mut self, other: Self) {
        self.add(&other.kept);
        self.dropped += other.dropped;
    }
}

/// Texts of a stream's header.
#[derive(Clone, Debug, Default)]
pub(super) struct Label {
    /// The name of the file that was compressed.
    pub(super) name: Vec<u8>,
    /// A comment.
    pub(super) comment: Vec<u8>,
    /// Binary fields of other programs.
    pub(super) extra: Vec<u8>,
}

/// Bytes of such texts that are kept of one file.
const NOTES: usize = 8 << 20;

/// Bytes of an extra field that cannot hold a secret: the block sizes of bgzip are six.
const TINY: usize = 8;

enum State<'a, D> {
    Inside(D),
    Behind(Input<'a>, Vec<u8>),
    Lost,
}

/// All streams of an input as one reader.
struct Streams<'a, D> {
    state: State<'a, D>,
    notes: Notes,
}

impl<'a, D: Decode<'a>> Streams<'a, D> {
    fn begin(input: Input<'a>) -> io::Result<Self> {
        Ok(Self { state: State::Inside(D::begin(input)?), notes: Notes::default() })
    }

    fn label(&self) -> Option<Label> {
        match &self.state {
            State::Inside(stream) => stream.label().cloned(),
            State::Behind(..) | State::Lost => None,
        }
    }

    /// From the end of one stream to the start of the next; `Behind` when there is none.
    fn next(&mut self) -> io::Result<()> {
        let State::Inside(mut stream) = std::mem::replace(&mut self.state, State::Lost) else { return Ok(()) };
        self.notes.merge(stream.notes());
        let (mut input, ahead) = stream.end();
        if !ahead.is_empty() {
            self.state = State::Behind(input, ahead);
            return Ok(());
        }
        input.skip_zeros();
        let (head, n) = input.head::<16>();
        if let Some(fault) = input.broken() {
            return Err(fault.to_error());
        }
        let head = head.get(..n).unwrap_or(&[]);
        if !D::starts(head) {
            if n > 0 && n < 10 && D::cut(head) {
                return Err(input.short(D::NAME).to_error());
            }
            self.state = State::Behind(input, Vec::new());
            return Ok(());
        }
        let stream = D::begin(input)?;
        if let Some(label) = stream.label() {
            self.notes.label(label);
        }
        self.state = State::Inside(stream);
        Ok(())
    }
}

impl<'a, D: Decode<'a>> Read for Streams<'a, D> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let State::Inside(stream) = &mut self.state {
            let n = stream.read(buf)?;
            if n > 0 {
                return Ok(n);
            }
            self.next()?;
        }
        Ok(0)
    }
}

/// Opens a file of such streams.
pub(super) fn open<'a, D: Decode<'a>>(body: Body<'a>, budget: &mut Budget, members: &mut dyn Members) {
    let Some(mut visit) = Visit::enter(budget, members) else { return };
    let input = Input::new(body);
    let (trace, meter) = (input.trace(), visit.meter());
    let streams = match Streams::<D>::begin(input) {
        Ok(streams) => streams,
        Err(error) => {
            return visit.gap(
                b"",
                &trace.fault().or_else(|| Fault::carried(&error)).unwrap_or_else(|| begun(D::NAME, &error)),
                0,
            );
        }
    };
    let label = streams.label().unwrap_or_default();
    for text in [&label.name, &label.comment, &label.extra] {
        visit.text(&label.name, text);
    }
    if !visit.count(&label.name) {
        return;
    }
    let mut content = Metered::new(streams, D::NAME, meter, trace);
    let go_on = visit.give(&label.name, &mut content);
    if go_on && let Err(fault) = content.drain() {
        visit.gap(&label.name, &fault, 0);
    }
    close(visit, &label.name, content.into_inner(), go_on);
}

fn begun(name: &str, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::new(GapKind::Truncated, format!("{name}: the header ends early")),
        _ => Fault::new(GapKind::Corrupt, format!("{name}: {error}")),
    }
}

/// What is left to say once the streams were read: later header texts, and data behind the last stream.
fn close<'a, D: Decode<'a>>(mut visit: Visit<'_>, name: &[u8], streams: Streams<'a, D>, go_on: bool) {
    visit.text(name, &streams.notes.kept);
    if streams.notes.dropped > 0 {
        let detail = format!("{}: limit on texts beside the content reached: {NOTES} bytes", D::NAME);
        visit.lost(name, GapKind::LimitReached, streams.notes.dropped, &detail);
    }
    let State::Behind(mut input, ahead) = streams.state else { return };
    if go_on && !(ahead.is_empty() && input.peek(1).is_empty()) && visit.count(AFTER) {
        visit.give(AFTER, &mut ahead.as_slice().chain(input));
    }
}
