"""What a server says when it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.error import HTTPError

import pytest


def refusal(ask: Callable[[], object]) -> str:
    """The message of the error that an endpoint must answer with."""
    with pytest.raises(HTTPError) as caught:
        ask()
    assert caught.value.code in {400, 404, 422}
    message: str = json.loads(caught.value.read())["message"]
    return message
