use std::{
    fmt::{self, Write},
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_types::date_time::{DateTime, Format};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::Caller;

/// The characters that Signature Version 4 leaves as they are, all unreserved ones (RFC 3986 §2.3), and in a path `/`.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/');

/// The signing key of a caller. It is that of a day, and is derived once, for the first day on which the caller signs.
#[derive(Clone, Default)]
pub(crate) struct SigningKey(Arc<OnceLock<(String, Zeroizing<Vec<u8>>)>>);

impl SigningKey {
    fn of(&self, day: &str, derive: impl Fn() -> Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        let (known, key) = self.0.get_or_init(|| (day.to_owned(), derive()));
        if known == day { key.clone() } else { derive() }
    }
}

/// Signs links for one caller, at one time and for one lifetime. What these have in common is worked out once: the key of
/// the day, and the caller's part of the query.
///
/// Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in the Amazon S3 API reference.
pub(crate) struct Signer {
    /// `SCHEME://HOST[:PORT]`
    origin: String,
    /// What a client sends as `Host`.
    host: String,
    /// The path of the bucket: empty, or `/BUCKET`.
    path: String,
    key: Zeroizing<Vec<u8>>,
    /// `DATE/REGION/s3/aws4_request`
    scope: String,
    /// When it signs, as `20260312T175030Z`.
    time: String,
    /// The pairs of the query that every link has, encoded: `X-Amz-Algorithm` to `X-Amz-Expires`.
    common: String,
    /// `&X-Amz-Security-Token=…`
    token: Zeroizing<String>,
}

/// What is signed, beside who signs. The names of the headers are in lower case and in their order, and no name of a
/// parameter comes before `X-Amz-`.
pub(crate) struct Signable<'a> {
    pub(crate) method: &'static str,
    pub(crate) key: &'a str,
    pub(crate) query: &'a [(&'static str, &'a str)],
    pub(crate) headers: &'a [(&'static str, &'a str)],
}

impl Signer {
    /// A signer for the bucket at `address`, as the SDK's rules found it, in `region`. Returns `None` when the address is
    /// not one.
    pub(crate) fn new(
        address: &str,
        region: &str,
        caller: &Caller,
        signed_at: SystemTime,
        lifetime: Duration,
    ) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // Clients leave the usual port out of `Host`.
        let usual_port = if scheme == "http" { ":80" } else { ":443" };
        let day_and_time = DateTime::from(signed_at).fmt(Format::DateTime).ok()?.replace(['-', ':'], "");
        let day = day_and_time.get(..8)?;
        let scope = format!("{day}/{region}/s3/aws4_request");
        let Caller { credentials, signing_key, .. } = caller;
        let key = signing_key.of(day, || {
            let key = generate_signing_key(credentials.secret_access_key(), signed_at, region, "s3");
            Zeroizing::new(key.as_ref().to_vec())
        });
        let credential = format!("{}/{scope}", credentials.access_key_id());
        let common = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={day_and_time}&X-Amz-Expires={}",
            utf8_percent_encode(&credential, IN_QUERY),
            lifetime.as_secs(),
        );
        let token = credentials.session_token().map(|token| utf8_percent_encode(token, IN_QUERY));
        let token = token.map(|token| format!("&X-Amz-Security-Token={token}")).unwrap_or_default();
        Some(Self {
            origin: format!("{scheme}://{authority}"),
            host: authority.strip_suffix(usual_port).unwrap_or(authority).to_owned(),
            path: path.trim_end_matches('/').to_owned(),
            key,
            scope,
            time: day_and_time,
            common,
            token: Zeroizing::new(token),
        })
    }

    /// The address of `signable` with a signature, whoever the client is and whatever the body is. Returns `None` when it
    /// cannot be written. That does not happen: it is written to memory.
    pub(crate) fn sign(&self, signable: &Signable<'_>) -> Option<String> {
        let Signable { method, key, query, headers } = signable;
        let path = format!("{}/{}", self.path, utf8_percent_encode(key, IN_PATH));
        // `host` has its place among the others.
        let host = [("host", self.host.as_str())];
        let (first, last) = headers.split_at(headers.partition_point(|(name, _)| *name < "host"));
        let headers = || first.iter().chain(&host).chain(last);
        let names = headers().map(|(name, _)| *name).collect::<Vec<_>>();

        let Self { common, token, .. } = self;
        let signed = format!("X-Amz-SignedHeaders={}", names.join("%3B"));
        let mut own = String::new();
        for (name, value) in *query {
            write!(own, "{name}={}&", utf8_percent_encode(value, IN_QUERY)).ok()?;
        }
        // What is signed has the pairs in the order of their names.
        let mut sorted: Vec<_> = own.split_terminator('&').collect();
        sorted.sort_unstable();
        let sorted: String = sorted.iter().flat_map(|pair| ["&", pair]).collect();

        let mut canonical = String::with_capacity(path.len() + token.len() + sorted.len() + 512);
        write!(canonical, "{method}\n{path}\n{common}{}&{signed}{sorted}\n", **token).ok()?;
        for (name, value) in headers() {
            // Several spaces count as one.
            let words: Vec<_> = value.split(' ').filter(|word| !word.is_empty()).collect();
            writeln!(canonical, "{name}:{}", words.join(" ")).ok()?;
        }
        write!(canonical, "\n{}\nUNSIGNED-PAYLOAD", names.join(";")).ok()?;
        let canonical = Zeroizing::new(canonical);

        let mut to_sign = format!("AWS4-HMAC-SHA256\n{}\n{}\n", self.time, self.scope);
        for byte in digest(&SHA256, canonical.as_bytes()).as_ref() {
            write!(to_sign, "{byte:02x}").ok()?;
        }
        let signature = calculate_signature(self.key.as_slice(), to_sign.as_bytes());
        Some(format!("{}{path}?{own}{common}&{signed}&X-Amz-Signature={signature}{}", self.origin, **token))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(** redacted **)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_derived_once_a_day_and_never_used_on_another() {
        let (key, derived) = (SigningKey::default(), std::cell::Cell::new(0));
        let of = |day: &str| {
            let derive = || {
                derived.set(derived.get() + 1);
                Zeroizing::new(day.as_bytes().to_vec())
            };
            key.clone().of(day, derive).to_vec()
        };
        for (day, times) in [("20260312", 1), ("20260312", 1), ("20260313", 2), ("20260312", 2)] {
            assert_eq!((of(day), derived.get()), (day.as_bytes().to_vec(), times), "{day}");
        }
    }
}
