use gateway::token_form;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::Request;

use super::{Reply, STACK, Stack, get, post, recorded, send};

/// `path` below the API's address.
pub(crate) fn api(path: &str) -> String {
    format!("{}{path}", recorded("api_url"))
}

/// `POST /token` as an OAuth client sends it, with further parameters behind an `&`.
pub(crate) fn exchange(id_token: &str, more: &str) -> Reply {
    exchange_at(&STACK, id_token, more)
}

/// The same at `stack`.
pub(crate) fn exchange_at(stack: &Stack, id_token: &str, more: &str) -> Reply {
    let url = format!("{}/token", stack.text("api_url"));
    post(&url, &[("Content-Type", "application/x-www-form-urlencoded")], &token_form(id_token, more))
}

/// `GET /credentials` with this `Authorization`.
pub(crate) fn credentials(authorization: &str) -> Reply {
    get(&api("/credentials"), &[("Authorization", authorization)])
}

/// `GET /objects?QUERY` as the token's person.
pub(crate) fn objects(id_token: &str, query: &str) -> Reply {
    objects_at(&STACK, id_token, query)
}

/// `GET /versions?QUERY` as the token's person.
pub(crate) fn versions(id_token: &str, query: &str) -> Reply {
    get(&api(&format!("/versions?{query}")), &[("Authorization", &format!("Bearer {id_token}"))])
}

/// `GET /objects?QUERY` at `stack`.
pub(crate) fn objects_at(stack: &Stack, id_token: &str, query: &str) -> Reply {
    let url = format!("{}/objects?{query}", stack.text("api_url"));
    get(&url, &[("Authorization", &format!("Bearer {id_token}"))])
}

/// Sends a request for `target`, a path with its query below `/objects/`, as the token's person.
pub(crate) fn object(id_token: &str, method: &str, target: &str, body: &str) -> Reply {
    let request = Request::builder().method(method).uri(api(&format!("/objects/{target}")));
    send(request.header("Authorization", format!("Bearer {id_token}")).body(body.to_owned()).unwrap())
}

/// A key as a client puts it into a path: all but slashes encoded.
pub(crate) fn object_path(key: &str) -> String {
    const NOT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(key, NOT_IN_PATH).to_string()
}
