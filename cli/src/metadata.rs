use bytes::Bytes;
use http::{Request, Response, Uri};
use serde::Deserialize;

use crate::{error::CliError, network::Network};

/// What an API says of itself: all that a client has to know.
///
/// Source: RFC 9728 §2; `GET /.well-known/oauth-protected-resource` in docs/api.md.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    authorization_servers: Vec<String>,
    latchkey: Latchkey,
}

#[derive(Clone, Debug, Deserialize)]
struct Latchkey {
    cli_client_id: Option<String>,
    #[serde(default)]
    cli_redirect_uris: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    region: String,
}

/// The command line's own app client at the user pool.
#[derive(Clone, Debug)]
pub(crate) struct AppClient {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) region: String,
}

const PATH: &str = "/.well-known/oauth-protected-resource";

/// An API's address as a person gives it: without a slash at the end, and `https` unless something else is said.
pub(crate) fn address(text: &str) -> String {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix(PATH).unwrap_or(text);
    if text.contains("://") { text.to_owned() } else { format!("https://{text}") }
}

/// Asks the API at `address` for its document.
///
/// # Errors
///
/// A [`CliError`] when it does not answer.
pub(crate) async fn fetch(network: &Network, address: &str) -> Result<Response<Bytes>, CliError> {
    let uri: Uri = format!("{address}{PATH}").parse().map_err(|_| no_api(address))?;
    let request = Request::get(uri).body(Bytes::new()).map_err(CliError::failed)?;
    let answer = network.send(request).await?;
    if answer.status().is_server_error() {
        return Err(CliError::TryLater(format!("{address} answers with status {}.", answer.status().as_u16())));
    }
    Ok(answer)
}

impl AppClient {
    /// Reads the document of the API at `address`.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when it is none, or has no app client for the command line.
    pub(crate) fn of(address: &str, answer: &Response<Bytes>) -> Result<Self, CliError> {
        let metadata: Metadata = serde_json::from_slice(answer.body()).map_err(|_| no_api(address))?;
        let issuer = metadata.authorization_servers.into_iter().next().ok_or_else(|| no_api(address))?;
        let Latchkey { cli_client_id, cli_redirect_uris: redirect_uris, scopes, region } = metadata.latchkey;
        let client_id = cli_client_id.filter(|_| !redirect_uris.is_empty()).ok_or_else(|| {
            let problem = "has no app client for the command line. Ask its operator for one (CommandLineClient).";
            CliError::Failed(format!("{address} {problem}"))
        })?;
        Ok(Self { issuer, client_id, redirect_uris, scopes, region })
    }
}

fn no_api(address: &str) -> CliError {
    CliError::Failed(format!("{address} is not the address of a Latchkey API: it has no {PATH}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        let cases = [
            ("https://api.example.com", "https://api.example.com"),
            ("https://api.example.com/", "https://api.example.com"),
            ("api.example.com", "https://api.example.com"),
            (" http://127.0.0.1:4566/x/ ", "http://127.0.0.1:4566/x"),
            ("https://api.example.com/.well-known/oauth-protected-resource", "https://api.example.com"),
        ];
        for (text, expected) in cases {
            assert_eq!(address(text), expected, "{text}");
        }
    }
}
