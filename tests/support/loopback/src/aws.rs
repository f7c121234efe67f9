use std::{
    collections::{BTreeMap, VecDeque},
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{Answer, Authority, Cloud, Loopback, Received};

/// The part of AWS that Latchkey calls: a user pool's JWKS, the two unsigned calls of an identity pool, and a bucket's
/// operations. Each answers well until it is told otherwise.
pub struct Aws {
    server: Loopback,
    script: Arc<Mutex<Script>>,
}

/// Answers a request.
type AnswerFn = Box<dyn Fn(&Received) -> Answer + Send + Sync>;

struct Script {
    jwks: Answer,
    get_id: Answer,
    get_credentials: Answer,
    list_objects: Answer,
    list_versions: Answer,
    copy_object: Answer,
    delete_object: Answer,
    /// None: every object is deleted.
    delete_objects: Option<Answer>,
    /// The answers to the operations of multipart uploads, one after the other. The last is given again and again.
    uploads: BTreeMap<&'static str, VecDeque<Answer>>,
    latency: Duration,
}

impl Aws {
    /// Starts the server with this JWKS, and credentials that end at `expiration_seconds` since the epoch.
    #[must_use]
    pub fn start(jwks: &str, expiration_seconds: u64) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), jwks, expiration_seconds)
    }

    /// The same at another address of this machine.
    #[must_use]
    pub fn start_at(address: IpAddr, jwks: &str, expiration_seconds: u64) -> Self {
        Self::start_with(jwks, expiration_seconds, |answer| Loopback::start(address, answer))
    }

    /// The same over TLS, with a certificate of `authority`.
    #[must_use]
    pub fn start_tls(authority: &Authority, jwks: &str, expiration_seconds: u64) -> Self {
        Self::start_with(jwks, expiration_seconds, |answer| Loopback::start_tls(authority, answer))
    }

    fn start_with(jwks: &str, expiration_seconds: u64, start: impl FnOnce(AnswerFn) -> Loopback) -> Self {
        let script = Script {
            jwks: Answer::json(200, jwks),
            get_id: Answer::json(200, json!({ "IdentityId": Self::IDENTITY_ID })),
            get_credentials: Answer::json(200, Self::credentials_answer(Self::IDENTITY_ID, expiration_seconds)),
            list_objects: Self::page("<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>"),
            list_versions: Self::versions_page("<IsTruncated>false</IsTruncated>"),
            copy_object: Answer::xml(200, r#"<CopyObjectResult><ETag>"6c66"</ETag></CopyObjectResult>"#),
            delete_object: Answer::Reply(204, vec![], vec![]),
            delete_objects: None,
            uploads: uploads(),
            latency: Duration::ZERO,
        };
        let script = Arc::new(Mutex::new(script));
        let told = Arc::clone(&script);
        let answer = move |request: &Received| told.lock().expect("no panic before").answer(request);
        Self { server: start(Box::new(answer)), script }
    }

    /// The identity id that `GetId` returns.
    pub const IDENTITY_ID: &str = "eu-west-1:11111111-2222-3333-4444-555555555555";

    /// What `GetCredentialsForIdentity` answers.
    #[must_use]
    pub fn credentials_answer(identity_id: &str, expiration_seconds: u64) -> Value {
        json!({
            "IdentityId": identity_id,
            "Credentials": {
                "AccessKeyId": "ASIAEXAMPLEKEYID", "SecretKey": "example-secret-key", "SessionToken": "example-session-token",
                "Expiration": expiration_seconds,
            },
        })
    }

    /// A page of the bucket's listing, with `inside` after what S3 says of each page.
    #[must_use]
    pub fn page(inside: &str) -> Answer {
        Self::page_of("ListBucketResult", inside)
    }

    /// The same for the listing of versions.
    #[must_use]
    pub fn versions_page(inside: &str) -> Answer {
        Self::page_of("ListVersionsResult", inside)
    }

    fn page_of(root: &str, inside: &str) -> Answer {
        let said = format!("<Name>{}</Name><EncodingType>url</EncodingType>", Cloud::BUCKET);
        Answer::xml(200, &format!("<{root}>{said}{inside}</{root}>"))
    }

    /// A modelled error of a JSON service.
    #[must_use]
    pub fn error(status: u16, code: &str) -> Answer {
        Answer::json(status, json!({ "__type": code, "message": "words of the service" }))
    }

    /// An error of S3.
    #[must_use]
    pub fn s3_error(status: u16, code: &str) -> Answer {
        Answer::xml(status, &format!("<Error><Code>{code}</Code><Message>words of the service</Message></Error>"))
    }

    /// `http://ADDRESS:PORT`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Sets the answer to a request for the JWKS from now on.
    pub fn set_jwks(&self, answer: Answer) {
        self.script().jwks = answer;
    }

    /// Sets the answer to `GetId` from now on.
    pub fn set_get_id(&self, answer: Answer) {
        self.script().get_id = answer;
    }

    /// Sets the answer to `GetCredentialsForIdentity` from now on.
    pub fn set_get_credentials(&self, answer: Answer) {
        self.script().get_credentials = answer;
    }

    /// Sets the answer to `ListObjectsV2` from now on.
    pub fn set_list_objects(&self, answer: Answer) {
        self.script().list_objects = answer;
    }

    /// Sets the answer to `ListObjectVersions` from now on.
    pub fn set_list_versions(&self, answer: Answer) {
        self.script().list_versions = answer;
    }

    /// Sets the answer to `CopyObject` from now on.
    pub fn set_copy_object(&self, answer: Answer) {
        self.script().copy_object = answer;
    }

    /// Sets the answer to `DeleteObject` from now on.
    pub fn set_delete_object(&self, answer: Answer) {
        self.script().delete_object = answer;
    }

    /// Sets the answer to `DeleteObjects` from now on.
    pub fn set_delete_objects(&self, answer: Answer) {
        self.script().delete_objects = Some(answer);
    }

    /// Sets the answers to an operation of multipart uploads, one after the other, and the last from then on:
    /// `CreateMultipartUpload`, `ListParts`, `CompleteMultipartUpload` or `AbortMultipartUpload`, or `HeadObject`.
    pub fn set_upload(&self, operation: &'static str, answers: impl IntoIterator<Item = Answer>) {
        self.script().uploads.insert(operation, answers.into_iter().collect());
    }

    /// A page of the parts of an upload, with these numbers and sizes in bytes.
    #[must_use]
    pub fn parts(parts: &[(u64, u64)], is_truncated: bool) -> Answer {
        let part = |(number, size): &(u64, u64)| {
            format!(r#"<Part><PartNumber>{number}</PartNumber><ETag>"e{number}"</ETag><Size>{size}</Size></Part>"#)
        };
        let parts: String = parts.iter().map(part).collect();
        let inside = format!("<IsTruncated>{is_truncated}</IsTruncated>{parts}");
        Answer::xml(200, &format!("<ListPartsResult>{inside}</ListPartsResult>"))
    }

    /// Lets every answer wait this long from now on.
    pub fn set_latency(&self, latency: Duration) {
        self.script().latency = latency;
    }

    /// The names of the calls received so far, in order: `jwks`, `GetId`, `GetCredentialsForIdentity`, `ListObjectsV2`,
    /// `ListObjectVersions`, `CopyObject`, `DeleteObject`, `DeleteObjects`, and those of [`Aws::set_upload`].
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.server.received().iter().map(call_of).collect()
    }

    /// The requests received so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.server.received()
    }

    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().expect("no panic before")
    }
}

fn call_of(request: &Received) -> String {
    if request.target.ends_with("/.well-known/jwks.json") {
        return "jwks".to_owned();
    }
    if let Some((_, operation)) = request.header("x-amz-target").and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    let is_of_upload = request.target.contains("uploadId=");
    let operation = match request.method.as_str() {
        "PUT" => "CopyObject",
        "HEAD" => "HeadObject",
        "DELETE" if is_of_upload => "AbortMultipartUpload",
        "DELETE" => "DeleteObject",
        "POST" if is_of_upload => "CompleteMultipartUpload",
        "POST" if request.target.contains("?uploads") => "CreateMultipartUpload",
        "POST" => "DeleteObjects",
        _ if is_of_upload => "ListParts",
        _ if request.target.contains("?versions&") => "ListObjectVersions",
        _ => "ListObjectsV2",
    };
    operation.to_owned()
}

impl Script {
    fn answer(&mut self, request: &Received) -> Answer {
        let answer = match call_of(request).as_str() {
            "jwks" => self.jwks.clone(),
            "GetId" => self.get_id.clone(),
            "GetCredentialsForIdentity" => self.get_credentials.clone(),
            "ListObjectVersions" => self.list_versions.clone(),
            "CopyObject" => self.copy_object.clone(),
            "DeleteObject" => self.delete_object.clone(),
            "DeleteObjects" => self.delete_objects.clone().unwrap_or_else(|| deleted(request)),
            "ListObjectsV2" => self.list_objects.clone(),
            upload => self.next(upload).unwrap_or_else(|| Aws::s3_error(501, "NotImplemented")),
        };
        if self.latency.is_zero() { answer } else { Answer::Late(self.latency, Box::new(answer)) }
    }

    fn next(&mut self, operation: &str) -> Option<Answer> {
        let answers = self.uploads.get_mut(operation)?;
        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
    }
}

/// The answers of a bucket without objects that takes uploads.
fn uploads() -> BTreeMap<&'static str, VecDeque<Answer>> {
    let xml = |root: &str, inside: &str| Answer::xml(200, &format!("<{root}>{inside}</{root}>"));
    let answers = [
        ("CreateMultipartUpload", xml("InitiateMultipartUploadResult", "<UploadId>an-upload-id</UploadId>")),
        ("ListParts", Aws::parts(&[], false)),
        ("CompleteMultipartUpload", xml("CompleteMultipartUploadResult", r#"<ETag>"6c66-1"</ETag>"#)),
        ("AbortMultipartUpload", Answer::Reply(204, vec![], vec![])),
        ("HeadObject", Answer::Reply(404, vec![], vec![])),
    ];
    answers.map(|(operation, answer)| (operation, VecDeque::from([answer]))).into()
}

/// The answer of a bucket that deletes all that it is asked to.
fn deleted(request: &Received) -> Answer {
    let body = String::from_utf8_lossy(&request.body);
    let keys = body.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
    let deleted = keys.map(|key| format!("<Deleted><Key>{key}</Key></Deleted>")).collect::<Vec<_>>().concat();
    Answer::xml(200, &format!("<DeleteResult>{deleted}</DeleteResult>"))
}
