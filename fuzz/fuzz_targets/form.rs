//! Any body of `POST /token`, as a form and as JSON, read in the same way as in the function.
#![no_main]

use http_api::{ParameterError, Parameters};
use libfuzzer_sys::fuzz_target;

fn read(mut parameters: Parameters) -> Result<(), ParameterError> {
    for name in ["grant_type", "subject_token", "subject_token_type"] {
        assert!(!parameters.take_required(name)?.is_empty(), "an empty value counts as absent");
        assert_eq!(parameters.take(name), Ok(None), "a parameter is taken once");
    }
    for name in ["requested_token_type", "audience", "identity_id", "resource", "scope"] {
        parameters.take_filled(name)?;
    }
    parameters.finish()
}

fuzz_target!(|text: &str| {
    for parsed in [Parameters::from_urlencoded(text), Parameters::from_json(text)] {
        if let Err(error) = parsed.and_then(read) {
            let shown = error.to_string();
            assert!(shown.is_ascii() && shown.len() < 100, "{shown:?} may show what was sent");
        }
    }
});
