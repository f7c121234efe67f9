//! What the HTTP functions share: authorization, parameters, errors, and the one place that makes an error a response.

mod authorization;
mod deadline;
mod error;
mod event;
mod parameters;
mod response;
mod route;
mod time;

pub use authorization::bearer_token;
pub use deadline::before_deadline;
pub use error::ApiError;
pub use event::run;
pub use parameters::{ParameterError, Parameters};
pub use response::{
    empty_response, json_response, log_answer, refused, served, served_with, text_response, with_error_headers,
};
pub use time::iso_8601;
