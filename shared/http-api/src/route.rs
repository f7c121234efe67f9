use std::{fmt, pin::Pin, time::SystemTime};

use lambda_http::{Body, Request, RequestExt, Response, http::Method};

use crate::{ApiError, HttpError, Refused};

/// One route of a function, as `template.yaml` has it.
pub struct Route<A> {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) handler: for<'a> fn(&'a A, Call<'a>) -> Answer<'a>,
    /// The form of the errors that the frame itself makes at this path.
    pub(crate) form: fn(ApiError) -> Refused,
}

/// A request on its way through its route.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a Request,
    /// What stands in the place of the path's `{parameter}`, still percent-encoded; empty for a path without one.
    pub path_parameter: &'a str,
    /// When it came.
    pub now: SystemTime,
}

impl<'a> Call<'a> {
    /// The query, as it was sent.
    #[must_use]
    pub fn query(&self) -> &'a str {
        self.request.uri().query().unwrap_or_default()
    }
}

/// The response of a route that is still being made.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Body>, Refused>> + Send + 'a>>;

/// What a handler returns, for whatever error `work` has.
pub fn answer<'a, E: HttpError + 'static>(
    work: impl Future<Output = Result<Response<Body>, E>> + Send + 'a,
) -> Answer<'a> {
    Box::pin(async move { work.await.map_err(Refused::from) })
}

impl<A> Route<A> {
    /// `METHOD PATH` and who answers it. The path may end with a parameter: `/a/{key+}` takes what is left of the path,
    /// `/a/{id}` one segment; neither takes nothing.
    pub const fn new(method: Method, path: &'static str, handler: for<'a> fn(&'a A, Call<'a>) -> Answer<'a>) -> Self {
        Self { method, path, handler, form: |error| error.into() }
    }

    /// The same, for a path at which the errors of the frame have another form than JSON's.
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

/// Where a request leads.
pub(crate) enum Destination<'a, A> {
    Route(&'a Route<A>, &'a str),
    Refusal(Refused),
}

/// Finds the route of `request`.
pub(crate) fn destination<'a, A>(routes: &'a [Route<A>], request: &'a Request) -> Destination<'a, A> {
    let path = request.raw_http_path();
    let of_path = || routes.iter().filter_map(|route| Some((route, parameter(route.path, path)?)));
    if let Some((route, parameter)) = of_path().find(|(route, _)| route.method == *request.method()) {
        return Destination::Route(route, parameter);
    }
    let Some((route, _)) = of_path().next() else { return Destination::Refusal(ApiError::NoSuchPath.into()) };
    let allow: Vec<_> = of_path().map(|(route, _)| route.method.as_str()).collect();
    Destination::Refusal((route.form)(ApiError::MethodNotAllowed { allow: allow.join(", ") }))
}

/// What `path` has in the place of the pattern's parameter, if it is a path of this pattern.
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
    fn a_request_finds_its_route_or_what_the_path_takes() {
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
            ("HEAD", "/things", "405 This path takes GET only."),
            ("POST", "/things/a", "405 This path takes GET, DELETE only."),
            ("get", "/things", "405 This path takes GET only."),
        ];
        for (method, path, expected) in cases {
            let request = request(&event(method, path, "", &[], None));
            let found = match destination(ROUTES, &request) {
                Destination::Route(route, parameter) => format!("{route} with {parameter:?}"),
                Destination::Refusal(refused) if refused.status() == StatusCode::NOT_FOUND => "404".to_owned(),
                Destination::Refusal(refused) => {
                    let body = refused.body("");
                    format!("{} {}", refused.status().as_u16(), body["message"].as_str().unwrap())
                }
            };
            assert_eq!(found, expected, "{method} {path}");
        }
    }
}
