//! The AWS tools of this machine: the variables and files that they read.

pub(crate) mod config_file;
pub(crate) mod credential_process;
pub(crate) mod environment;
pub(crate) mod profile;
