"""What a page knows of the files beside a notebook; a page by itself knows of none."""

from __future__ import annotations

from collections.abc import Callable

from nbhotel.records import NamedTuple


def _nothing(_: str) -> None:
    return None


class Around(NamedTuple):
    """Leads from what stands in the notebook to what may stand in the page, or None.

    `link` is given the address of a link that doesn't lead to the web; `picture` that of an image, and
    returns a `data:` URI of one of `sanitise.IMAGES`.
    """

    link: Callable[[str], str | None] = _nothing
    picture: Callable[[str], str | None] = _nothing


ALONE = Around()
