use gateway::{event, get, post_token, post_token_form};
use loopback::Cloud;
use serde_json::{Value, json};

use crate::{Expected, Requests, Shot};

/// More people than the functions remember, so that their caches are full and turn over.
const PEOPLE: usize = 12_000;

/// Tokens that are signed once and shot often.
struct Tokens {
    good: Vec<String>,
    expired: String,
    forged: String,
}

impl Tokens {
    fn new(cloud: &Cloud) -> Self {
        Self {
            good: (0..PEOPLE).map(|n| cloud.token(&json!({ "sub": format!("subject-{n}") }))).collect(),
            expired: cloud.token(&json!({ "exp": cloud.started_seconds - 60 })),
            forged: Cloud::another().token(&json!({})),
        }
    }

    /// The token of the `n`th person, in an order that repeats after all of them.
    fn good(&self, n: usize) -> &str {
        &self.good[n % self.good.len()]
    }

    /// A request of each person, so that the caches are full.
    fn filling(&self, path: &str, status: u64) -> Vec<Shot> {
        let shot = |token: &String| Shot {
            name: "a first one",
            event: get(path, token, ""),
            expected: Expected::Status(status),
        };
        self.good.iter().map(shot).collect()
    }

    /// A key id that nobody has, another one each time, under a signature that does not count.
    fn of_unknown_key(&self, n: usize) -> String {
        let header = test_tokens::encode(format!(r#"{{"alg":"RS256","kid":"junk-{n}"}}"#));
        let rest = self.good(n).split_once('.').map_or("", |(_, rest)| rest);
        format!("{header}.{rest}")
    }
}

/// Requests for `token-exchange`.
pub(crate) fn token_exchange(cloud: &Cloud) -> Requests {
    let tokens = Tokens::new(cloud);
    let filling = tokens.filling("/credentials", 200);
    let shots = Box::new(move |n| {
        let good = tokens.good(n);
        let (name, event, status) = match n % 16 {
            0..=4 => ("a form", post_token_form(good, ""), 200),
            5..=7 => ("the container provider", get("/credentials", good, ""), 200),
            8 => {
                ("a hint", get("/credentials", good, "identity_id=eu-west-1:11111111-2222-3333-4444-555555555555"), 200)
            }
            9 => ("expired", post_token_form(&tokens.expired, ""), 400),
            10 => ("forged", get("/credentials", &tokens.forged, ""), 401),
            11 => ("of an unknown key", get("/credentials", &tokens.of_unknown_key(n), ""), 401),
            12 => ("too long", post_token_form(&"x".repeat(60_000), ""), 400),
            13 => ("a body beyond the limit", post_token_form(&"x".repeat(70_000), ""), 400),
            14 => (
                "many parameters",
                post_token_form(good, &(0..40).map(|n| format!("&p{n}=")).collect::<Vec<_>>().concat()),
                400,
            ),
            _ => ("deep JSON", deep_json(), 400),
        };
        Shot { name, event, expected: Expected::Status(status) }
    });
    Requests { filling, shots }
}

/// Requests for `list-objects`.
pub(crate) fn list_objects(cloud: &Cloud) -> Requests {
    let tokens = Tokens::new(cloud);
    cloud.aws.set_list_objects(Cloud::page(1000));
    let filling = tokens.filling("/objects", 200);
    let shots = Box::new(move |n| {
        // Two pages a person, so that some find the credentials at hand.
        let good = tokens.good(n / 2);
        let (name, event, status) = match n % 16 {
            0..=6 => ("the home", get("/objects", good, ""), 200),
            7..=8 => ("a prefix", get("/objects", good, "prefix=public/&delimiter=/&max_keys=1000"), 200),
            9 if n % 160 == 9 => ("links", get("/objects", good, "expand=urls&max_keys=1000"), 200),
            9 => ("after a key", get("/objects", good, "start_after=~/a"), 200),
            10 => ("expired", get("/objects", &tokens.expired, ""), 401),
            11 => ("forged", get("/objects", &tokens.forged, ""), 401),
            12 => ("of an unknown key", get("/objects", &tokens.of_unknown_key(n), ""), 401),
            13 => ("a bad cursor", get("/objects", good, &format!("cursor={}", "A".repeat(4000))), 400),
            14 => ("a long prefix", get("/objects", good, &format!("prefix={}", "%41".repeat(2000))), 400),
            _ => ("an unknown parameter", get("/objects", good, "x=%00%0a<>"), 400),
        };
        Shot { name, event, expected: Expected::Status(status) }
    });
    Requests { filling, shots }
}

/// Requests for `object-links`.
pub(crate) fn object_links(cloud: &Cloud) -> Requests {
    let tokens = Tokens::new(cloud);
    let filling = tokens.filling("/objects/a", 302);
    let shots = Box::new(move |n| {
        let good = tokens.good(n / 2);
        let send = |method: &str, path: &str, query: &str, body: Option<&str>| {
            event(method, &format!("/objects/{path}"), query, &[("authorization", good)], body)
        };
        let declared = Some(r#"{"size": 5, "content_type": "text/plain"}"#);
        let (name, event, status) = match n % 16 {
            0..=4 => ("a download", send("GET", "~/a b", "download=c", None), 302),
            5..=6 => ("a look", send("HEAD", "-", "key=public/a%3F", None), 302),
            7..=9 => ("an upload", send("POST", "~/a", "", declared), 200),
            10 => ("a deletion", send("DELETE", "~/a", "", None), 204),
            11 => ("a deletion elsewhere", send("DELETE", "public/a", "", None), 403),
            12 => ("forged", get("/objects/a", &tokens.forged, ""), 401),
            13 => ("a long key", send("GET", &"%41".repeat(2000), "", None), 400),
            14 => ("a long body", send("POST", "~/a", "", Some(&" ".repeat(60_000))), 400),
            _ => ("a bad name", send("GET", "~/a", "download=%0a", None), 400),
        };
        Shot { name, event, expected: Expected::Status(status) }
    });
    Requests { filling, shots }
}

fn deep_json() -> Value {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    post_token("application/json", &format!("{{\"scope\":{deep}}}"))
}
