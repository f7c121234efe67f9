//! How other services are called: one HTTPS client for all, its timeouts, the configuration that the SDKs share, and
//! the errors.

mod call_error;
mod connections;
mod connector;
mod failure;
mod https_client;
mod retries;
mod sdk;
mod tls;
mod trust;

pub use call_error::{CallError, ServiceError};
pub use failure::{Failure, Misconfiguration};
pub use https_client::{GetError, HttpsClient, TlsError};
pub use retries::NoThrottleRetries;
pub use sdk::call;
pub use trust::Trust;
