use aws_sdk_s3::types::CommonPrefix;
use aws_smithy_types::date_time::{DateTime, Format};
use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

/// A document of S3, read from its beginning to its end, once.
pub(crate) struct Xml<'a>(Reader<&'a [u8]>);

impl<'a> Xml<'a> {
    /// Opens the root of the document, which must have this name.
    pub(crate) fn open(body: &'a [u8], root: &str) -> Option<Self> {
        let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
        reader.config_mut().expand_empty_elements = true;
        let mut xml = Self(reader);
        xml.root().filter(|name| name == root)?;
        Some(xml)
    }

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
    pub(crate) fn children(&mut self, mut take: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        loop {
            match self.0.read_event().ok()? {
                Event::Start(tag) => take(self, tag.local_name().as_ref())?,
                Event::End(_) => return Some(()),
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    pub(crate) fn skip(&mut self) -> Option<()> {
        self.children(|xml, _| xml.skip())
    }

    /// Reads the text of the open element, which must have no children.
    pub(crate) fn text(&mut self) -> Option<String> {
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

    /// Reads the time in the open element.
    pub(crate) fn time(&mut self) -> Option<DateTime> {
        DateTime::from_str(&self.text()?, Format::DateTimeWithOffset).ok()
    }

    /// Reads a folder, which every listing has in the same form.
    pub(crate) fn folder(&mut self) -> Option<CommonPrefix> {
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
