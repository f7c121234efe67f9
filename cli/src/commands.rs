//! The commands, one a file: its arguments, and what it does.

pub(crate) mod credentials;
pub(crate) mod exec;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod who_am_i;
