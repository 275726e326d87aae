//! What a number of threads means.

/// How many threads are meant: 0 is one for each processor.
pub fn thread_count(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}
