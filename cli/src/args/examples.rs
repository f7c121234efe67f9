//! What stands below the options in the help of each command, and in its man page.

pub(super) const LOGIN: &str = "\
Examples:
  latchkey login --url https://api.example.com
  latchkey login --profile work --url https://api.work.example.com

Over SSH and in containers, sign in with the browser of your own machine. It ends at a
page on localhost that it cannot open; paste the address of that page:
  latchkey login --no-browser --url https://api.example.com";

pub(super) const WHOAMI: &str = "\
Examples:
  latchkey whoami
  latchkey whoami --json | jq -r .home";

pub(super) const CREDENTIALS: &str = "\
Examples:
  latchkey credentials --role-arn arn:aws:iam::111122223333:role/editors

In ~/.aws/config, for every tool that reads it:
  [profile files]
  region = eu-west-1
  credential_process = latchkey credentials";

pub(super) const EXEC: &str = "\
Examples:
  latchkey exec -- aws s3 ls s3://my-bucket/public/
  latchkey exec -- terraform plan
  latchkey exec --role-arn arn:aws:iam::111122223333:role/editors -- ./report.sh

The command has its keys until they end, after an hour at most. What runs for longer
needs a profile, which gets new ones.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  bash, with bash-completion:
    latchkey completions bash > ~/.local/share/bash-completion/completions/latchkey
  zsh, with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc:
    latchkey completions zsh > ~/.zfunc/_latchkey
  fish:
    latchkey completions fish > ~/.config/fish/completions/latchkey.fish
  PowerShell, as a line of $PROFILE:
    latchkey completions powershell | Out-String | Invoke-Expression
  elvish, as a line of ~/.config/elvish/rc.elv:
    eval (latchkey completions elvish | slurp)";
