use super::{
    config_file::{ConfigFile, Section, Setting, lines},
    credential_process,
};

/// What may become of a line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    Keep(&'a str),
    Remove(&'a str),
    Add(String),
}

/// Why a profile is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EditError {
    #[error("is not of `latchkey configure`: its credential_process is another, or missing")]
    Foreign,
    #[error("is there twice")]
    Twice,
}

/// The settings that are ours in a profile. Others that somebody added to it are theirs.
const OURS: [&str; 3] = ["region", "credential_process", "endpoint_url"];

/// Writes the profile `name` with these settings, or removes it: says what happens to each line of `text`. Other sections
/// are kept byte by byte. So that removing gives back what was there, the empty line before a new profile goes with it, and
/// a text without a new line at its end has none after it either.
///
/// # Errors
///
/// An [`EditError`] when somebody else wrote the profile.
pub(crate) fn edit<'a>(
    text: &'a str,
    name: &str,
    settings: Option<&[(&'static str, String)]>,
) -> Result<Vec<Change<'a>>, EditError> {
    let lines = lines(text);
    let sections = ConfigFile::Config.sections(&lines);
    let mut found = sections.iter().filter(|section| section.profile == Some(name));
    match (found.next(), found.next(), settings) {
        (Some(_), Some(_), _) => Err(EditError::Twice),
        (Some(section), None, _) if !section.value("credential_process").is_some_and(credential_process::is_ours) => {
            Err(EditError::Foreign)
        }
        (Some(section), None, Some(settings)) => Ok(updated(&lines, section, settings)),
        (Some(section), None, None) => Ok(removed(&lines, section)),
        (None, _, Some(settings)) => Ok(appended(&lines, name, settings)),
        (None, _, None) => Ok(lines.into_iter().map(Change::Keep).collect()),
    }
}

/// The text after these changes.
pub(crate) fn changed(changes: &[Change<'_>]) -> String {
    let line = |change| match change {
        &Change::Keep(line) => line,
        Change::Remove(_) => "",
        Change::Add(line) => line.as_str(),
    };
    changes.iter().map(line).collect()
}

fn appended<'a>(lines: &[&'a str], name: &str, settings: &[(&'static str, String)]) -> Vec<Change<'a>> {
    let end = lines.first().copied().map(line_end).filter(|end| !end.is_empty()).unwrap_or("\n");
    let mut changes: Vec<_> = lines.iter().copied().map(Change::Keep).collect();
    let is_open = lines.last().is_some_and(|line| line_end(line).is_empty());
    if is_open {
        changes.push(Change::Add(end.to_owned()));
    }
    if !lines.is_empty() {
        changes.push(Change::Add(end.to_owned()));
    }
    let header = if name == "default" { format!("[{name}]{end}") } else { format!("[profile {name}]{end}") };
    changes.push(Change::Add(header));
    changes.extend(settings.iter().map(|(name, value)| Change::Add(format!("{name} = {value}{end}"))));
    if let (true, Some(Change::Add(last))) = (is_open, changes.last_mut()) {
        last.truncate(last.len() - end.len());
    }
    changes
}

fn updated<'a>(lines: &[&'a str], section: &Section<'_>, settings: &[(&'static str, String)]) -> Vec<Change<'a>> {
    let ours = |setting: &&Setting<'_>| OURS.iter().any(|name| setting.name.eq_ignore_ascii_case(name));
    let mut missing: Vec<_> = settings.iter().collect();
    let mut changes = Vec::new();
    let mut next = 0;
    for setting in section.settings.iter().filter(ours) {
        let (before, own) = (lines.get(next..setting.first), lines.get(setting.first..setting.end));
        let own = own.unwrap_or_default();
        changes.extend(before.unwrap_or_default().iter().copied().map(Change::Keep));
        next = setting.end;
        let place = missing.iter().position(|(name, _)| setting.name.eq_ignore_ascii_case(name));
        match place.map(|place| missing.remove(place)) {
            Some((_, value)) if *value == setting.value && own.len() == 1 => {
                changes.extend(own.iter().copied().map(Change::Keep));
            }
            wanted => {
                changes.extend(own.iter().copied().map(Change::Remove));
                let end = own.last().copied().map_or("", line_end);
                changes.extend(wanted.map(|(name, value)| Change::Add(format!("{name} = {value}{end}"))));
            }
        }
    }
    changes.extend(lines.get(next..).unwrap_or_default().iter().copied().map(Change::Keep));
    // Directly below the header, which is a line with an end: the section has a setting.
    let end = lines.get(section.header).copied().map_or("\n", line_end);
    let below = changes.split_off(section.header + 1);
    changes.extend(missing.into_iter().map(|(name, value)| Change::Add(format!("{name} = {value}{end}"))));
    changes.extend(below);
    changes
}

fn removed<'a>(lines: &[&'a str], section: &Section<'_>) -> Vec<Change<'a>> {
    let end = section.settings.last().map_or(section.header + 1, |setting| setting.end);
    let separator = section.header.checked_sub(1).and_then(|index| lines.get(index).copied());
    let separator = separator.filter(|line| matches!(*line, "\n" | "\r\n"));
    let first = section.header - usize::from(separator.is_some());
    let is_open = end == lines.len() && lines.last().is_some_and(|line| line_end(line).is_empty());
    let change = |(index, line): (usize, &&'a str)| match (separator, *line) {
        (_, line) if (first..end).contains(&index) => Change::Remove(line),
        (Some(separator), line) if is_open && index + 1 == first => {
            Change::Keep(line.strip_suffix(separator).unwrap_or(line))
        }
        (_, line) => Change::Keep(line),
    };
    lines.iter().enumerate().map(change).collect()
}

/// How a line ends.
fn line_end(line: &str) -> &'static str {
    match line {
        line if line.ends_with("\r\n") => "\r\n",
        line if line.ends_with('\n') => "\n",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROCESS: &str = "/usr/bin/latchkey credentials";

    fn settings(region: &str) -> [(&'static str, String); 2] {
        [("region", region.to_owned()), ("credential_process", PROCESS.to_owned())]
    }

    fn written(text: &str) -> String {
        changed(&edit(text, "a", Some(&settings("eu-west-1"))).unwrap())
    }

    fn without(text: &str) -> String {
        changed(&edit(text, "a", None).unwrap())
    }

    #[test]
    fn a_new_profile_is_the_last() {
        let profile = format!("[profile a]\nregion = eu-west-1\ncredential_process = {PROCESS}\n");
        assert_eq!(written(""), profile);
        assert_eq!(written("[default]\n"), format!("[default]\n\n{profile}"));
        assert_eq!(written("# x"), format!("# x\n\n{}", profile.trim_end()));
        assert_eq!(written("# x\r\n"), format!("# x\n\n{profile}").replace('\n', "\r\n"));
        let default = edit("", "default", Some(&settings("eu-west-1"))).unwrap();
        assert!(changed(&default).starts_with("[default]\nregion"), "{default:?}");
    }

    #[test]
    fn a_profile_of_ours_gets_other_values_and_keeps_what_others_added() {
        let text = "[profile a]\n# mine\noutput = json\nRegion = us-east-1\nendpoint_url = http://127.0.0.1:1\n\
                    credential_process = \"/old place/latchkey\" credentials\ns3 =\n  region = x\n\n[profile b]\nregion = x";
        let expected = "[profile a]\n# mine\noutput = json\nregion = eu-west-1\n\
                        credential_process = /usr/bin/latchkey credentials\ns3 =\n  region = x\n\n[profile b]\nregion = x";
        assert_eq!(written(text), expected);
        assert_eq!(without(text), "\n[profile b]\nregion = x");
        let short = "[profile a]\r\ncredential_process = latchkey credentials --profile x";
        assert_eq!(written(short), format!("[profile a]\r\nregion = eu-west-1\r\ncredential_process = {PROCESS}"));
    }

    #[test]
    fn a_profile_of_somebody_else_is_not_touched() {
        let cases = [
            ("[profile a]\nregion = x\n", EditError::Foreign),
            ("[profile a]\ncredential_process = /usr/bin/other credentials\n", EditError::Foreign),
            ("[profile a]\n# credential_process = latchkey credentials\n", EditError::Foreign),
            ("[profile a]\n[profile b]\n[profile a]\n", EditError::Twice),
        ];
        for (text, expected) in cases {
            assert_eq!(edit(text, "a", None), Err(expected), "{text}");
            assert_eq!(edit(text, "a", Some(&settings("x"))), Err(expected), "{text}");
        }
    }

    /// Files of what the AWS tools read, and of what they do not, without the profile.
    fn files() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            Just("[default]"),
            Just("[profile b]"),
            Just("# a [profile a]"),
            Just("region = x"),
            Just("credential_process = latchkey credentials"),
            Just("s3 ="),
            Just("  region = y"),
            Just("\r"),
            Just(""),
            Just("é;=[]"),
        ];
        let line = (line, prop_oneof![Just("\n"), Just("\r\n")]).prop_map(|(text, end)| format!("{text}{end}"));
        (prop::collection::vec(line, 0..12), any::<bool>()).prop_map(|(lines, is_open)| {
            let text = lines.concat();
            if is_open { text.trim_end_matches('\n').to_owned() } else { text }
        })
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_removed_without_a_trace(text in files()) {
            let written = written(&text);
            prop_assert!(written.starts_with(&text), "{written:?}");
            prop_assert_eq!(super::tests::written(&written), written.as_str(), "a second time");
            prop_assert_eq!(without(&written), text.as_str());
            prop_assert_eq!(without(&text), text.as_str());
        }

        #[test]
        fn what_is_around_a_profile_is_not_changed(before in files(), after in files()) {
            // Indented lines would belong to the profile.
            let after = format!("[profile c]\n{after}");
            let before = if before.is_empty() || before.ends_with('\n') { before } else { before + "\n" };
            let profile = format!("[profile a]\r\nregion = x\r\noutput = json\r\ncredential_process = {PROCESS}\r\n");
            let text = format!("{before}{profile}{after}");
            let written = written(&text);
            let expected = profile.replace("= x", "= eu-west-1");
            prop_assert_eq!(written, format!("{before}{expected}{after}"));
            let removed = without(&text);
            prop_assert!(removed.ends_with(&after) && before.starts_with(removed.strip_suffix(&after).unwrap()));
        }

        #[test]
        fn any_text_is_edited_or_refused(text in "[\\[\\]a-z =\r\n\t#\"]{0,60}") {
            for settings in [None, Some(&settings("x")[..])] {
                if let Ok(changes) = edit(&text, "a", settings) {
                    let again = changed(&changes);
                    prop_assert_eq!(changed(&edit(&again, "a", settings).unwrap()), again.as_str());
                }
            }
        }
    }
}
