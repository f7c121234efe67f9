use base64::{Engine, prelude::BASE64_STANDARD};
use http_api::{ParameterError, Parameters};
use objects::Checksum;

/// Takes `checksum_sha256` or `checksum_crc64nvme`: the checksum of the whole object, which S3 verifies.
///
/// Source: "Checking object integrity in Amazon S3" in the Amazon S3 user guide.
///
/// # Errors
///
/// A [`ParameterError`] when a value is not base64 of as many bytes as the checksum has, or when there are both.
pub(crate) fn take_checksum(parameters: &mut Parameters) -> Result<Option<Checksum>, ParameterError> {
    let sha_256 = parameters.take_filled("checksum_sha256")?;
    let crc_64 = parameters.take_filled("checksum_crc64nvme")?;
    match (sha_256, crc_64) {
        (None, None) => Ok(None),
        (Some(text), None) => base64_of(&text, 32, "checksum_sha256", "must be 32 bytes in base64")
            .map(|text| Some(Checksum::Sha256(text))),
        (None, Some(text)) => base64_of(&text, 8, "checksum_crc64nvme", "must be 8 bytes in base64")
            .map(|text| Some(Checksum::Crc64Nvme(text))),
        (Some(_), Some(_)) => Err(ParameterError::invalid("checksum_crc64nvme", "must be absent with checksum_sha256")),
    }
}

fn base64_of(text: &str, bytes: usize, name: &'static str, problem: &'static str) -> Result<String, ParameterError> {
    let is_right = BASE64_STANDARD.decode(text).is_ok_and(|decoded| decoded.len() == bytes);
    if is_right { Ok(text.to_owned()) } else { Err(ParameterError::invalid(name, problem)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_has_its_length_and_there_is_one() {
        let sha = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        let crc = "U2wq8PFTtJM=";
        let take = |members: serde_json::Value| {
            Parameters::from_json(&members.to_string()).and_then(|mut members| take_checksum(&mut members))
        };
        let json = |sha: &str, crc: &str| serde_json::json!({ "checksum_sha256": sha, "checksum_crc64nvme": crc });
        let sha_problem = || Err(ParameterError::invalid("checksum_sha256", "must be 32 bytes in base64"));
        let crc_problem = || Err(ParameterError::invalid("checksum_crc64nvme", "must be 8 bytes in base64"));
        let cases = [
            (sha, "", Ok(Some(Checksum::Sha256(sha.to_owned())))),
            ("", crc, Ok(Some(Checksum::Crc64Nvme(crc.to_owned())))),
            ("", "", Ok(None)),
            (crc, "", sha_problem()),
            ("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0", "", sha_problem()),
            ("not base64", "", sha_problem()),
            ("", sha, crc_problem()),
            ("", "U2wq8PFTtJ", crc_problem()),
            (sha, crc, Err(ParameterError::invalid("checksum_crc64nvme", "must be absent with checksum_sha256"))),
        ];
        for (sha, crc, expected) in cases {
            assert_eq!(take(json(sha, crc)), expected, "{sha} {crc}");
        }
    }
}
