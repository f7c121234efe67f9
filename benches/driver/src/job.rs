use gateway::{get, post_token_form};
use loopback::{Authority, Cloud};
use serde_json::{Value, json};

use crate::subject::{Subject, root};

/// How many keys the listed page has.
pub(crate) const KEYS: usize = 1000;

/// Something that several subjects can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// `POST /token`.
    Exchange,
    /// `GET /objects`, a page of 1,000 keys.
    List,
    /// A sign-up.
    SignUp,
}

impl Job {
    pub(crate) const ALL: [Self; 3] = [Self::Exchange, Self::List, Self::SignUp];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exchange => "token exchange",
            Self::List => "listing of 1,000 keys",
            Self::SignUp => "sign-up",
        }
    }

    /// The empty function, then ours, then the peers in other languages.
    pub(crate) fn subjects(self) -> Vec<Subject> {
        match self {
            Self::Exchange => vec![
                Subject::Floor,
                Subject::Ours("TokenExchange"),
                Subject::Node("exchange"),
                Subject::Python("exchange"),
            ],
            Self::List => {
                vec![Subject::Floor, Subject::Ours("ListObjects"), Subject::Node("list"), Subject::Python("listing")]
            }
            Self::SignUp => vec![Subject::Floor, Subject::Ours("PreSignUp")],
        }
    }

    /// The jobs with our own subjects, and the names of their figures.
    pub(crate) fn ours() -> impl Iterator<Item = (Self, Subject, String)> {
        Self::ALL.into_iter().filter_map(|job| {
            let subject = job.subjects().into_iter().find(|subject| matches!(subject, Subject::Ours(_)));
            subject.map(|subject| (job, subject, job.name().replace(' ', "-")))
        })
    }

    /// How many invocations of each kind are measured. A listing takes Python a tenth of a second.
    pub(crate) fn invocations(self) -> usize {
        match self {
            Self::Exchange | Self::SignUp => 1000,
            Self::List => 200,
        }
    }

    /// Whether the cost depends on the person.
    pub(crate) fn has_people(self) -> bool {
        self != Self::SignUp
    }

    /// The event of a person. The same number is always the same person.
    pub(crate) fn event(self, cloud: &Cloud, person: usize) -> String {
        let token = || cloud.token(&json!({ "sub": format!("subject-{person}") }));
        match self {
            Self::Exchange => post_token_form(&token(), ""),
            Self::List => get("/objects", &format!("Bearer {}", token()), &format!("max_keys={KEYS}")),
            Self::SignUp => sign_up(person),
        }
        .to_string()
    }

    /// Panics when `answer` is not that of a successful request.
    pub(crate) fn assert_served(self, subject: Subject, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).expect("JSON");
        let is_served = match (subject, self) {
            (Subject::Floor, _) => true,
            (_, Self::SignUp) => answer["response"]["autoConfirmUser"] == true,
            _ => answer["statusCode"] == 200,
        };
        assert!(is_served, "{} of {}: {answer}", self.name(), subject.name());
    }
}

/// How AWS is reached.
pub(crate) enum Transport {
    /// http.
    Plain,
    /// https, with an authority of our own.
    Tls(Authority),
}

impl Transport {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Plain => "http",
            Self::Tls(_) => "https",
        }
    }

    /// A local AWS that is reached this way, and the environment variables of the functions that call it.
    pub(crate) fn cloud(&self) -> (Cloud, Vec<(String, String)>) {
        let (cloud, trusted) = match self {
            Self::Plain => (Cloud::new(), vec![]),
            Self::Tls(authority) => {
                let file = root().join("target/bench-authority.pem");
                std::fs::write(&file, &authority.pem).expect("target/ is writable");
                let file = file.to_str().expect("the path is Unicode").to_owned();
                // Our functions and boto3 read the first, Node.js the second, and Python's own HTTPS client the third.
                let names = ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];
                (Cloud::over_tls(authority), names.map(|name| (name.to_owned(), file.clone())).to_vec())
            }
        };
        cloud.aws.set_list_objects(Cloud::page(KEYS));
        let variables = [cloud.variables(), trusted].concat();
        (cloud, variables)
    }
}

fn sign_up(person: usize) -> Value {
    json!({
        "version": "1", "region": "eu-west-1", "userPoolId": "eu-west-1_Ab", "userName": format!("person-{person}"),
        "triggerSource": "PreSignUp_SignUp",
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client-a" },
        "request": {
            "userAttributes": { "email": format!("person-{person}@example.com"), "name": "Ädä 🦀" },
            "validationData": null,
        },
        "response": { "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false },
    })
}
