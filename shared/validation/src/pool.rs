//! The names of Cognito's pools and of what is in them.

mod home_prefix;
mod identity_id;
mod issuer;
mod prefix;
mod region;
mod segment;
mod team_prefix;
mod user_pool_id;

pub use home_prefix::{HomePrefix, UnusableSubject};
pub use identity_id::{IdentityId, IdentityPoolId, InvalidIdentityId};
pub use issuer::{InvalidIssuer, Issuer};
pub use prefix::PrefixError;
pub use region::{InvalidRegion, Region};
pub(crate) use segment::is_segment;
pub use team_prefix::TeamPrefix;
pub use user_pool_id::{InvalidUserPoolId, UserPoolId};
