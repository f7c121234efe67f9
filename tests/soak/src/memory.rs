//! Whether a process's memory grows with the requests that it serves.

/// How many blocks the requests of a round are divided into. Memory is judged block by block.
pub(crate) const BLOCKS: usize = 12;

/// From here on it is a leak, in bytes that each request leaves behind. The C library's smallest allocation takes 32
/// bytes, so this finds one that every fourth request leaves behind.
const LEAK_BYTES_PER_REQUEST: i64 = 8;

/// A process's memory over a round of requests: for each block, the lowest reading.
///
/// An allocator keeps freed memory for some time. What counts is what it never gives back, and that is the lowest.
#[derive(Debug)]
pub(crate) struct Memory {
    least_kib: Vec<u64>,
    requests_per_block: usize,
}

/// After how many rounds a process that grew in each of them has a leak.
const ROUNDS_MAX: usize = 3;

/// Goes through rounds until the process has not grown in one, and returns the last one's memory: an allocator settles
/// in the end, a leak never does.
pub(crate) fn until_settled(mut round: impl FnMut() -> Memory) -> Memory {
    let mut memory = round();
    for _ in 1..ROUNDS_MAX {
        if memory.shows_a_leak() {
            memory = round();
        }
    }
    memory
}

impl Memory {
    pub(crate) fn new(requests_per_block: usize) -> Self {
        Self { least_kib: Vec::new(), requests_per_block }
    }

    /// Adds a reading after `request` requests of the round.
    pub(crate) fn read(&mut self, request: usize, kib: u64) {
        let is_of_a_new_block = request / self.requests_per_block >= self.least_kib.len();
        match self.least_kib.last_mut() {
            Some(least) if !is_of_a_new_block => *least = kib.min(*least),
            _ => self.least_kib.push(kib),
        }
    }

    /// The first block's, in KiB.
    pub(crate) fn first_kib(&self) -> u64 {
        self.least_kib.first().copied().unwrap_or_default()
    }

    /// The last block's, in KiB.
    pub(crate) fn last_kib(&self) -> u64 {
        self.least_kib.last().copied().unwrap_or_default()
    }

    /// By how many bytes a request makes the process larger: the median slope between any two blocks, which a few
    /// blocks that are out of line do not change.
    ///
    /// Source: the Theil–Sen estimator; P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968.
    pub(crate) fn bytes_per_request(&self) -> i64 {
        let points: Vec<(i64, i64)> = (0..).zip(self.least_kib.iter().map(|kib| kib.cast_signed())).collect();
        let requests = i64::try_from(self.requests_per_block).unwrap_or(i64::MAX);
        let mut slopes: Vec<i64> = points
            .iter()
            .flat_map(|(block, kib)| {
                let later = points.iter().filter(move |(later, _)| later > block);
                later.map(move |(later, later_kib)| (later_kib - kib) * 1024 / ((later - block) * requests))
            })
            .collect();
        slopes.sort_unstable();
        slopes.get(slopes.len() / 2).copied().unwrap_or_default()
    }

    /// Whether it grows by more than chance explains.
    pub(crate) fn shows_a_leak(&self) -> bool {
        self.bytes_per_request() >= LEAK_BYTES_PER_REQUEST
    }
}

#[cfg(test)]
mod tests {
    use std::array;

    use super::*;

    /// What `make soak` read of functions that leak nothing. Of two readings, the later is often much the larger.
    const RECORDED: [(&str, usize, [u64; BLOCKS]); 5] = [
        (
            "list-objects, which frees late",
            2917,
            [12408, 12844, 13248, 13248, 13252, 13248, 13252, 13252, 12716, 13252, 12944, 13236],
        ),
        (
            "list-objects, another time",
            2917,
            [12088, 13084, 13168, 13036, 13036, 13088, 13092, 13092, 13092, 13092, 13084, 13092],
        ),
        (
            "object-links, which settles",
            1667,
            [10412, 10680, 10680, 10692, 10680, 10680, 10680, 10680, 10680, 10680, 10680, 10680],
        ),
        (
            "token-exchange, which goes up and down",
            2917,
            [8528, 8672, 8704, 8672, 8672, 8704, 8672, 8672, 8672, 8704, 8672, 8672],
        ),
        ("pre-sign-up, which stays", 834, [3928; BLOCKS]),
    ];

    fn memory(requests_per_block: usize, least_kib: &[u64]) -> Memory {
        Memory { least_kib: least_kib.to_vec(), requests_per_block }
    }

    #[test]
    fn what_settles_is_no_leak() {
        for (name, requests_per_block, least_kib) in RECORDED {
            let memory = memory(requests_per_block, &least_kib);
            assert!(!memory.shows_a_leak(), "{name}: {} bytes", memory.bytes_per_request());
        }
    }

    #[test]
    fn sixteen_bytes_a_request_are_a_leak_in_each() {
        for (name, requests_per_block, mut least_kib) in RECORDED {
            for (block, kib) in (0..).zip(&mut least_kib) {
                *kib += block * requests_per_block as u64 * 16 / 1024;
            }
            let memory = memory(requests_per_block, &least_kib);
            assert!(memory.shows_a_leak(), "{name}: {} bytes", memory.bytes_per_request());
        }
    }

    #[test]
    fn only_what_grows_in_each_round_is_a_leak() {
        let flat = [10_112; BLOCKS];
        let step = [9272, 9272, 9272, 9272, 9272, 9272, 10112, 10112, 10112, 10112, 10112, 10112];
        let grows: [u64; BLOCKS] = array::from_fn(|block| 9272 + 20 * block as u64);
        for (name, rounds, expected) in [
            ("flat", vec![flat], (1, false)),
            ("a table that is made larger once", vec![step, flat], (2, false)),
            ("caches that were not full yet", vec![grows, grows, flat], (3, false)),
            ("a leak", vec![grows; ROUNDS_MAX], (ROUNDS_MAX, true)),
        ] {
            let mut rounds = rounds.into_iter();
            let mut count = 0;
            let last = until_settled(|| {
                count += 1;
                memory(1000, &rounds.next().unwrap_or_else(|| panic!("{name}: a round too many")))
            });
            assert_eq!((count, last.shows_a_leak()), expected, "{name}");
        }
    }

    #[test]
    fn a_leak_is_one_from_eight_bytes_a_request() {
        for (bytes, is_a_leak) in [(-8, false), (0, false), (7, false), (8, true), (300, true)] {
            let least_kib: Vec<u64> = (0..12).map(|block| 1_000_000_u64.saturating_add_signed(bytes * block)).collect();
            assert_eq!(memory(1024, &least_kib).shows_a_leak(), is_a_leak, "{bytes}");
        }
    }

    #[test]
    fn the_least_reading_of_a_block_counts() {
        let mut memory = Memory::new(10);
        for (request, kib) in [(0, 7), (9, 5), (10, 6), (15, 8), (20, 9)] {
            memory.read(request, kib);
        }
        assert_eq!(memory.least_kib, [5, 6, 9]);
        assert_eq!((memory.first_kib(), memory.last_kib()), (5, 9));
    }

    #[test]
    fn too_few_readings_show_nothing() {
        for readings in 0..2 {
            assert_eq!(memory(1, &vec![5; readings]).bytes_per_request(), 0);
        }
    }
}
