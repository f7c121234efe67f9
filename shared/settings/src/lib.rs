//! Settings from environment variables: parsed once, at startup. Each error names its variable.

mod endpoint;
mod variables;

pub use endpoint::{Endpoint, InvalidEndpoint};
pub use variables::{SettingError, Variables, comma_separated, switch};
