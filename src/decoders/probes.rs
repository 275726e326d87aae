//! Lists and dumps of bytes, found without looking at most of what is between them: of so many bytes one *window* is
//! looked at, and a list or a dump that is long enough holds a whole one.

use super::text::STRETCH;

/// Bytes of a window.
pub(super) const WINDOW: usize = 8;

/// Bytes of the shortest list or dump: `67 68 …`.
pub(super) const SHORTEST: usize = 3 * STRETCH - 1;

/// From one window to the next.
const STEP: usize = SHORTEST - WINDOW + 1;

/// What a window may be of.
#[derive(Clone, Copy)]
pub(super) struct Class {
    /// What all of its bytes are, and what one of them is not.
    all: u8,
    not_all: u8,
}

const OF_LIST: u8 = 1;
const OF_DUMP: u8 = 1 << 1;
const ALPHANUMERIC: u8 = 1 << 2;
const BLANK: u8 = 1 << 3;

/// Numbers of four digits at most, and what stands between them.
pub(super) const LIST: Class = Class { all: OF_LIST, not_all: ALPHANUMERIC };
/// Groups of hexadecimal digits, and the blanks between them.
pub(super) const DUMP: Class = Class { all: OF_DUMP, not_all: BLANK };

/// By byte: what it is.
const CLASSES: [u8; 256] = {
    let (mut table, mut at) = ([0; 256], 0);
    while at < 256 {
        let byte = at as u8;
        table[at] = match byte {
            b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => OF_LIST | OF_DUMP | ALPHANUMERIC,
            b'x' | b'X' => OF_LIST | ALPHANUMERIC,
            b' ' => OF_LIST | OF_DUMP | BLANK,
            b',' | b';' | b':' | b'\t' | b'\r' | b'\n' => OF_LIST,
            _ => 0,
        };
        at += 1;
    }
    table
};

impl Class {
    /// Whether `byte` may stand in a stretch of the class.
    pub(super) fn holds(self, byte: u8) -> bool {
        CLASSES[byte as usize] & self.all != 0
    }

    /// Whether a window begins at `at` whose bytes are all of the class.
    pub(super) fn covers(self, bytes: &[u8], at: usize) -> bool {
        bytes.get(at..at + WINDOW).is_some_and(|window| classes(window.iter()) & self.all != 0)
    }

    /// The first window of the class at or after `from`. Every stretch that begins there and is long enough holds one that
    /// is found.
    pub(super) fn next_window(self, bytes: &[u8], from: usize) -> Option<usize> {
        let first = from + STEP - 1;
        let mut windows = bytes.get(first..)?.chunks(STEP).filter_map(|chunk| chunk.first_chunk::<WINDOW>());
        windows.position(|window| self.is_of(window)).map(|number| first + number * STEP)
    }

    #[inline(always)]
    fn is_of(self, window: &[u8; WINDOW]) -> bool {
        // Few words have four such characters at every second place.
        let some = classes(window.iter().step_by(2)) & self.all != 0;
        some && classes(window.iter()) & (self.all | self.not_all) == self.all
    }
}

/// What all of these are.
#[inline(always)]
fn classes<'a>(bytes: impl Iterator<Item = &'a u8>) -> u8 {
    bytes.fold(u8::MAX, |all, &byte| all & CLASSES[byte as usize])
}
