use std::{fmt, sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::timeout};

use super::{Keys, Session};
use crate::error::CliError;

/// How long a renewal that is under way may take before the program ends.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(5);

/// A session that many ask for keys, at any time.
#[derive(Clone)]
pub(crate) struct SharedSession(Arc<Mutex<Session>>);

impl SharedSession {
    pub(crate) fn new(session: Session) -> Self {
        Self(Arc::new(Mutex::new(session)))
    }

    /// As [`Session::keys`], in a task of its own, which goes on when nobody waits for the keys any more: a renewal that
    /// stopped half-way would lose the sign-in under rotation.
    ///
    /// # Errors
    ///
    /// As [`Session::keys`].
    pub(crate) async fn keys(&self, role: Option<String>) -> Result<(Keys, String), CliError> {
        let session = Arc::clone(&self.0);
        let keys = tokio::spawn(async move { session.lock().await.keys(role.as_deref()).await });
        keys.await.map_err(CliError::failed)?
    }

    /// Waits for a renewal that is under way.
    pub(crate) async fn settle(&self) {
        let _ = timeout(RENEWAL_TIMEOUT, self.0.lock()).await;
    }
}

impl fmt::Debug for SharedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSession(** redacted **)")
    }
}
