use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use http::Uri;
use https::{Failure, GetError, HttpsClient};
use telemetry::timed;
use tokio::time::Instant;
use validation::KeySet;

use crate::schedule::{Plan, Schedule};

/// The user pool's signing keys: fetched when needed, cached, and shared by all requests.
#[derive(Debug)]
pub struct PoolKeys {
    https: HttpsClient,
    url: Uri,
    state: Mutex<State>,
    /// Held during a fetch: another request that needs keys waits for it and uses its result.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    schedule: Schedule,
    fetches: u64,
    last_failure: Option<Failure>,
}

/// The keys are needed and not available.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the JWKS is not available: {failure}")]
pub struct KeysUnavailable {
    /// What went wrong at the last fetch.
    pub failure: Failure,
    /// How long until the next fetch is allowed.
    pub retry_after: Duration,
}

impl PoolKeys {
    /// The keys of the JWKS document at `url`.
    #[must_use]
    pub fn new(https: HttpsClient, url: Uri) -> Self {
        Self { https, url, state: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// Fetches the keys before the first request. A failure is recorded and logged, and the next request tries again.
    pub async fn warm(&self, now: SystemTime) {
        let _fetching = self.fetching.lock().await;
        self.fetch(None, &Clock::started_at(now)).await;
    }

    /// The keys to verify a token with that names `key_id`, as of `now`. They may lack that id.
    ///
    /// # Errors
    ///
    /// [`KeysUnavailable`] when there are no keys, or none with this id, and the JWKS could not be fetched.
    pub async fn for_key(&self, key_id: &str, now: SystemTime) -> Result<Arc<KeySet>, KeysUnavailable> {
        let clock = Clock::started_at(now);
        let (plan, fetches_before) = {
            let state = self.state();
            (state.plan(key_id, now), state.fetches)
        };
        if plan == Plan::Fetch {
            let _fetching = self.fetching.lock().await;
            if self.state().fetches == fetches_before {
                self.fetch(Some(key_id), &clock).await;
            }
            return self.state().settle(key_id, &clock);
        }
        self.state().judge(plan)
    }

    /// Fetches the keys and stores them, or records the failure. The caller holds `fetching`.
    async fn fetch(&self, key_id: Option<&str>, clock: &Clock) {
        let fetched = self.fetch_keys().await;
        let mut state = self.state();
        state.fetches += 1;
        state.schedule.note(key_id, fetched.is_ok(), clock.now());
        match fetched {
            Ok(keys) => {
                telemetry::info!(key_ids = ?keys, "fetched the JWKS");
                state.keys = Some(Arc::new(keys));
                state.last_failure = None;
            }
            Err(failure) => {
                telemetry::warn!(url = %self.url, %failure, "could not fetch the JWKS");
                state.last_failure = Some(failure);
            }
        }
    }

    async fn fetch_keys(&self) -> Result<KeySet, Failure> {
        let document =
            timed("JWKS", self.https.get(&self.url, KeySet::BYTES_MAX)).await.map_err(|error| match error {
                GetError::Failed(failure) => failure,
                other => Failure::Unavailable { code: other.to_string() },
            })?;
        KeySet::parse(&document).map_err(|error| Failure::Unavailable { code: error.to_string() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock. If it did, the state would still be consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn plan(&self, key_id: &str, now: SystemTime) -> Plan {
        self.schedule.plan(key_id, self.knows(key_id), now)
    }

    fn knows(&self, key_id: &str) -> bool {
        self.keys.as_ref().is_some_and(|keys| keys.contains(key_id))
    }

    /// The result of a plan without a fetch.
    fn judge(&self, plan: Plan) -> Result<Arc<KeySet>, KeysUnavailable> {
        match (plan, &self.keys) {
            (Plan::Use, Some(keys)) => Ok(Arc::clone(keys)),
            (Plan::Wait(retry_after), _) => {
                Err(KeysUnavailable { failure: Failure::Unavailable { code: "in back-off".to_owned() }, retry_after })
            }
            _ => Err(self.unavailable(Duration::from_secs(1))),
        }
    }

    /// The result after a fetch, whether this request made it or waited for it.
    fn settle(&self, key_id: &str, clock: &Clock) -> Result<Arc<KeySet>, KeysUnavailable> {
        match (self.plan(key_id, clock.now()), &self.keys) {
            // Keys that were fetched while this request waited are new enough.
            (Plan::Use | Plan::Fetch, Some(keys)) if self.schedule.fetched_since(clock.started_at) => {
                Ok(Arc::clone(keys))
            }
            (Plan::Use, Some(keys)) => Ok(Arc::clone(keys)),
            (Plan::Wait(retry_after), _) => Err(self.unavailable(retry_after)),
            _ => Err(self.unavailable(Duration::from_secs(1))),
        }
    }

    /// The failure of the last fetch, for the requests that waited for it.
    fn unavailable(&self, retry_after: Duration) -> KeysUnavailable {
        let unknown = || Failure::Unavailable { code: "not fetched".to_owned() };
        KeysUnavailable { failure: self.last_failure.clone().unwrap_or_else(unknown), retry_after }
    }
}

/// The time that passes while a request waits. The wait after a failure starts when the failure is known, which may be
/// seconds after the request arrived.
struct Clock {
    started_at: SystemTime,
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "it continues the handler's time while a request waits")]
    fn started_at(now: SystemTime) -> Self {
        Self { started_at: now, started: Instant::now() }
    }

    #[expect(clippy::disallowed_methods, reason = "it continues the handler's time while a request waits")]
    fn now(&self) -> SystemTime {
        self.started_at + self.started.elapsed()
    }
}
