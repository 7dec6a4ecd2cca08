"""`python -m nbhotel` is the same program as `nbhotel`."""

from __future__ import annotations

import sys

from nbhotel.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
