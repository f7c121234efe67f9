"""Tries real clients with a local AWS, each in every way in which it can get keys: `python tests/clients/matrix`.

The results are compared with docs/clients.md, and `--rewrite` replaces them there. With names, such as `boto3`, only
these clients are tried, and the results shown. A kernel that gives no namespaces skips the run with a message.
"""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import namespaces
from clients import BOOKWORM, PINS, ROOTS, SID
from environments import KEYRING, build_go, build_rust
from layout import CLIENTS, LATCHKEY, RUN


def install() -> None:
    """Installs and builds all clients, and removes what an earlier run kept."""
    started = time.monotonic()
    print("» Installing the clients, into target/clients", flush=True)
    with ThreadPoolExecutor(4) as pool:
        jobs = [build_rust, install_unstable, *(one.install for one in [BOOKWORM, *PINS.values()])]
        for job in [pool.submit(job) for job in jobs]:
            job.result()
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True, mode=0o700)


def install_unstable() -> None:
    """What is current in Debian, if it can be installed today."""
    try:
        SID.install()
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"  SKIPPED: Debian's unstable packages cannot be installed: {error}", flush=True)


def run() -> None:
    """Tries all, inside the namespaces."""
    import page  # noqa: PLC0415 (these need what `latchkey_local` needs, and a network)
    import person as persons  # noqa: PLC0415
    import tls  # noqa: PLC0415
    import trials  # noqa: PLC0415

    roots = [debian for debian in ROOTS if debian.is_installed]
    namespaces.prepare([tls.NAME], roots)
    for debian in roots:
        build_go(debian)
    stack = persons.start()
    proxy = tls.Proxy(stack["api_url"], RUN)
    namespaces.trust(proxy.authority, roots)
    started = time.monotonic()
    print("» Trying each client in each way", flush=True)
    only = [name for name in sys.argv[1:] if not name.startswith("--")]
    results = trials.run(persons.sign_in(stack, "ada"), proxy, only)
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
    if only:
        page.show(results)
    elif "--rewrite" in sys.argv:
        page.write(results)
    else:
        # Another person: the first one's files are still there.
        page.compare(results, lambda names: trials.run(persons.sign_in(stack, "grace"), proxy, names))


def main() -> None:
    """Installs, then runs inside."""
    if os.environ.get(namespaces.INSIDE):
        run()
        return
    if not LATCHKEY.exists():
        sys.exit("latchkey: the command line is not built (cargo build -p latchkey)")
    if not (CLIENTS / "javascript" / "node_modules").exists():
        sys.exit("latchkey: the packages of tests/clients/javascript are not installed (make test-clients)")
    if not namespaces.are_possible() or not KEYRING.exists():
        print("SKIPPED: the clients need Debian, and namespaces of their own, which some kernels give only to root")
        return
    install()
    sys.exit(namespaces.enter())


if __name__ == "__main__":
    main()
