//! The exchange of a verified id token for temporary AWS credentials at a Cognito identity pool.
//!
//! Both calls are unsigned: the token is all the authority there is, and the function's own role plays no part.

mod credentials;
mod error;
mod pool;
mod settings;

pub use credentials::IdentityCredentials;
pub use error::ExchangeError;
pub use pool::IdentityPool;
pub use settings::IdentityPoolSettings;
