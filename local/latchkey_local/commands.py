"""The commands: `up` and `down` for a person, `start`, `deploy` and `demo` each by itself for the system tests."""

import argparse
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import tools

from . import aws, demo, demo_providers, deploy, emulator, invoke, people, preparation, report, sign_up, state
from .layout import BUILT_TEMPLATE, PORT_DEFAULT, ROOT, STATE_DEFAULT, VENV_AWS, Failure


def main() -> None:
    """Runs the command that the arguments name. A failure is one line and exit status 1."""
    # If the reader stops reading (make logs | head), end without an error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    given = parser().parse_args()
    given.state = given.state.resolve()
    try:
        given.run(given)
    except Failure as failure:
        sys.exit(f"latchkey: {failure}")
    except KeyboardInterrupt:
        sys.exit("latchkey: interrupted")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", type=Path, default=STATE_DEFAULT, metavar="DIR", help="default: .local")
    starting = argparse.ArgumentParser(add_help=False)
    starting.add_argument("--port", type=int, help=f"0: any free one; default: where it is running, or {PORT_DEFAULT}")
    starting.add_argument("--owner-pid", type=int, metavar="PID", help="stop when this process ends")
    starting.add_argument(
        "--credentials-seconds", type=int, metavar="N", help="people's credentials expire after this, not an hour"
    )
    starting.add_argument(
        "--providers", action="store_true", help="with an identity provider that people sign in through"
    )
    deploying = argparse.ArgumentParser(add_help=False)
    deploying.add_argument(
        "--parameter", action="append", default=[], metavar="NAME=VALUE", help="a template parameter; may be repeated"
    )
    top = argparse.ArgumentParser(description="The local AWS with Latchkey in it.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common, *parents])
        made.set_defaults(run=run)
        return made

    command("up", up, "make the quick build, start, deploy, and show what Latchkey does", starting, deploying)
    command("start", start, "start the emulator in the background", starting)
    command("deploy", deploy_release, "deploy the release build into it", deploying)
    command("demo", show_demo, "create the demo people and show what Latchkey does")
    command("api", api, "print the API's address")
    signing_in = command("token", token, "print a new id token of a demo person")
    signing_in.add_argument("name", nargs="?", default="ada")
    signing_in.add_argument("--provider", metavar="NAME", help="who signs in through this identity provider")
    writing = command("postman", postman, "write the Postman environment of this stack")
    writing.add_argument("--to", type=Path, metavar="DIR", help="default: postman/stacks")
    elsewhere = argparse.ArgumentParser(add_help=False)
    elsewhere.add_argument("--aws-stack", metavar="NAME", help="a stack on AWS, with your own credentials")
    asking = command("check-sign-up", check_sign_up, "ask the pre-sign-up function about an address", elsewhere)
    asking.add_argument("email")
    asking.add_argument("--invite", metavar="CODE", help="with this invite code")
    command("invite-key", invite_key, "print the key of the invite codes, a secret", elsewhere)
    invoking = command("invoke", invoke_function, "invoke a function of the newest build with an event")
    invoking.add_argument("function")
    invoking.add_argument("event", type=Path)
    serving = command("serve", serve, "serve the API in containers, with sam local start-api")
    serving.add_argument("--port", type=int, default=3000)
    command("status", status, "show what is running")
    command("logs", logs, "show the last log lines of the functions and of the emulator")
    command("down", down, "stop it")
    return top


def this_architecture() -> str:
    """Lambda's name for this machine's architecture, on which the emulator runs the functions."""
    return {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")


def up(given: argparse.Namespace) -> None:
    """Does everything, from the tools to the demo. Checks that take no time come before the work that does."""
    started = time.monotonic()
    tools.check_machine()
    emulator.check(given.state, given.port)
    build = preparation.prepare(given.state, given.providers)
    start(given)
    deploy_build(given, build.template)
    with report.timed("Showing what Latchkey does"):
        show(given.state)
    report.step(f"Up after {report.duration(time.monotonic() - started)}")
    how_to_go_on(given)


def start(given: argparse.Namespace) -> None:
    """Starts the emulator, unless it is running."""
    with report.timed("Starting the local AWS"):
        stack = emulator.start(
            given.state, given.port, given.owner_pid, given.credentials_seconds, with_providers=given.providers
        )
        report.line(f"runs on {stack['endpoint']} (pid {stack['pid']})")
        if "providers" in stack:
            report.line(f"with an identity provider on {stack['providers']['url']}")


def deploy_release(given: argparse.Namespace) -> None:
    """Deploys what `make build` made."""
    deploy_build(given, BUILT_TEMPLATE)


def deploy_build(given: argparse.Namespace, template: Path) -> None:
    """Deploys the template with the functions next to it. If nothing has changed, this does nothing."""
    with report.timed("Deploying template.yaml"):
        stack = deploy.deploy(given.state, template, this_architecture(), given.parameter)
        report.line(f"stack {stack['stack_name']}, API {stack['api_url']}")


def show_demo(given: argparse.Namespace) -> None:
    """Creates the demo people where they are missing, and shows what Latchkey does."""
    show(given.state)
    how_to_go_on(given)


def show(state_dir: Path) -> None:
    """Shows what there is to show on this stack."""
    stack = state.deployed(state_dir)
    demo.show(state_dir, stack)
    if "providers" in stack:
        demo_providers.show(stack)


def how_to_go_on(given: argparse.Namespace) -> None:
    """Says what to try next."""
    name = people.NAMES[0]
    report.how_to_go_on(given.state, state.deployed(given.state), name, people.password(given.state, name))


def api(given: argparse.Namespace) -> None:
    """Prints the API's address, and nothing else."""
    print(state.deployed(given.state)["api_url"])


def token(given: argparse.Namespace) -> None:
    """Prints an id token, and nothing else: into a file without a newline, which SDKs would send along with it."""
    stack = state.deployed(given.state)
    if given.provider:
        made = demo_providers.id_token(stack, given.provider, given.name)
    else:
        made = people.sign_in(stack, given.state, given.name).id_token
    print(made, end="\n" if sys.stdout.isatty() else "")


def postman(given: argparse.Namespace) -> None:
    """Runs the operator's command on the local stack."""
    stack = state.deployed(given.state)
    environment = aws.cli_environment(stack["endpoint"], aws.admin_keys(stack))
    to = ["--to", str(given.to.resolve())] if given.to else []
    program = [VENV_AWS / "bin" / "python", "-m", "operations.postman", stack["stack_name"], *to]
    sys.exit(subprocess.run(program, cwd=ROOT, env=environment, check=False).returncode)


def check_sign_up(given: argparse.Namespace) -> None:
    """Prints what the deployed function says about an address."""
    print(sign_up.check(given.state, given.aws_stack, given.email, given.invite))


def invite_key(given: argparse.Namespace) -> None:
    """Prints the key, and nothing else."""
    print(sign_up.invite_key(given.state, given.aws_stack))


def invoke_function(given: argparse.Namespace) -> None:
    """Prints the function's answer on standard output, and nothing else there."""
    invoke.invoke(given.state, given.function, given.event)


def serve(given: argparse.Namespace) -> None:
    """Serves the API until it is interrupted."""
    invoke.serve(given.state, given.port)


def status(given: argparse.Namespace) -> None:
    """Prints what is running, if anything is."""
    report.status(emulator.running(given.state))


def logs(given: argparse.Namespace) -> None:
    """Prints the last log lines."""
    report.logs(given.state)


def down(given: argparse.Namespace) -> None:
    """Stops the emulator, if it is running."""
    stopped = emulator.stop(given.state)
    report.step("Stopped" if stopped else "Nothing is running")
