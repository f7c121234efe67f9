//! `latchkey`: a person signs in once, and every AWS tool works with their own short-lived keys.

mod api;
mod args;
mod bucket;
mod commands;
mod error;
mod metadata;
mod network;
mod show;
mod sign_in;
mod transfer;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tokio::runtime::{Builder, Runtime};

use self::{
    args::{Args, Command},
    commands::{cp, credentials, exec, login, logout, ls, restore, rm, versions, who_am_i},
    error::CliError,
    network::Network,
    sign_in::{Session, Vault},
};

fn main() -> ExitCode {
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
    let runtime = runtime(&args.command).map_err(CliError::failed)?;
    let done = runtime.block_on(async {
        let network = Network::new(args.verbose)?;
        let session = Session { vault, network, url: args.url };
        match args.command {
            Command::Login { no_browser } => login::login(session, no_browser).await,
            Command::Logout => logout::logout(session).await,
            Command::Whoami { json } => who_am_i::print(session, json).await,
            Command::Credentials { role_arn } => credentials::print(session, role_arn.as_deref()).await,
            Command::Exec { role_arn, command } => exec::exec(session, role_arn.as_deref(), &command).await,
            Command::Ls(args) => ls::list(session, &args).await,
            Command::Cp(args) => cp::copy(session, args).await,
            Command::Mv(args) => cp::move_files(session, args).await,
            Command::Rm(args) => rm::remove(session, args).await,
            Command::Versions(args) => versions::show(session, &args).await,
            Command::Restore(args) => restore::restore(session, args).await,
            Command::Completions { .. } => Ok(ExitCode::SUCCESS),
        }
    });
    // What still reads from a terminal or a pipe is not waited for.
    runtime.shutdown_background();
    done
}

/// One thread starts fastest; copies have work for all processors.
fn runtime(command: &Command) -> std::io::Result<Runtime> {
    let mut builder = match command {
        Command::Cp(_) | Command::Mv(_) => Builder::new_multi_thread(),
        _ => Builder::new_current_thread(),
    };
    builder.enable_all().build()
}
