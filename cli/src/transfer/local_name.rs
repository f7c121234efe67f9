use std::path::{Path, PathBuf};

/// What a file system makes of names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    /// Whether it has Windows' forbidden characters and names.
    is_windows: bool,
}

/// Characters that no name on Windows has, beside the control characters.
///
/// Source: "Naming Files, Paths, and Namespaces" in the Windows documentation.
const FORBIDDEN: &str = "<>:\"|?*\\";
/// Names that are devices on Windows, whatever follows after a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

impl Names {
    /// Those of this machine.
    pub(super) fn here() -> Self {
        Self { is_windows: cfg!(windows) }
    }

    /// The file in `folder` that the rest of a key names. It never leaves the folder.
    ///
    /// # Errors
    ///
    /// Why there can be no such file.
    pub(super) fn path(self, folder: &Path, rest: &str) -> Result<PathBuf, &'static str> {
        let mut path = folder.to_owned();
        for segment in rest.split('/') {
            self.check(segment)?;
            path.push(segment);
        }
        Ok(path)
    }

    fn check(self, segment: &str) -> Result<(), &'static str> {
        match segment {
            "" => return Err("has an empty name between its slashes"),
            "." | ".." => return Err("would leave the folder"),
            _ if segment.contains('\0') => return Err("has a character that no file name has"),
            _ => {}
        }
        if !self.is_windows {
            return Ok(());
        }
        if segment.chars().any(|c| c.is_control() || FORBIDDEN.contains(c)) || segment.ends_with(['.', ' ']) {
            return Err("has a character that no file name has");
        }
        let device = segment.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        let port = device.strip_prefix("com").or_else(|| device.strip_prefix("lpt"));
        let is_port = port
            .is_some_and(|number| number.chars().count() == 1 && number.chars().all(|c| "0123456789¹²³".contains(c)));
        if DEVICES.contains(&device.as_str()) || is_port {
            return Err("is the name of a device");
        }
        Ok(())
    }
}

/// Whether two names that differ in upper and lower case alone are one file here.
pub(super) const IGNORES_CASE: bool = cfg!(any(windows, target_os = "macos"));

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    const UNIX: Names = Names { is_windows: false };
    const WINDOWS: Names = Names { is_windows: true };

    #[test]
    fn a_key_names_a_file() {
        for rest in ["a", "a/b.txt", "a b", "é/漢", "-x", "...", "..a", "a..", "~"] {
            assert_eq!(UNIX.path(Path::new("f"), rest), Ok(Path::new("f").join(rest)), "{rest}");
        }
        for rest in ["", "/a", "a//b", "a/", ".", "..", "../a", "a/../b", "a/..", "a/./b", "a\0b"] {
            assert!(UNIX.path(Path::new("f"), rest).is_err(), "{rest}");
        }
    }

    #[test]
    fn windows_has_fewer_names() {
        for rest in ["a\\..\\b", "c:x", "a?", "a*b", "x.", "x ", "a\nb", "CON", "nul.txt", "a/com1", "LPT9.x", "com¹"]
        {
            assert!(WINDOWS.path(Path::new("f"), rest).is_err(), "{rest}");
            assert!(UNIX.path(Path::new("f"), rest).is_ok(), "{rest}");
        }
        for rest in ["console", "com", "com10", "lpt", "a.b", "nully/x"] {
            assert!(WINDOWS.path(Path::new("f"), rest).is_ok(), "{rest}");
        }
    }

    proptest! {
        #[test]
        fn no_key_leaves_the_folder(rest in "[./\\\\a\\PC]{0,40}") {
            if let Ok(path) = UNIX.path(Path::new("/folder"), &rest) {
                let inside = path.strip_prefix("/folder").unwrap();
                prop_assert!(inside.components().all(|part| matches!(part, Component::Normal(_))));
                prop_assert_eq!(inside.to_str(), Some(rest.as_str()));
            }
        }
    }
}
