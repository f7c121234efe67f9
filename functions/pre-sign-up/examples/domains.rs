//! Checks lists of e-mail domains before they are packed with the function: `domains FILE...`. `make build` runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command for operators")]

use std::{env, fs, process::ExitCode};

use validation::sign_up::DomainList;

fn main() -> ExitCode {
    let mut outcome = ExitCode::SUCCESS;
    for file in env::args().skip(1) {
        let list = fs::read_to_string(&file).map_err(|problem| problem.to_string());
        match list.and_then(|lines| DomainList::parse_lines(&lines).map_err(|problem| problem.to_string())) {
            Ok(list) => println!("  {file}: {} domains", list.len()),
            Err(problem) => {
                eprintln!("latchkey: {file}: {problem}");
                outcome = ExitCode::FAILURE;
            }
        }
    }
    outcome
}
