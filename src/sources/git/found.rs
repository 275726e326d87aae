//! From what was found in single versions to one finding for each secret and path, with how it came there.

use std::collections::{BTreeMap, HashSet};

use gix::ObjectId;

use super::changes::entries;
use super::commits;
use super::objects::Objects;
use super::repository::Repository;
use super::scope::Scope;
use super::state::{Item, State};
use crate::model::{Commit, Finding, History, Reach, Shown, Status, Suppression, SuppressionKind};

/// Which secret of which rule at which address: what makes one finding.
type Key = (String, u64, crate::model::BlobKind, Vec<u8>, usize);

/// Leaves one finding for each secret and path, that of the newest version, and tells how it came there.
pub(super) fn settle(repository: &Repository, scope: &Scope, state: &State, findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<Key, Vec<Finding>> = BTreeMap::new();
    for finding in findings.drain(..) {
        let path = match state.items.get((finding.place.version as usize).wrapping_sub(1)) {
            Some(Item::Blob { path, .. }) => *path,
            Some(Item::Commit(_) | Item::Tag(_)) | None => usize::MAX,
        };
        let place = &finding.place;
        let key = (finding.rule.id.clone(), finding.identity.group, place.kind, place.path.clone(), path);
        groups.entry(key).or_default().push(finding);
    }
    let objects = repository.objects();
    let head = repository.head().ok().flatten().and_then(|head| objects.tree_of(head.id).ok());
    let teller = Teller { objects, head, scope, state };
    findings.extend(groups.into_iter().filter_map(|((.., path), group)| teller.one(path, group)));
}

struct Teller<'a> {
    objects: Objects,
    head: Option<ObjectId>,
    scope: &'a Scope,
    state: &'a State,
}

impl Teller<'_> {
    /// The finding that stands for all of them; none if the change takes the secret away and brings it nowhere.
    fn one(&self, path: usize, group: Vec<Finding>) -> Option<Finding> {
        let holders: HashSet<u32> = group.iter().map(|finding| finding.place.version).collect();
        let newest = |finding: &Finding| {
            let is_open = finding.status == Status::Open;
            (self.newest(finding.place.version), is_open, std::cmp::Reverse(finding.span))
        };
        let new = group.into_iter().filter(|finding| self.state.is_new(finding.place.version));
        let mut finding = new.max_by_key(newest)?;
        let number = std::mem::take(&mut finding.place.version);
        finding.history = self.history(number, path, &holders).map(Box::new);
        if finding.status == Status::Open && holders.iter().any(|holder| self.state.outer.contains(holder)) {
            finding.status = Status::Suppressed(unchanged());
        }
        Some(finding)
    }

    /// The position of the newest commit that brings a version.
    fn newest(&self, number: u32) -> Option<usize> {
        self.state.brought.get(&number)?.iter().map(|brought| brought.commit).max()
    }

    fn history(&self, number: u32, path: usize, holders: &HashSet<u32>) -> Option<History> {
        match self.state.items.get((number as usize).checked_sub(1)?)? {
            Item::Blob { id, .. } => Some(self.of_file(*id, path, holders)),
            Item::Commit(position) => {
                let commit = self.state.commits.get(*position)?;
                Some(History { introduced: self.commit(commit.id), ..self.plain(commit.id) })
            }
            Item::Tag(id) => Some(History { times: 0, ..self.plain(*id) }),
        }
    }

    fn of_file(&self, id: ObjectId, path: usize, holders: &HashSet<u32>) -> History {
        let brought = holders.iter().filter_map(|holder| self.state.brought.get(holder)).flatten();
        let introducing = brought.filter(|brought| brought.olds.iter().all(|old| !holders.contains(old)));
        let commits: HashSet<usize> = introducing.map(|brought| brought.commit).collect();
        let earliest = commits.iter().min().and_then(|position| self.state.commits.get(*position));
        let new = holders.iter().filter(|holder| self.state.is_new(**holder));
        History {
            introduced: earliest.and_then(|commit| self.commit(commit.id)),
            times: commits.len() as u64,
            versions: new.count() as u64,
            in_head: self.is_in_head(path, holders),
            ..self.plain(id)
        }
    }

    fn plain(&self, id: ObjectId) -> History {
        let names = self.scope.ends().iter().map(|end| end.name.clone());
        let mut refs: Vec<Shown> = names.collect();
        refs.sort();
        refs.dedup();
        let refs_in_all = refs.len() as u64;
        refs.truncate(History::MAX_REFS);
        History {
            object: id.to_string(),
            introduced: None,
            times: 1,
            versions: 1,
            in_head: false,
            reach: Reach::Refs,
            refs,
            refs_in_all,
            link: None,
        }
    }

    fn commit(&self, id: ObjectId) -> Option<Commit> {
        let (author, date) = commits::author(&self.objects, id)?;
        Some(Commit { id: id.to_string(), author: Shown::from_bytes(&author), date })
    }

    /// Whether HEAD has one of the versions at the path.
    fn is_in_head(&self, path: usize, holders: &HashSet<u32>) -> bool {
        let (Some(mut tree), Some(path)) = (self.head, self.state.paths.get(path)) else { return false };
        for part in path.split(|byte| *byte == b'/') {
            let Some(entry) = entries(&self.objects, tree).ok().and_then(|entries| entries.get(part).copied()) else {
                return false;
            };
            tree = entry.id;
        }
        holders.iter().any(|holder| self.id(*holder) == Some(tree))
    }

    fn id(&self, number: u32) -> Option<ObjectId> {
        match self.state.items.get((number as usize).checked_sub(1)?)? {
            Item::Blob { id, .. } => Some(*id),
            Item::Commit(_) | Item::Tag(_) => None,
        }
    }
}

fn unchanged() -> Suppression {
    Suppression {
        kind: SuppressionKind::Unchanged,
        reason: Shown::from_bytes(b"the commits it starts from have this secret here already"),
        owner: None,
    }
}
