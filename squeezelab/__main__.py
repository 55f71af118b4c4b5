"""`python -m squeezelab` is the command `squeezelab`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
