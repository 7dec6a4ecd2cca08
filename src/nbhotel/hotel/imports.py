"""What our processes leave out while they start."""

from __future__ import annotations

import sys


def skip_slow_imports() -> None:
    """Keep jsonschema from building its grammar of internationalised addresses, a third of the hub's start.

    jsonschema then doesn't check the format "iri", which no schema of Jupyter's uses. Call it before Jupyter
    or JupyterHub is imported (`bench/rooms.py`, P9, shows the difference).
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: an ImportError, as if absent
