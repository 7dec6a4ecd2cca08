"""Our front by itself: Caddy with the hotel's own configuration, without a hub, and one room's route."""

from __future__ import annotations

import json
from pathlib import Path

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import routefile
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.proxy.caddy import caddy_config, command, environment
from nbhotel.hotel.proxy.listeners import open_listeners

GUEST = "bench"


class OurFront:
    """What is to be started: a command, its environment, and the listening socket it inherits as fd 3."""

    def __init__(self, state: Path, port: int) -> None:
        layout = Layout(state)
        self.room_socket = layout.room_socket(GUEST)
        for folder in (
            self.room_socket.parent,
            layout.routes_dir,
            layout.proxy_dir,
            layout.proxy_run_dir,
            layout.www_dir,
        ):
            folder.mkdir(parents=True)
        target = f"http+unix://{self.room_socket}"
        route = routefile.Route(routespec=f"/user/{GUEST}/", target=target, data={})
        routefile.write(routefile.folder(layout.routes_dir, f"/user/{GUEST}/"), routefile.ROOM, route)
        bind = parse_bind(f"127.0.0.1:{port}")
        layout.caddy_file.write_text(json.dumps(caddy_config(layout, bind)))
        self.port = port
        self.listener = open_listeners(bind)[0]
        self.command = command(layout)
        self.environment = environment(layout)
