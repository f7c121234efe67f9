//! `latchkey`: a person signs in once, and every AWS tool works with their own short-lived keys. A library only because
//! `examples/pages.rs` needs the program's arguments.

mod api;
mod args;
mod commands;
mod error;
mod metadata;
mod network;
mod sign_in;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::{
    args::{Args, Command},
    commands::{credentials, exec, login, logout, who_am_i},
    error::CliError,
    network::Network,
    sign_in::{Session, Vault},
};

/// The program's arguments, from which its man pages and completions are made.
#[must_use]
pub fn arguments() -> clap::Command {
    Args::command()
}

/// Does what the arguments of this process say.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("latchkey: {error}");
            error.exit_code()
        }
    }
}

fn run(args: Args) -> Result<ExitCode, CliError> {
    if let Command::Completions { shell } = args.command {
        clap_complete::generate(shell, &mut Args::command(), "latchkey", &mut std::io::stdout());
        return Ok(ExitCode::SUCCESS);
    }
    // A keyring's library has a runtime of its own, which must not be inside of ours.
    let vault = Vault::open(&args.profile)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::failed)?;
    runtime.block_on(async {
        let network = Network::new(args.verbose)?;
        let session = Session { vault, network, url: args.url };
        match args.command {
            Command::Login { no_browser } => login::login(session, no_browser).await,
            Command::Logout => logout::logout(session).await,
            Command::Whoami { json } => who_am_i::print(session, json).await,
            Command::Credentials { role_arn } => credentials::print(session, role_arn.as_deref()).await,
            Command::Exec { role_arn, command } => exec::exec(session, role_arn.as_deref(), &command).await,
            Command::Completions { .. } => Ok(ExitCode::SUCCESS),
        }
    })
}
