//! One entry of a tree: read, or told why not.

use std::fs::{File, FileType, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::model::{BlobKind, GapKind, Place};
use crate::sources::{Content, Flow, Worker};

/// A file up to this size is read whole into the thread's buffer; a larger one is handed on open.
const WHOLE: u64 = 4 << 20;

/// The buffer that a thread reads files into.
#[derive(Default)]
pub(super) struct Reading {
    buffer: Vec<u8>,
}

/// Pushes the entry at `path`, known as `name` in reports.
pub(super) fn push(worker: &mut dyn Worker, reading: &mut Reading, path: &Path, name: &[u8], kind: FileType) -> Flow {
    if kind.is_symlink() {
        return push_link(worker, path, name);
    }
    let place = Place::new(BlobKind::File, name);
    if !kind.is_file() {
        worker.gap(&place, GapKind::SpecialFile, 0, "a FIFO, socket or device; it was not opened");
        return Flow::Continue;
    }
    if !worker.wants(&place, None) {
        return Flow::Continue;
    }
    match open(path) {
        Ok((file, metadata)) if !metadata.is_file() => {
            drop(file);
            worker.gap(&place, GapKind::SpecialFile, 0, "it became a FIFO, socket or device; it was not read");
            Flow::Continue
        }
        Ok((file, metadata)) if metadata.len() > WHOLE => worker.blob(&place, Content::File(file, metadata.len())),
        Ok((file, metadata)) => push_small(worker, reading, &place, file, metadata.len()),
        Err(error) => {
            worker.gap(&place, gap_of(&error), 0, &error.to_string());
            Flow::Continue
        }
    }
}

/// Opens without waiting: a file that became a FIFO since it was listed must not block.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

fn push_small(worker: &mut dyn Worker, reading: &mut Reading, place: &Place<'_>, file: File, length: u64) -> Flow {
    reading.buffer.clear();
    // One byte more than there should be, so that one read tells the end. Files of the kernel say 0 and hold more.
    let reserve = length as usize + 1;
    reading.buffer.reserve(reserve.max(4096));
    let read = (&file).take(WHOLE + 1).read_to_end(&mut reading.buffer);
    let bytes = reading.buffer.len() as u64;
    if bytes > WHOLE {
        return push_grown(worker, place, file, length);
    }
    let flow = worker.blob(place, Content::Bytes(&reading.buffer));
    match read {
        Err(error) => worker.gap(place, gap_of(&error), length.saturating_sub(bytes), &error.to_string()),
        Ok(_) if bytes < length => {
            let detail = format!("it had {length} bytes when it was opened and ended after {bytes}");
            worker.gap(place, GapKind::ChangedWhileReading, length - bytes, &detail);
        }
        Ok(_) => {}
    }
    flow
}

/// A small file that turned out large: read again, in windows.
fn push_grown(worker: &mut dyn Worker, place: &Place<'_>, mut file: File, length: u64) -> Flow {
    match io::Seek::rewind(&mut file) {
        Ok(()) => worker.blob(place, Content::File(file, length)),
        Err(error) => {
            worker.gap(place, gap_of(&error), length, &error.to_string());
            Flow::Continue
        }
    }
}

fn push_link(worker: &mut dyn Worker, path: &Path, name: &[u8]) -> Flow {
    let place = Place::new(BlobKind::SymlinkTarget, name);
    if !worker.wants(&place, None) {
        return Flow::Continue;
    }
    match std::fs::read_link(path) {
        Ok(target) => worker.blob(&place, Content::Bytes(target.as_os_str().as_encoded_bytes())),
        Err(error) => {
            worker.gap(&place, gap_of(&error), 0, &error.to_string());
            Flow::Continue
        }
    }
}

fn gap_of(error: &io::Error) -> GapKind {
    match error.kind() {
        io::ErrorKind::NotFound => GapKind::Vanished,
        _ => GapKind::Unreadable,
    }
}
