use validation::IdentityId;

use crate::{ParameterError, Parameters};

/// Takes `identity_id`: the identity id that a caller had from an earlier answer. It saves a call of `GetId`. One that is
/// not an identity id is a wrong one, and a wrong one is not an error.
///
/// # Errors
///
/// [`ParameterError::NotAString`].
pub fn take_identity_hint(parameters: &mut Parameters) -> Result<Option<IdentityId>, ParameterError> {
    Ok(parameters.take_filled("identity_id")?.and_then(|text| IdentityId::parse(&text).ok()))
}
