use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{self, Command},
};

/// The memory that comes with one whole processor.
///
/// Source: "Configure Lambda function memory" in the AWS Lambda developer guide.
const PROCESSOR_MEGABYTES: u32 = 1769;
/// A process may use its share within each period. When it has, it waits for the next one.
const PERIOD_US: u32 = 20_000;

/// A control group, whose processes get the share of a processor that Lambda gives a function.
///
/// Source: cgroups(7), and "CFS Bandwidth Control" in the kernel's documentation.
pub(crate) struct Share {
    folder: PathBuf,
    version: Version,
}

enum Version {
    /// The controller `cpu` has a hierarchy of its own.
    One,
    /// One hierarchy for all controllers.
    Two,
}

impl Share {
    /// A group without processes and without a limit.
    ///
    /// # Errors
    ///
    /// The kernel's: the groups belong to root, and a container may have none.
    pub(crate) fn new() -> io::Result<Self> {
        let (hierarchy, version) = match Path::new("/sys/fs/cgroup/cpu") {
            one if one.exists() => (one, Version::One),
            _ => (Path::new("/sys/fs/cgroup"), Version::Two),
        };
        if let Version::Two = version {
            fs::write(hierarchy.join("cgroup.subtree_control"), "+cpu")?;
        }
        let folder = hierarchy.join(format!("latchkey-bench-{}", process::id()));
        fs::create_dir(&folder)?;
        let share = Self { folder, version };
        share.write_weight()?;
        share.lift()?;
        Ok(share)
    }

    /// The highest that there is, so that other work on the machine takes none of the share.
    fn write_weight(&self) -> io::Result<()> {
        match self.version {
            Version::One => fs::write(self.folder.join("cpu.shares"), "262144"),
            Version::Two => fs::write(self.folder.join("cpu.weight"), "10000"),
        }
    }

    /// Gives its processes, together, what a function of `megabytes` gets.
    pub(crate) fn limit(&self, megabytes: u32) -> io::Result<()> {
        self.set(&quota_us(megabytes).to_string())
    }

    /// Gives its processes all that there is.
    pub(crate) fn lift(&self) -> io::Result<()> {
        match self.version {
            Version::One => self.set("-1"),
            Version::Two => self.set("max"),
        }
    }

    fn set(&self, quota: &str) -> io::Result<()> {
        match self.version {
            Version::One => {
                fs::write(self.folder.join("cpu.cfs_period_us"), PERIOD_US.to_string())?;
                fs::write(self.folder.join("cpu.cfs_quota_us"), quota)
            }
            Version::Two => fs::write(self.folder.join("cpu.max"), format!("{quota} {PERIOD_US}")),
        }
    }

    /// The same command, but a process of this group from its first instruction.
    pub(crate) fn within(&self, command: &Command) -> Command {
        let mut inside = Command::new("/bin/sh");
        // The shell enters the group and then becomes the program, with the same process id.
        inside.args(["-c", "echo $$ > \"$0\" && exec \"$@\""]).arg(self.folder.join("cgroup.procs"));
        inside.arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            inside.current_dir(folder);
        }
        inside
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // If a process is left in it, the group stays until the machine stops, and does no harm.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// The processor time that a function of `megabytes` gets in each period.
fn quota_us(megabytes: u32) -> u32 {
    megabytes * PERIOD_US / PROCESSOR_MEGABYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_grows_with_the_memory() {
        let cases = [(128, 1447), (256, 2894), (512, 5788), (1024, 11577), (1769, 20_000), (3538, 40_000)];
        for (megabytes, expected) in cases {
            assert_eq!(quota_us(megabytes), expected, "{megabytes} MB");
        }
    }
}
