//! The secrets of a run, ready to be searched.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use std::thread;

use super::entry::Entry;
use super::forms::{self, Form};
use super::table::{PIECE, Table};
use super::weak;
use crate::decoders::joint;
use crate::model::{Secret, Shown};

/// Values that prove nothing, each by its name.
#[derive(Debug)]
pub struct Refused(Vec<(Shown, String)>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, why)) in self.0.iter().enumerate() {
            let end = if i + 1 < self.0.len() { "\n" } else { "" };
            write!(f, "the known secret {name} cannot be searched: {why}; leave it out{end}")?;
        }
        Ok(())
    }
}

/// A place where a known secret stands, in some form.
pub struct Seen {
    /// Its number.
    pub secret: usize,
    /// The encoding of the form, if it has one.
    pub via: Option<&'static str>,
    /// Where the form stands.
    pub span: Range<usize>,
}

/// The operator's secrets. Like [`Secret`] they cannot be printed, serialized or cloned, and are wiped when dropped.
pub struct Known {
    secrets: Vec<(Shown, Secret)>,
    /// Forms of all secrets, with the secret's number.
    forms: Vec<(Form, usize)>,
    table: Table,
    /// The first bytes of every form, sorted, with its number; made when a line is first asked about.
    beginnings: OnceLock<Vec<([u8; FEWEST], u32)>>,
}

impl Known {
    /// Makes the forms of all secrets. One value under several names is one secret.
    ///
    /// # Errors
    /// Every value that is too short or too common to prove anything.
    pub fn new(entries: Vec<Entry>) -> Result<Self, Refused> {
        let why = |entry: &Entry| Some((entry.name.clone(), weak::why(&entry.value)?));
        let refused: Vec<_> = entries.iter().filter_map(why).collect();
        if !refused.is_empty() {
            return Err(Refused(refused));
        }
        let secrets = united(&entries);
        let forms = forms_of(&secrets);
        let table = Table::new(forms.iter().map(|(form, _)| form.bytes.as_slice()));
        Ok(Self { secrets, forms, table, beginnings: OnceLock::new() })
    }

    /// The operator's names, by number.
    pub fn names(&self) -> impl Iterator<Item = &Shown> {
        self.secrets.iter().map(|(name, _)| name)
    }

    /// The value of a secret.
    pub fn value(&self, secret: usize) -> &[u8] {
        self.secrets[secret].1.expose()
    }

    /// Tells every place in `bytes` where a form begins within `core`.
    pub fn find(&self, bytes: &[u8], core: Range<usize>, mut seen: impl FnMut(Seen)) {
        self.table.find(bytes, core.clone(), |number, offset, at| {
            let (form, secret) = &self.forms[number];
            if let Some(span) = stands(form, bytes, offset, at).filter(|span| core.contains(&span.start)) {
                seen(Seen { secret: *secret, via: via(form, bytes, &span), span });
            }
        });
    }
}

impl Known {
    /// Whether the end of `line` is the beginning of a form that can be wrapped.
    pub fn begins(&self, line: &[u8]) -> bool {
        let line = &line[line.len().saturating_sub(LOOK_BACK)..];
        let goes_on = |form: usize, rest: &[u8]| {
            let form = &self.forms[form].0.bytes;
            form.len() >= WRAPS && form.len() > rest.len() && form.starts_with(rest)
        };
        let mut begins = false;
        for at in 0..line.len() {
            self.table.at(line, at, |form, offset| begins |= offset == 0 && goes_on(form, &line[at..]));
        }
        // What is shorter than the table's bytes.
        let mut short = (FEWEST..=line.len().min(MOST)).map(|length| &line[line.len() - length..]);
        begins || short.any(|rest| self.beginning(rest).any(|form| goes_on(form, rest)))
    }

    /// The forms whose first bytes are those of `rest`.
    fn beginning(&self, rest: &[u8]) -> impl Iterator<Item = usize> {
        let sorted = self.beginnings.get_or_init(|| {
            let first = |form: &Form| form.bytes.first_chunk().copied();
            let mut all: Vec<_> =
                (0u32..).zip(&self.forms).filter_map(|(number, (form, _))| Some((first(form)?, number))).collect();
            all.sort_unstable();
            all
        });
        let wanted: Option<[u8; FEWEST]> = rest.first_chunk().copied();
        let from = sorted.partition_point(|(first, _)| Some(*first) < wanted);
        sorted[from..].iter().take_while(move |(first, _)| Some(*first) == wanted).map(|(_, number)| *number as usize)
    }
}

/// All forms of all secrets, each with the number of its secret, made on all threads where there are many.
fn forms_of(secrets: &[(Shown, Secret)]) -> Vec<(Form, usize)> {
    let of = |(number, (_, secret)): (usize, &(Shown, Secret))| {
        forms::of(secret.expose()).into_iter().map(move |form| (form, number))
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = secrets.len().div_ceil(threads).max(MANY);
    if secrets.len() <= share {
        return secrets.iter().enumerate().flat_map(of).collect();
    }
    thread::scope(|scope| {
        let shares = (0..).step_by(share).zip(secrets.chunks(share));
        let made: Vec<_> = shares
            .map(|(first, share)| scope.spawn(move || (first..).zip(share).flat_map(of).collect::<Vec<_>>()))
            .collect();
        let join = |made: thread::ScopedJoinHandle<'_, Vec<(Form, usize)>>| {
            made.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        made.into_iter().flat_map(join).collect()
    })
}

/// Fewest secrets that are worth a thread.
const MANY: usize = 256;

/// Fewest bytes at the end of a line that are taken for a beginning, and most of those that the table does not hold.
const FEWEST: usize = 4;
const MOST: usize = 5;

/// How far from its end a line is looked at for the beginning of a form.
const LOOK_BACK: usize = 512;

/// Each value once, with all its names.
fn united(entries: &[Entry]) -> Vec<(Shown, Secret)> {
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let mut secrets: Vec<(Shown, Secret)> = Vec::new();
    for entry in entries {
        let next = secrets.len();
        let number = *numbers.entry(&entry.value).or_insert(next);
        if number == next {
            secrets.push((entry.name.clone(), Secret::new(entry.value.to_vec())));
        } else if secrets[number].0.as_str().split(", ").all(|name| name != entry.name.as_str()) {
            let both = format!("{}, {}", secrets[number].0, entry.name);
            secrets[number].0 = Shown::from_bytes(both.as_bytes());
        }
    }
    secrets
}

/// The word for a form where it stands: UTF-16 shows its order by the NUL at its end.
fn via(form: &Form, bytes: &[u8], span: &Range<usize>) -> Option<&'static str> {
    form.via.map(|via| match (via, bytes.get(span.end)) {
        ("utf16", Some(0)) => "utf16le",
        ("utf16", _) => "utf16be",
        _ => via,
    })
}

/// Forms from this length on are known in pieces, too: wrapped over lines.
const WRAPS: usize = 16;

/// Where the form stands whose byte `offset` is at `at`, in one piece or over lines.
///
/// A form that is broken so often that it depends on luck whether the table shows it is not known at all: its first
/// eight bytes stand together, or the eight after them.
fn stands(form: &Form, bytes: &[u8], offset: usize, at: usize) -> Option<Range<usize>> {
    let wraps = form.bytes.len() >= WRAPS && !form.via.is_some_and(|via| via.starts_with("utf16"));
    let end = forwards(&form.bytes[offset..], bytes, at, wraps)?;
    let start = backwards(&form.bytes[..offset], bytes, at, wraps)?;
    let together = |range: Range<usize>, from: usize| bytes.get(from..from + range.len()) == Some(&form.bytes[range]);
    if offset < PIECE {
        return together(0..PIECE, start).then_some(start..end);
    }
    let second = at - (offset - PIECE);
    (together(PIECE..2 * PIECE, second) && !together(0..PIECE, start)).then_some(start..end)
}

/// Where `form` ends that begins at `at`.
fn forwards(form: &[u8], bytes: &[u8], mut at: usize, wraps: bool) -> Option<usize> {
    for (i, byte) in form.iter().enumerate() {
        if bytes.get(at) != Some(byte) {
            at = joint(bytes, at).filter(|next| wraps && i > 0 && bytes.get(*next) == Some(byte))?;
        }
        at += 1;
    }
    Some(at)
}

/// Longest way back over a line's end and the dress of the next line.
const JOINT: usize = 320;

/// Where `form` begins that ends before `at`.
fn backwards(form: &[u8], bytes: &[u8], mut at: usize, wraps: bool) -> Option<usize> {
    for byte in form.iter().rev() {
        let before = at.checked_sub(1)?;
        if bytes[before] == *byte {
            at = before;
            continue;
        }
        let leads = |from: &usize| bytes[*from - 1] == *byte && joint(bytes, *from) == Some(at);
        at = (at.saturating_sub(JOINT).max(1)..at).find(|from| wraps && leads(from))? - 1;
    }
    Some(at)
}
