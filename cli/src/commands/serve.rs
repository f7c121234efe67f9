use std::{ffi::OsString, net::Ipv4Addr, process::ExitCode, rc::Rc};

use tokio::{net::TcpListener, task::LocalSet};

use self::{endpoint::Endpoint, token::Token};
use crate::{
    aws_tools::{
        config_file::{self, ConfigFile, Section},
        credential_process, environment,
    },
    error::CliError,
    sign_in::{Session, SharedSession},
    signals::Signals,
};

mod command;
mod endpoint;
mod shell;
mod token;

/// What to serve, and to whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The port on 127.0.0.1. Any that is free, unless you need one.
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// The keys of this role, one of those that your groups give you.
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// A command and its arguments, after `--`. It gets the variables, and the end of the command is the end.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Serves the person's keys to the AWS tools of this machine, until it is told to end or `command` ends.
///
/// # Errors
///
/// As [`Session::keys`], and [`CliError::Failed`] when the port is taken or the command cannot be run.
///
/// Source: "Container credential provider" in the AWS SDKs and Tools reference guide.
pub(crate) async fn serve(mut session: Session, arguments: Arguments) -> Result<ExitCode, CliError> {
    let Arguments { port, role_arn, command } = arguments;
    // Before anything else: later problems reach only those who read what the tools say.
    let (_, region) = session.keys(role_arn.as_deref()).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener =
        listener.map_err(|error| CliError::Failed(format!("Port {port} on 127.0.0.1 cannot be used: {error}.")))?;
    let port = listener.local_addr().map_err(CliError::failed)?.port();
    let token = Token::new()?;
    let mut signals = Signals::catch()?;
    let file = session.vault.temporary("serve-", token.expose())?;
    let own = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("http://127.0.0.1:{port}{}", endpoint::PATH).into()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.as_os_str().to_owned()),
    ];
    let own_process = credential_process::new(&session.vault.profile, role_arn.as_deref()).ok();
    let mut child = environment::without_other_keys(&command, &region);
    if let Some(child) = &mut child {
        refuse_other_keys(own_process.as_deref())?;
        // The token by itself is for tools that do not know its file. Keys in the credentials file would win.
        child
            .envs(own)
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.expose())
            .env("AWS_SHARED_CREDENTIALS_FILE", if cfg!(windows) { "NUL" } else { "/dev/null" });
    } else {
        let [uri, file] = own;
        shell::print(&[uri, file, ("AWS_REGION", region.clone().into()), ("AWS_DEFAULT_REGION", region.into())])?;
        warn_of_other_keys(own_process.as_deref());
        eprintln!("Serving keys until Ctrl-C. Paste these lines where they are needed.");
    }
    let session = SharedSession::new(session);
    let endpoint = Rc::new(Endpoint::new(port, token, session.clone(), role_arn));
    let end = async {
        if let Some(child) = child {
            return command::run(child, &mut signals).await;
        }
        signals.next().await;
        Ok(ExitCode::SUCCESS)
    };
    let serving = async {
        let ended = tokio::select! {
            never = endpoint.serve(listener) => match never {},
            ended = end => ended,
        };
        // What was renewed has to be kept: with rotation, the old refresh token is worth nothing soon.
        session.settle().await;
        ended
    };
    LocalSet::new().run_until(serving).await
}

/// A default profile whose keys would win over those that are served, unless it has the same from us.
fn other_keys(kind: ConfigFile, own: Option<&str>) -> Result<Option<String>, CliError> {
    let path = kind.path()?;
    let text = config_file::read(&path)?.unwrap_or_default();
    let sections = kind.sections(&config_file::lines(&text));
    // Keys in the file come before its credential_process.
    let has_keys = |section: &Section<'_>| section.value("aws_access_key_id").is_some();
    let is_same =
        |section: &Section<'_>| own.is_some() && section.value("credential_process") == own && !has_keys(section);
    let mut defaults = sections.iter().filter(|section| section.profile == Some("default"));
    let wins = defaults.any(|section| section.has_keys() && !is_same(section));
    Ok(wins.then(|| format!("The keys of [default] in {} win over those that are served.", path.display())))
}

/// Does not run a command that would take other keys than the person's for theirs.
fn refuse_other_keys(own: Option<&str>) -> Result<(), CliError> {
    match other_keys(ConfigFile::Config, own)? {
        Some(problem) => Err(CliError::Failed(format!("{problem} Use `latchkey exec`, or another AWS_CONFIG_FILE."))),
        None => Ok(()),
    }
}

fn warn_of_other_keys(own: Option<&str>) {
    for kind in [ConfigFile::Credentials, ConfigFile::Config] {
        // A file that cannot be read gives no keys either.
        if let Ok(Some(problem)) = other_keys(kind, own) {
            eprintln!("{problem}");
        }
    }
}
