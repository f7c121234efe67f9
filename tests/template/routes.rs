//! The routes of the API lead to the functions that serve them.

use std::collections::BTreeSet;

use http_api::Route;

use crate::stack::Stack;

/// The routes of a function's own table, such as `GET /objects`.
fn served<A>(routes: &[Route<A>]) -> BTreeSet<String> {
    routes.iter().map(ToString::to_string).collect()
}

/// The routes that the template leads to this function.
fn led_to(function: &str) -> BTreeSet<String> {
    let resources = Stack::new().resources();
    let of_kind = |kind: &'static str| resources.iter().filter(move |(_, resource)| resource["Type"] == kind);
    let mut routes = BTreeSet::new();
    for (name, integration) in of_kind("AWS::ApiGatewayV2::Integration") {
        let uri = integration["Properties"]["IntegrationUri"].as_str().unwrap();
        if !uri.contains(&format!("<{function}.Arn>")) {
            continue;
        }
        for (_, route) in of_kind("AWS::ApiGatewayV2::Route") {
            if route["Properties"]["Target"] == format!("integrations/<{name}>") {
                routes.insert(route["Properties"]["RouteKey"].as_str().unwrap().to_owned());
            }
        }
    }
    routes
}

#[test]
fn each_function_is_sent_the_routes_of_its_table_and_no_others() {
    let functions = [
        ("TokenExchange", served(token_exchange::ROUTES)),
        ("ListObjects", served(list_objects::ROUTES)),
        ("ObjectLinks", served(object_links::ROUTES)),
    ];
    let mut all = 0;
    for (function, routes) in functions {
        assert_eq!(led_to(function), routes, "{function}");
        all += routes.len();
    }
    let resources = Stack::new().resources();
    let count = resources.values().filter(|resource| resource["Type"] == "AWS::ApiGatewayV2::Route").count();
    assert_eq!(count, all, "each route leads to one of them");
}

/// Each route that was ever deployed has its logical id for good: for CloudFormation, another key under the same id is
/// an update in place, and the stage's settings then name a route that is gone. A route with another key gets a new id,
/// and a line here; the id of a route that is no more is not used again.
#[test]
fn a_routes_id_belongs_to_its_key() {
    let expected = [
        ("CredentialsRoute", "GET /credentials"),
        ("DeleteObjectRoute", "DELETE /objects/{key+}"),
        ("DeleteUploadRoute", "DELETE /uploads/{upload}"),
        ("DeletionsRoute", "POST /deletions"),
        ("GetObjectRoute", "GET /objects/{key+}"),
        ("GetUploadRoute", "GET /uploads/{upload}"),
        ("HeadObjectRoute", "HEAD /objects/{key+}"),
        ("ListVersionsRoute", "GET /versions"),
        ("MetadataRoute", "GET /.well-known/oauth-protected-resource"),
        ("ObjectsRoute", "GET /objects"),
        ("PostObjectRoute", "POST /objects/{key+}"),
        ("PostUploadRoute", "POST /uploads/{upload}"),
        ("PutObjectRoute", "PUT /objects/{key+}"),
        ("TokenRoute", "POST /token"),
        ("UploadsRoute", "POST /uploads"),
        ("WhoAmIRoute", "GET /whoami"),
    ];
    let resources = Stack::new().resources();
    let routes = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::ApiGatewayV2::Route");
    let found: Vec<_> = routes
        .map(|(name, route)| (name.as_str(), route["Properties"]["RouteKey"].as_str().unwrap()))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert_eq!(found, expected);
}
