//! The streams of a document, found one after the other.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::content;
use super::filter::{Filter, unpredict};
use super::fonts::Fonts;
use super::token::{Token, dictionary, number, value};
use crate::containers::visit::Visit;
use crate::containers::{Body, Budget, Container, Fault, Members, Meter, held};
use crate::model::GapKind;

/// PDF.
pub(in crate::containers) struct Pdf;

/// Bytes of an object in front of its stream.
const DICTIONARY: usize = 64 << 10;

/// Times that `stream` may stand where no stream begins.
const STRAYS: usize = 1000;

/// Bytes of decoded object streams that are looked through for fonts.
const SYNTAX: usize = 16 << 20;

impl Container for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(b"%PDF-")
    }

    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members) {
        held::beside("pdf", body, budget, members, read);
    }
}

/// A stream: its object's number, its dictionary, its bytes.
struct Stream<'a> {
    number: usize,
    dictionary: Vec<Token<'a>>,
    data: &'a [u8],
}

fn read(bytes: &[u8], visit: &mut Visit<'_>) {
    if is_encrypted(bytes) {
        return visit.lost(b"", GapKind::Encrypted, 0, "pdf: encrypted; decrypt it and scan the result");
    }
    let (streams, syntax) = streams(bytes);
    let meter = visit.meter();
    let packed: Vec<Vec<u8>> = objects(&streams, &meter);
    let texts: Vec<&[u8]> =
        syntax.iter().filter_map(|range| bytes.get(range.clone())).chain(packed.iter().map(Vec::as_slice)).collect();
    let by_number: HashMap<usize, &Stream<'_>> = streams.iter().map(|stream| (stream.number, stream)).collect();
    let fonts = Fonts::read(&texts, |number| Some(by_number.get(&number)?.decoded(&meter).0));
    drop(texts);
    for stream in &streams {
        if !give(stream, &fonts, visit) {
            return;
        }
    }
}

/// The trailer, or the stream that stands for it, names a dictionary of keys.
fn is_encrypted(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"/Encrypt").any(|at| {
        let rest = bytes.get(at + 8..).unwrap_or_default().trim_ascii_start();
        let refers = rest.iter().position(|byte| !byte.is_ascii_digit()).is_some_and(|end| {
            let rest = rest[end..].trim_ascii_start();
            end > 0 && rest.starts_with(b"0") && rest[1..].trim_ascii_start().starts_with(b"R")
        });
        refers || (rest.starts_with(b"<<") && memmem::find(&rest[..rest.len().min(512)], b"/Filter").is_some())
    })
}

/// All streams, and what stands between them.
fn streams(bytes: &[u8]) -> (Vec<Stream<'_>>, Vec<Range<usize>>) {
    let (mut streams, mut syntax, mut floor) = (Vec::new(), Vec::new(), 0);
    let finder = memmem::Finder::new(b"stream");
    let (mut at, mut strays) = (0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| finder.find(rest)) {
        let keyword = at + found;
        at = keyword + 6;
        let Some((number, dictionary)) = before(bytes, floor, keyword) else {
            // The word stands in a text. In a file of nothing but that word, no object is looked for twice.
            strays += 1;
            floor = if strays > STRAYS { keyword } else { floor };
            continue;
        };
        let start = match bytes.get(at..at + 2) {
            Some(b"\r\n") => at + 2,
            _ => at + 1,
        };
        let end = end(bytes, start, &dictionary);
        syntax.push(floor..keyword);
        streams.push(Stream { number, dictionary, data: bytes.get(start..end).unwrap_or_default() });
        (at, floor) = (end.max(at), end);
    }
    syntax.push(floor..bytes.len());
    (streams, syntax)
}

/// Number and dictionary of the object whose stream begins at `keyword`.
fn before(bytes: &[u8], floor: usize, keyword: usize) -> Option<(usize, Vec<Token<'_>>)> {
    let from = floor.max(keyword.saturating_sub(DICTIONARY));
    let at = from + memmem::rfind(&bytes[from..keyword], b" obj")?;
    let (tokens, end) = dictionary(bytes, at + 4)?;
    let gap = bytes.get(end..keyword)?;
    if !gap.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    // `12 0 obj`
    let mut words = bytes[from..at].rsplit(|byte| !byte.is_ascii_digit()).filter(|word| !word.is_empty());
    let number = words.nth(1).and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
    Some((number.unwrap_or(0), tokens))
}

/// Where a stream's bytes end: where its length says, if the keyword stands there, or at the next one.
fn end(bytes: &[u8], start: usize, dictionary: &[Token<'_>]) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = match value(dictionary, b"Length") {
        [Token::Word(_)] => number(value(dictionary, b"Length")),
        _ => None,
    };
    let fits =
        |length: &usize| rest.get(*length..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"endstream"));
    start + length.filter(fits).or_else(|| memmem::find(rest, b"endstream")).unwrap_or(rest.len())
}

/// What object streams hold, written as objects are: `12 0 obj …`.
fn objects(streams: &[Stream<'_>], meter: &Meter) -> Vec<Vec<u8>> {
    let mut left = SYNTAX;
    let packed = streams.iter().filter(|stream| stream.is(b"Type", b"ObjStm")).map_while(|stream| {
        let (bytes, _) = stream.decoded(meter);
        left = left.checked_sub(bytes.len())?;
        let first = number(value(&stream.dictionary, b"First")).unwrap_or(0).min(bytes.len());
        let (index, body) = bytes.split_at(first);
        let numbers: Vec<usize> = index
            .split(u8::is_ascii_whitespace)
            .filter_map(|word| std::str::from_utf8(word).ok()?.parse().ok())
            .collect();
        let mut out = Vec::with_capacity(bytes.len() + 12 * numbers.len());
        for (at, [object, offset]) in numbers.as_chunks::<2>().0.iter().enumerate() {
            let next = numbers.get(2 * at + 3).copied().unwrap_or(body.len());
            out.extend_from_slice(format!("\n{object} 0 obj ").as_bytes());
            out.extend_from_slice(body.get(*offset..next.min(body.len())).unwrap_or_default());
        }
        Some(out)
    });
    packed.collect()
}

impl Stream<'_> {
    fn is(&self, key: &[u8], name: &[u8]) -> bool {
        matches!(value(&self.dictionary, key), [Token::Name(found)] if *found == name)
    }

    fn filters(&self) -> Vec<Filter> {
        let names = [&b"Filter"[..], b"F"].map(|key| value(&self.dictionary, key));
        let names = names.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
        let filters = names.iter().filter_map(|token| match token {
            Token::Name(name) => Some(Filter::of(name)),
            _ => None,
        });
        filters.take(8).collect()
    }

    /// A number among the parameters of the filters.
    fn parameter(&self, key: &[u8]) -> Option<usize> {
        let parameters = [&b"DecodeParms"[..], b"DP"].map(|key| value(&self.dictionary, key));
        let parameters = parameters.into_iter().find(|value| !value.is_empty())?;
        let at = parameters.iter().position(|token| matches!(token, Token::Name(name) if *name == key))?;
        number(parameters.get(at + 1..)?)
    }

    /// The bytes with all filters undone that can be, and what broke.
    fn decoded(&self, meter: &Meter) -> (Vec<u8>, Option<Fault>) {
        let (mut bytes, mut fault) = (self.data.to_vec(), None);
        for filter in self.filters() {
            match filter {
                Filter::Picture => break,
                Filter::Encrypted | Filter::Unknown => {
                    let detail = "pdf: the filter of a stream is not read here";
                    return (bytes, Some(Fault::new(GapKind::Unsupported, detail)));
                }
                _ => {}
            }
            let (undone, broke) = filter.undo(&bytes, self.parameter(b"EarlyChange") != Some(0), meter);
            (bytes, fault) = (undone, fault.or(broke));
        }
        if self.parameter(b"Predictor").is_some_and(|predictor| predictor >= 10) {
            let parameter = |key: &[u8], usual| self.parameter(key).unwrap_or(usual).min(1 << 20);
            bytes =
                unpredict(&bytes, parameter(b"Columns", 1), parameter(b"Colors", 1), parameter(b"BitsPerComponent", 8));
        }
        (bytes, fault)
    }
}

/// Gives what a stream holds; whether to go on.
fn give(stream: &Stream<'_>, fonts: &Fonts, visit: &mut Visit<'_>) -> bool {
    let filters = stream.filters();
    // A table of offsets holds no text; a picture is scanned as it stands.
    if stream.is(b"Type", b"XRef") || filters.first() == Some(&Filter::Picture) {
        return true;
    }
    let (bytes, fault) = stream.decoded(&visit.meter());
    let attached = stream.is(b"Type", b"EmbeddedFile");
    let name = format!("{} {}", if attached { "attachment" } else { "object" }, stream.number).into_bytes();
    if let Some(fault) = fault {
        visit.gap(&name, &fault, 0);
        if visit.meter().is_spent() {
            return false;
        }
    }
    if !attached && content::is_content(&bytes) {
        return texts(&name, &bytes, fonts, visit);
    }
    filters.is_empty() && !attached || visit.count(&name) && visit.give(&name, &mut bytes.as_slice())
}

/// Gives the text of a page, once for each font that its names may mean.
fn texts(name: &[u8], bytes: &[u8], fonts: &Fonts, visit: &mut Visit<'_>) -> bool {
    let mut given: Vec<Vec<u8>> = Vec::new();
    for which in 0..fonts.most() {
        let text = content::text(bytes, fonts, which);
        if given.contains(&text) {
            continue;
        }
        let name = [name, b" (text)"].concat();
        if !visit.count(&name) || !visit.give(&name, &mut text.as_slice()) {
            return false;
        }
        given.push(text);
    }
    true
}
