use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use ureq::http::Request;

use super::{Keys, Reply, Stack, http};

/// What to ask of an AWS service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    pub(crate) service: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// Asks `stack` with these keys, or as nobody in particular. The AWS CLI would take half a second.
pub(crate) fn call(stack: &Stack, keys: Option<&Keys>, call: &Call) -> Reply {
    let mut request = Request::builder().method(call.method).uri(format!("{}{}", stack.text("endpoint"), call.path));
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    let mut request = request.body(call.body.clone()).unwrap();
    if let Some(keys) = keys {
        sign_for(stack, keys, call.service, &mut request);
    }
    http::send(request)
}

/// Source: "AWS Signature Version 4 for API requests" in the IAM user guide. What it says of S3 suits the others too, but
/// for the path, which they encode once more.
#[expect(clippy::disallowed_methods, reason = "a signature says when it was made")]
fn sign_for(stack: &Stack, keys: &Keys, service: &str, request: &mut Request<String>) {
    let [id, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| keys.text(name).unwrap());
    let session = keys.text("AWS_SESSION_TOKEN").map(str::to_owned);
    let identity = Credentials::new(id, secret, session, None, "test").into();
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
    }
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(stack.text("region"))
        .name(service)
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = SignableBody::Bytes(request.body().as_bytes());
    let signable = SignableRequest::new(request.method().as_str(), request.uri().to_string(), headers, body).unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    instructions.apply_to_request_http1x(request);
}
