//! The contract of a container format.

use std::fs::File;
use std::io::Read;

use super::Budget;
use crate::model::GapKind;

/// Bytes of a blob that [`super::recognize`] wants to see: its first 512, or all of it.
pub const HEAD: usize = 512;

/// The bytes of a container, in the form its holder has them.
pub enum Body<'a> {
    /// All of them.
    Bytes(&'a [u8]),
    /// A regular file, positioned at its start.
    File(&'a File),
    /// A stream.
    Stream(&'a mut dyn Read),
}

/// Whether the container should go on with its next member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Give the next member.
    Continue,
    /// Nothing more is wanted.
    Stop,
}

/// What an entry of an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file, or something of which nothing else is known.
    File,
    /// A folder.
    Directory,
    /// A link by name.
    SymbolicLink,
    /// Another name of a file.
    HardLink,
    /// A device or a FIFO.
    Device,
}

/// Takes the members of a container as they come.
pub trait Members {
    /// The entry that everything up to the next call belongs to. Only tar has kinds of entries, and calls it.
    fn entry(&mut self, _name: &[u8], _kind: EntryKind) {}

    /// One member. `content` yields its decoded bytes; reading it to the end is the callee's business, and what it does
    /// not read is skipped. An error of `content` is recorded by the callee as a gap of the member, in the words of
    /// [`Fault::of`](super::Fault::of); the container does not tell it again, and after a limit that ends everything
    /// it stops in silence. A compressed stream that holds one unnamed thing gives it the name `""`. Data that no entry
    /// covers comes as a member as well, with a name in parentheses.
    fn member(&mut self, name: &[u8], content: &mut dyn Read, budget: &mut Budget) -> Step;

    /// The container's own bytes, for one that is a text or an image besides: they are scanned under its own address.
    fn plain(&mut self, content: &mut dyn Read);

    /// Text that belongs to the container and not to a member's bytes: a link's target, a comment, a PAX record.
    fn text(&mut self, name: &[u8], text: &[u8]);

    /// A member, or with an empty `name` the rest of the container, that could not be looked at.
    fn gap(&mut self, name: &[u8], kind: GapKind, bytes: u64, detail: &str);
}

/// A container format.
pub trait Container: Sync {
    /// The name reports use: `zip`.
    fn name(&self) -> &'static str;

    /// Whether a blob that begins with `head` (its first 512 bytes, or all of it) is one.
    fn recognizes(&self, head: &[u8]) -> bool;

    /// Whether decoded text that begins with `head` is one, so surely that it is opened: what is text itself, or known by
    /// a magic that noise has, says no.
    fn embeds(&self, head: &[u8]) -> bool {
        self.recognizes(head)
    }

    /// Gives every member to `members`. It never fails: what cannot be read is told through [`Members::gap`], after
    /// everything before it was given. It counts itself and its members in `budget`, which need not be fresh.
    fn open(&self, body: Body<'_>, budget: &mut Budget, members: &mut dyn Members);
}
