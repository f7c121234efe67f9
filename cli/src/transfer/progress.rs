use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::PART_BYTES;
use crate::show;

/// The progress of all copies, on a terminal alone: on standard error, a line for each large file and one for all.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    lines: MultiProgress,
    all: ProgressBar,
}

/// The progress of one file.
#[derive(Debug)]
pub(super) struct FileProgress {
    all: ProgressBar,
    /// Its own line. A small file is over before anybody could read it.
    own: Option<ProgressBar>,
}

const ALL: &str = "{msg:>24} [{bar:30}] {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left";
const OWN: &str = "{msg:>24.24!} [{bar:30}] {binary_bytes}/{binary_total_bytes}";

impl Progress {
    pub(super) fn new() -> Self {
        let lines = MultiProgress::new();
        let all = lines.add(ProgressBar::new(0).with_style(style(ALL)).with_message("in all"));
        Self { lines, all }
    }

    /// Expects so many bytes more.
    pub(super) fn expect(&self, bytes: u64) {
        self.all.inc_length(bytes);
    }

    pub(super) fn file(&self, name: &str, bytes: u64) -> FileProgress {
        let own = (bytes > PART_BYTES).then(|| {
            let bar = ProgressBar::new(bytes).with_style(style(OWN)).with_message(show::name(name));
            self.lines.insert_before(&self.all, bar)
        });
        self.all.enable_steady_tick(Duration::from_millis(500));
        FileProgress { all: self.all.clone(), own }
    }

    /// Says a line on standard error, above what is shown there.
    pub(super) fn say(&self, line: &str) {
        self.lines.suspend(|| eprintln!("{line}"));
    }

    /// Leaves nothing of it on the terminal.
    pub(super) fn clear(&self) {
        self.all.finish_and_clear();
        let _ = self.lines.clear();
    }
}

impl FileProgress {
    pub(super) fn advance(&self, bytes: u64) {
        self.all.inc(bytes);
        if let Some(own) = &self.own {
            own.inc(bytes);
        }
    }
}

impl Drop for FileProgress {
    fn drop(&mut self) {
        if let Some(own) = &self.own {
            own.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_have_a_form() {
        for template in [ALL, OWN] {
            ProgressStyle::with_template(template).unwrap();
        }
    }

    #[test]
    fn all_is_the_sum_of_the_files() {
        let progress = Progress::new();
        progress.expect(PART_BYTES + 2);
        let (small, large) = (progress.file("small", 1), progress.file("large", PART_BYTES + 1));
        small.advance(1);
        large.advance(5);
        assert!(small.own.is_none());
        assert_eq!(large.own.as_ref().map(ProgressBar::position), Some(5));
        assert_eq!((progress.all.position(), progress.all.length()), (6, Some(PART_BYTES + 2)));
    }
}
