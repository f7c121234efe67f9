//! Reading a page of S3's listings in one pass.
//!
//! The SDK's own reader goes over the XML twice, one character at a time, which is most of the cost of a listing. It
//! also accepts a page that is cut off, and sorts versions and delete markers into two lists, in which their order is
//! lost. This reader accepts only a complete page, and leaves error responses to the SDK's reader.

use aws_sdk_s3::operation::{list_object_versions::ListObjectVersions, list_objects_v2::ListObjectsV2};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeSerializationInterceptorContextMut, Error, Output},
        },
        orchestrator::{HttpResponse, OrchestratorError},
        runtime_components::RuntimeComponents,
        runtime_plugin::RuntimePlugin,
        ser_de::{DeserializeResponse, SharedResponseDeserializer},
    },
};
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};

use crate::{objects_xml, versions_xml};

/// Makes the SDK read the answer of one operation in one pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnePass {
    /// Reads the body of a 200. Returns `None` when it is not a complete page.
    read_page: fn(&[u8]) -> Option<Output>,
    /// What the SDK has for the operation, its own reader among it.
    operation: fn() -> Option<FrozenLayer>,
}

impl OnePass {
    /// For `ListObjectsV2`.
    pub(crate) const OBJECTS: Self = Self {
        read_page: |body| objects_xml::read_page(body).map(Output::erase),
        operation: || ListObjectsV2::new().config(),
    };
    /// For `ListObjectVersions`.
    pub(crate) const VERSIONS: Self = Self {
        read_page: |body| versions_xml::read_page(body).map(Output::erase),
        operation: || ListObjectVersions::new().config(),
    };
}

impl Intercept for OnePass {
    fn name(&self) -> &'static str {
        "OnePass"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(SharedResponseDeserializer::new(*self));
        Ok(())
    }
}

impl DeserializeResponse for OnePass {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if response.status().as_u16() == 200 {
            // No second try with the SDK's own reader, which accepts a page that is cut off.
            let page = response.body().bytes().and_then(self.read_page);
            return page.ok_or_else(|| OrchestratorError::other("not a complete page of a listing"));
        }
        let operation = (self.operation)();
        let sdks_own = operation.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        sdks_own
            .ok_or_else(|| OrchestratorError::other("the SDK has no reader for this operation"))?
            .deserialize_nonstreaming_with_config(response, config)
    }
}
