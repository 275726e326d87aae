//! What the benches that take threads and paths are given: `[--threads N] PATH…`.

use std::path::PathBuf;

/// The threads, by default as many as there are cores, and the paths.
pub(crate) fn threads_and_paths() -> (usize, Vec<PathBuf>) {
    let mut threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut paths = Vec::new();
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => threads = arguments.next().unwrap().parse().unwrap(),
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    (threads, paths)
}
