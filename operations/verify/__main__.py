"""`python operations/verify STACK`, with the interpreter of `.venv/aws`, which has botocore and the AWS CLI."""

import sys
from pathlib import Path

# A folder that is run as a program is not a package; from the folder above it is one.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from verify.command import main  # noqa: E402

if __name__ == "__main__":
    main()
