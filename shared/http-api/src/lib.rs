//! The frame of the HTTP functions. A function brings its [`App`] and its table of [`Route`]s; [`HttpApi`] reads the
//! event, the clock and the deadline, runs the handler of the route, writes the one log line and the metrics, and makes
//! the response of an error, in the form that its endpoint has ([`HttpError`]).

mod api;
mod authorization;
mod deadline;
mod error;
mod event;
mod http_answer;
mod http_error;
mod identity_hint;
pub mod media_type;
mod parameter_error;
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
    parameters::{ParameterList, Parameters},
    response::{empty_response, json_response, text_response},
    route::{Answer, Call, Route, answer},
    time::iso_8601,
};
