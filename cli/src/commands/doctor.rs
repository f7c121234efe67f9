use std::{
    io::{Write, stdout},
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_smithy_types::date_time::{DateTime, Format};
use serde_json::Value;

use self::check::Checks;
use crate::{
    api,
    bucket::Bucket,
    error::CliError,
    metadata::{self, AppClient},
    network::Network,
    sign_in::{Claims, KeyPlace, Session, SignIn, Vault},
};

mod check;
mod clock;
mod tools;
mod versions;

/// Looks at everything that has to be right, in the order in which one builds on the other, and says what is wrong and what
/// to do. `vault` is what came of opening it: that may be what is wrong.
///
/// # Errors
///
/// [`CliError::Failed`] when standard output is closed. What is wrong is in the exit status.
pub(crate) async fn examine(
    vault: Result<Vault, CliError>,
    network: Network,
    url: Option<String>,
    json: bool,
) -> Result<ExitCode, CliError> {
    let mut checks = Checks::default();
    match vault {
        Ok(vault) => {
            let session = Session { vault, network, url };
            let is_there = check_api(&mut checks, &session.network, session.address()).await;
            check_key(&mut checks, session.vault.key_place());
            check_sign_in(&mut checks, session, is_there).await;
        }
        Err(error) => {
            match url.as_deref().map(metadata::address) {
                Some(address) => drop(check_api(&mut checks, &network, Ok(address)).await),
                None => checks.skipped(&API),
            }
            check_key(&mut checks, Err(error));
            checks.skipped(&SIGN_IN);
        }
    }
    let profiles = tools::check_profile(&mut checks);
    tools::check_variables(&mut checks, &profiles);
    versions::check(&mut checks).await;
    let text = if json { checks.json() } else { checks.shown() };
    stdout().write_all(text.as_bytes()).map_err(CliError::failed)?;
    Ok(checks.exit_code())
}

/// The checks of the API.
const API: [&str; 3] = ["address", "document", "clock"];
/// The checks of a sign-in, of which each builds on the one before it.
const SIGN_IN: [&str; 3] = ["token", "exchange", "bucket"];

/// Whether the API is there, and what time it is there.
async fn check_api(checks: &mut Checks, network: &Network, address: Result<String, CliError>) -> bool {
    let address = match address {
        Ok(address) => address,
        Err(error) => {
            checks.failed("address", error, None);
            checks.skipped(&["document", "clock"]);
            return false;
        }
    };
    let answer = match metadata::fetch(network, &address).await {
        Ok(answer) => answer,
        Err(error) => {
            let next_step = "Is it the right address? Is there a way from here to it?";
            checks.failed("address", error, Some(next_step));
            checks.skipped(&["document", "clock"]);
            return false;
        }
    };
    let now = now();
    let plain = if address.starts_with("https:") { "" } else { ", without https, on this machine" };
    checks.ok("address", format!("{address} answers{plain}."));
    let app = AppClient::of(&address, &answer);
    let is_there = app.is_ok();
    match app {
        Ok(app) => checks.ok("document", format!("People sign in at {}. The region is {}.", app.issuer, app.region)),
        Err(error) => checks.failed("document", error, None),
    }
    clock::check(checks, answer.headers(), now);
    is_there
}

fn check_key(checks: &mut Checks, place: Result<KeyPlace, CliError>) {
    match place {
        Ok(KeyPlace::Keyring) => checks.ok("keyring", "The key is in the system's keyring."),
        Ok(KeyPlace::Nowhere) => checks.ok("keyring", "There is no key yet: `latchkey login` makes one."),
        Ok(KeyPlace::File { path, is_open_to_others: false }) => {
            checks.ok("keyring", format!("The key is in {}, for you alone. There was no keyring.", path.display()));
        }
        Ok(KeyPlace::File { path, is_open_to_others: true }) => {
            let path = path.display();
            checks.warning("keyring", format!("Others can read the key in {path}."), format!("chmod 600 {path}"));
        }
        Err(error) => checks.failed("keyring", error, None),
    }
}

/// Whether the sign-in gives keys, and the keys give the person's files. Without the API, what is kept is all there is to
/// look at.
async fn check_sign_in(checks: &mut Checks, mut session: Session, is_there: bool) {
    let sign_in = if is_there { session.with_token().await } else { session.kept() };
    let sign_in = match sign_in {
        Ok(sign_in) => sign_in,
        Err(error) => {
            checks.failed("token", error, None);
            checks.skipped(&["exchange", "bucket"]);
            return;
        }
    };
    checks.ok("token", token(&sign_in));
    if !is_there {
        checks.skipped(&["exchange", "bucket"]);
        return;
    }
    // New keys, and not those that are kept: they would say nothing about now.
    let exchanged = api::credentials(&session.network, &sign_in, None).await;
    let exchanged = match exchanged {
        Ok(exchanged) => exchanged,
        Err(error) => {
            checks.failed("exchange", error, None);
            checks.skipped(&["bucket"]);
            return;
        }
    };
    let role = api::who_am_i(&session.network, &sign_in).await.ok();
    let role = role.as_ref().and_then(|who| who.pointer("/role/arn")).and_then(Value::as_str);
    let role = role.map(|role| format!(", of {role}")).unwrap_or_default();
    checks.ok("exchange", format!("There are keys until {}{role}.", exchanged.keys.expiration));
    let bucket = Bucket::open(session).await;
    let listed = match bucket {
        Ok(bucket) => bucket.check_home().await,
        Err(error) => Err(error),
    };
    match listed {
        Ok(()) => checks.ok("bucket", "Your home can be listed."),
        Err(error) => checks.failed("bucket", error, None),
    }
}

/// What the token is good for.
fn token(sign_in: &SignIn) -> String {
    let end = Claims::of(sign_in.id_token.expose()).map(|claims| UNIX_EPOCH + Duration::from_secs(claims.exp));
    let end = end.and_then(|end| DateTime::from(end).fmt(Format::DateTime).ok()).unwrap_or_default();
    match &sign_in.refresh_token {
        Some(_) => format!("You are signed in. The token is good until {end}, and is renewed."),
        None => format!("You are signed in until {end}. There is no refresh token."),
    }
}

#[expect(clippy::disallowed_methods, reason = "the time of an answer, to compare")]
fn now() -> SystemTime {
    SystemTime::now()
}
