use std::{fmt, pin::Pin, time::SystemTime};

use lambda_http::{Body, Request, RequestExt, Response, http::Method};

use crate::{ApiError, HttpError, Refused, api_url::ApiUrl};

/// One route of a function, as in `template.yaml`.
pub struct Route<A> {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) handler: for<'a> fn(&'a A, Call<'a>) -> Answer<'a>,
    /// Puts an error of the frame itself into the form of this endpoint.
    pub(crate) form: fn(ApiError) -> Refused,
}

/// One request to a route. There is no `Debug`: the request may hold a token.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a Request,
    /// The value of the path's `{parameter}`, still percent-encoded. Empty for a path without a parameter.
    pub path_parameter: &'a str,
    /// When the request arrived.
    pub now: SystemTime,
}

impl<'a> Call<'a> {
    /// The query, as it was sent.
    #[must_use]
    pub fn query(&self) -> &'a str {
        self.request.uri().query().unwrap_or_default()
    }

    /// The address under which the API was called, such as `https://api.example.com`, if the event says it.
    #[must_use]
    pub fn api_url(&self) -> Option<&'a str> {
        ApiUrl::of(self.request)
    }
}

/// The future of a route's response.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, Refused>> + Send + 'a>>;

/// Makes the result of a handler from `work`, whose error may be of any endpoint's form.
pub fn answer<'a, E: HttpError + 'static>(
    work: impl Future<Output = Result<Response<Body>, E>> + Send + 'a,
) -> Answer<'a> {
    Box::pin(async move { work.await.map_err(Refused::from) })
}

impl<A> Route<A> {
    /// A route for `METHOD PATH`. The path may end with a parameter: `/a/{key+}` matches the rest of the path,
    /// `/a/{id}` one segment. Neither matches the empty string.
    pub const fn new(method: Method, path: &'static str, handler: for<'a> fn(&'a A, Call<'a>) -> Answer<'a>) -> Self {
        Self { method, path, handler, form: |error| error.into() }
    }

    /// The same, for an endpoint whose errors have a form of their own: `form` makes it from an error of the frame.
    pub const fn in_form(
        method: Method,
        path: &'static str,
        form: fn(ApiError) -> Refused,
        handler: for<'a> fn(&'a A, Call<'a>) -> Answer<'a>,
    ) -> Self {
        Self { method, path, handler, form }
    }
}

/// `METHOD PATH`, the route's name in the template.
impl<A> fmt::Display for Route<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Finds the route of `request`, and the value of its path's parameter.
///
/// # Errors
///
/// [`ApiError::NoSuchPath`] when no route has this path, [`ApiError::MethodNotAllowed`] when none has this method too.
pub(crate) fn find_route<'a, A>(
    routes: &'a [Route<A>],
    request: &'a Request,
) -> Result<(&'a Route<A>, &'a str), Refused> {
    let path = request.raw_http_path();
    let of_path = || routes.iter().filter_map(|route| Some((route, parameter(route.path, path)?)));
    if let Some(found) = of_path().find(|(route, _)| route.method == *request.method()) {
        return Ok(found);
    }
    let (first, _) = of_path().next().ok_or(ApiError::NoSuchPath)?;
    let allow: Vec<_> = of_path().map(|(route, _)| route.method.as_str()).collect();
    Err((first.form)(ApiError::MethodNotAllowed { allow: allow.join(", ") }))
}

/// The value of the pattern's parameter in `path`, if `path` matches the pattern.
fn parameter<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((prefix, name)) = pattern.split_once('{') else { return (path == pattern).then_some("") };
    let parameter = path.strip_prefix(prefix).filter(|rest| !rest.is_empty())?;
    (name.ends_with("+}") || !parameter.contains('/')).then_some(parameter)
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};
    use lambda_http::http::StatusCode;

    use super::*;

    fn nothing<'a>(_: &'a (), _: Call<'a>) -> Answer<'a> {
        answer(async { Ok::<_, ApiError>(crate::empty_response(StatusCode::OK)) })
    }

    const ROUTES: &[Route<()>] = &[
        Route::new(Method::GET, "/things", nothing),
        Route::new(Method::GET, "/things/{key+}", nothing),
        Route::new(Method::DELETE, "/things/{key+}", nothing),
        Route::new(Method::GET, "/others/{id}", nothing),
    ];

    #[test]
    fn a_request_finds_its_route_or_the_methods_of_its_path() {
        let cases = [
            ("GET", "/things", "GET /things with \"\""),
            ("GET", "/things/a", "GET /things/{key+} with \"a\""),
            ("DELETE", "/things/a//b/", "DELETE /things/{key+} with \"a//b/\""),
            ("GET", "/others/a%2Fb", "GET /others/{id} with \"a%2Fb\""),
            ("GET", "/others/a/b", "404"),
            ("GET", "/others/", "404"),
            ("GET", "/things/", "404"),
            ("GET", "/thing", "404"),
            ("GET", "/", "404"),
            ("HEAD", "/things", "405 This path accepts only GET."),
            ("POST", "/things/a", "405 This path accepts only GET, DELETE."),
            ("get", "/things", "405 This path accepts only GET."),
        ];
        for (method, path, expected) in cases {
            let request = request(&event(method, path, "", &[], None));
            let found = match find_route(ROUTES, &request) {
                Ok((route, parameter)) => format!("{route} with {parameter:?}"),
                Err(refused) if refused.status() == StatusCode::NOT_FOUND => "404".to_owned(),
                Err(refused) => {
                    let body = refused.body("");
                    format!("{} {}", refused.status().as_u16(), body["message"].as_str().unwrap())
                }
            };
            assert_eq!(found, expected, "{method} {path}");
        }
    }
}
