use std::{
    collections::BTreeMap,
    io::{BufRead, stdin},
    process::ExitCode,
};

use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};

use crate::{
    error::CliError,
    metadata::{self, AppClient},
    network::Network,
    show,
    sign_in::{
        App, Claims, Session, SignIn,
        authorization_server::{self, SignInClient, Tokens},
        callback::{self, Callback, Ending},
    },
};

/// A sign-in that was begun: the address of the page, and by what its end is recognised.
struct Begun {
    address: String,
    state: CsrfToken,
    nonce: CsrfToken,
    verifier: PkceCodeVerifier,
}

/// Signs the person in, in their browser: the authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636, RFC 8252).
///
/// # Errors
///
/// A [`CliError`]: the API cannot be reached, the person is refused, or takes too long.
pub(crate) async fn login(mut session: Session, no_browser: bool) -> Result<ExitCode, CliError> {
    let address = session.address()?;
    let app = AppClient::of(&address, &metadata::fetch(&session.network, &address).await?)?;
    let endpoints = authorization_server::endpoints(&session.network, &app.issuer).await?;
    let tokens = if no_browser {
        let redirect_uri = app.redirect_uris.first().map(String::as_str).unwrap_or_default();
        let client = authorization_server::client(&app, &endpoints, redirect_uri)?;
        let begun = Begun::new(&client, &app);
        eprintln!("Open this address, and sign in:\n\n  {}\n", begun.address);
        eprintln!("Then paste the address of the page that the browser cannot open:");
        let ending = pasted_ending(&begun)?;
        begun.finished(&session.network, &client, ending).await?
    } else {
        let callback = Callback::listen(&app.redirect_uris).await?;
        let client = authorization_server::client(&app, &endpoints, &callback.redirect_uri)?;
        let begun = Begun::new(&client, &app);
        eprintln!("Sign in in your browser. If it does not open:\n\n  {}\n", begun.address);
        // Without a browser, the person has the address.
        let _ = webbrowser::open(&begun.address);
        let ending = callback.ending(begun.state.secret()).await?;
        begun.finished(&session.network, &client, ending).await?
    };
    let name = Claims::of(tokens.id_token.expose()).and_then(|claims| claims.email.or(claims.user_name));
    let sign_in = SignIn {
        api: address,
        app: App {
            client_id: app.client_id,
            token_endpoint: endpoints.token_endpoint,
            revocation_endpoint: endpoints.revocation_endpoint,
            region: app.region,
        },
        id_token: tokens.id_token,
        refresh_token: tokens.refresh_token,
        identity_id: None,
        folders: None,
        keys: BTreeMap::new(),
    };
    session.begin(&sign_in).await?;
    eprintln!("You are signed in{}.", name.map(|name| format!(" as {}", show::name(&name))).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Reads addresses from standard input, until one is that of this sign-in's end.
fn pasted_ending(begun: &Begun) -> Result<Ending, CliError> {
    for line in stdin().lock().lines() {
        let line = line.map_err(CliError::failed)?;
        if let Some(ending) = callback::ending(line.trim(), begun.state.secret()) {
            return Ok(ending);
        }
        eprintln!("That is not the address of this sign-in's last page. Paste the whole address:");
    }
    Err(CliError::failed("No address was pasted."))
}

impl Begun {
    fn new(client: &SignInClient, app: &AppClient) -> Self {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random();
        let (url, state) = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(app.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.secret())
            .url();
        Self { address: url.into(), state, nonce, verifier }
    }

    /// Redeems the code, and checks that the token was made for this sign-in.
    async fn finished(self, network: &Network, client: &SignInClient, ending: Ending) -> Result<Tokens, CliError> {
        let code = match ending {
            Ending::Code(code) => code,
            Ending::Refused(words) => return Err(CliError::Refused(format!("You were not signed in: {words}"))),
        };
        let tokens = authorization_server::redeem(network, client, code, self.verifier).await?;
        let claims =
            Claims::of(tokens.id_token.expose()).ok_or_else(|| CliError::failed("Cognito gave no id token."))?;
        match claims.nonce {
            Some(nonce) if nonce != *self.nonce.secret() => {
                Err(CliError::failed("The id token is not that of this sign-in. Run `latchkey login` again."))
            }
            _ => Ok(tokens),
        }
    }
}
