//! `latchkey`: a person signs in once, and every AWS tool works with their own short-lived keys. A library only because
//! `examples/pages.rs` needs the program's arguments.

mod api;
mod args;
mod aws_tools;
mod bucket;
mod commands;
mod error;
mod local_server;
mod metadata;
mod network;
mod private_files;
mod show;
mod sign_in;
mod signals;
mod transfer;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tokio::runtime::{Builder, Runtime};

use self::{
    args::{Args, Command},
    commands::{
        configure, cp, credentials, doctor, exec, login, logout, ls, mv, restore, rm, serve, versions, who_am_i,
    },
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
    let vault = Vault::open(&args.profile);
    let runtime = runtime(&args.command).map_err(CliError::failed)?;
    let done = runtime.block_on(async {
        let network = Network::new(args.verbose)?;
        if let Command::Doctor { json } = args.command {
            return doctor::examine(vault, network, args.url, json).await;
        }
        let session = Session { vault: vault?, network, url: args.url };
        match args.command {
            Command::Login { no_browser } => login::login(session, no_browser).await,
            Command::Logout => logout::logout(session).await,
            Command::Whoami { json } => who_am_i::print(session, json).await,
            Command::Credentials { role_arn } => credentials::print(session, role_arn.as_deref()).await,
            Command::Exec { role_arn, command } => exec::exec(session, role_arn.as_deref(), &command).await,
            Command::Serve(arguments) => serve::serve(session, arguments).await,
            Command::Configure(arguments) => configure::configure(session, &arguments).await,
            Command::Ls(arguments) => ls::list(session, &arguments).await,
            Command::Cp(arguments) => cp::copy(session, arguments).await,
            Command::Mv(arguments) => mv::move_files(session, arguments).await,
            Command::Rm(arguments) => rm::remove(session, arguments).await,
            Command::Versions(arguments) => versions::show(session, &arguments).await,
            Command::Restore(arguments) => restore::restore(session, arguments).await,
            Command::Doctor { .. } | Command::Completions { .. } => Ok(ExitCode::SUCCESS),
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
