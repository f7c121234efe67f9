use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

/// How long fetched keys are used without a new fetch.
const KEYS_LIFETIME: Duration = Duration::from_hours(1);
/// How long they are still used after that, while the JWKS is not available.
const KEYS_STALE_MAX: Duration = Duration::from_hours(24);
/// The wait after the first failure. It doubles with each further failure.
const BACK_OFF_MIN: Duration = Duration::from_millis(500);
/// The longest wait.
const BACK_OFF_MAX: Duration = Duration::from_secs(30);
/// How soon the same unknown key id may cause another fetch.
const SAME_KEY_PAUSE: Duration = Duration::from_secs(10);
/// Within this window, unknown key ids cause at most [`FETCHES_MAX`] fetches.
const FETCH_WINDOW: Duration = Duration::from_mins(1);
/// See [`FETCH_WINDOW`].
const FETCHES_MAX: usize = 6;

/// Decides, without I/O, when the JWKS is fetched again.
///
/// Invariant: `fetches` has at most [`FETCHES_MAX`] entries, so unknown key ids cannot exhaust the memory.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    fetched_at: Option<SystemTime>,
    fetches: VecDeque<(SystemTime, Option<String>)>,
    failures: u32,
    retry_at: Option<SystemTime>,
}

/// What to do for a token that names a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Verify it with the current keys, whether they have its key or not.
    Use,
    /// Fetch first.
    Fetch,
    /// The keys are not available, and the next fetch is allowed after this time.
    Wait(Duration),
}

impl Schedule {
    /// Plans for a token that names `key_id`. `is_known` says whether one of the current keys has this id.
    pub(crate) fn plan(&self, key_id: &str, is_known: bool, now: SystemTime) -> Plan {
        let age = self.fetched_at.map(|at| since(at, now));
        let is_fresh = age.is_some_and(|age| age < KEYS_LIFETIME);
        let is_usable = age.is_some_and(|age| age < KEYS_LIFETIME + KEYS_STALE_MAX);
        match (self.wait(now), is_usable && is_known) {
            (_, true) if is_fresh => Plan::Use,
            (Some(_), true) => Plan::Use,
            (Some(wait), false) => Plan::Wait(wait),
            // Only a JWKS that was fetched can show that an id is unknown. A failed fetch shows nothing.
            (None, false) if is_fresh && self.failures == 0 && !self.may_fetch_for(key_id, now) => Plan::Use,
            (None, _) => Plan::Fetch,
        }
    }

    /// The rest of the wait after failures.
    fn wait(&self, now: SystemTime) -> Option<Duration> {
        let wait = self.retry_at?.duration_since(now).ok().filter(|wait| !wait.is_zero())?;
        // The wait was never longer than this. A longer rest means that the clock was set back.
        Some(wait.min(BACK_OFF_MAX))
    }

    fn may_fetch_for(&self, key_id: &str, now: SystemTime) -> bool {
        let in_window = self.fetches.iter().filter(|(at, _)| since(*at, now) < FETCH_WINDOW).count();
        let fetched_lately =
            self.fetches.iter().any(|(at, asked)| since(*at, now) < SAME_KEY_PAUSE && asked.as_deref() == Some(key_id));
        in_window < FETCHES_MAX && !fetched_lately
    }

    /// Whether the last successful fetch was at `time` or later.
    pub(crate) fn fetched_since(&self, time: SystemTime) -> bool {
        self.fetched_at.is_some_and(|at| at >= time)
    }

    /// Records a fetch that ended at `now`: for a key id, or at startup without one.
    pub(crate) fn note(&mut self, key_id: Option<&str>, succeeded: bool, now: SystemTime) {
        while self.fetches.len() >= FETCHES_MAX {
            self.fetches.pop_front();
        }
        self.fetches.push_back((now, key_id.map(str::to_owned)));
        if succeeded {
            self.fetched_at = Some(now);
            self.failures = 0;
            self.retry_at = None;
        } else {
            let doubled = BACK_OFF_MIN.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
            self.failures = self.failures.saturating_add(1).min(16);
            self.retry_at = Some(now + doubled.min(BACK_OFF_MAX));
        }
    }
}

/// The time from `earlier` to `now`, or zero when the clock was set back.
fn since(earlier: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(earlier).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs_f64(1_000_000.0 + seconds)
    }

    fn fetched() -> Schedule {
        let mut schedule = Schedule::default();
        schedule.note(None, true, at(0.0));
        schedule
    }

    #[test]
    fn keys_are_used_for_an_hour() {
        let schedule = fetched();
        assert_eq!(schedule.plan("a", true, at(3599.0)), Plan::Use);
        assert_eq!(schedule.plan("a", true, at(3600.0)), Plan::Fetch);
        assert_eq!(schedule.plan("a", true, at(-5.0)), Plan::Use, "a clock that was set back does not make keys old");
    }

    #[test]
    fn old_keys_are_used_for_a_day_while_the_endpoint_fails() {
        let mut schedule = fetched();
        schedule.note(None, false, at(3600.0));
        assert_eq!(schedule.plan("a", true, at(3600.4)), Plan::Use, "in the back-off");
        assert_eq!(schedule.plan("a", true, at(3600.5)), Plan::Fetch, "after it");
        schedule.note(None, false, at(89_999.5));
        assert_eq!(schedule.plan("a", true, at(89_999.9)), Plan::Use, "a day old");
        assert!(matches!(schedule.plan("a", true, at(90_000.0)), Plan::Wait(_)), "older");
    }

    #[test]
    fn the_wait_doubles_from_half_a_second_to_thirty() {
        let mut schedule = Schedule::default();
        assert_eq!(schedule.plan("a", false, at(0.0)), Plan::Fetch, "nothing was ever fetched");
        for expected in [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] {
            schedule.note(None, false, at(0.0));
            assert_eq!(schedule.plan("a", false, at(0.0)), Plan::Wait(Duration::from_secs_f64(expected)));
            assert_eq!(schedule.plan("a", false, at(expected)), Plan::Fetch);
        }
        let clock_set_back = schedule.plan("a", false, at(-4000.0));
        assert_eq!(clock_set_back, Plan::Wait(BACK_OFF_MAX));
        schedule.note(None, true, at(60.0));
        schedule.note(None, false, at(4000.0));
        assert_eq!(
            schedule.plan("b", false, at(4000.0)),
            Plan::Wait(BACK_OFF_MIN),
            "after a success the wait starts from the minimum"
        );
    }

    #[test]
    fn an_unknown_key_id_causes_at_most_one_fetch_in_ten_seconds() {
        let mut schedule = fetched();
        assert_eq!(schedule.plan("b", false, at(1.0)), Plan::Fetch);
        schedule.note(Some("b"), true, at(1.0));
        assert_eq!(schedule.plan("b", false, at(10.9)), Plan::Use);
        assert_eq!(schedule.plan("c", false, at(10.9)), Plan::Fetch, "another id has not caused a fetch yet");
        assert_eq!(schedule.plan("b", false, at(11.0)), Plan::Fetch);
    }

    #[test]
    fn a_failed_fetch_does_not_show_that_a_key_id_is_unknown() {
        let mut schedule = fetched();
        schedule.note(Some("b"), false, at(1.0));
        assert!(matches!(schedule.plan("b", false, at(1.4)), Plan::Wait(_)));
        assert_eq!(schedule.plan("b", false, at(1.5)), Plan::Fetch, "the back-off is over");
        for n in 0..6 {
            schedule.note(Some("c"), false, at(f64::from(n)));
        }
        assert_ne!(schedule.plan("b", false, at(20.0)), Plan::Use, "however many have failed");
    }

    #[test]
    fn all_unknown_key_ids_together_cause_at_most_six_fetches_a_minute() {
        let mut schedule = Schedule::default();
        let mut fetches = 0;
        for tick in 0..1200_u32 {
            let now = at(f64::from(tick) / 10.0);
            let key_id = format!("junk-{tick}");
            if schedule.plan(&key_id, false, now) == Plan::Fetch {
                schedule.note(Some(&key_id), true, now);
                fetches += 1;
            }
            assert_eq!(schedule.plan("good", true, now), Plan::Use, "other tokens are not affected");
        }
        assert_eq!(fetches, 12, "in two minutes");
        assert!(schedule.fetches.len() <= FETCHES_MAX);
    }
}
