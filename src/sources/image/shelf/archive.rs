//! A tar file that can be read anywhere: its names are read once, then every file is a stretch of it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};

use super::{Shelf, Take};
use crate::containers::{self, Body, Budget, Limits, Members, Step};
use crate::model::GapKind;
use crate::sources::image::origin::Fault;

/// Entries that are remembered.
const ENTRIES: usize = 1_000_000;

/// Links that are followed from one name to the next.
const LINKS: usize = 8;

/// The names of an archive.
#[derive(Default)]
pub(super) struct Names {
    /// Where each file stands, and how long it is.
    pub(super) files: HashMap<String, (u64, u64)>,
    links: HashMap<String, String>,
    /// What is wrong with the archive as a whole.
    pub(super) trouble: Option<Fault>,
}

impl Names {
    /// Reads on to the next entry: its name, and whether it is a file. `None` at the end, or where the archive breaks.
    pub(super) fn take<R: Read>(&mut self, entry: io::Result<tar::Entry<'_, R>>) -> Option<(String, bool)> {
        let entry = entry.map_err(|error| self.trouble(Fault::of(&error))).ok()?;
        if self.files.len() + self.links.len() >= ENTRIES {
            self.trouble(Fault::limit(&format!("limit on the entries of the archive reached: {ENTRIES}")));
            return None;
        }
        let name = plain(&entry.path_bytes());
        let known = self.files.contains_key(&name) || self.links.contains_key(&name);
        if known && !entry.header().entry_type().is_dir() {
            let detail = "two files of the archive have the same name, and readers disagree on which one counts";
            self.trouble(Fault { kind: GapKind::Corrupt, detail: detail.to_owned() });
        }
        let kind = entry.header().entry_type();
        match entry.link_name_bytes() {
            Some(target) if kind.is_symlink() => {
                let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = plain(&[folder.as_bytes(), b"/", &target].concat());
                self.links.insert(name.clone(), target);
            }
            Some(target) if kind.is_hard_link() => {
                self.links.insert(name.clone(), plain(&target));
            }
            _ if kind.is_dir() => {}
            _ => {
                self.files.insert(name.clone(), (entry.raw_file_position(), entry.size()));
                return Some((name, true));
            }
        }
        Some((name, false))
    }

    pub(super) fn trouble(&mut self, fault: Fault) {
        self.trouble.get_or_insert(fault);
    }

    /// The name that links lead to.
    pub(super) fn real(&self, name: &str) -> String {
        let mut name = plain(name.as_bytes());
        for _ in 0..LINKS {
            match self.links.get(&name) {
                Some(next) => name.clone_from(next),
                None => break,
            }
        }
        name
    }
}

/// A name without detours.
fn plain(name: &[u8]) -> String {
    String::from_utf8_lossy(&crate::sources::image::contents::normal(name)).into_owned()
}

pub(in crate::sources::image) struct Archive {
    file: File,
    names: Names,
}

impl Archive {
    /// The archive that a file is.
    pub(in crate::sources::image) fn new(file: File) -> Result<Self, Fault> {
        let mut names = Names::default();
        let mut archive = tar::Archive::new(&file);
        let entries = archive.entries_with_seek().map_err(|error| Fault::of(&error))?;
        for entry in entries {
            if names.take(entry).is_none() {
                break;
            }
        }
        Ok(Self { file, names })
    }

    /// Whether it has a file of this name.
    pub(in crate::sources::image) fn has(&self, name: &str) -> bool {
        self.names.files.contains_key(name)
    }
}

impl Shelf for Archive {
    fn real(&self, name: &str) -> String {
        self.names.real(name)
    }

    fn size(&self, name: &str) -> Option<u64> {
        self.names.files.get(&self.names.real(name)).map(|(_, size)| *size)
    }

    fn open(&self, name: &str) -> Result<Option<Box<dyn Read + Send + '_>>, Fault> {
        let Some((at, left)) = self.names.files.get(&self.names.real(name)).copied() else { return Ok(None) };
        Ok(Some(Box::new(Stretch { file: &self.file, at, left })))
    }

    fn is_sequential(&self) -> bool {
        false
    }

    fn pour(&self, _: Take<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn rest(&self, used: &dyn Fn(&str) -> bool, take: Take<'_>) -> Result<(), Fault> {
        rest(Body::File(&self.file), used, take)?;
        self.names.trouble.clone().map_or(Ok(()), Err)
    }
}

/// Gives what an archive holds beside the files that are used.
pub(super) fn rest(body: Body<'_>, used: &dyn Fn(&str) -> bool, take: Take<'_>) -> Result<(), Fault> {
    let mut rest = Rest { used, take, fault: None };
    let tar = containers::ALL.iter().find(|container| container.name() == "tar");
    if let Some(tar) = tar {
        tar.open(body, &mut Budget::new(Limits::default()), &mut rest);
    }
    rest.fault.map_or(Ok(()), Err)
}

struct Rest<'a> {
    used: &'a dyn Fn(&str) -> bool,
    take: Take<'a>,
    fault: Option<Fault>,
}

impl Members for Rest<'_> {
    fn member(&mut self, name: &[u8], content: &mut dyn Read, _: &mut Budget) -> Step {
        let name = plain(name);
        if !(self.used)(&name) {
            (self.take)(&name, content);
        }
        Step::Continue
    }

    fn plain(&mut self, content: &mut dyn Read) {
        (self.take)("archive", content);
    }

    fn text(&mut self, name: &[u8], mut text: &[u8]) {
        (self.take)(&plain(name), &mut text);
    }

    fn gap(&mut self, name: &[u8], kind: GapKind, _: u64, detail: &str) {
        let detail = if name.is_empty() { detail.to_owned() } else { format!("{}: {detail}", plain(name)) };
        self.fault.get_or_insert(Fault { kind, detail });
    }
}

/// A stretch of a file, which other threads read as well.
struct Stretch<'a> {
    file: &'a File,
    at: u64,
    left: u64,
}

impl Read for Stretch<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let n = read_at(self.file, buf.get_mut(..most).unwrap_or(&mut []), self.at)?;
        self.at += n as u64;
        self.left -= n as u64;
        Ok(n)
    }
}

#[cfg(unix)]
fn read_at(file: &File, room: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, room, at)
}

#[cfg(windows)]
fn read_at(file: &File, room: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, room, at)
}
