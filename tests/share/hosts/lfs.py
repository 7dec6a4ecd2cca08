"""Git LFS on our hosts: objects are asked about and put.

Source: https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


def serve_lfs(request: BaseHTTPRequestHandler, address: str, root: Path, user: str, token: str) -> None:
    """Answer one of git-lfs's requests; objects lie in `root`/lfs by their sums."""
    body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
    wanted = base64.b64encode(f"{user}:{token}".encode()).decode()
    if request.headers["Authorization"] != f"Basic {wanted}":
        _send(request, 401, {"message": "who are you?"})
    elif request.path.endswith("/objects/batch"):
        asked = json.loads(body)
        _send(
            request,
            200,
            {"transfer": "basic", "objects": [_object(each, address) for each in asked["objects"]]},
        )
    elif request.command == "PUT":
        name = request.path.rpartition("/")[2]
        assert hashlib.sha256(body).hexdigest() == name
        (root / "lfs").mkdir(exist_ok=True)
        (root / "lfs" / name).write_bytes(body)
        _send(request, 200, {})
    else:  # locks
        _send(request, 404, {"message": "not here"})


def _object(asked: dict[str, Any], address: str) -> dict[str, Any]:
    upload = {"href": f"{address}/info/lfs/objects/{asked['oid']}"}
    return {**asked, "actions": {"upload": upload}}


def _send(request: BaseHTTPRequestHandler, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    request.send_response_only(status)
    request.send_header("Content-Type", "application/vnd.git-lfs+json")
    request.send_header("LFS-Authenticate", 'Basic realm="git"')
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
