use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode, Uri,
    header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use oauth2::url::form_urlencoded;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::CliError,
    network::Network,
    sign_in::{Folders, Keys, SignIn},
};

/// How often a request is made that the API or AWS has no time for.
const TRIES: u32 = 3;
/// How long to wait at most before the next try.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// What `GET /credentials` answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Exchanged {
    #[serde(flatten)]
    pub(crate) keys: Keys,
    pub(crate) identity_id: Option<String>,
}

/// Exchanges the id token for keys, those of `role` if one is named.
///
/// # Errors
///
/// As [`get`].
pub(crate) async fn credentials(
    network: &Network,
    sign_in: &SignIn,
    role: Option<&str>,
) -> Result<Exchanged, CliError> {
    let answer = get(network, sign_in, "/credentials", &[("role_arn", role)]).await?;
    serde_json::from_slice(answer.body()).map_err(|_| CliError::failed("The API's answer is not one of keys."))
}

/// What the token gives: `GET /whoami`.
///
/// # Errors
///
/// As [`get`].
pub(crate) async fn who_am_i(network: &Network, sign_in: &SignIn) -> Result<Value, CliError> {
    let answer = get(network, sign_in, "/whoami", &[]).await?;
    serde_json::from_slice(answer.body()).map_err(|_| CliError::failed("The API's answer is not JSON."))
}

/// The person's places in the bucket, from the same.
///
/// # Errors
///
/// As [`get`].
pub(crate) async fn folders(network: &Network, sign_in: &SignIn) -> Result<Folders, CliError> {
    let answer = who_am_i(network, sign_in).await?;
    let text = |pointer| answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let folders = text("/bucket").zip(text("/home"));
    let (bucket, home) = folders.ok_or_else(|| CliError::failed("The API does not say where your home is."))?;
    Ok(Folders { bucket, home, team: text("/team/prefix") })
}

/// Lists the first object of the person's home, with their own keys: `GET /objects`.
///
/// # Errors
///
/// As [`get`].
pub(crate) async fn list_home(network: &Network, sign_in: &SignIn) -> Result<(), CliError> {
    let parameters = [("prefix", Some("~/")), ("max_keys", Some("1"))];
    get(network, sign_in, "/objects", &parameters).await.map(drop)
}

/// Asks the API as the person of `sign_in`, and says who they were the last time. Tries again when it is told to.
///
/// # Errors
///
/// A [`CliError`] with the API's own words.
async fn get(
    network: &Network,
    sign_in: &SignIn,
    path: &str,
    parameters: &[(&str, Option<&str>)],
) -> Result<Response<Bytes>, CliError> {
    let hint = ("identity_id", sign_in.identity_id.as_deref());
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().copied().chain([hint]) {
        query.extend_pairs(value.map(|value| (name, value)));
    }
    let uri: Uri = format!("{}{path}?{}", sign_in.api, query.finish()).parse().map_err(CliError::failed)?;
    let mut authorization = HeaderValue::from_str(sign_in.id_token.expose()).map_err(CliError::failed)?;
    authorization.set_sensitive(true);
    for tries_left in (0..TRIES).rev() {
        let request = Request::get(&uri).header(AUTHORIZATION, &authorization).body(Bytes::new());
        let answer = network.send(request.map_err(CliError::failed)?).await?;
        if answer.status() == StatusCode::OK {
            return Ok(answer);
        }
        let error = refusal(&answer);
        match (&error, wait(&answer)) {
            (CliError::TryLater(_), Some(wait)) if tries_left > 0 => tokio::time::sleep(wait).await,
            _ => return Err(error),
        }
    }
    Err(CliError::TryLater("The API has no time.".to_owned()))
}

/// How long to wait before the next try, if that is worth it.
fn wait(answer: &Response<Bytes>) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= WAIT_MAX)
}

/// What an answer that is not 200 means, in the API's own words.
fn refusal(answer: &Response<Bytes>) -> CliError {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str);
    let status = answer.status().as_u16();
    let message = text("message").map_or_else(|| format!("The API answers with status {status}."), str::to_owned);
    match status {
        // API Gateway's own 401 has no more than that.
        401 if answer.headers().contains_key(WWW_AUTHENTICATE) || text("code").is_none() => {
            CliError::NotSignedIn("The API does not accept your sign-in any more.")
        }
        401 | 403 => CliError::Refused(message),
        429 | 500..=599 if status != 502 => CliError::TryLater(message),
        _ => CliError::Failed(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_its_exit_status() {
        let answer = |status: u16, body: &str| {
            let mut answer = Response::new(Bytes::copy_from_slice(body.as_bytes()));
            *answer.status_mut() = StatusCode::from_u16(status).unwrap();
            refusal(&answer)
        };
        let told = |code: &str| format!(r#"{{"code":"{code}","message":"In words."}}"#);
        let words = || "In words.".to_owned();
        let ended = || CliError::NotSignedIn("The API does not accept your sign-in any more.");
        let cases = [
            (400, told("invalid_request"), CliError::Failed(words())),
            (401, r#"{"message":"Unauthorized"}"#.to_owned(), ended()),
            (403, told("access_denied"), CliError::Refused(words())),
            (404, String::new(), CliError::Failed("The API answers with status 404.".to_owned())),
            (429, told("throttled"), CliError::TryLater(words())),
            (502, told("misconfigured"), CliError::Failed(words())),
            (503, told("unavailable"), CliError::TryLater(words())),
            (504, told("timeout"), CliError::TryLater(words())),
        ];
        for (status, body, expected) in cases {
            assert_eq!(answer(status, &body), expected, "{status} {body}");
        }
    }
}
