use aws_sdk_s3::{
    operation::list_objects_v2::ListObjectsV2Output,
    types::{EncodingType, Object, ObjectStorageClass, builders::ObjectBuilder},
};

use crate::xml::Xml;

/// Reads `body` as a page. Returns `None` when it is not a complete one.
///
/// Source: "Response Syntax" of `ListObjectsV2` in the Amazon S3 API reference.
pub(crate) fn read_page(body: &[u8]) -> Option<ListObjectsV2Output> {
    let mut xml = Xml::open(body, "ListBucketResult")?;
    let (mut objects, mut folders) = (Vec::new(), Vec::new());
    let mut page = Some(ListObjectsV2Output::builder());
    xml.children(|xml, name| {
        let builder = page.take()?;
        page = Some(match name {
            "Contents" => {
                objects.push(object(xml)?);
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

fn object(xml: &mut Xml<'_>) -> Option<Object> {
    let mut object = Some(Object::builder());
    xml.children(|xml, name| {
        let builder = object.take()?;
        object = Some(match name {
            "Key" => builder.key(xml.text()?),
            "Size" => builder.size(xml.text()?.parse().ok()?),
            "ETag" => builder.e_tag(xml.text()?),
            "LastModified" => builder.last_modified(xml.time()?),
            "StorageClass" => builder.storage_class(ObjectStorageClass::from(xml.text()?.as_str())),
            _ => xml.skip().map(|()| builder)?,
        });
        Some(())
    })?;
    object.map(ObjectBuilder::build)
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::{primitives::DateTime, types::CommonPrefix};

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
