//! The cases of the `events` folder, for tests: how they are read and filled in, in which circumstances an event comes,
//! and how an answer is compared. `events/README.md` has the conventions.
#![expect(clippy::expect_used, clippy::panic, reason = "test support: a failure here is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a JSON member that is missing is null")]
#![expect(clippy::missing_panics_doc, reason = "test support: a failure here is a failed test")]

mod case;
mod circumstances;
mod comparison;
mod filling;

pub use case::{Case, Filled};
pub use circumstances::Circumstances;
pub use comparison::{differences, readable};
pub use filling::{UnknownPlaceholder, fill, placeholder_of};
