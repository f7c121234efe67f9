use std::borrow::Cow;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::listing::Listing;

const COLUMNS: [&str; 8] = ["type", "key", "size", "etag", "last_modified", "storage_class", "url", "url_expires_at"];

/// The page as CSV with a header (RFC 4180): a row an object, then a row a folder. The last two columns are there when
/// the objects have links. Returns nothing if it could not be written, which rows of one length into memory can.
pub(crate) fn of(listing: &Listing) -> Option<String> {
    // Every field in quotes: a spreadsheet whose list separator is a semicolon opens the page as one column, and not as
    // cells that a key has chosen.
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(Vec::new());
    let width =
        if listing.objects.iter().any(|object| object.url.is_some()) { COLUMNS.len() } else { COLUMNS.len() - 2 };
    let mut write = |fields: [&str; COLUMNS.len()]| {
        writer.write_record(fields.iter().take(width).map(|field| inert(field).into_owned())).ok()
    };
    write(COLUMNS)?;
    for object in &listing.objects {
        let size = object.size.to_string();
        let (url, expires_at) = (object.url.as_deref(), object.url_expires_at.as_deref());
        write([
            "object",
            &object.key,
            &size,
            &object.etag,
            &object.last_modified,
            &object.storage_class,
            url.unwrap_or_default(),
            expires_at.unwrap_or_default(),
        ])?;
    }
    for folder in &listing.folders {
        write(["folder", folder, "", "", "", "", "", ""])?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

/// The field so that no spreadsheet takes it for a formula: with an apostrophe before it when it could be. One before an
/// apostrophe too, so that the first apostrophe of a field is never the key's own.
///
/// Source: "CSV Injection" of the OWASP Foundation.
fn inert(field: &str) -> Cow<'_, str> {
    let could_be_formula =
        field.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠']);
    if could_be_formula { Cow::Owned(format!("'{field}")) } else { Cow::Borrowed(field) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::listing::ListedObject;

    fn object(key: &str, url: Option<&str>) -> ListedObject {
        ListedObject {
            key: key.to_owned(),
            size: 5,
            etag: "\"e\"".to_owned(),
            last_modified: "2026-03-12T17:50:30Z".to_owned(),
            storage_class: "STANDARD".to_owned(),
            url: url.map(str::to_owned),
            url_expires_at: url.map(|_| "2026-03-12T18:50:30Z".to_owned()),
        }
    }

    fn page(objects: Vec<ListedObject>, folders: &[&str]) -> String {
        of(&Listing::of_parts(objects, folders.iter().map(|folder| (*folder).to_owned()).collect())).unwrap()
    }

    #[test]
    fn a_page_is_a_header_and_a_row_each() {
        let plain = page(vec![object("a,b\n\"c\"", None)], &["f/"]);
        assert_eq!(
            plain,
            "\"type\",\"key\",\"size\",\"etag\",\"last_modified\",\"storage_class\"\r\n\
             \"object\",\"a,b\n\"\"c\"\"\",\"5\",\"\"\"e\"\"\",\"2026-03-12T17:50:30Z\",\"STANDARD\"\r\n\
             \"folder\",\"f/\",\"\",\"\",\"\",\"\"\r\n"
        );
        let linked = page(vec![object("a", Some("https://x"))], &[]);
        assert!(linked.starts_with(
            "\"type\",\"key\",\"size\",\"etag\",\"last_modified\",\"storage_class\",\"url\",\"url_expires_at\"\r\n"
        ));
        assert!(linked.ends_with("\"STANDARD\",\"https://x\",\"2026-03-12T18:50:30Z\"\r\n"), "{linked}");
        assert_eq!(page(vec![], &[]).lines().count(), 1);
    }

    #[test]
    fn what_could_be_a_formula_is_not() {
        let formulas =
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1", "＝1", "＋1", "－1", "＠1"];
        for formula in formulas {
            assert_eq!(inert(formula), format!("'{formula}"), "{formula:?}");
        }
        for text in ["", "a", "a=1", "\"=1", "private/=1", "0", " a", "\u{a0}"] {
            assert_eq!(inert(text), text, "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keys_come_back_from_the_page(keys: Vec<String>) {
            let text = page(keys.iter().map(|key| object(key, None)).collect(), &[]);
            let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
            let read = reader.records().map(|row| {
                let field = row.unwrap()[1].to_owned();
                field.strip_prefix('\'').map(str::to_owned).unwrap_or(field)
            });
            prop_assert_eq!(read.collect::<Vec<_>>(), keys);
        }
    }
}
