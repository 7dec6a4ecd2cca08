"""The start of comments in a server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbhotel.errors import CommentError
from nbhotel.room.api import add_routes
from nbhotel.room.comments.handlers import OfNotebook
from nbhotel.room.comments.keeping import Comments

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def start(app: ServerApp) -> None:
    """Answer questions, and follow notebooks to new names. Raises CommentError."""
    root = getattr(app.contents_manager, "root_dir", "")
    if not root:
        raise CommentError("this server's files don't lie in a folder of this machine")
    comments = Comments(parent=app)
    comments.follow(app, os.path.realpath(str(root)))
    app.web_app.settings["nbhotel_comments"] = comments
    add_routes(app, [(r"comments/(.+)", OfNotebook)])
