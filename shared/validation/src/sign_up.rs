//! Who may sign up: a policy over e-mail domains.

mod disposable;
mod domain;
mod email;
mod policy;

pub use domain::{Domain, DomainList, InvalidDomain, InvalidDomainList};
pub use email::{EmailAddress, InvalidEmailAddress};
pub use policy::{Admission, Refusal, SignUpPolicy};
