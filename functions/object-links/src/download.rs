use std::time::SystemTime;

use bucket::{Bucket, BucketError, Caller, LINK_SECONDS_DEFAULT, Links, take_link_seconds};
use http_api::{ParameterError, Parameters, empty_response};
use lambda_http::{
    Body, Response,
    http::{HeaderValue, Method, StatusCode, header::LOCATION},
};

use crate::{file_name::FileName, link_body, object_key::ObjectKey};

/// `GET` or `HEAD` of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Download {
    method: Method,
    save_as: Option<FileName>,
    seconds: u64,
    is_redirect: bool,
}

impl Download {
    /// Parses what remains of the query.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] naming the parameter that is unknown or not acceptable.
    pub(crate) fn parse(method: &Method, mut query: Parameters) -> Result<Self, ParameterError> {
        let download = Self {
            method: method.clone(),
            save_as: query.take("download")?.map(|name| FileName::parse(&name)).transpose()?,
            seconds: take_link_seconds(&mut query)?.unwrap_or(LINK_SECONDS_DEFAULT),
            is_redirect: match query.take_filled("redirect")?.as_ref().map(|text| text.as_str()) {
                None | Some("true") => true,
                Some("false") => false,
                Some(_) => {
                    return Err(ParameterError::Invalid { name: "redirect", problem: "must be true or false" });
                }
            },
        };
        query.finish()?;
        Ok(download)
    }

    /// Sends the client on to a link, or answers with it: S3 serves the object, and IAM says whether it does.
    ///
    /// # Errors
    ///
    /// A [`BucketError`] when the key is too long or the link cannot be made.
    pub(crate) async fn link(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<Response<Body>, BucketError> {
        let key = key.in_bucket(&caller.home)?;
        let links = Links::new(bucket, caller, self.seconds, now)?;
        let disposition = self.save_as.as_ref().map(FileName::content_disposition);
        // A signature is for one method, and who follows a redirect keeps to theirs.
        let link = match self.method {
            Method::HEAD => links.head(&key, disposition).await?,
            _ => links.get(&key, disposition).await?,
        };
        if !self.is_redirect {
            return Ok(link_body::answer(&link, bucket.name(), &key, self.method.as_str(), None));
        }
        let mut response = empty_response(StatusCode::FOUND);
        // An address is ASCII.
        if let Ok(location) = HeaderValue::from_str(&link.url) {
            response.headers_mut().insert(LOCATION, location);
        }
        Ok(response)
    }
}
