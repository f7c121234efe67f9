use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{error::CliError, private_files};

/// One of the two files that the AWS tools read. Their sections are named differently.
///
/// Source: "Location of the shared config and credentials files", "Using shared config and credentials files" in the AWS
/// SDKs and Tools reference guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfigFile {
    /// `~/.aws/config`: `[default]` and `[profile NAME]`.
    Config,
    /// `~/.aws/credentials`: `[NAME]`.
    Credentials,
}

/// A section, with the lines that it consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    /// The profile that it is about, if any.
    pub(crate) profile: Option<&'a str>,
    /// The index of its header.
    pub(crate) header: usize,
    pub(crate) settings: Vec<Setting<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting<'a> {
    pub(crate) name: &'a str,
    /// What is on its first line.
    pub(crate) value: &'a str,
    pub(crate) first: usize,
    /// The index after its last line. Lines that are indented belong to the setting before them.
    pub(crate) end: usize,
}

impl ConfigFile {
    /// Where it is: as its variable says, or in the home folder.
    ///
    /// # Errors
    ///
    /// [`CliError::Failed`] when there is no home folder.
    pub(crate) fn path(self) -> Result<PathBuf, CliError> {
        let (variable, name) = match self {
            Self::Config => ("AWS_CONFIG_FILE", "config"),
            Self::Credentials => ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        };
        let home = || env::home_dir().ok_or_else(|| CliError::failed("There is no home folder."));
        match env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from) {
            Some(path) => match path.strip_prefix("~") {
                Ok(rest) => Ok(home()?.join(rest)),
                Err(_) => Ok(path),
            },
            None => Ok(home()?.join(".aws").join(name)),
        }
    }

    /// The sections in these lines.
    pub(crate) fn sections<'a>(self, lines: &[&'a str]) -> Vec<Section<'a>> {
        let mut sections: Vec<Section<'a>> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let text = line.trim();
            if text.is_empty() || text.starts_with(['#', ';']) {
                continue;
            }
            if let Some(header) = line.strip_prefix('[') {
                sections.push(Section { profile: self.profile(header), header: index, settings: Vec::new() });
                continue;
            }
            let Some(settings) = sections.last_mut().map(|section| &mut section.settings) else { continue };
            match (settings.last_mut(), text.split_once('=')) {
                (Some(setting), _) if line.starts_with([' ', '\t']) => setting.end = index + 1,
                (_, Some((name, value))) => {
                    let (name, value) = (name.trim_end(), value.trim_start());
                    settings.push(Setting { name, value, first: index, end: index + 1 });
                }
                _ => {}
            }
        }
        sections
    }

    /// The profile of a section's header, without its first bracket.
    fn profile(self, header: &str) -> Option<&str> {
        let name = header.split(']').next()?.trim();
        let name = match (self, name.split_once(char::is_whitespace)) {
            (Self::Config, Some(("profile", name))) => name,
            (Self::Config, _) => Some(name).filter(|name| *name == "default")?,
            (Self::Credentials, _) => name,
        };
        Some(name.trim().trim_matches(['"', '\'']))
    }
}

impl<'a> Section<'a> {
    /// The value of a setting. Their names are the same in any case.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(name)).map(|setting| setting.value)
    }

    /// Whether it says by itself where its keys come from.
    pub(crate) fn has_keys(&self) -> bool {
        const WAYS: [&str; 6] =
            ["aws_access_key_id", "credential_process", "role_arn", "sso_session", "sso_start_url", "login_session"];
        WAYS.iter().any(|name| self.value(name).is_some())
    }
}

/// The lines of a text, each with its end.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The text of a file, if it is there.
///
/// # Errors
///
/// [`CliError::Failed`] when it cannot be read, or is not UTF-8, as the AWS tools want it.
pub(crate) fn read(path: &Path) -> Result<Option<String>, CliError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::Failed(format!("{} cannot be read: {error}.", path.display()))),
    }
}

/// What gives the tools other keys than the profile `name` of `~/.aws/config`: a section of `~/.aws/credentials`, if there
/// is one.
///
/// # Errors
///
/// As [`ConfigFile::path`] and [`read`].
pub(crate) fn rival(name: &str) -> Result<Option<String>, CliError> {
    let path = ConfigFile::Credentials.path()?;
    let text = read(&path)?.unwrap_or_default();
    let sections = ConfigFile::Credentials.sections(&lines(&text));
    let is_there = sections.iter().any(|section| section.profile == Some(name) && section.has_keys());
    Ok(is_there.then(|| format!("The keys of [{name}] in {} win over the profile.", path.display())))
}

/// Replaces the file, or the one that it is a link to, and returns where the old one is kept.
///
/// # Errors
///
/// [`CliError::Failed`] when it cannot be written. Then the old one is still there.
pub(crate) fn replace(path: &Path, old: Option<&str>, new: &str) -> Result<Option<PathBuf>, CliError> {
    let problem = |error: io::Error| CliError::Failed(format!("{} cannot be written: {error}.", path.display()));
    let Some(old) = old else {
        if path.is_symlink() {
            return Err(CliError::Failed(format!("{} is a link to a file that is not there.", path.display())));
        }
        path.parent().map_or(Ok(()), private_files::make_folder).map_err(problem)?;
        return private_files::replace(path, new.as_bytes(), None).map(|()| None).map_err(problem);
    };
    // Only then: on Windows, the result is not a path that people know.
    let path = if path.is_symlink() { fs::canonicalize(path).map_err(problem)? } else { path.to_owned() };
    let permissions = fs::metadata(&path).map_err(problem)?.permissions();
    let (backup, mut file) = new_backup(&path).map_err(problem)?;
    file.write_all(old.as_bytes()).and_then(|()| file.set_permissions(permissions.clone())).map_err(problem)?;
    private_files::replace(&path, new.as_bytes(), Some(permissions)).map_err(problem)?;
    Ok(Some(backup))
}

/// A file beside, with the first name that is free.
fn new_backup(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 1;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".before-latchkey-{number}"));
        match private_files::make(Path::new(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|file| (name.into(), file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_about_its_profile() {
        let cases = [
            (ConfigFile::Config, "[default]", Some("default")),
            (ConfigFile::Config, "[profile a]\r\n", Some("a")),
            (ConfigFile::Config, "[ profile \"a\" ] # x\n", Some("a")),
            (ConfigFile::Config, "[profile default]", Some("default")),
            (ConfigFile::Config, "[a]", None),
            (ConfigFile::Config, "[sso-session a]", None),
            (ConfigFile::Credentials, "[a]\n", Some("a")),
            (ConfigFile::Credentials, "[default]", Some("default")),
        ];
        for (file, header, expected) in cases {
            let sections = file.sections(&[header]);
            assert_eq!(sections.iter().map(|section| section.profile).collect::<Vec<_>>(), [expected], "{header}");
        }
    }

    #[test]
    fn a_setting_has_the_lines_that_are_indented_below_it() {
        let text = "x = 0\n[default]\n# region = a\nRegion=b\ns3 =\n  region = c\n\n  x = d\n; e\nnothing\n";
        let lines = lines(text);
        let sections = ConfigFile::Config.sections(&lines);
        let settings: Vec<_> =
            sections[0].settings.iter().map(|one| (one.name, one.value, one.first, one.end)).collect();
        assert_eq!(settings, [("Region", "b", 3, 4), ("s3", "", 4, 8)]);
        assert_eq!((sections[0].value("region"), sections[0].has_keys()), (Some("b"), false));
    }

    #[test]
    fn a_file_keeps_its_mode_and_its_link_and_each_backup() {
        let folder = tempfile::tempdir().unwrap();
        let folder = fs::canonicalize(folder.path()).unwrap();
        let path = folder.join(".aws/config");
        assert_eq!(replace(&path, None, "a").unwrap(), None);
        for (old, new, number) in [("a", "b", 1), ("b", "c", 2)] {
            let backup = replace(&path, Some(old), new).unwrap().unwrap();
            assert_eq!(backup, folder.join(format!(".aws/config.before-latchkey-{number}")));
            assert_eq!([fs::read_to_string(&backup).unwrap(), fs::read_to_string(&path).unwrap()], [old, new]);
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt, symlink};
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            let file = folder.join("dotfile");
            fs::write(&file, "d").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
            let link = folder.join("link");
            symlink(&file, &link).unwrap();
            let backup = replace(&link, Some("d"), "e").unwrap().unwrap();
            assert!(link.is_symlink() && fs::read_to_string(&file).unwrap() == "e");
            assert_eq!((mode(&file), mode(&backup)), (0o640, 0o640));
            fs::remove_file(&file).unwrap();
            assert!(replace(&link, None, "f").is_err() && link.is_symlink());
        }
    }
}
