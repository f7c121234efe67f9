use http_api::{
    ApiError, ParameterError, Parameters, json_response, media_type::preference, text_response, without_secrets,
};
use lambda_http::{
    Body, Request, Response,
    http::{
        HeaderValue, StatusCode,
        header::{ACCEPT, LINK},
    },
};

use crate::{csv_page, listing::Listing, version_listing::VersionListing};

const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The maximum size of a function's response, in megabytes.
///
/// Source: "Lambda quotas" in the AWS Lambda developer guide (6 MB).
const RESPONSE_MB_MAX: usize = 6;
/// The maximum size of the body in it, in bytes. The rest is for the headers and the JSON around it.
const BODY_BYTES_MAX: usize = RESPONSE_MB_MAX * 1024 * 1024 - 16 * 1024;

/// The page in the form that the request prefers: CSV, or else JSON.
///
/// Source: RFC 9110 §12.5.1 (`Accept`); a client that accepts neither gets JSON, as the section allows.
///
/// # Errors
///
/// [`ApiError::Unwritable`], or [`ParameterError::Invalid`] when the page is larger than Lambda accepts. That happens
/// only with keys of about a kilobyte each, or with links to them.
pub(crate) fn of_objects(listing: &Listing, request: &Request) -> Result<Response<Body>, ApiError> {
    let page = if wants_csv(request) { csv(listing, request)? } else { json_response(StatusCode::OK, listing)? };
    let page = within_limit(page)?;
    Ok(if listing.has_links() { page } else { without_secrets(page) })
}

/// The page of versions, as JSON.
///
/// # Errors
///
/// As [`of_objects`].
pub(crate) fn of_versions(listing: &VersionListing) -> Result<Response<Body>, ApiError> {
    Ok(without_secrets(within_limit(json_response(StatusCode::OK, listing)?)?))
}

fn within_limit(page: Response<Body>) -> Result<Response<Body>, ParameterError> {
    // In JSON, a byte becomes at most six.
    if page.body().len() > BODY_BYTES_MAX / 6 && bytes_in_json(page.body()) > BODY_BYTES_MAX {
        let problem = format!("is too large for keys this long: the page is larger than {RESPONSE_MB_MAX} MB");
        return Err(ParameterError::Invalid { name: "max_keys", problem: problem.into() });
    }
    Ok(page)
}

/// The length of `text` as a JSON string, without its quotes: the form in which Lambda gets a body.
fn bytes_in_json(text: &[u8]) -> usize {
    let escapes = |byte: &u8| match byte {
        b'"' | b'\\' | b'\r' | b'\n' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.iter().map(escapes).sum()
}

fn csv(listing: &Listing, request: &Request) -> Result<Response<Body>, ApiError> {
    let text = csv_page::of(listing).ok_or(ApiError::Unwritable)?;
    let mut response = text_response(StatusCode::OK, CSV, text);
    let next = listing.next_cursor.as_ref().map(|cursor| next_page(request, cursor));
    if let Some(next) = next.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(LINK, next);
    }
    Ok(response)
}

fn wants_csv(request: &Request) -> bool {
    let values: Vec<_> = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = values.join(",");
    // JSON, when the request has no preference.
    preference(&accept, CSV) > preference(&accept, JSON)
}

/// The `Link` to the next page: this request with another cursor (RFC 8288). CSV itself has no place for a cursor.
fn next_page(request: &Request, cursor: &str) -> String {
    let query = request.uri().query().unwrap_or_default().split('&');
    let same: String =
        query.filter(|piece| !piece.is_empty() && !is_cursor(piece)).flat_map(|piece| [piece, "&"]).collect();
    format!("<?{same}cursor={cursor}>; rel=\"next\"")
}

/// Whether a piece of the query is the cursor, whose name may be percent-encoded.
fn is_cursor(piece: &str) -> bool {
    Parameters::from_urlencoded(piece)
        .is_ok_and(|mut parameters| parameters.take("cursor").is_ok_and(|it| it.is_some()))
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};

    use super::*;

    #[test]
    fn csv_is_for_requests_that_prefer_it() {
        let cases = [
            ("", false),
            ("*/*", false),
            ("application/json", false),
            ("text/csv", true),
            ("TEXT/CSV", true),
            ("text/csv; charset=UTF-8", true),
            ("text/csv; charset=utf-16", false),
            ("text/*", true),
            ("text/csv, application/json", true),
            ("application/json, text/csv", false),
            ("application/json;q=0.5, text/csv", true),
            ("text/csv;q=0.5, application/json", false),
            ("text/csv;q=0.5, */*;q=0.1", true),
            ("text/csv;q=0", false),
            ("text/csv;charset=utf-8;q=0.9, */*;q=0.1", true),
            ("text/csv; charset=utf-8; header=present", true),
            ("text/csv; header=absent", false),
            ("text/*;q=0.3, text/csv;q=0", false),
            ("text/csv ; q=0.5;;", true),
            ("text/html", false),
            ("nonsense", false),
        ];
        for (accept, expected) in cases {
            assert_eq!(
                wants_csv(&request(&event("GET", "/objects", "", &[("accept", accept)], None))),
                expected,
                "{accept}"
            );
        }
        assert!(!wants_csv(&request(&event("GET", "/objects", "", &[], None))));
    }

    #[test]
    fn a_body_is_measured_as_json() {
        for text in ["", "abc", "\"\\", "\r\n\t", "\u{1}\u{1f} ", "é€\u{7f}"] {
            assert_eq!(bytes_in_json(text.as_bytes()) + 2, serde_json::to_string(text).unwrap().len(), "{text:?}");
        }
    }

    #[test]
    fn the_link_to_the_next_page_changes_only_the_cursor() {
        let cases = [
            ("", "<?cursor=c2>; rel=\"next\""),
            ("prefix=~/a%20b&cursor=c1&max_keys=5", "<?prefix=~/a%20b&max_keys=5&cursor=c2>; rel=\"next\""),
            ("cursor=c1&&", "<?cursor=c2>; rel=\"next\""),
            ("%63urso%72=c1&max_keys=5", "<?max_keys=5&cursor=c2>; rel=\"next\""),
            ("prefix=cursor", "<?prefix=cursor&cursor=c2>; rel=\"next\""),
        ];
        for (query, expected) in cases {
            assert_eq!(next_page(&request(&event("GET", "/objects", query, &[], None)), "c2"), expected);
        }
    }
}
