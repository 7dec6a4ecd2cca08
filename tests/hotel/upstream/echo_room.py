"""Answers like JupyterHub's own stand-in for a single-user server, without importing JupyterHub.

Its tests start fifty of them. It listens on the socket that the zygote hands over, or at the address that
JupyterHub's own spawners give it.
"""

import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Echo(BaseHTTPRequestHandler):
    """Tells the path, or at its end ``args`` or ``env`` this process's own."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        told = {"args": sys.argv, "env": dict(os.environ)}.get(path.rpartition("/")[2])
        body = (path if told is None else json.dumps(told)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "-"  # a client at a unix socket has no address


def listener() -> socket.socket:
    """The socket handed over as systemd does (man 3 sd_listen_fds), or one of its own."""
    if "LISTEN_FDS" in os.environ:
        handed = socket.socket(fileno=3)
        handed.setblocking(True)
        return handed
    url = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    return socket.create_server((url.hostname or "", url.port or 0))


if __name__ == "__main__":
    server = ThreadingHTTPServer(("", 0), Echo, bind_and_activate=False)
    server.socket.close()
    server.socket = listener()
    server.serve_forever()
