mod examples;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::{
    commands::{configure, cp, ls, mv, restore, rm, serve, versions},
    sign_in::ProfileName,
};

/// Sign in once, and every AWS tool works with your own short-lived keys.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// The API's address, such as `https://api.example.com`. After the sign-in, the profile knows it.
    #[arg(long, global = true, env = "LATCHKEY_URL", hide_env_values = true, value_name = "ADDRESS")]
    pub(crate) url: Option<String>,
    /// The name of the sign-in, for people with several.
    #[arg(
        long,
        global = true,
        env = "LATCHKEY_PROFILE",
        hide_env_values = true,
        default_value = ProfileName::DEFAULT,
        value_name = "NAME"
    )]
    pub(crate) profile: ProfileName,
    /// Show each request on standard error, without secrets.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in, in the browser.
    #[command(after_help = examples::LOGIN)]
    Login {
        /// Print the address of the sign-in page, and take the address of the last page from standard input: over SSH and
        /// in containers.
        #[arg(long)]
        no_browser: bool,
    },
    /// Sign out: end the sign-in at Cognito and remove everything that is kept here.
    Logout,
    /// Show who you are, which role you have, and which folders are yours.
    #[command(after_help = examples::WHOAMI)]
    Whoami {
        /// Print the API's answer.
        #[arg(long)]
        json: bool,
    },
    /// Print keys as the AWS tools want them from a `credential_process`.
    #[command(after_help = examples::CREDENTIALS)]
    Credentials {
        /// The keys of this role, one of those that your groups give you.
        #[arg(long, value_name = "ARN")]
        role_arn: Option<String>,
    },
    /// Run a command with your keys in its environment.
    #[command(after_help = examples::EXEC)]
    Exec {
        /// The keys of this role, one of those that your groups give you.
        #[arg(long, value_name = "ARN")]
        role_arn: Option<String>,
        /// The command and its arguments, after `--`.
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<std::ffi::OsString>,
    },
    /// Serve your keys to the AWS tools of this machine and its containers, on 127.0.0.1.
    Serve(serve::Arguments),
    /// Write a profile for the AWS tools into ~/.aws/config, or remove it.
    Configure(configure::Arguments),
    /// Say what is wrong, and what to do.
    Doctor {
        /// Print the checks as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List your files.
    Ls(ls::Arguments),
    /// Copy files: to the bucket, from it, or in it.
    Cp(cp::Arguments),
    /// Move files: copy them, and remove them where they were.
    Mv(mv::Arguments),
    /// Remove files. Where the bucket keeps versions, `latchkey restore` brings them back.
    Rm(rm::Arguments),
    /// Show what files were before: what was overwritten or removed.
    Versions(versions::Arguments),
    /// Bring a file back: as it was before it was overwritten or removed.
    Restore(restore::Arguments),
    /// Print the completions for a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

const EXAMPLES: &str = "\
Examples:
  latchkey login --url https://api.example.com
  latchkey whoami
  latchkey configure
  aws s3 ls --profile latchkey s3://my-bucket/public/

Exit status: 0 done, 1 failed, 2 wrong usage, 3 not signed in, 4 refused, 5 try again later,
130 interrupted.";

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use clap::CommandFactory;

    use super::*;

    /// The help of the program and of each command, as docs/cli.md has it.
    fn reference() -> String {
        let mut program = Args::command().term_width(100);
        program.build();
        let mut text = String::new();
        let mut add = |title: &str, help: String| write!(text, "\n## {title}\n\n```\n{}\n```\n", help.trim_end());
        add("`latchkey`", program.render_help().to_string()).unwrap();
        for command in program.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            let title = format!("`latchkey {}`", command.get_name());
            add(&title, command.render_help().to_string()).unwrap();
        }
        text
    }

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_document_has_the_help_of_each_command() {
        let document = include_str!("../../docs/cli.md");
        let (_, written) = document.split_once("\n# Reference\n").expect("it has a reference");
        let expected = reference();
        assert!(written == expected, "after \"# Reference\", docs/cli.md has to have:\n{expected}");
    }
}
