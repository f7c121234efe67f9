//! How things are shown to people: names that cannot change the terminal, sizes, times and tables.

use std::io::{Write, stdout};

use anstream::AutoStream;
use anstyle::AnsiColor;
use aws_sdk_s3::primitives::DateTime;
use comfy_table::{CellAlignment, Table};
use indicatif::BinaryBytes;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::error::CliError;

/// A name of somebody else's for the terminal: on one line, with control characters escaped.
pub(crate) fn name(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character changes how others are shown, such as the direction of the line (Unicode Standard Annex #9).
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A folder's name.
pub(crate) fn folder(name: &str) -> String {
    let style = AnsiColor::Blue.on_default().bold();
    format!("{style}{name}{style:#}")
}

/// A number of bytes in the units that people read.
pub(crate) fn size(bytes: u64) -> String {
    BinaryBytes(bytes).to_string()
}

/// A time, in the time zone of this machine.
pub(crate) fn time(time: Option<&DateTime>) -> String {
    let shown = time.and_then(|time| Timestamp::from_second(time.secs()).ok());
    let shown = shown.map(|time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string());
    shown.unwrap_or_else(|| "-".to_owned())
}

/// A time for programs: RFC 3339, in UTC.
pub(crate) fn exact_time(time: Option<&DateTime>) -> Option<String> {
    time.and_then(|time| time.fmt(aws_sdk_s3::primitives::DateTimeFormat::DateTime).ok())
}

/// Lines in columns, those in `right_aligned` to the right. The last column is as wide as it is.
pub(crate) fn table(rows: Vec<Vec<String>>, right_aligned: &[usize]) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING).add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for index in right_aligned {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

/// Writes `text` to standard output. Its colours are left out where they are not wanted: in a pipe, or with `NO_COLOR`.
///
/// # Errors
///
/// [`CliError::Failed`] when it cannot be written.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    let written = AutoStream::auto(stdout()).write_all(text.as_bytes());
    match written {
        // Who reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CliError::failed),
    }
}

/// Writes `value` to standard output for programs.
///
/// # Errors
///
/// As [`print`].
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value).map_err(CliError::failed)?;
    print(&format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_on_its_line() {
        for (text, shown) in [
            ("a b é 漢", "a b é 漢"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\nb\t", "a\\nb\\t"),
            ("\u{1b}[31m\u{9b}", "\\u{1b}[31m\\u{9b}"),
        ] {
            assert_eq!(name(text), shown);
        }
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [["1 B", "a"], ["10 KiB", "long name"]];
        let rows = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        assert_eq!(table(rows, &[0]), "   1 B  a\n10 KiB  long name\n");
    }

    #[test]
    fn a_size_has_its_unit() {
        for (bytes, shown) in [(0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (5 << 30, "5.00 GiB")] {
            assert_eq!(size(bytes), shown);
        }
    }
}
