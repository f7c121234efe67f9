//! What the template watches: alarms and a dashboard of metrics that the built functions really emit, and what
//! becomes of the parameters that switch more on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use gateway::event;
use loopback::{Answer, Aws, Cloud};
use runtime::{Function, bootstrap, metrics};
use serde_json::{Value, json};

use crate::stack::{Keys, STACK, STRICT_STACK, Stack, aws_at, recorded};

/// The metrics of a function that is invoked with each of `events`, with AWS answering as it is told.
fn emitted_for(name: &str, cloud: &Cloud, events: &[(Value, Answer)]) -> BTreeSet<String> {
    let mut function = Function::start(&bootstrap(name), &cloud.variables());
    for (event, answer) in events {
        cloud.aws.set_get_id(answer.clone());
        function.invoke(event);
    }
    metrics(&function.stop().log).into_keys().collect()
}

/// What the functions emit when all is well, when AWS throttles them, and when they are set up wrongly, by crate.
static EMITTED: LazyLock<BTreeMap<&str, BTreeSet<String>>> = LazyLock::new(|| {
    let cloud = Cloud::new();
    // Each person is another one, so that GetId is asked each time.
    let token = |sub: &str| cloud.token(&json!({ "sub": sub }));
    let well = Answer::json(200, json!({ "IdentityId": Aws::IDENTITY_ID }));
    let answers = [well, Aws::error(400, "TooManyRequestsException"), Aws::error(400, "ResourceNotFoundException")];
    let http = |method: &str, path: &str, body: Option<&str>| -> Vec<_> {
        let sent = |sub| event(method, path, "", &[("authorization", token(sub).as_str())], body);
        answers.iter().zip(["a", "b", "c"]).map(|(answer, sub)| (sent(sub), answer.clone())).collect()
    };
    let sign_up = json!({
        "triggerSource": "PreSignUp_SignUp", "request": { "userAttributes": { "email": "a@example.com" } }, "response": {},
    });
    let upload = format!("/uploads/{}", Cloud::UPLOAD);
    // It is asked for when S3 does not know an upload any more.
    cloud.aws.set_upload("ListParts", [Aws::parts(&[(1, 5)], false), Aws::s3_error(404, "NoSuchUpload")]);
    let events = [
        ("token-exchange", http("GET", "/credentials", None)),
        ("list-objects", [http("GET", "/objects", None), http("GET", "/versions", None)].concat()),
        (
            "object-links",
            [
                http("DELETE", "/objects/~/a", None),
                http("PUT", "/objects/~/a", Some(r#"{"copy_from": "~/b"}"#)),
                http("POST", "/deletions", Some(r#"{"keys": ["~/a"]}"#)),
                http("POST", "/uploads", Some(r#"{"key": "~/a", "size": 5, "content_type": "text/plain"}"#)),
                http("POST", &upload, None),
                http("POST", &upload, None),
                http("DELETE", &upload, None),
            ]
            .concat(),
        ),
        ("pre-sign-up", vec![(sign_up, Answer::HangUp)]),
    ];
    events.into_iter().map(|(name, events)| (name, emitted_for(name, &cloud, &events))).collect()
});

/// The names of all metrics that the functions emit.
pub(crate) fn emitted() -> BTreeSet<&'static str> {
    EMITTED.values().flatten().filter_map(|metric| metric.split(' ').next()).collect()
}

/// The alarms of a stack, each with its namespace, metric and dimensions.
fn alarms(stack: &Stack) -> Vec<Value> {
    let described = aws_at(stack, &Keys::admin(), &["cloudwatch", "describe-alarms", "--output", "json"]).unwrap();
    serde_json::from_str::<Value>(&described).unwrap()["MetricAlarms"].as_array().unwrap().clone()
}

/// The crate of the deployed function `id`.
fn crate_of(id: &str) -> &'static str {
    STACK.functions().find(|(_, function)| *function == id).unwrap_or_else(|| panic!("no function {id}")).0
}

#[test]
fn each_alarm_is_on_a_metric_that_there_is() {
    let mut watched = Vec::new();
    for alarm in alarms(&STACK) {
        let text = |name: &str| alarm[name].as_str().unwrap();
        let dimensions = alarm["Dimensions"].as_array().unwrap();
        let mut dimensions: BTreeMap<&str, &str> = dimensions
            .iter()
            .map(|dimension| (dimension["Name"].as_str().unwrap(), dimension["Value"].as_str().unwrap()))
            .collect();
        let metric = text("MetricName");
        let of = match text("Namespace") {
            // Made of the access log, by a metric filter.
            "Latchkey" if metric.starts_with("ApiThrottles-") => {
                let group = format!("/aws/vendedlogs/{}-api", recorded("stack_name"));
                let filters = ["logs", "describe-metric-filters", "--log-group-name", &group, "--output", "json"];
                let filters = aws_at(&STACK, &Keys::admin(), &filters).unwrap();
                assert!(filters.contains(&format!("\"metricName\": \"{metric}\"")), "{filters}");
                "api"
            }
            "Latchkey" => {
                let name = crate_of(dimensions.remove("Function").unwrap());
                let others: String = dimensions.iter().flat_map(|(name, value)| [" ", name, "=", value]).collect();
                assert!(EMITTED[name].contains(&format!("{metric}{others}")), "{name}: {alarm}");
                name
            }
            "AWS/Lambda" => {
                assert!(["Errors", "Throttles"].contains(&metric), "{alarm}");
                assert_eq!(dimensions.len(), 1, "{alarm}");
                crate_of(dimensions["FunctionName"])
            }
            "AWS/ApiGateway" => {
                assert!(["4xx", "5xx", "Latency"].contains(&metric), "{alarm}");
                assert_eq!(dimensions, BTreeMap::from([("ApiId", recorded("api_id"))]), "{alarm}");
                "api"
            }
            // Source: "User pool metrics in CloudWatch" in the Amazon Cognito developer guide.
            "AWS/Cognito" => {
                assert!(["SignInThrottles", "SignUpThrottles", "TokenRefreshThrottles"].contains(&metric), "{alarm}");
                let client = [("UserPool", recorded("user_pool_id")), ("UserPoolClient", recorded("client_id"))];
                assert_eq!(dimensions, BTreeMap::from(client), "{alarm}");
                "user pool"
            }
            other => panic!("another namespace: {other}"),
        };
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{alarm}");
        assert_eq!(alarm["AlarmActions"], json!([]), "{alarm}");
        watched.push(format!("{of} {metric}"));
    }
    for (name, _) in STACK.functions() {
        for metric in ["Errors", "Throttles"] {
            assert!(watched.contains(&format!("{name} {metric}")), "nobody watches {metric} of {name}");
        }
    }
}

#[test]
fn the_dashboard_shows_all_that_is_counted_and_nothing_else() {
    let name = format!("{}-{}", recorded("stack_name"), recorded("region"));
    let command = ["cloudwatch", "get-dashboard", "--dashboard-name", &name, "--query", "DashboardBody"];
    let body = aws_at(&STACK, &Keys::admin(), &[&command[..], &["--output", "text"]].concat()).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    let metrics = body["widgets"].as_array().unwrap().iter().flat_map(|widget| {
        widget["properties"]["metrics"].as_array().unwrap().iter().map(|metric| metric.as_array().unwrap())
    });
    let searches: Vec<_> = metrics.filter_map(|metric| metric.last().unwrap()["expression"].as_str()).collect();
    for search in &searches {
        for (_, function) in STACK.functions() {
            assert!(search.contains(&format!("\"{function}\"")), "{function}: {search}");
        }
    }
    let ours = searches.iter().filter(|search| search.contains("{Latchkey,"));
    let shown: BTreeSet<_> = ours
        .flat_map(|search| search.split("MetricName=\"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    // Not provoked above, which throttles the other call.
    let rare = BTreeSet::from(["GetCredentialsForIdentityThrottles"]);
    assert_eq!(shown, emitted().union(&rare).copied().collect());
}

#[test]
fn a_topic_is_told_and_tracing_is_allowed_when_they_are_switched_on() {
    let topic = json!(["arn:aws:sns:eu-west-1:111122223333:alarms"]);
    for alarm in alarms(&STRICT_STACK) {
        assert_eq!((&alarm["AlarmActions"], &alarm["OKActions"]), (&topic, &topic), "{alarm}");
    }
    let json = |arguments: &[&str]| -> Value {
        let all = [arguments, &["--output", "json"]].concat();
        serde_json::from_str(&aws_at(&STRICT_STACK, &Keys::admin(), &all).unwrap()).unwrap()
    };
    for (name, function) in STRICT_STACK.functions() {
        let configuration = json(&["lambda", "get-function-configuration", "--function-name", function]);
        assert_eq!(configuration["TracingConfig"]["Mode"], "Active", "{name}");
        let role = configuration["Role"].as_str().unwrap().rsplit_once('/').unwrap().1;
        let attached = json(&["iam", "list-attached-role-policies", "--role-name", role]);
        let attached = attached["AttachedPolicies"].as_array().unwrap();
        assert_eq!(attached.len(), 1, "{name}");
        let arn = attached[0]["PolicyArn"].as_str().unwrap();
        let policy = json(&["iam", "get-policy-version", "--policy-arn", arn, "--version-id", "v1"]);
        let statements = policy["PolicyVersion"]["Document"]["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 1, "{name}");
        assert_eq!(statements[0]["Action"], json!(["xray:PutTraceSegments", "xray:PutTelemetryRecords"]), "{name}");
    }
}
