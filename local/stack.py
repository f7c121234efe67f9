#!/usr/bin/env python3
"""The local AWS from the command line: `python3 local/stack.py --help`."""

from latchkey_local.commands import main

if __name__ == "__main__":
    main()
