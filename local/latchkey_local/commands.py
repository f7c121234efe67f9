"""The commands: `up` and `down` for a person, `start`, `deploy` and `demo` each by itself for the system tests."""

import argparse
import platform
import signal
import sys
from pathlib import Path

from . import demo, deploy, emulator, invoke, people, report, sign_up, state
from .layout import BUILT_TEMPLATE, PORT_DEFAULT, STATE_DEFAULT, Failure


def main() -> None:
    """Runs the command that the arguments name. A failure is one line and exit status 1."""
    # A reader that has seen enough (make logs | head) ends this quietly.
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
    starting.add_argument("--port", type=int, help=f"0: any free one; default: where it runs, or {PORT_DEFAULT}")
    starting.add_argument("--owner-pid", type=int, metavar="PID", help="stop when this process ends")
    starting.add_argument(
        "--credentials-seconds", type=int, metavar="N", help="people's credentials end after that, not after an hour"
    )
    deploying = argparse.ArgumentParser(add_help=False)
    deploying.add_argument("--template", type=Path, default=BUILT_TEMPLATE, help="default: what sam build made")
    deploying.add_argument("--architecture", default=this_architecture(), help="default: this machine's")
    deploying.add_argument(
        "--parameter", action="append", default=[], metavar="NAME=VALUE", help="a template parameter; may be repeated"
    )
    top = argparse.ArgumentParser(description="The local AWS with Latchkey in it.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common, *parents])
        made.set_defaults(run=run)
        return made

    command("up", up, "start, deploy, and show the main job", starting, deploying)
    command("start", start, "start the emulator in the background", starting)
    command("deploy", deploy_only, "deploy the built template into it", deploying)
    command("demo", show_demo, "create the demo people and show the main job")
    command("api", api, "print the API's address")
    command("token", token, "print a fresh id token of a demo person").add_argument("name", nargs="?", default="ada")
    elsewhere = argparse.ArgumentParser(add_help=False)
    elsewhere.add_argument("--aws-stack", metavar="NAME", help="a stack on AWS, with your own credentials")
    asking = command("check-sign-up", check_sign_up, "ask the pre-sign-up function about an address", elsewhere)
    asking.add_argument("email")
    asking.add_argument("--invite", metavar="CODE", help="with this invite code")
    command("invite-key", invite_key, "print the key of the invite codes, a secret", elsewhere)
    invoking = command("invoke", invoke_function, "invoke a built function with an event")
    invoking.add_argument("function")
    invoking.add_argument("event", type=Path)
    serving = command("serve", serve, "serve the API in containers, with sam local start-api")
    serving.add_argument("--port", type=int, default=3000)
    command("status", status, "say what runs")
    command("logs", logs, "show the functions' and the emulator's last lines")
    command("down", down, "stop it")
    return top


def this_architecture() -> str:
    """This machine's architecture by Lambda's name: the emulator runs the functions right here."""
    return {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")


def up(given: argparse.Namespace) -> None:
    """Start, deploy and demo in one."""
    start(given)
    deploy_only(given)
    show_demo(given)


def start(given: argparse.Namespace) -> None:
    """Starts the emulator; harmless when it runs."""
    stack = emulator.start(given.state, given.port, given.owner_pid, given.credentials_seconds)
    report.step(f"The local AWS runs on {stack['endpoint']} (pid {stack['pid']})")


def deploy_only(given: argparse.Namespace) -> None:
    """Deploys the template; harmless when it is unchanged."""
    report.step("Deploying template.yaml")
    stack = deploy.deploy(given.state, given.template, given.architecture, given.parameter)
    report.line(f"stack {stack['stack_name']}, API {stack['api_url']}")


def show_demo(given: argparse.Namespace) -> None:
    """Creates the demo people where they are missing, and shows the main job."""
    demo.show(given.state, state.deployed(given.state))


def api(given: argparse.Namespace) -> None:
    """Prints the API's address, and nothing else."""
    print(state.deployed(given.state)["api_url"])


def token(given: argparse.Namespace) -> None:
    """Prints an id token, and nothing else."""
    print(people.sign_in(state.deployed(given.state), given.state, given.name))


def check_sign_up(given: argparse.Namespace) -> None:
    """Says what the deployed function says of an address."""
    print(sign_up.check(given.state, given.aws_stack, given.email, given.invite))


def invite_key(given: argparse.Namespace) -> None:
    """Prints the key, and nothing else."""
    print(sign_up.invite_key(given.state, given.aws_stack))


def invoke_function(given: argparse.Namespace) -> None:
    """Prints the function's answer, and nothing else."""
    invoke.invoke(given.state, given.function, given.event)


def serve(given: argparse.Namespace) -> None:
    """Serves the API until it is interrupted."""
    invoke.serve(given.state, given.port)


def status(given: argparse.Namespace) -> None:
    """Says what runs, or that nothing does."""
    report.status(emulator.running(given.state))


def logs(given: argparse.Namespace) -> None:
    """Shows the last lines of what runs."""
    report.logs(given.state)


def down(given: argparse.Namespace) -> None:
    """Stops the emulator; harmless when none runs."""
    stopped = emulator.stop(given.state)
    report.step("Stopped" if stopped else "Nothing runs")
