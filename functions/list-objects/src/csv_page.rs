use std::borrow::Cow;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::listing::Listing;

const COLUMNS: [&str; 8] = ["type", "key", "size", "etag", "last_modified", "storage_class", "url", "url_expires_at"];

/// The page as CSV with a header (RFC 4180): one row for each object, then one for each folder. The last two columns
/// are present when the objects have links. Returns `None` when the page cannot be written. That does not happen: all
/// rows have the same length, and they are written to memory.
pub(crate) fn of(listing: &Listing) -> Option<String> {
    // Every field is quoted. So a spreadsheet whose list separator is a semicolon shows one column, and a key with
    // semicolons cannot make cells of its own.
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(Vec::new());
    let width = if listing.has_links() { COLUMNS.len() } else { COLUMNS.len() - 2 };
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

/// The field, so that no spreadsheet reads it as a formula: when it could be one, it gets an apostrophe at its start. A
/// field that starts with an apostrophe gets another, so that the first apostrophe is never part of the key.
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
    fn a_page_has_a_header_and_one_row_for_each_object_and_folder() {
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
    fn a_field_that_could_be_a_formula_gets_an_apostrophe() {
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
        fn keys_are_read_back_from_the_page(keys: Vec<String>) {
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
