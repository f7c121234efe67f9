//! What the HTTP functions share: authorization, parameters, errors, and the one place that makes an error a response.

mod authorization;
mod deadline;
mod error;
mod parameters;
mod response;

pub use authorization::bearer_token;
pub use deadline::before_deadline;
pub use error::ApiError;
pub use parameters::{ParameterError, Parameters};
pub use response::{Outcome, error_response, json_response, no_store, request_id, with_error_headers};
