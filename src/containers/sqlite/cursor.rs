//! The cells of a tree, from first to last, and what of a page they cover.

use std::ops::Range;

use super::pages::{Pages, Use, four, node_start, two, varint};

/// Nodes above each other; a tree of 2^32 pages has fewer.
const DEPTH: usize = 40;

/// Bytes of one payload that are put together. What lies beyond comes with the pages that no table accounts for.
const PAYLOAD: usize = 16 << 20;

/// A node's type (the first byte of its page).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    TableInner,
    TableLeaf,
    IndexInner,
    IndexLeaf,
}

impl Node {
    pub(super) fn of(page: &[u8], start: usize) -> Option<Self> {
        match page.get(start)? {
            2 => Some(Self::IndexInner),
            5 => Some(Self::TableInner),
            10 => Some(Self::IndexLeaf),
            13 => Some(Self::TableLeaf),
            _ => None,
        }
    }

    fn is_inner(self) -> bool {
        matches!(self, Self::TableInner | Self::IndexInner)
    }
}

/// The pointers to a node's cells.
pub(super) fn pointers(page: &[u8], start: usize, node: Node) -> Range<usize> {
    let from = start + if node.is_inner() { 12 } else { 8 };
    from..from + 2 * two(page, start + 3).unwrap_or(0)
}

/// A cell: the child to its left, and its payload.
#[derive(Debug, Default)]
pub(super) struct Cell {
    child: Option<u32>,
    pub(super) row: u64,
    /// Length of the payload in all.
    length: u64,
    /// The part that stands in the page.
    local: Range<usize>,
    /// Where it goes on.
    overflow: Option<u32>,
    /// All that the cell covers of its page.
    pub(super) covers: Range<usize>,
}

impl Cell {
    /// The cell at `at`; `None` when it does not fit its page.
    pub(super) fn read(page: &[u8], at: usize, node: Node, usable: usize) -> Option<Self> {
        let mut cell = Self::default();
        let mut pos = at;
        if node.is_inner() {
            cell.child = Some(four(page, pos)?);
            pos += 4;
        }
        if node != Node::TableInner {
            let (length, n) = varint(page.get(pos..)?)?;
            (cell.length, pos) = (length, pos + n);
        }
        if matches!(node, Node::TableInner | Node::TableLeaf) {
            let (row, n) = varint(page.get(pos..)?)?;
            (cell.row, pos) = (row, pos + n);
        }
        let here = local(cell.length, node, usable);
        cell.local = pos..pos + here;
        pos += here;
        if here as u64 != cell.length {
            cell.overflow = Some(four(page, pos)?);
            pos += 4;
        }
        cell.covers = at..pos;
        page.get(cell.local.clone()).is_some().then_some(cell)
    }

    /// The payload, put together from its overflow pages as far as they can be had.
    fn payload(&self, page: &[u8], pages: &mut Pages<'_>) -> Vec<u8> {
        let mut payload = page.get(self.local.clone()).unwrap_or_default().to_vec();
        let (mut next, mut buffer) = (self.overflow, Vec::new());
        while let Some(number) = next.filter(|_| payload.len() < PAYLOAD) {
            let left = usize::try_from(self.length - payload.len() as u64).unwrap_or(usize::MAX);
            if left == 0 || !pages.take(number, Use::Overflow) {
                break;
            }
            pages.read(number, &mut buffer);
            let end = (4 + left).min(pages.usable).min(buffer.len());
            payload.extend_from_slice(buffer.get(4..end).unwrap_or_default());
            pages.partly(number, end);
            next = four(&buffer, 0).filter(|next| *next != 0);
        }
        payload
    }
}

/// Bytes of a payload that stand in the page of its cell (file format, section 1.6).
fn local(length: u64, node: Node, usable: usize) -> usize {
    let most = match node {
        Node::TableInner => return 0,
        Node::TableLeaf => usable - 35,
        Node::IndexInner | Node::IndexLeaf => (usable - 12) * 64 / 255 - 23,
    };
    if length <= most as u64 {
        return length as usize;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let spilled = least + ((length - least as u64) % (usable as u64 - 4)) as usize;
    if spilled <= most { spilled } else { least }
}

/// A node on the way down, and which of its cells is next.
struct Step {
    page: Vec<u8>,
    start: usize,
    node: Node,
    next: usize,
}

/// See the module.
pub(super) struct Cursor {
    steps: Vec<Step>,
    /// Something was no node, or no cell.
    pub(super) broken: bool,
}

impl Cursor {
    /// Begins at the root.
    pub(super) fn new(pages: &mut Pages<'_>, root: u32) -> Self {
        let mut cursor = Self { steps: Vec::new(), broken: false };
        cursor.descend(pages, root);
        cursor
    }

    fn descend(&mut self, pages: &mut Pages<'_>, number: u32) {
        if self.steps.len() == DEPTH || !pages.take(number, Use::Tree) {
            self.broken = true;
            return;
        }
        let (mut page, start) = (Vec::new(), node_start(number));
        let whole = pages.read(number, &mut page);
        match Node::of(&page, start).filter(|_| whole) {
            Some(node) => self.steps.push(Step { page, start, node, next: 0 }),
            None => {
                pages.release(number);
                self.broken = true;
            }
        }
    }

    /// The next cell's row and payload.
    pub(super) fn next(&mut self, pages: &mut Pages<'_>) -> Option<(u64, Vec<u8>)> {
        loop {
            let step = self.steps.last_mut()?;
            let pointers = pointers(&step.page, step.start, step.node);
            let (at, number) = (pointers.start + 2 * step.next, step.next);
            step.next += 1;
            if at >= pointers.end {
                // Behind the last cell of an inner node stands one child more.
                let last = four(&step.page, step.start + 8).filter(|_| step.node.is_inner() && at == pointers.end);
                match last {
                    Some(child) => self.descend(pages, child),
                    None => drop(self.steps.pop()),
                }
                continue;
            }
            let cell = two(&step.page, at).and_then(|cell| Cell::read(&step.page, cell, step.node, pages.usable));
            let Some(cell) = cell else {
                self.broken = true;
                // A node of nothing but broken cells need not be read to the end.
                if number > 0 && step.page.len() < 2 * number {
                    self.steps.pop();
                }
                continue;
            };
            let payload = (step.node != Node::TableInner).then(|| cell.payload(&step.page, pages));
            if let Some(child) = cell.child {
                self.descend(pages, child);
            }
            if let Some(payload) = payload {
                return Some((cell.row, payload));
            }
        }
    }
}
