use folders::{FolderSettings, TeamFolder};
use http_api::{ApiError, Call, iso_8601, json_response};
use lambda_http::{Body, Response, http::StatusCode};
use serde::Serialize;
use validation::{IdentityId, VerifiedToken};

use crate::{
    App,
    exchange::{Exchange, exchange_for},
    role::GivenRole,
};

/// What a token gives: who its person is, which keys they get, and what those may do.
#[derive(Serialize)]
struct WhoAmI<'a> {
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    identity_id: &'a str,
    #[serde(flatten)]
    places: Option<Places<'a>>,
    groups: &'a [String],
    roles: &'a [String],
    role: GivenRole<'a>,
    token_expires_at: String,
}

/// What is the person's own in the bucket, and what they may do there by the template's rules.
#[derive(Serialize)]
struct Places<'a> {
    bucket: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Team<'a>>,
    access: Vec<Access>,
}

#[derive(Serialize)]
struct Team<'a> {
    name: &'a str,
    prefix: String,
}

/// What the template's policy allows below a prefix.
#[derive(Serialize)]
struct Access {
    prefix: String,
    actions: &'static [&'static str],
}

const OWN: &[&str] = &["list", "read", "write", "delete"];
const PUBLIC: &[&str] = &["list", "read"];

/// Serves `GET /whoami`. It exchanges the token, so that what it says of the person and the identity is Cognito's word.
pub(crate) async fn who_am_i(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let Exchange { token, role, credentials } = exchange_for(app, call).await?;
    let membership = token.membership()?;
    let identity = &credentials.identity_id;
    let body = WhoAmI {
        sub: token.subject().as_str(),
        user_name: membership.user_name.as_deref(),
        identity_id: identity.as_str(),
        places: app
            .folders
            .as_ref()
            .map(|folders| places(folders, app.sign_in.public_prefix.as_deref(), identity, &token)),
        groups: &membership.groups,
        roles: &membership.roles,
        role: app.roles.of(&membership, role.as_ref()),
        token_expires_at: iso_8601(token.expires_at()),
    };
    json_response(StatusCode::OK, &body)
}

fn places<'a>(
    folders: &'a FolderSettings,
    public_prefix: Option<&str>,
    identity: &IdentityId,
    token: &'a VerifiedToken,
) -> Places<'a> {
    // Without a usable `sub` there is no home, and no team's folder either: the functions below /objects refuse.
    let own = folders.of(identity, token).ok();
    let home = own.as_ref().map(|own| own.home.clone());
    let team = own.and_then(|own| match own.team {
        TeamFolder::Prefix(prefix) => token.team().map(|team| Team { name: team.as_str(), prefix }),
        TeamFolder::Unknown | TeamFolder::None => None,
    });
    let own = home.iter().chain(team.iter().map(|team| &team.prefix)).map(|prefix| (prefix.as_str(), OWN));
    let access = own.chain(public_prefix.map(|prefix| (prefix, PUBLIC)));
    let access = access.map(|(prefix, actions)| Access { prefix: prefix.to_owned(), actions }).collect();
    Places { bucket: &folders.bucket, home, team, access }
}
