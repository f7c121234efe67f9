//! Writes the man pages, one for each command, and the completions: `pages FOLDER`, as `make cli` does. Not a command of
//! `latchkey` itself, so that the program that people install is no larger for it.
#![expect(clippy::print_stderr, reason = "a command for developers")]

use std::{
    env,
    fs::{self, create_dir_all},
    io,
    path::Path,
    process::ExitCode,
};

use clap::Command;
use clap_complete::{Shell, generate_to};
use clap_mangen::{
    Man,
    roff::{Roff, roman},
};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("latchkey: usage: pages FOLDER");
        return ExitCode::FAILURE;
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latchkey: the pages cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> io::Result<()> {
    let (pages, completions) = (folder.join("man/man1"), folder.join("completions"));
    create_dir_all(&pages)?;
    create_dir_all(&completions)?;
    let mut program = latchkey::arguments().disable_help_subcommand(true);
    program.build();
    for command in program.get_subcommands().chain([&program]) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        fs::write(pages.join(format!("{name}.1")), page(&program, command.clone())?)?;
    }
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        generate_to(shell, &mut latchkey::arguments(), "latchkey", &completions)?;
    }
    Ok(())
}

/// The man page of `command`, one of `program`'s or itself.
fn page(program: &Command, command: Command) -> io::Result<Vec<u8>> {
    let source = format!("latchkey {}", program.get_version().unwrap_or_default());
    let examples = command.get_after_help().map(ToString::to_string);
    let mut page = Vec::new();
    Man::new(command.after_help(None::<&str>)).source(source).manual("Latchkey").render(&mut page)?;
    page.extend(examples.map(|text| section(&text).to_roff().into_bytes()).unwrap_or_default());
    Ok(page)
}

/// What stands below the options of `--help`, line by line: commands must not be filled and hyphenated.
fn section(text: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in text.lines().filter(|line| *line != "Examples:") {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}
