use std::{env, fs, path::PathBuf};

use crate::{error::CliError, sign_in::ProfileName};

/// The `credential_process` that gives the AWS tools the keys of `role` from the sign-in `profile`.
///
/// # Errors
///
/// [`CliError::Usage`] when these tools could not run it.
pub(crate) fn new(profile: &ProfileName, role: Option<&str>) -> Result<String, CliError> {
    let program = program()?;
    let program = program.to_str().ok_or_else(|| CliError::failed("This program's path is not UTF-8."))?;
    let mut words = vec![program.to_owned(), "credentials".to_owned()];
    let profile = profile.to_string();
    if profile != ProfileName::DEFAULT {
        words.extend(["--profile".to_owned(), profile]);
    }
    words.extend(role.into_iter().flat_map(|role| ["--role-arn".to_owned(), role.to_owned()]));
    let words: Result<Vec<_>, _> = words.iter().map(|word| quoted(word)).collect();
    Ok(words?.join(" "))
}

/// Where this program is: the path by which the person finds it, if there is one, because an update may move the file
/// behind it.
fn program() -> Result<PathBuf, CliError> {
    let own = env::current_exe().map_err(CliError::failed)?;
    let file = fs::canonicalize(&own).map_err(CliError::failed)?;
    let name = own.file_name().unwrap_or_default();
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut candidates = env::split_paths(&paths).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name));
    Ok(candidates.find(|path| fs::canonicalize(path).is_ok_and(|found| found == file)).unwrap_or(own))
}

/// A word of a `credential_process`, in quotes if it needs them. Some tools give it to a shell, and some read it
/// themselves, so what only one of them would take as it is meant is refused.
///
/// Source: "Sourcing credentials with an external process" in the AWS CLI user guide.
fn quoted(word: &str) -> Result<String, CliError> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-:+,=@".contains(c) || (cfg!(windows) && c == '\\');
    let is_unsafe = |c: char| c.is_control() || "\"$`%".contains(c) || (!cfg!(windows) && c == '\\');
    if word.contains(is_unsafe) || word.contains(" #") || word.contains(" ;") {
        return Err(CliError::Usage(format!("The AWS tools cannot run what is named {word:?}.")));
    }
    Ok(if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("\"{word}\"") })
}

/// Whether a `credential_process` is one of `latchkey`.
pub(crate) fn is_ours(credential_process: &str) -> bool {
    let (program, arguments) = match credential_process.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"'),
        None => credential_process.split_once(char::is_whitespace),
    }
    .unwrap_or((credential_process, ""));
    let file = program.rsplit(['/', '\\']).next().unwrap_or_default();
    matches!(file, "latchkey" | "latchkey.exe") && arguments.split_whitespace().next() == Some("credentials")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_when_it_needs_it() {
        let cases = [
            ("/usr/bin/latchkey", Some("/usr/bin/latchkey")),
            ("arn:aws:iam::111122223333:role/a+b=c,d.e@f-g_h", Some("arn:aws:iam::111122223333:role/a+b=c,d.e@f-g_h")),
            ("/home/zoë/latchkey", Some("/home/zoë/latchkey")),
            ("/my tools/latchkey", Some("\"/my tools/latchkey\"")),
            ("/it's/latchkey", Some("\"/it's/latchkey\"")),
            ("", Some("\"\"")),
            ("a\"b", None),
            ("$HOME/latchkey", None),
            ("`a`", None),
            ("a\nb", None),
            ("a #b", None),
            ("a#b", Some("\"a#b\"")),
        ];
        for (word, expected) in cases {
            assert_eq!(quoted(word).ok().as_deref(), expected, "{word:?}");
        }
    }

    #[test]
    fn ours_is_told_from_others() {
        for (text, expected) in [
            ("latchkey credentials", true),
            ("/a/latchkey credentials --profile x", true),
            (r#""C:\Program Files\latchkey.exe" credentials"#, true),
            ("latchkey", false),
            ("latchkey exec", false),
            ("/a/latchkey/other credentials", false),
            ("/a/latchkey-old credentials", false),
        ] {
            assert_eq!(is_ours(text), expected, "{text}");
        }
    }
}
