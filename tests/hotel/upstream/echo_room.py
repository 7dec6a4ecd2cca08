"""JupyterHub's own stand-in for a single-user server, on the socket that the zygote hands over."""

from __future__ import annotations

import socket

from jupyterhub.tests.mockservice import EnvHandler
from jupyterhub.tests.mocksu import ArgsHandler, EchoHandler
from tornado import httpserver, ioloop, web

if __name__ == "__main__":
    listener = socket.socket(fileno=3)  # man 3 sd_listen_fds
    listener.setblocking(False)
    app = web.Application([(r".*/args", ArgsHandler), (r".*/env", EnvHandler), (r".*", EchoHandler)])
    httpserver.HTTPServer(app).add_socket(listener)
    ioloop.IOLoop.instance().start()
