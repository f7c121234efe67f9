use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use lru::LruCache;
use ring::digest::{SHA256, digest};
use validation::{IdToken, VerifiedToken};

use crate::Caller;

/// The maximum number of callers whose credentials are kept.
const CALLERS_MAX: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// Callers whose credentials are kept for a short time, for their next requests.
///
/// Architecture invariant: an entry is found by the SHA-256 of the whole token, and only after the token was verified
/// again. So a new token never gets the credentials of an old one. An entry ends with the token, with the credentials,
/// or after the reuse time, whichever is first.
pub(crate) struct Callers {
    reuse: Duration,
    entries: Mutex<LruCache<[u8; 32], Entry>>,
}

struct Entry {
    caller: Caller,
    until: SystemTime,
}

impl Callers {
    /// Keeps each caller for `reuse`. With zero, no caller is kept.
    pub(crate) fn new(reuse: Duration) -> Self {
        Self { reuse, entries: Mutex::new(LruCache::new(CALLERS_MAX)) }
    }

    pub(crate) fn get(&self, token: &IdToken, now: SystemTime) -> Option<Caller> {
        let mut entries = self.entries();
        let key = key_of(token);
        // `peek` does not reorder the entries: they stay in the order of the exchanges, which is nearly that of their
        // ends.
        match entries.peek(&key) {
            Some(entry) if now < entry.until => Some(entry.caller.clone()),
            Some(_) => {
                entries.pop(&key);
                None
            }
            None => None,
        }
    }

    pub(crate) fn keep(&self, token: &VerifiedToken, caller: Caller, now: SystemTime) {
        let until = (now + self.reuse).min(token.expires_at()).min(caller.credentials_expire_at);
        if until <= now {
            return;
        }
        let mut entries = self.entries();
        // Remove all entries that have ended, so that secrets do not stay in memory after that.
        while entries.peek_lru().is_some_and(|(_, oldest)| oldest.until <= now) {
            entries.pop_lru();
        }
        entries.put(key_of(token.token()), Entry { caller, until });
    }

    pub(crate) fn forget(&self, token: &IdToken) {
        self.entries().pop(&key_of(token));
    }

    fn entries(&self) -> MutexGuard<'_, LruCache<[u8; 32], Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_of(token: &IdToken) -> [u8; 32] {
    let mut key = [0; 32];
    // SHA-256 has 32 bytes.
    key.copy_from_slice(digest(&SHA256, token.expose().as_bytes()).as_ref());
    key
}

impl fmt::Debug for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callers").field("reuse", &self.reuse).finish_non_exhaustive()
    }
}
