use std::{
    ffi::OsString,
    io::{Write, stdout},
};

use crate::error::CliError;

/// Prints lines that set these variables, for PowerShell on Windows and for every other shell elsewhere.
///
/// # Errors
///
/// [`CliError::Failed`] when a value is not a text, or standard output is closed.
pub(super) fn print(variables: &[(&str, OsString)]) -> Result<(), CliError> {
    let line = if cfg!(windows) { in_powershell } else { in_shell };
    let mut text = String::new();
    for (name, value) in variables {
        let value = value.to_str().ok_or_else(|| CliError::failed(format!("{name} would not be UTF-8.")))?;
        text.push_str(&line(name, value));
    }
    let mut out = stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CliError::failed)
}

/// Source: POSIX.1-2024, Shell Command Language, 2.2.2 "Single-Quotes".
fn in_shell(name: &str, value: &str) -> String {
    format!("export {name}='{}'\n", value.replace('\'', r"'\''"))
}

/// PowerShell takes typographic quotes for quotes too.
///
/// Source: "`about_Quoting_Rules`" in the documentation of PowerShell.
fn in_powershell(name: &str, value: &str) -> String {
    let mut quoted = String::new();
    for c in value.chars() {
        quoted.extend(matches!(c, '\'' | '‘' | '’' | '‚' | '‛').then_some(c));
        quoted.push(c);
    }
    format!("$env:{name} = '{quoted}'\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_word_in_each_shell() {
        let cases = [
            ("/a b/c", "export X='/a b/c'\n", "$env:X = '/a b/c'\n"),
            ("$(x)`y`", "export X='$(x)`y`'\n", "$env:X = '$(x)`y`'\n"),
            ("it's", "export X='it'\\''s'\n", "$env:X = 'it''s'\n"),
            ("it’s", "export X='it’s'\n", "$env:X = 'it’’s'\n"),
        ];
        for (value, shell, powershell) in cases {
            assert_eq!([in_shell("X", value), in_powershell("X", value)], [shell, powershell], "{value}");
        }
    }
}
