//! The commands, one a file: its arguments, and what it does.

pub(crate) mod configure;
pub(crate) mod cp;
pub(crate) mod credentials;
pub(crate) mod doctor;
pub(crate) mod exec;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod ls;
pub(crate) mod mv;
pub(crate) mod restore;
pub(crate) mod rm;
pub(crate) mod serve;
pub(crate) mod versions;
pub(crate) mod who_am_i;
