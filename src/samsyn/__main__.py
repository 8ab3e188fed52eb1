"""``python -m samsyn``: the command line."""

import sys

from samsyn.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
