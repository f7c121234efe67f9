use std::num::NonZeroUsize;

use fastrand::Rng;
use lru::LruCache;

use super::Request;

/// How many identities a process remembers, as `cognito` has it.
const IDENTITIES_MAX: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();
/// How long a request occupies a process.
const BUSY_SECONDS: f64 = 0.05;
/// How many requests a second a process gets at most.
///
/// Source: "Understanding Lambda function scaling" in the AWS Lambda developer guide.
const REQUESTS_A_SECOND_MAX: u32 = 10;
/// The shortest and the longest life of a process. AWS says only that it is some hours at most.
const LIFE_SECONDS: (f64, f64) = (10.0 * 60.0, 60.0 * 60.0);
/// How many processes are watched. They are all alike, so the others need no caches here.
const WATCHED_MAX: u32 = 10;

/// The processes of a function. Each has a cache of its own, and when it ends, another one starts with an empty cache.
pub(super) struct Processes {
    count: u32,
    watched: Vec<Process>,
}

struct Process {
    identities: LruCache<u32, ()>,
    ends_seconds: f64,
}

impl Processes {
    /// As many as `rate` requests a second need, since 0 seconds.
    pub(super) fn new(rate: u32, rng: &mut Rng) -> Self {
        let count = needed(rate);
        // They did not all start at the same time.
        let watched = (0..count.min(WATCHED_MAX)).map(|_| Process::new(rng.f64() * life_seconds(rng)));
        Self { count, watched: watched.collect() }
    }

    /// Chooses a process: its number if it is watched.
    pub(super) fn watched(&self, rng: &mut Rng) -> Option<u32> {
        let process = rng.u32(0..self.count);
        (process < self.watched_count()).then_some(process)
    }

    /// How many processes each watched one stands for.
    pub(super) fn for_each_watched(&self) -> f64 {
        f64::from(self.count) / f64::from(self.watched_count())
    }

    /// Whether the process of a request knows the person. Afterwards it does. The requests must come in order.
    pub(super) fn knows(&mut self, request: &Request, rng: &mut Rng) -> bool {
        let process = &mut self.watched[request.process as usize];
        while process.ends_seconds < request.seconds {
            *process = Process::new(process.ends_seconds + life_seconds(rng));
        }
        process.identities.put(request.person, ()).is_some()
    }

    fn watched_count(&self) -> u32 {
        self.count.min(WATCHED_MAX)
    }
}

impl Process {
    fn new(ends_seconds: f64) -> Self {
        Self { identities: LruCache::new(IDENTITIES_MAX), ends_seconds }
    }
}

/// How many processes `rate` requests a second need: the average at work and three standard deviations more, or what
/// Lambda's own limit demands.
pub(super) fn needed(rate: u32) -> u32 {
    let busy = f64::from(rate) * BUSY_SECONDS;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is positive and small")]
    let at_peaks = (busy + 3.0 * busy.sqrt()).ceil() as u32;
    at_peaks.max(rate.div_ceil(REQUESTS_A_SECOND_MAX))
}

fn life_seconds(rng: &mut Rng) -> f64 {
    let (least, most) = LIFE_SECONDS;
    least + (most - least) * rng.f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(seconds: f64, person: u32) -> Request {
        Request { seconds, process: 0, person, is_hinted: false }
    }

    #[test]
    fn load_needs_processes() {
        for (rate, expected) in [(1, 1), (10, 3), (25, 5), (100, 12), (1000, 100), (10_000, 1000)] {
            assert_eq!(needed(rate), expected, "{rate} a second");
        }
    }

    #[test]
    fn a_process_knows_the_last_people_until_it_ends() {
        let mut rng = Rng::with_seed(1);
        let mut processes = Processes { count: 1, watched: vec![Process::new(600.0)] };
        let most = u32::try_from(IDENTITIES_MAX.get()).unwrap();
        let mut knows = |seconds, person| processes.knows(&request(seconds, person), &mut rng);
        assert!(!knows(1.0, 0), "new");
        assert!(knows(2.0, 0), "known");
        for person in 1..most {
            assert!(!knows(3.0, person), "{person} is new");
        }
        assert!(knows(4.0, 0), "the cache is just full");
        assert!(!knows(5.0, most), "one more than it holds");
        assert!(!knows(6.0, 1), "forgotten, because it was not used for the longest time");
        assert!(knows(599.0, 0), "used in between");
        assert!(!knows(601.0, 0), "another process");
    }
}
