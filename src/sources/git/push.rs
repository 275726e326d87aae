//! What git tells the hooks of a push: which refs go where, one on each line.

use gix::ObjectId;

use super::repository::Repository;
use super::scope::{self, Revision, Scope};
use crate::model::Shown;
use crate::sources::SourceError;

/// One line of a hook's standard input: a ref that is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The ref, as the receiving side calls it.
    name: Vec<u8>,
    /// What it is there; nothing if it is new.
    old: Option<ObjectId>,
    /// What it becomes; nothing if it is deleted.
    new: Option<ObjectId>,
}

/// The other side of a push, as git's hook is told: the remote's name, or its address if it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// The name.
    pub name: Option<String>,
}

impl Update {
    /// Reads a line of `pre-push`: local ref, local id, remote ref, remote id (githooks(5)).
    pub fn of_push(line: &[u8]) -> Option<Self> {
        // A local ref can be an expression with spaces in it: `HEAD@{one week ago}`.
        let mut words = line.rsplit(|byte| *byte == b' ');
        let (old, name, new) = (words.next()?, words.next()?, words.next()?);
        words.next()?;
        Some(Self { name: name.to_vec(), old: id(old)?, new: id(new)? })
    }

    /// Reads a line of `pre-receive`: old id, new id, ref (githooks(5)).
    pub fn of_receive(line: &[u8]) -> Option<Self> {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let (old, new, name) = (words.next()?, words.next()?, words.next()?);
        Some(Self { name: name.to_vec(), old: id(old)?, new: id(new)? })
    }

    /// What a tool that runs hooks says in its own words: from one revision to another.
    pub fn between(old: &str, new: &str, name: &str) -> Option<Self> {
        Some(Self { name: name.as_bytes().to_vec(), old: id(old.as_bytes())?, new: id(new.as_bytes())? })
    }
}

/// An id in full. All zeros are nothing.
fn id(hex: &[u8]) -> Option<Option<ObjectId>> {
    let id = ObjectId::from_hex(hex).ok()?;
    Some((!id.is_null()).then_some(id))
}

impl Repository {
    /// What a push of `local` changes that makes the ref `name` on the other side.
    ///
    /// # Errors
    /// If `local` names no commit.
    pub fn created(&self, local: &str, name: &str) -> Result<Update, SourceError> {
        let (revision, tags) = self.revision(local)?;
        let new = tags.first().copied().unwrap_or(revision.id);
        Ok(Update { name: name.as_bytes().to_vec(), old: None, new: Some(new) })
    }

    /// The commits that a push brings to the other side: what its refs become, less what its refs here say it has.
    ///
    /// # Errors
    /// If the repository cannot be read, or a ref is to become what is no commit.
    pub fn pushed(&self, updates: &[Update], remote: &Remote) -> Result<Scope, SourceError> {
        let (known, base) = self.known_to(updates, remote)?;
        self.updated(updates, known, base, "push")
    }

    /// The commits that a server is about to take in: what no ref of its own leads to. The policy is that of the
    /// default branch: whoever pushes to a branch twice must not write with the first push what judges the second.
    ///
    /// # Errors
    /// As [`Repository::pushed`].
    pub fn received(&self, updates: &[Update]) -> Result<Scope, SourceError> {
        let base = self.head().unwrap_or_default();
        self.updated(updates, self.refs(|_| true)?, base, "received push")
    }

    fn updated(
        &self,
        updates: &[Update],
        mut known: Vec<ObjectId>,
        base: Option<Revision>,
        asked: &str,
    ) -> Result<Scope, SourceError> {
        let objects = self.objects();
        let (mut tips, mut tags) = (Vec::new(), Vec::new());
        for update in updates {
            let name = Shown::from_bytes(&update.name);
            // The other side's commit may be one that was never fetched; then nothing is known from it.
            known.extend(update.old.and_then(|old| scope::peel(&objects, old)).map(|(commit, _)| commit));
            let Some(new) = update.new else { continue };
            let Some((commit, on_the_way)) = scope::peel(&objects, new) else {
                return Err(self.unusable(format!("{name} is to become {new}, which leads to no commit")));
            };
            tips.push(Revision { id: commit, name });
            tags.extend(on_the_way.into_iter().filter(|tag| update.old != Some(*tag)));
        }
        let asked = Shown::from_bytes(asked.as_bytes());
        Ok(Scope { tips, tags, known, since: None, may_be_empty: true, base, asked })
    }

    /// What the other side has, by the refs that follow it, and the revision whose policy is in force: its default
    /// branch, or what a ref of it is now. A remote that holds nothing yet has no policy; then HEAD's is taken.
    fn known_to(&self, updates: &[Update], remote: &Remote) -> Result<(Vec<ObjectId>, Option<Revision>), SourceError> {
        let objects = self.objects();
        let Some(name) = &remote.name else { return Ok((Vec::new(), self.head()?)) };
        let prefix = format!("refs/remotes/{name}/");
        let known = self.refs(|full| full.starts_with(prefix.as_bytes()))?;
        let default = self.revision(&format!("{prefix}HEAD")).ok().map(|(revision, _)| revision);
        let current = updates.iter().find_map(|update| {
            let (id, _) = scope::peel(&objects, update.old?)?;
            Some(Revision { id, name: Shown::from_bytes(&update.name) })
        });
        let base = match default.or(current) {
            Some(base) => Some(base),
            None => self.head()?,
        };
        Ok((known, base))
    }

    /// The commits that refs lead to.
    fn refs(&self, wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<ObjectId>, SourceError> {
        let git = self.open()?;
        let objects = self.objects();
        let unread = |_| self.unusable("its refs cannot be read");
        let platform = git.references().map_err(unread)?;
        let all = platform.all().map_err(unread)?;
        // A ref that is damaged leads nowhere: what it would lead to counts as new.
        let wanted = all.filter_map(Result::ok).filter(|found| wanted(found.name().as_bstr()));
        let ids = wanted.filter_map(|mut found| found.peel_to_id().ok().map(gix::Id::detach));
        Ok(ids.filter_map(|id| scope::peel(&objects, id)).map(|(commit, _)| commit).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn lines_are_read_as_githooks_says() {
        let a = ObjectId::from_hex(A.as_bytes()).ok();
        let update = |old, new| Some(Update { name: b"refs/heads/x".to_vec(), old, new });
        let push =
            |local: &str, new: &str, old: &str| Update::of_push(format!("{local} {new} refs/heads/x {old}").as_bytes());
        assert_eq!(push("refs/heads/x", A, ZERO), update(None, a));
        assert_eq!(push("HEAD@{one week ago}", A, A), update(a, a));
        assert_eq!(push("(delete)", ZERO, A), update(a, None));
        let receive = |text: &str| Update::of_receive(text.as_bytes());
        assert_eq!(receive(&format!("{ZERO} {A} refs/heads/x")), update(None, a));
        for bad in ["", "x", A, &format!("{A} {A}"), &format!("{A} refs/heads/x {A}")] {
            assert_eq!((receive(bad), Update::of_push(bad.as_bytes())), (None, None), "{bad}");
        }
    }
}
