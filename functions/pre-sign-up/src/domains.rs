use std::{fs, path::Path};

use validation::sign_up::DomainList;

/// The folder of the lists in the function's package.
const FOLDER: &str = "domains";
/// Longest list, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The list that a variable holds, or that it names: `@blocked.txt` is the file `domains/blocked.txt` in the function's
/// package. Lambda's environment holds 4 KB in all, so a long list needs a file.
///
/// # Errors
///
/// What is wrong: an entry, or the file.
pub(crate) fn domain_list(text: &str, package: &Path) -> Result<DomainList, String> {
    let Some(name) = text.strip_prefix('@') else {
        return DomainList::parse(text).map_err(|problem| problem.to_string());
    };
    if name.is_empty() || name.contains(['/', '\\']) {
        return Err("expected the name of a file, such as @blocked.txt".to_owned());
    }
    let path = package.join(FOLDER).join(name);
    let read = || {
        let bytes = fs::metadata(&path)?.len();
        if bytes > FILE_BYTES_MAX { Ok(None) } else { fs::read_to_string(&path).map(Some) }
    };
    match read() {
        Ok(Some(lines)) => DomainList::parse_lines(&lines).map_err(|problem| problem.to_string()),
        Ok(None) => Err(format!("{FOLDER}/{name} is longer than {FILE_BYTES_MAX} bytes")),
        Err(error) => Err(format!("{FOLDER}/{name} is not in the function's package: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use std::{env, process};

    use validation::sign_up::Domain;

    use super::*;

    #[test]
    fn a_list_is_in_the_variable_or_in_a_file_of_the_package() {
        let package = env::temp_dir().join(format!("latchkey-domains-{}", process::id()));
        fs::create_dir_all(package.join(FOLDER)).unwrap();
        let write = |name: &str, text: &[u8]| fs::write(package.join(FOLDER).join(name), text).unwrap();
        write("good.txt", "# partners\n\n example.com \r\n*.example.org # and below\n".as_bytes());
        write("empty.txt", b"# none yet\n");
        write("wrong.txt", b"example.com\n\na b\n");
        write("binary.txt", &[0xff, 0xfe]);
        fs::File::create(package.join(FOLDER).join("long.txt")).unwrap().set_len(FILE_BYTES_MAX + 1).unwrap();
        for text in ["@good.txt", "example.com,*.example.org"] {
            let list = domain_list(text, &package).unwrap();
            for (domain, covered) in [("example.com", true), ("a.example.com", false), ("a.example.org", true)] {
                assert_eq!(list.covers(&Domain::parse(domain).unwrap()), covered, "{text}: {domain}");
            }
        }
        let file = "expected the name of a file, such as @blocked.txt";
        let cases = [
            ("@", file),
            ("@../good.txt", file),
            ("@wrong.txt", "line 3: \"a b\" is not a domain such as example.com or *.example.com"),
            ("@empty.txt", "the list is empty"),
            ("@long.txt", "domains/long.txt is longer than 4194304 bytes"),
            ("@binary.txt", "domains/binary.txt is not in the function's package: stream did not contain valid UTF-8"),
            ("@none.txt", "domains/none.txt is not in the function's package: No such file or directory (os error 2)"),
            ("a b", "\"a b\" is not a domain such as example.com or *.example.com"),
        ];
        for (text, expected) in cases {
            assert_eq!(domain_list(text, &package), Err(expected.to_owned()), "{text}");
        }
        fs::remove_dir_all(package).unwrap();
    }
}
