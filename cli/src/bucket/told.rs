use aws_sdk_s3::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef},
    },
    error::BoxError,
};
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// Tells each request and its status on standard error, as `--verbose` asks for.
#[derive(Debug)]
pub(super) struct Told;

/// A request, as it is told: without its query, as elsewhere.
#[derive(Debug)]
struct Line(String);

impl Storable for Line {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Told {
    fn name(&self) -> &'static str {
        "what is told of requests"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let address = request.uri().split('?').next().unwrap_or_default();
        config.interceptor_state().store_put(Line(format!("{} {address}", request.method())));
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Line(line)) = config.load::<Line>() {
            eprintln!("{line} {}", context.response().status().as_u16());
        }
        Ok(())
    }
}
