//! Which commits are meant: names and ranges, resolved. What does not resolve is an error, never an empty scan.

use gix::ObjectId;
use gix::bstr::BStr;
use gix::objs::{Kind, TagRefIter};

use super::objects::Objects;
use super::repository::Repository;
use crate::model::Shown;
use crate::sources::SourceError;

/// A commit, known by the name it was found under.
#[derive(Clone, Debug)]
pub struct Revision {
    pub(super) id: ObjectId,
    /// How the user or git calls it.
    pub name: Shown,
}

/// The commits that are meant: those that the tips lead to and the known ones do not.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub(super) tips: Vec<Revision>,
    /// Annotated tags on the way to the tips.
    pub(super) tags: Vec<ObjectId>,
    pub(super) known: Vec<ObjectId>,
    /// Commits before this moment, in seconds since 1970, are known too.
    pub(super) since: Option<i64>,
    /// Whether there may be no commit at all: a push of what the other side has already.
    pub(super) may_be_empty: bool,
    /// The revision whose policy is in force.
    pub base: Option<Revision>,
    /// What was asked for, as it was written.
    pub asked: Shown,
}

impl Scope {
    /// The revisions that the change ends in.
    pub fn ends(&self) -> &[Revision] {
        &self.tips
    }
}

/// The commit that HEAD names; none if nothing was ever committed.
pub(super) fn head(git: &gix::Repository, repository: &Repository) -> Result<Option<ObjectId>, SourceError> {
    let unreadable = |_| {
        match repository.config("extensions.refStorage").as_deref() {
        Some(b"reftable") => repository.unusable(
            "its refs are in a reftable, which is not read here, so that HEAD is not known; name commits by their whole \
             ids, or run `git refs migrate --ref-format=files`",
        ),
        _ => repository.unusable("HEAD cannot be read; `git status` says what is wrong with it"),
    }
    };
    let head = git.head().map_err(unreadable)?;
    if head.is_unborn() {
        return Ok(None);
    }
    head.into_peeled_id().map(|id| Some(id.detach())).map_err(unreadable)
}

impl Repository {
    /// What HEAD names, if anything was ever committed.
    ///
    /// # Errors
    /// If HEAD is damaged.
    pub fn head(&self) -> Result<Option<Revision>, SourceError> {
        let id = head(&self.open()?, self)?;
        Ok(id.map(|id| Revision { id, name: Shown::from_bytes(b"HEAD") }))
    }

    /// The commits that are in B and not in A, for `A..B` and `A...B`. They differ in whose policy is in force: that of
    /// A, or that of the commit both come from. A side that is left out is HEAD.
    ///
    /// # Errors
    /// If it is no range, or a side of it names no commit.
    pub fn range(&self, range: &str) -> Result<Scope, SourceError> {
        let (old, new, fork) = match (range.split_once("..."), range.split_once("..")) {
            (Some((old, new)), _) => (old, new, true),
            (None, Some((old, new))) => (old, new, false),
            (None, None) => return Err(self.unusable(format!("`{range}` is no range; write it as main..HEAD"))),
        };
        let side = |name: &str| self.revision(if name.is_empty() { "HEAD" } else { name });
        let (old, (new, tags)) = (side(old)?.0, side(new)?);
        let known = vec![old.id];
        let base = if fork { self.fork(&old, &new)? } else { old };
        let asked = Shown::from_bytes(range.as_bytes());
        Ok(Scope { tips: vec![new], tags, known, base: Some(base), asked, ..Scope::default() })
    }

    /// All commits that `name` leads to, HEAD if there is none; with `since`, those from that day on.
    ///
    /// # Errors
    /// If the name names no commit, or the day is none.
    pub fn branch(&self, name: Option<&str>, since: Option<&str>) -> Result<Scope, SourceError> {
        let (tip, tags) = self.revision(name.unwrap_or("HEAD"))?;
        let unread = |day: &str| self.unusable(format!("`{day}` is no day; write it as 2027-06-30"));
        let seconds = since.map(|day| {
            let time = gix::date::parse(day, Some(jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC)));
            time.map(|time| time.seconds).map_err(|_| unread(day))
        });
        let asked = [name.unwrap_or("HEAD"), since.map_or("", |_| " since "), since.unwrap_or("")].concat();
        let (since, base) = (seconds.transpose()?, self.head()?);
        let asked = Shown::from_bytes(asked.as_bytes());
        Ok(Scope { tips: vec![tip], tags, since, base, asked, ..Scope::default() })
    }

    /// The commit of a name or id, and the annotated tags on the way to it.
    pub(super) fn revision(&self, name: &str) -> Result<(Revision, Vec<ObjectId>), SourceError> {
        let shown = Shown::from_bytes(name.as_bytes());
        let absent =
            || self.unusable(format!("`{shown}` names no commit here; fetch it, or look for a slip of the hand"));
        // A whole id may be known to the hook's own stores alone.
        let id = match ObjectId::from_hex(name.as_bytes()) {
            Ok(id) => id,
            Err(_) => self.open()?.rev_parse_single(<&BStr>::from(name)).map_err(|_| absent())?.detach(),
        };
        let (commit, tags) = peel(&self.objects(), id).ok_or_else(absent)?;
        Ok((Revision { id: commit, name: shown }, tags))
    }

    fn fork(&self, old: &Revision, new: &Revision) -> Result<Revision, SourceError> {
        let git = self.open()?;
        let found = git.merge_base(old.id, new.id).ok().flatten().map(gix::Id::detach);
        let apart = || self.unusable(format!("`{}` and `{}` have no commit in common here", old.name, new.name));
        let name = format!("merge base of {} and {}", old.name, new.name);
        Ok(Revision { id: found.ok_or_else(apart)?, name: Shown::from_bytes(name.as_bytes()) })
    }
}

/// The commit that an object leads to, and the tags on the way. A chain of tags has an end: ids are hashes.
pub(super) fn peel(objects: &Objects, mut id: ObjectId) -> Option<(ObjectId, Vec<ObjectId>)> {
    let mut tags = Vec::new();
    loop {
        match objects.kind(id)? {
            Kind::Commit => return Some((id, tags)),
            Kind::Tag => {
                let mut buffer = Vec::new();
                let data = objects.read(id, Kind::Tag, &mut buffer).ok()?;
                tags.push(id);
                id = TagRefIter::from_bytes(data, objects.hash).target_id().ok()?;
            }
            Kind::Tree | Kind::Blob => return None,
        }
    }
}
