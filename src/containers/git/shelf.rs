//! The objects of a pack that others may be made of, as many as there is room for.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use gix::ObjectId;
use gix::objs::Kind;

/// An object.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) bytes: Rc<Vec<u8>>,
}

/// Ids that are remembered: 24 MB of them.
const IDS: usize = 500_000;

/// See the module. Objects are kept under the offsets of their entries; those that were not asked for longest make room
/// for others.
pub(super) struct Shelf {
    room: usize,
    held: usize,
    objects: HashMap<u64, (Object, u64)>,
    /// Offsets in the order they were asked for, and when: an object's newest time counts.
    order: VecDeque<(u64, u64)>,
    clock: u64,
    ids: HashMap<ObjectId, u64>,
}

impl Shelf {
    /// A shelf with room for so many bytes.
    pub(super) fn new(room: usize) -> Self {
        let (objects, ids) = (HashMap::new(), HashMap::new());
        Self { room, held: 0, objects, order: VecDeque::new(), clock: 0, ids }
    }

    /// The object at an offset, if it is still here.
    pub(super) fn get(&mut self, offset: u64) -> Option<Object> {
        self.clock += 1;
        let (object, asked) = self.objects.get_mut(&offset)?;
        *asked = self.clock;
        self.order.push_back((offset, self.clock));
        let object = object.clone();
        if self.order.len() > 64 + 4 * self.objects.len() {
            self.order.retain(|(offset, time)| self.objects.get(offset).is_some_and(|(_, asked)| asked == time));
        }
        Some(object)
    }

    /// Where the object with this id stands.
    pub(super) fn offset(&self, id: &gix::hash::oid) -> Option<u64> {
        self.ids.get(id).copied()
    }

    /// Remembers where an object stands.
    pub(super) fn name(&mut self, id: ObjectId, offset: u64) {
        if self.ids.len() < IDS {
            self.ids.insert(id, offset);
        }
    }

    /// Keeps an object.
    pub(super) fn put(&mut self, offset: u64, object: Object) {
        let size = object.bytes.len();
        if size > self.room {
            return;
        }
        while self.held + size > self.room {
            let Some((oldest, time)) = self.order.pop_front() else { break };
            if self.objects.get(&oldest).is_some_and(|(_, asked)| *asked == time)
                && let Some((object, _)) = self.objects.remove(&oldest)
            {
                self.held -= object.bytes.len();
            }
        }
        self.clock += 1;
        self.order.push_back((offset, self.clock));
        self.held += size;
        if let Some((replaced, _)) = self.objects.insert(offset, (object, self.clock)) {
            self.held -= replaced.bytes.len();
        }
    }
}
