//! Reading a page of `ListObjectsV2` in one pass.
//!
//! The SDK's own reader goes over the XML twice, one character at a time, which is most of the cost of a listing. It
//! also accepts a page that is cut off. This reader accepts only a complete page, and leaves error responses to the
//! SDK's reader.

use aws_sdk_s3::{
    operation::list_objects_v2::{ListObjectsV2, ListObjectsV2Output},
    types::{CommonPrefix, EncodingType, Object, ObjectStorageClass, builders::ObjectBuilder},
};
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
use aws_smithy_types::{
    config_bag::ConfigBag,
    date_time::{DateTime, Format},
};
use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

/// Makes the SDK read the answer of one operation, `ListObjectsV2`, in one pass.
#[derive(Debug)]
pub(crate) struct OnePass;

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
        config.interceptor_state().store_put(SharedResponseDeserializer::new(PageReader));
        Ok(())
    }
}

#[derive(Debug)]
struct PageReader;

impl DeserializeResponse for PageReader {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if response.status().as_u16() == 200 {
            // No second try with the SDK's own reader, which accepts a page that is cut off.
            let page = response.body().bytes().and_then(read_page);
            return page.map(Output::erase).ok_or_else(|| OrchestratorError::other("not a complete page of a listing"));
        }
        let operation = ListObjectsV2::new().config();
        let sdks_own = operation.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        sdks_own
            .ok_or_else(|| OrchestratorError::other("the SDK has no reader for this operation"))?
            .deserialize_nonstreaming_with_config(response, config)
    }
}

/// Reads `body` as a page. Returns `None` when it is not a complete one.
///
/// Source: "Response Syntax" of `ListObjectsV2` in the Amazon S3 API reference.
fn read_page(body: &[u8]) -> Option<ListObjectsV2Output> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    reader.config_mut().expand_empty_elements = true;
    let mut xml = Xml(reader);
    xml.root().filter(|name| name == "ListBucketResult")?;
    let (mut objects, mut folders) = (Vec::new(), Vec::new());
    let mut page = Some(ListObjectsV2Output::builder());
    xml.children(|xml, name| {
        let builder = page.take()?;
        page = Some(match name {
            "Contents" => {
                objects.push(xml.object()?);
                builder
            }
            "CommonPrefixes" => {
                folders.push(xml.folder()?);
                builder
            }
            "Name" => builder.name(xml.text()?),
            "Prefix" => builder.prefix(xml.text()?),
            "Delimiter" => builder.delimiter(xml.text()?),
            "KeyCount" => builder.key_count(xml.text()?.parse().ok()?),
            "IsTruncated" => builder.is_truncated(xml.text()?.parse().ok()?),
            "NextContinuationToken" => builder.next_continuation_token(xml.text()?),
            "EncodingType" => builder.encoding_type(EncodingType::from(xml.text()?.as_str())),
            _ => xml.skip().map(|()| builder)?,
        });
        Some(())
    })?;
    Some(page?.set_contents(Some(objects)).set_common_prefixes(Some(folders)).build())
}

struct Xml<'a>(Reader<&'a [u8]>);

impl Xml<'_> {
    /// Opens the root, and returns its name.
    fn root(&mut self) -> Option<String> {
        loop {
            match self.0.read_event().ok()? {
                Event::Start(tag) => return Some(tag.local_name().as_ref().to_owned()),
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    /// Reads the open element to its end. Calls `take` for each child, which must read the child to its end.
    fn children(&mut self, mut take: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        loop {
            match self.0.read_event().ok()? {
                Event::Start(tag) => take(self, tag.local_name().as_ref())?,
                Event::End(_) => return Some(()),
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    fn skip(&mut self) -> Option<()> {
        self.children(|xml, _| xml.skip())
    }

    /// Reads the text of the open element, which must have no children.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.0.read_event().ok()? {
                Event::Text(piece) => text.push_str(&piece),
                Event::CData(piece) => text.push_str(&piece),
                Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                    Some(character) => text.push(character),
                    None => text.push_str(resolve_predefined_entity(&reference)?),
                },
                Event::End(_) => return Some(text),
                Event::Start(_) | Event::Eof => return None,
                _ => {}
            }
        }
    }

    fn object(&mut self) -> Option<Object> {
        let mut object = Some(Object::builder());
        self.children(|xml, name| {
            let builder = object.take()?;
            object = Some(match name {
                "Key" => builder.key(xml.text()?),
                "Size" => builder.size(xml.text()?.parse().ok()?),
                "ETag" => builder.e_tag(xml.text()?),
                "LastModified" => {
                    builder.last_modified(DateTime::from_str(&xml.text()?, Format::DateTimeWithOffset).ok()?)
                }
                "StorageClass" => builder.storage_class(ObjectStorageClass::from(xml.text()?.as_str())),
                _ => xml.skip().map(|()| builder)?,
            });
            Some(())
        })?;
        object.map(ObjectBuilder::build)
    }

    fn folder(&mut self) -> Option<CommonPrefix> {
        let mut folder = CommonPrefix::builder();
        self.children(|xml, name| match name {
            "Prefix" => {
                folder = CommonPrefix::builder().prefix(xml.text()?);
                Some(())
            }
            _ => xml.skip(),
        })?;
        Some(folder.build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>my-bucket</Name><Prefix>p%2F</Prefix>\
        <Delimiter/><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>\
        <IsTruncated>true</IsTruncated><NextContinuationToken>1&amp;2&#61;</NextContinuationToken>\
        <Contents><Key>p%2Fa&#x2B;b</Key><LastModified>2026-03-12T17:50:30.000Z</LastModified>\
        <ETag>&quot;e&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><Size>5</Size>\
        <Owner><ID>1</ID><DisplayName>x</DisplayName></Owner><StorageClass>GLACIER</StorageClass></Contents>\
        <CommonPrefixes><Prefix>p%2Ff%2F</Prefix></CommonPrefixes></ListBucketResult>";

    #[test]
    fn a_complete_page_is_read() {
        let page = read_page(PAGE.as_bytes()).unwrap();
        let object = Object::builder()
            .key("p%2Fa+b")
            .last_modified(DateTime::from_secs(1_773_337_830))
            .e_tag("\"e\"")
            .size(5)
            .storage_class(ObjectStorageClass::Glacier);
        let expected = ListObjectsV2Output::builder()
            .name("my-bucket")
            .prefix("p%2F")
            .delimiter("")
            .key_count(2)
            .encoding_type(EncodingType::Url)
            .is_truncated(true)
            .next_continuation_token("1&2=")
            .contents(object.build())
            .common_prefixes(CommonPrefix::builder().prefix("p%2Ff%2F").build());
        assert_eq!(page, expected.build());
    }

    #[test]
    fn anything_but_a_complete_page_is_refused() {
        let cases = [
            ("an error", "<Error><Code>AccessDenied</Code></Error>".to_owned()),
            ("nothing", String::new()),
            ("no XML", "{}".to_owned()),
            ("the beginning of a page", "<ListBucketResult><Trunc".to_owned()),
            ("half a page", PAGE.chars().take(PAGE.len() / 2).collect()),
            ("without its last tag", PAGE.replace("</ListBucketResult>", "")),
            ("a size that is not a number", PAGE.replace("<Size>5", "<Size>five")),
            ("a time that is not a time", PAGE.replace("2026-03-12T", "yesterday")),
            ("an unknown entity", PAGE.replace("&amp;", "&page;")),
            ("tags that cross", PAGE.replace("</Key>", "</Contents>")),
            ("an element in a text", PAGE.replace("<Key>", "<Key><b/>")),
        ];
        for (name, body) in cases {
            assert_eq!(read_page(body.as_bytes()), None, "{name}");
        }
        assert_eq!(read_page(b"<ListBucketResult>\xff</ListBucketResult>"), None, "not UTF-8");
    }
}
