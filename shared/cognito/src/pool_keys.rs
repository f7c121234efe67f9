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

/// The user pool's signing keys: fetched when needed, kept, and shared by all requests.
#[derive(Debug)]
pub struct PoolKeys {
    https: HttpsClient,
    url: Uri,
    state: Mutex<State>,
    /// Held while a fetch is under way: a request that needs keys meanwhile waits for it and takes what it brings.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    schedule: Schedule,
    fetches: u64,
    last_failure: Option<Failure>,
}

/// The keys are needed and cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the JWKS cannot be had: {failure}")]
pub struct KeysUnavailable {
    /// What went wrong at the last fetch.
    pub failure: Failure,
    /// When a fetch will be tried again.
    pub retry_after: Duration,
}

impl PoolKeys {
    /// Keeps the keys of the JWKS document at `url`.
    #[must_use]
    pub fn new(https: HttpsClient, url: Uri) -> Self {
        Self { https, url, state: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// Fetches the keys ahead of the first need. A failure is noted and logged, and the next need tries again.
    pub async fn warm(&self, now: SystemTime) {
        let _fetching = self.fetching.lock().await;
        self.fetch(None, &Clock::started_at(now)).await;
    }

    /// The keys to judge a token by that names `key_id`, as of `now`. They may still lack that id.
    ///
    /// # Errors
    ///
    /// [`KeysUnavailable`] when there are none, or none with this id, and the JWKS could not be fetched.
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

    /// Fetches the keys and takes them, or notes the failure. The caller holds `fetching`.
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
        // Nothing panics while it holds the lock; were it so, the state would still be whole.
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

    /// What comes of a plan that asks for no fetch.
    fn judge(&self, plan: Plan) -> Result<Arc<KeySet>, KeysUnavailable> {
        match (plan, &self.keys) {
            (Plan::Use, Some(keys)) => Ok(Arc::clone(keys)),
            (Plan::Wait(retry_after), _) => {
                Err(KeysUnavailable { failure: Failure::Unavailable { code: "in back-off".to_owned() }, retry_after })
            }
            _ => Err(self.unavailable(Duration::from_secs(1))),
        }
    }

    /// What comes of a fetch that was waited for, one's own or another's.
    fn settle(&self, key_id: &str, clock: &Clock) -> Result<Arc<KeySet>, KeysUnavailable> {
        match (self.plan(key_id, clock.now()), &self.keys) {
            // Keys that came while this request waited are as new as any.
            (Plan::Use | Plan::Fetch, Some(keys)) if self.schedule.fetched_since(clock.started_at) => {
                Ok(Arc::clone(keys))
            }
            (Plan::Use, Some(keys)) => Ok(Arc::clone(keys)),
            (Plan::Wait(retry_after), _) => Err(self.unavailable(retry_after)),
            _ => Err(self.unavailable(Duration::from_secs(1))),
        }
    }

    /// What the last fetch came to, for those who waited for it.
    fn unavailable(&self, retry_after: Duration) -> KeysUnavailable {
        let unknown = || Failure::Unavailable { code: "not fetched".to_owned() };
        KeysUnavailable { failure: self.last_failure.clone().unwrap_or_else(unknown), retry_after }
    }
}

/// The time as it goes on while a request waits. The wait after a failure starts when the failure is known, which may
/// be seconds after the request came.
struct Clock {
    started_at: SystemTime,
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "it goes on from the handler's time while requests wait")]
    fn started_at(now: SystemTime) -> Self {
        Self { started_at: now, started: Instant::now() }
    }

    #[expect(clippy::disallowed_methods, reason = "it goes on from the handler's time while requests wait")]
    fn now(&self) -> SystemTime {
        self.started_at + self.started.elapsed()
    }
}
