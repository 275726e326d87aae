//! Every name that a tree of the history ever gave to something, once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Names, numbered in the order they are met.
#[derive(Default)]
pub(super) struct Names {
    all: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    numbers: HashMap<Arc<[u8]>, u32>,
    names: Vec<Arc<[u8]>>,
}

impl Names {
    /// The number of a name, and whether it is new.
    pub(super) fn number(&self, name: &[u8]) -> (u32, bool) {
        if let Some(number) = self.find(name) {
            return (number, false);
        }
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have met it in between.
        if let Some(number) = all.numbers.get(name) {
            return (*number, false);
        }
        let (number, name) = (all.names.len() as u32, Arc::<[u8]>::from(name));
        all.names.push(Arc::clone(&name));
        all.numbers.insert(name, number);
        (number, true)
    }

    /// The number of a name that was met.
    pub(super) fn find(&self, name: &[u8]) -> Option<u32> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).numbers.get(name).copied()
    }

    /// The name with this number.
    pub(super) fn name(&self, number: u32) -> Arc<[u8]> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.names.get(number as usize).cloned().unwrap_or_else(|| Arc::from(&b""[..]))
    }
}
