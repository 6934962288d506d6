"""``python -m ac_notebook``: the same as ``ac-notebook``."""

import sys

from ac_notebook.cli import main

if __name__ == "__main__":
    sys.exit(main())
