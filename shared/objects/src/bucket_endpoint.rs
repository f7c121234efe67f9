use std::sync::Arc;

use aws_sdk_s3::config::endpoint::{DefaultResolver, EndpointFuture, Params, ParamsBuilder, ResolveEndpoint};

/// The SDK's endpoint rules for one bucket. They keep their last answer, but for the same parameters alone, and every
/// operation has another key among them. The bucket's endpoint does not depend on that, so here it is left out.
#[derive(Clone, Debug)]
pub(crate) struct BucketEndpoint {
    rules: Arc<DefaultResolver>,
    builder: ParamsBuilder,
    parameters: Params,
}

impl BucketEndpoint {
    #[expect(clippy::expect_used, reason = "no parameter is required")]
    pub(crate) fn new(builder: ParamsBuilder) -> Self {
        let parameters = builder.clone().build().expect("the others have defaults");
        Self { rules: Arc::new(DefaultResolver::new()), builder, parameters }
    }

    /// The parameters without a key.
    pub(crate) fn parameters(&self) -> &Params {
        &self.parameters
    }

    /// Whether these lead to the bucket's endpoint, whatever the key is: with its key, ours are the same. A parameter that
    /// the SDK gets later counts as well.
    fn is_bucket(&self, other: &Params) -> bool {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let ours = self.builder.clone().set_key(owned(other.key())).set_prefix(owned(other.prefix()));
        ours.set_copy_source(owned(other.copy_source())).build().is_ok_and(|ours| ours == *other)
    }
}

impl ResolveEndpoint for BucketEndpoint {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        let params = if self.is_bucket(params) { &self.parameters } else { params };
        ResolveEndpoint::resolve_endpoint(&*self.rules, params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_key_alone_does_not_matter() {
        let usual = || Params::builder().region("eu-west-1").bucket("my-bucket");
        let endpoint = BucketEndpoint::new(usual());
        let cases: [(&str, ParamsBuilder, bool); 8] = [
            ("a key", usual().key("private/a"), true),
            ("a prefix", usual().prefix("private/"), true),
            ("a source", usual().copy_source("my-bucket/a"), true),
            ("another bucket", usual().bucket("another"), false),
            ("another region", usual().region("eu-north-1"), false),
            ("another address", usual().endpoint("https://127.0.0.1"), false),
            ("path style", usual().force_path_style(true), false),
            ("FIPS", usual().use_fips(true), false),
        ];
        for (name, parameters, is_bucket) in cases {
            let parameters = parameters.build().unwrap();
            assert_eq!(endpoint.is_bucket(&parameters), is_bucket, "{name}");
            let rules = DefaultResolver::new();
            let [ours, sdks] = [
                endpoint.resolve_endpoint(&parameters).await.unwrap(),
                ResolveEndpoint::resolve_endpoint(&rules, &parameters).await.unwrap(),
            ];
            assert_eq!(ours, sdks, "{name}");
        }
    }
}
