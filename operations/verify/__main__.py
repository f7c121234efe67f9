"""`python -m operations.verify STACK`, with the interpreter of `.venv/aws`, which has botocore and the AWS CLI."""

from .command import main

if __name__ == "__main__":
    main()
