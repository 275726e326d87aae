//! An archive that can be read from its start alone: a compressed file, or what an engine sends. It is read once for its
//! small documents, and once for everything else.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::archive::{Names, rest};
use super::{Shelf, Take};
use crate::containers::Body;
use crate::model::GapKind;
use crate::sources::image::origin::Fault;

/// Bytes of one document that is kept.
const DOCUMENT: u64 = 8 << 20;

/// Bytes of all that are kept.
const KEPT: usize = 64 << 20;

/// Gives the archive again from its start, each time it is asked.
pub(in crate::sources::image) trait Feed: Sync {
    /// Calls `take` with the archive's bytes.
    fn pour(&self, take: &mut dyn FnMut(&mut dyn Read)) -> Result<(), Fault>;

    /// Whether there may be more in it than what was asked for.
    fn has_rest(&self) -> bool;
}

pub(in crate::sources::image) struct Stream {
    feed: Box<dyn Feed>,
    names: Names,
    kept: HashMap<String, Vec<u8>>,
}

impl Stream {
    /// Reads the archive for its names and documents.
    pub(in crate::sources::image) fn new(feed: Box<dyn Feed>) -> Result<Self, Fault> {
        let (mut names, mut kept) = (Names::default(), HashMap::new());
        let mut bytes = 0;
        feed.pour(&mut |reader| {
            let mut archive = tar::Archive::new(reader);
            let entries = match archive.entries() {
                Ok(entries) => entries,
                Err(error) => return names.trouble(Fault::of(&error)),
            };
            for mut entry in entries {
                let size = entry.as_ref().map_or(0, tar::Entry::size);
                let mut document = Vec::new();
                if let (Ok(entry), ..=DOCUMENT) = (&mut entry, size)
                    && entry.header().entry_type().is_file()
                    && bytes < KEPT
                {
                    document = opening(entry);
                }
                let Some((name, _)) = names.take(entry) else { return };
                if !document.is_empty() {
                    bytes += document.len();
                    kept.insert(name, document);
                }
            }
        })?;
        Ok(Self { feed, names, kept })
    }

    /// Whether it has a file of this name.
    pub(in crate::sources::image) fn has(&self, name: &str) -> bool {
        self.names.files.contains_key(name)
    }
}

/// A document; nothing of what does not begin as one.
fn opening(entry: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What cannot be read is told when the next entry is asked for.
    let _ = entry.take(1).read_to_end(&mut bytes);
    if matches!(bytes.first(), Some(b'{' | b'[')) {
        let _ = entry.take(DOCUMENT).read_to_end(&mut bytes);
        return bytes;
    }
    Vec::new()
}

impl Shelf for Stream {
    fn real(&self, name: &str) -> String {
        self.names.real(name)
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.names.files.get(&self.names.real(name)).map(|(_, size)| *size)
    }

    fn open(&self, name: &str) -> Result<Option<Box<dyn Read + Send + '_>>, Fault> {
        let name = self.names.real(name);
        match self.kept.get(&name) {
            Some(bytes) => Ok(Some(Box::new(Cursor::new(bytes)))),
            None if self.has(&name) => {
                let detail = "it is not one of the documents that are kept of a stream".to_owned();
                Err(Fault { kind: GapKind::LimitReached, detail })
            }
            None => Ok(None),
        }
    }

    fn is_sequential(&self) -> bool {
        true
    }

    fn pour(&self, take: Take<'_>) -> Result<(), Fault> {
        let mut fault = None;
        self.feed.pour(&mut |reader| {
            let mut archive = tar::Archive::new(reader);
            let read = archive.entries().and_then(|entries| {
                for entry in entries {
                    let mut entry = entry?;
                    if entry.header().entry_type().is_file() {
                        let name =
                            String::from_utf8_lossy(&crate::sources::image::contents::normal(&entry.path_bytes()))
                                .into_owned();
                        take(&name, &mut entry);
                    }
                }
                Ok(())
            });
            fault = read.err().map(|error| Fault::of(&error));
        })?;
        fault.map_or(Ok(()), Err)
    }

    fn rest(&self, used: &dyn Fn(&str) -> bool, take: Take<'_>) -> Result<(), Fault> {
        let mut told = Ok(());
        if self.feed.has_rest() {
            self.feed.pour(&mut |reader| told = rest(Body::Stream(reader), used, take))?;
        }
        told?;
        self.names.trouble.clone().map_or(Ok(()), Err)
    }
}
