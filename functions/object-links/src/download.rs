use std::time::SystemTime;

use http_api::{ApiError, Call, ParameterError, Parameters, empty_response};
use lambda_http::{
    Body, Response,
    http::{HeaderValue, StatusCode, header::LOCATION},
};
use objects::{ATTACHMENT, App, Bucket, Caller, LINK_SECONDS_DEFAULT, Link, Links, Requester, take_link_seconds};

use crate::{
    asked::Asked,
    file_name::FileName,
    link_body::{self, Linked},
    object_key::ObjectKey,
    version::take_version,
};

/// The link that the request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Download {
    version: Option<String>,
    save_as: Option<FileName>,
    is_inline: bool,
    seconds: u64,
    is_redirect: bool,
}

/// Serves `GET`: redirects the client to a link, or returns the link. S3 serves the object, if IAM allows it.
///
/// # Errors
///
/// An [`ApiError`]: the request is malformed, the key is too long, or something fails.
pub(crate) async fn get(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let Asked { requester, key, query } = Asked::read(app, call).await?;
    let download = Download::parse(query)?;
    let linked = download.linked(&app.bucket, &requester, &key, call.now, Verb::Get).await?;
    if download.is_redirect { Ok(redirect(&linked.link)) } else { link_body::answer(&linked, "GET", None) }
}

/// Serves `HEAD`: redirects the client to a link for `HEAD`. A client that follows a redirect keeps its method, and a
/// signature is valid for one method.
///
/// # Errors
///
/// As [`get`], and a [`ParameterError`] for `redirect=false`, since there is no body for the link.
pub(crate) async fn head(app: &App, call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let Asked { requester, key, query } = Asked::read(app, call).await?;
    let download = Download::parse(query)?;
    if !download.is_redirect {
        return Err(ParameterError::invalid(
            "redirect",
            "must not be false for HEAD, because its response has no body",
        )
        .into());
    }
    Ok(redirect(&download.linked(&app.bucket, &requester, &key, call.now, Verb::Head).await?.link))
}

/// The method that the link is for.
#[derive(Clone, Copy, Debug)]
enum Verb {
    Get,
    Head,
}

impl Download {
    /// Parses the rest of the query.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown or not acceptable.
    fn parse(mut query: Parameters) -> Result<Self, ParameterError> {
        let download = Self {
            version: take_version(&mut query, "version")?,
            save_as: query.take("download")?.map(|name| FileName::parse(&name)).transpose()?,
            seconds: take_link_seconds(&mut query)?.unwrap_or(LINK_SECONDS_DEFAULT),
            is_inline: query.take_switch("inline")?.unwrap_or(false),
            is_redirect: query.take_switch("redirect")?.unwrap_or(true),
        };
        query.finish()?;
        Ok(download)
    }

    /// What S3 is to say in `Content-Disposition`. An object that is shown without another name keeps its own.
    fn disposition(&self) -> Option<String> {
        let disposition_type = if self.is_inline { "inline" } else { ATTACHMENT };
        match &self.save_as {
            Some(name) => Some(name.content_disposition(disposition_type)),
            None => (!self.is_inline).then(|| disposition_type.to_owned()),
        }
    }

    async fn linked(
        &self,
        bucket: &Bucket,
        requester: &Requester,
        key: &ObjectKey,
        now: SystemTime,
        verb: Verb,
    ) -> Result<Linked, ApiError> {
        let work = |caller: Caller| async move {
            let key = key.in_link(&caller.folders)?;
            let links = Links::new(bucket, &caller, self.seconds, now).await?;
            let (version, disposition) = (self.version.as_deref(), self.disposition());
            let link = match verb {
                Verb::Get => links.get(&key, version, disposition.as_deref())?,
                Verb::Head => links.head(&key, version, disposition.as_deref())?,
            };
            Ok(Linked { link, bucket: bucket.name().to_owned(), key })
        };
        bucket.as_caller(requester, now, work).await
    }
}

fn redirect(link: &Link) -> Response<Body> {
    let mut response = empty_response(StatusCode::FOUND);
    // A URL is ASCII.
    if let Ok(location) = HeaderValue::from_str(&link.url) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
