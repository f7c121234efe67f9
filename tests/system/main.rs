//! What crosses the parts: the built functions and the project's own template, deployed into a local AWS that these
//! tests start on a free port and that ends with them. `make build` comes first.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]

mod access;
mod alarms;
mod command_line;
mod commands;
mod credentials;
mod documents;
mod examples;
mod existing;
mod functions;
mod groups;
mod links;
mod more_rights;
mod objects;
mod openapi;
mod operations;
mod other_values;
mod pages;
mod postman;
mod providers;
mod sign_up;
mod stack;
mod token;
mod tutorial;
mod uploads;
mod verify;
mod versions;
