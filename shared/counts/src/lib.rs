//! What is counted and timed, as lines in the log that CloudWatch makes metrics of.
//!
//! Architecture invariant: a name or a dimension is a fixed text of ours, never a caller's: each new combination is a
//! metric that costs money. Until [`Counts`] are started nothing is counted.

mod counts;
mod names;

pub use self::{
    counts::{Counts, StartedTwice},
    names::{call, exchange, refusal, sign_up, throttled_call},
};
