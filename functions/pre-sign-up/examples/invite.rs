//! Makes an invite code: `invite EMAIL DAYS`, with the key of `SIGN_UP_INVITE_KEY` on standard input. `make invite`
//! passes the key of a deployed stack.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command for operators")]
#![expect(clippy::disallowed_methods, reason = "a command reads the clock")]

use std::{
    env, io,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use validation::sign_up::{EmailAddress, InviteKey};

fn main() -> ExitCode {
    match invite() {
        Ok(code) => {
            println!("{code}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("latchkey: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn invite() -> Result<String, String> {
    let mut arguments = env::args().skip(1);
    let (Some(email), Some(days), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: invite EMAIL DAYS".to_owned());
    };
    let email = EmailAddress::parse(&email).map_err(|problem| format!("EMAIL is {problem}"))?;
    let days: u64 = days.parse().map_err(|_| "DAYS is not a whole number")?;
    let key = io::read_to_string(io::stdin()).map_err(|problem| problem.to_string())?;
    let key = InviteKey::parse(key.trim_end()).map_err(|problem| format!("the key {problem}"))?;
    let lifetime = Duration::from_secs(days.checked_mul(24 * 60 * 60).ok_or("DAYS is too large")?);
    let expires_at = SystemTime::now().checked_add(lifetime).ok_or("DAYS is too large")?;
    Ok(key.invite(&email, expires_at))
}
