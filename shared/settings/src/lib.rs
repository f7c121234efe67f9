//! Settings from environment variables: parsed once, at startup, each failure naming its variable.

mod endpoint;
mod variables;

pub use endpoint::{Endpoint, InvalidEndpoint};
pub use variables::{SettingError, Variables, comma_separated, switch};
