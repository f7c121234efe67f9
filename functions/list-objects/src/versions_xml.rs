use aws_sdk_s3::{
    operation::list_object_versions::ListObjectVersionsOutput,
    types::{EncodingType, ObjectVersion, builders::ObjectVersionBuilder},
};

use crate::xml::Xml;

/// Reads `body` as a page. Returns `None` when it is not a complete one.
///
/// The SDK's output has a list of versions and a list of delete markers. S3 sends both in one order, newest first within
/// a key, so all are among the versions here: a delete marker is a version without a size.
///
/// Source: "Response Syntax" of `ListObjectVersions` in the Amazon S3 API reference.
pub(crate) fn read_page(body: &[u8]) -> Option<ListObjectVersionsOutput> {
    let mut xml = Xml::open(body, "ListVersionsResult")?;
    let (mut versions, mut folders) = (Vec::new(), Vec::new());
    let mut page = Some(ListObjectVersionsOutput::builder());
    xml.children(|xml, name| {
        let builder = page.take()?;
        page = Some(match name {
            "Version" => {
                versions.push(version(xml)?);
                builder
            }
            "DeleteMarker" => {
                versions.push(delete_marker(xml)?);
                builder
            }
            "CommonPrefixes" => {
                folders.push(xml.folder()?);
                builder
            }
            "Name" => builder.name(xml.text()?),
            "Prefix" => builder.prefix(xml.text()?),
            "Delimiter" => builder.delimiter(xml.text()?),
            "IsTruncated" => builder.is_truncated(xml.text()?.parse().ok()?),
            "NextKeyMarker" => builder.next_key_marker(xml.text()?),
            "NextVersionIdMarker" => builder.next_version_id_marker(xml.text()?),
            "EncodingType" => builder.encoding_type(EncodingType::from(xml.text()?.as_str())),
            _ => xml.skip().map(|()| builder)?,
        });
        Some(())
    })?;
    Some(page?.set_versions(Some(versions)).set_common_prefixes(Some(folders)).build())
}

/// Reads a version that has content. Without a size it would pass for a delete marker.
fn version(xml: &mut Xml<'_>) -> Option<ObjectVersion> {
    let version = entry(xml, |xml, name, builder| match name {
        "Size" => Some(builder.size(xml.text()?.parse().ok()?)),
        "ETag" => Some(builder.e_tag(xml.text()?)),
        _ => xml.skip().map(|()| builder),
    })?;
    (version.size.is_some() && version.e_tag.is_some()).then_some(version)
}

fn delete_marker(xml: &mut Xml<'_>) -> Option<ObjectVersion> {
    entry(xml, |xml, _, builder| xml.skip().map(|()| builder))
}

/// Reads what a version and a delete marker have in common, and leaves the rest to `other`.
fn entry(
    xml: &mut Xml<'_>,
    other: fn(&mut Xml<'_>, &str, ObjectVersionBuilder) -> Option<ObjectVersionBuilder>,
) -> Option<ObjectVersion> {
    let mut entry = Some(ObjectVersion::builder());
    xml.children(|xml, name| {
        let builder = entry.take()?;
        entry = Some(match name {
            "Key" => builder.key(xml.text()?),
            "VersionId" => builder.version_id(xml.text()?),
            "IsLatest" => builder.is_latest(xml.text()?.parse().ok()?),
            "LastModified" => builder.last_modified(xml.time()?),
            _ => other(xml, name, builder)?,
        });
        Some(())
    })?;
    entry.map(ObjectVersionBuilder::build)
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::{primitives::DateTime, types::CommonPrefix};

    use super::*;

    const PAGE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>my-bucket</Name><Prefix>p%2F</Prefix>\
        <KeyMarker/><VersionIdMarker/><Delimiter>%2F</Delimiter><MaxKeys>3</MaxKeys><EncodingType>url</EncodingType>\
        <IsTruncated>true</IsTruncated><NextKeyMarker>p%2Fa&#x2B;b</NextKeyMarker>\
        <NextVersionIdMarker>v.1_</NextVersionIdMarker>\
        <DeleteMarker><Key>p%2Fa</Key><VersionId>v2</VersionId><IsLatest>true</IsLatest>\
        <LastModified>2026-03-12T17:50:31.000Z</LastModified><Owner><ID>1</ID></Owner></DeleteMarker>\
        <Version><Key>p%2Fa</Key><VersionId>v1</VersionId><IsLatest>false</IsLatest>\
        <LastModified>2026-03-12T17:50:30.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>5</Size>\
        <StorageClass>STANDARD</StorageClass><Owner><ID>1</ID><DisplayName>x</DisplayName></Owner></Version>\
        <DeleteMarker><Key>p%2Fa</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>\
        <LastModified>2026-03-12T17:50:29.000Z</LastModified></DeleteMarker>\
        <CommonPrefixes><Prefix>p%2Ff%2F</Prefix></CommonPrefixes></ListVersionsResult>";

    fn entry(version_id: &str, is_latest: bool, seconds: i64) -> ObjectVersionBuilder {
        let entry = ObjectVersion::builder().key("p%2Fa").version_id(version_id).is_latest(is_latest);
        entry.last_modified(DateTime::from_secs(seconds))
    }

    #[test]
    fn a_complete_page_is_read_in_the_order_of_the_document() {
        let page = read_page(PAGE.as_bytes()).unwrap();
        let expected = ListObjectVersionsOutput::builder()
            .name("my-bucket")
            .prefix("p%2F")
            .delimiter("%2F")
            .encoding_type(EncodingType::Url)
            .is_truncated(true)
            .next_key_marker("p%2Fa+b")
            .next_version_id_marker("v.1_")
            .versions(entry("v2", true, 1_773_337_831).build())
            .versions(entry("v1", false, 1_773_337_830).e_tag("\"e\"").size(5).build())
            .versions(entry("null", false, 1_773_337_829).build())
            .common_prefixes(CommonPrefix::builder().prefix("p%2Ff%2F").build());
        assert_eq!(page, expected.build());
    }

    #[test]
    fn anything_but_a_complete_page_is_refused() {
        let cases = [
            ("an error", "<Error><Code>AccessDenied</Code></Error>".to_owned()),
            ("a page of objects", PAGE.replace("ListVersionsResult", "ListBucketResult")),
            ("half a page", PAGE.chars().take(PAGE.len() / 2).collect()),
            ("without its last tag", PAGE.replace("</ListVersionsResult>", "")),
            ("a version without a size", PAGE.replace("<Size>5</Size>", "")),
            ("a version without an ETag", PAGE.replace("<ETag>&quot;e&quot;</ETag>", "")),
            ("a size that is not a number", PAGE.replace("<Size>5", "<Size>five")),
            ("a latest that is neither", PAGE.replace("<IsLatest>true", "<IsLatest>yes")),
            ("a time that is not a time", PAGE.replace("2026-03-12T", "yesterday")),
        ];
        for (name, body) in cases {
            assert_eq!(read_page(body.as_bytes()), None, "{name}");
        }
    }
}
