//! Windows of one stream that several threads look at, while this one reads on and takes what they found, in order.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::windows::Piece;

/// Windows that are read, looked at or not taken yet, for each thread that looks at them.
const EACH: usize = 2;

/// A window on its way, and its number among them.
type Item = (usize, Vec<u8>, Piece);

/// Lets each of the `workers` look at windows on a thread of its own. `next` fills the buffer with the next window as long
/// as there are any; `take` is given each of them with what was found in it, in their order. Both are called on this
/// thread. A panic of a worker comes back here.
pub(super) fn side_by_side<W: Send, Y: Send>(
    workers: &mut [W],
    mut next: impl FnMut(&mut Vec<u8>) -> Option<Piece>,
    look: impl Fn(&mut W, &[u8], &Piece) -> Y + Sync,
    mut take: impl FnMut(&[u8], &Piece, Y),
) {
    let most = EACH * workers.len();
    let (windows, waiting) = channel();
    let (waiting, look) = (&Mutex::new(waiting), &look);
    thread::scope(|scope| {
        // It goes when this thread is done, and they with it.
        let windows = windows;
        let (results, done) = channel();
        for worker in workers {
            let results = results.clone();
            scope.spawn(move || {
                while let Some((number, buffer, piece)) = first_of(waiting) {
                    let found = catch_unwind(AssertUnwindSafe(|| look(worker, &buffer, &piece)));
                    if results.send(((number, buffer, piece), found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        let (mut sent, mut taken, mut ended) = (0, 0, false);
        let (mut early, mut spare) = (BTreeMap::new(), Vec::<Vec<u8>>::new());
        while !ended || taken < sent {
            let result = if ended || sent - taken == most { done.recv().ok() } else { done.try_recv().ok() };
            match result {
                Some(((number, buffer, piece), found)) => {
                    early.insert(number, (buffer, piece, found));
                    while let Some((buffer, piece, found)) = early.remove(&taken) {
                        take(&buffer, &piece, found.unwrap_or_else(|panic| resume_unwind(panic)));
                        spare.push(buffer);
                        taken += 1;
                    }
                }
                None if ended => return,
                None => {
                    let mut buffer = spare.pop().unwrap_or_default();
                    let piece = next(&mut buffer);
                    ended = piece.is_none();
                    if let Some(piece) = piece {
                        // Who looks ends after this thread.
                        let _ = windows.send((sent, buffer, piece));
                        sent += 1;
                    }
                }
            }
        }
    });
}

/// The next window that waits, when there is one; none when no more will come.
fn first_of(waiting: &Mutex<Receiver<Item>>) -> Option<Item> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_taken_in_order_however_long_each_takes() {
        let (mut number, mut taken) = (0u8, Vec::new());
        let next = |buffer: &mut Vec<u8>| {
            number += 1;
            buffer.clear();
            buffer.push(number);
            (number <= 200).then(|| Piece::whole(buffer))
        };
        let look = |_: &mut (), bytes: &[u8], _: &Piece| {
            thread::sleep(std::time::Duration::from_micros(u64::from(bytes[0] % 3) * 200));
            bytes[0]
        };
        side_by_side(&mut [(), (), ()], next, look, |bytes, _, found| taken.push((bytes[0], found)));
        assert_eq!(taken, (1..=200).map(|each| (each, each)).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_comes_back() {
        let next = |buffer: &mut Vec<u8>| Some(Piece::whole(buffer));
        let look = |_: &mut (), _: &[u8], _: &Piece| -> u8 { resume_unwind(Box::new("defect")) };
        let ended = catch_unwind(AssertUnwindSafe(|| side_by_side(&mut [(), ()], next, look, |_, _, _| {})));
        assert!(ended.is_err());
    }
}
