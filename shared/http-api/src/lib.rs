//! The frame of the HTTP functions. A function supplies its [`App`] and its table of [`Route`]s. [`HttpApi`] reads the
//! event, the clock and the deadline, runs the handler of the route, and writes one log line and the metrics. An error
//! becomes a response in the form of its endpoint ([`HttpError`]).

mod api;
mod api_url;
mod authorization;
mod deadline;
mod error;
mod event;
mod http_answer;
mod http_error;
mod identity_hint;
pub mod media_type;
mod parameter_error;
mod parameter_list;
mod parameters;
mod response;
mod route;
mod time;

pub use self::{
    api::{App, HttpApi},
    authorization::bearer_token,
    error::ApiError,
    event::read_event,
    http_error::{HttpError, Refused},
    identity_hint::take_identity_hint,
    parameter_error::ParameterError,
    parameter_list::ParameterList,
    parameters::Parameters,
    response::{METADATA_PATH, empty_response, json_response, public_for, text_response, without_secrets},
    route::{Answer, Call, Route, answer},
    time::iso_8601,
};
