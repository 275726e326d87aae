//! PAX extended headers: `LENGTH KEY=VALUE\n`, one after another.

use super::header::digits;

/// What the records say of the next entry.
#[derive(Debug, Default)]
pub(super) struct Pax {
    /// The whole name.
    pub(super) path: Option<Vec<u8>>,
    /// The whole target of a link.
    pub(super) link: Option<Vec<u8>>,
    /// Bytes stored.
    pub(super) size: Option<u64>,
    /// The version of the sparse format, when the entry is sparse.
    pub(super) sparse: Option<Sparse>,
    /// `KEY=VALUE` of every record that is more than a number, a date or a name that is given elsewhere.
    pub(super) texts: Vec<Vec<u8>>,
    /// Whether what stands there was understood to its end.
    pub(super) broken: bool,
}

/// Where the map of a sparse entry is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sparse {
    /// In the records (formats 0.0 and 0.1): offsets and lengths in turn.
    Records(Vec<u64>),
    /// In front of the data (format 1.0).
    Data,
}

impl Pax {
    /// Reads the records. What cannot be read is kept as text.
    pub(super) fn parse(mut bytes: &[u8]) -> Self {
        let mut pax = Self::default();
        while !bytes.is_empty() {
            let Some((key, value, rest)) = record(bytes) else {
                pax.broken = bytes.iter().any(|b| *b != 0);
                pax.texts.extend(pax.broken.then(|| bytes.to_vec()));
                break;
            };
            pax.take(key, value);
            bytes = rest;
        }
        pax
    }

    fn take(&mut self, key: &[u8], value: &[u8]) {
        match key {
            b"path" | b"GNU.sparse.name" => self.name(value),
            b"linkpath" => self.link = Some(value.to_vec()),
            b"size" => match digits(value, 10) {
                Some(size) => self.size = Some(size),
                None => self.broken = true,
            },
            b"GNU.sparse.major" if value == b"1" => self.sparse = Some(Sparse::Data),
            b"GNU.sparse.map" => self.map(value),
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => self.map(value),
            _ if plain(value) => {}
            _ => self.texts.push([key, b"=", value].concat()),
        }
    }

    /// A sparse file's own name outranks the one made up for readers that know nothing of sparse files.
    fn name(&mut self, value: &[u8]) {
        if let Some(former) = self.path.replace(value.to_vec()) {
            self.texts.push(former);
        }
    }

    fn map(&mut self, value: &[u8]) {
        let numbers = value.split(|b| *b == b',').map(|n| digits(n, 10));
        match (self.sparse.get_or_insert_with(|| Sparse::Records(Vec::new())), numbers.collect::<Option<Vec<_>>>()) {
            (Sparse::Records(map), Some(numbers)) => map.extend(numbers),
            (Sparse::Records(_), None) => self.broken = true,
            (Sparse::Data, _) => {}
        }
    }
}

/// Numbers and dates hold no secret.
fn plain(value: &[u8]) -> bool {
    value.len() < 32 && value.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'))
}

/// The first record and the bytes behind it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = bytes.iter().take(21).position(|b| *b == b' ')?;
    let length = digits(bytes.get(..blank)?, 10).and_then(|n| usize::try_from(n).ok())?;
    let body = bytes.get(blank + 1..length)?.strip_suffix(b"\n")?;
    let equals = body.iter().position(|b| *b == b'=')?;
    Some((body.get(..equals)?, body.get(equals + 1..)?, bytes.get(length..)?))
}
