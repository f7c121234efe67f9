use lambda_http::{Request, RequestExt};

/// The routes of the HTTP API, as the template has them.
const ROUTES: [&str; 7] = [
    "POST /token",
    "GET /credentials",
    "GET /objects",
    "GET /objects/{key+}",
    "HEAD /objects/{key+}",
    "POST /objects/{key+}",
    "DELETE /objects/{key+}",
];

/// The name of the route that `request` came by. Anything but one of ours is `other`: a path is the caller's text, which
/// the log does not repeat.
pub(crate) fn route(request: &Request) -> &'static str {
    let path = match request.raw_http_path() {
        path if path.strip_prefix("/objects/").is_some_and(|key| !key.is_empty()) => "/objects/{key+}",
        path => path,
    };
    ROUTES.into_iter().find(|route| route.split_once(' ') == Some((request.method().as_str(), path))).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use gateway::{event, request};

    use super::*;

    #[test]
    fn a_route_is_one_of_ours_or_other() {
        let cases = [
            ("POST", "/token", "POST /token"),
            ("GET", "/objects", "GET /objects"),
            ("GET", "/token", "other"),
            ("GET", "/objects/eyJhbGciOiJSUzI1NiJ9", "GET /objects/{key+}"),
            ("GET", "/eyJhbGciOiJSUzI1NiJ9", "other"),
        ];
        for (method, path, expected) in cases {
            assert_eq!(route(&request(&event(method, path, "", &[], None))), expected, "{method} {path}");
        }
        assert_eq!(route(&Request::default()), "other");
    }

    #[test]
    fn the_template_has_these_routes_and_no_others() {
        let template = include_str!("../../../template.yaml");
        let routes = template.split("RouteKey: ").skip(1).filter_map(|rest| rest.lines().next());
        assert_eq!(routes.collect::<Vec<_>>(), ROUTES);
    }
}
