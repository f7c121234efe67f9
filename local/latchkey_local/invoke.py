"""Runs a function once, or the API, as `sam local` does: in a container if an engine is running, or else on this
machine, under the Runtime Interface Emulator that the container would have."""

import json
import os
import platform
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import aws, builds, emulator, filling
from .layout import HOST, REGION, ROOT, VENV_BUILD, Failure

STARTED_SECONDS_MAX = 10
ANSWERED_SECONDS_MAX = 30

STAND_INS = {
    "USER_POOL_ID": f"{REGION}_AbCdEfGhI",
    "USER_POOL_CLIENT_IDS": "1example23456789",
    "IDENTITY_POOL_ID": f"{REGION}:12345678-1234-1234-1234-123456789012",
    "BUCKET_NAME": "bucket",
    "HOME_PREFIX": "private/{identity_id}/",
    "CREDENTIALS_REUSE_SECONDS": "0",
    # Nothing listens there.
    "AWS_ENDPOINT_URL": f"http://{HOST}:9",
}
"""A function's variables if nothing is deployed: ids of the right form, and an address that is not AWS's."""


def invoke(state_dir: Path, function: str, event: Path) -> None:
    """Invokes the function with the event and prints its answer; the log goes to standard error."""
    if function not in builds.FUNCTIONS:
        raise Failure(f"there is no function {function!r}; there are {', '.join(builds.FUNCTIONS)}")
    if not event.is_file():
        raise Failure(f"there is no event {event}")
    build = builds.newest(state_dir)
    values = variables(state_dir)
    filled = filling.filled(event.read_text(), state_dir)
    # The quick build is for this machine and need not run on Amazon Linux.
    if build.is_release and engine_runs():
        sam_local(state_dir, values, "invoke", builds.resource(function), "--event", "-", given=filled)
        return
    say(f"Under AWS's Runtime Interface Emulator, on this machine: the {build.kind} build")
    print(under_rie(build.folder(function), values[function], filled.encode()))


def serve(state_dir: Path, port: int) -> None:
    """Serves the API until it is interrupted."""
    if not builds.release_build().template.exists():
        raise Failure("the functions are not built for containers (make build)")
    if not engine_runs():
        raise Failure("sam local start-api needs a container engine, and none is running (make up needs none)")
    sam_local(state_dir, variables(state_dir), "start-api", "--host", HOST, "--port", str(port))


def variables(state_dir: Path) -> dict[str, dict[str, str]]:
    """The variables of each function: those of the local stack, or stand-ins if it is not running."""
    stack = emulator.running(state_dir) or {}
    deployed = stack.get("functions", {})
    if not deployed:
        say("Nothing is deployed here (make up): the ids are invented, and every call to AWS fails")
    functions = {}
    for name in builds.FUNCTIONS:
        if name not in deployed:
            functions[name] = STAND_INS
            continue
        text = aws.cli(
            stack["endpoint"], aws.admin_keys(stack), "lambda", "get-function-configuration",
            "--function-name", deployed[name], "--query", "Environment.Variables", "--output", "json",
        )  # fmt: skip
        functions[name] = json.loads(text) | {"AWS_ENDPOINT_URL": stack["endpoint"]}
    return functions


def engine_runs() -> bool:
    """Whether a container engine answers the SAM CLI."""
    ask = "import docker; docker.from_env(timeout=3).ping()"
    done = subprocess.run([VENV_BUILD / "bin" / "python", "-c", ask], capture_output=True, check=False)
    return done.returncode == 0


def sam_local(
    state_dir: Path, functions: dict[str, dict[str, str]], command: str, *arguments: str, given: str | None = None
) -> None:
    """Runs `sam local` with `given` on standard input, in the network of this machine, where the local AWS listens."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    template = state_dir / "sam-local.yaml"
    named = {builds.resource(function): values for function, values in functions.items()}
    write = [VENV_BUILD / "bin" / "python", ROOT / "local" / "sam_local.py", template]
    subprocess.run(write, input=json.dumps(named), text=True, check=True)
    none = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": REGION}
    sam = [str(VENV_BUILD / "bin" / "sam"), "local", command]
    options = ["--template", str(template), "--docker-network", "host"]
    environment = os.environ | none | {"SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run([*sam, *arguments, *options], env=environment, input=given, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"sam local {command} ended with status {done.returncode}")


def under_rie(folder: Path, values: dict[str, str], event: bytes) -> str:
    """The answer of the function in `folder` to the event."""
    port, runtime_port = emulator.free_port(0), emulator.free_port(0)
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    rie = next(VENV_BUILD.glob(f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"))
    function = {
        "AWS_LAMBDA_FUNCTION_NAME": folder.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "10",
        "AWS_REGION": REGION,
    }
    process = subprocess.Popen(
        # By default it would listen on every interface.
        [rie, "--runtime-interface-emulator-address", f"{HOST}:{port}",
         "--runtime-api-address", f"{HOST}:{runtime_port}", "--log-level", "error", folder / "bootstrap"],
        env=values | function,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )  # fmt: skip
    try:
        return answer(f"http://{HOST}:{port}/2015-03-31/functions/function/invocations", event)
    finally:
        process.terminate()
        process.wait()


def answer(url: str, event: bytes) -> str:
    """Posts the event as soon as the emulator listens."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTED_SECONDS_MAX
    while True:
        try:
            with direct.open(urllib.request.Request(url, data=event), timeout=ANSWERED_SECONDS_MAX) as reply:
                return str(reply.read().decode())
        except urllib.error.HTTPError as error:
            raise Failure(f"the function crashed: {error.read().decode()}") from None
        except OSError as error:
            if time.monotonic() > deadline:
                raise Failure(f"the Runtime Interface Emulator does not answer: {error}") from None
            time.sleep(0.05)


def say(text: str) -> None:
    """Prints a remark on standard error, because standard output is for the answer."""
    print(f"» {text}", file=sys.stderr, flush=True)
