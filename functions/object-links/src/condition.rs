use http_api::{ParameterError, Parameters};

/// Takes `if_none_match`: with `*`, nothing is overwritten (RFC 9110 §13.1.2; S3 knows no other value).
///
/// # Errors
///
/// A [`ParameterError`] for any other value.
pub(crate) fn take_is_new(parameters: &mut Parameters) -> Result<bool, ParameterError> {
    match parameters.take_filled("if_none_match")? {
        None => Ok(false),
        Some(value) if *value == "*" => Ok(true),
        Some(_) => Err(ParameterError::invalid("if_none_match", "must be absent or *")),
    }
}
