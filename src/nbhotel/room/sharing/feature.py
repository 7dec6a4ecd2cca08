"""`share/…`: what is known of a notebook or folder on code hosts; gists and repositories; how far they are.

All of it asks for rights on `sharing`, not on `contents`: who may write in a notebook may not therefore send
files away with its owner's token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.room.api import add_routes
from nbhotel.room.sharing.handlers import Gist, JobOf, Project, TokenOf
from nbhotel.room.sharing.jobs import Jobs
from nbhotel.room.sharing.tokens import Tokens

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def start(app: ServerApp) -> None:
    """Add the endpoints."""
    app.web_app.settings["nbhotel_sharing"] = Jobs(app.log)
    app.web_app.settings["nbhotel_share_tokens"] = Tokens()
    add_routes(
        app,
        [
            ("share/gist", Gist),
            ("share/project", Project),
            ("share/token", TokenOf),
            (r"share/jobs/([0-9a-f]{32})", JobOf),
        ],
    )
