//! Who may sign up: a policy over e-mail addresses, their domains and invites.

mod disposable;
mod domain;
mod email;
mod invite;
mod policy;
mod refusal;
mod request;

pub use domain::{Domain, DomainList, InvalidDomain, InvalidDomainList};
pub use email::{EmailAddress, InvalidEmailAddress};
pub use invite::{InvalidInviteKey, InviteKey};
pub use policy::{Admission, SignUpPolicy, UselessAutoConfirm};
pub use refusal::Refusal;
pub use request::{Field, SignUp};
