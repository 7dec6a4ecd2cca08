"""Opening a hotel: all that is checked and made before its processes start, in an order that fails early."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from nbhotel.hotel import prepare
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.people import People, people
from nbhotel.hotel.programs import programs
from nbhotel.hotel.proxy import caddy
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.proxy.listeners import open_listeners
from nbhotel.hotel.settings import Settings
from nbhotel.hotel.supervisor import Supervisor, take_lock


@dataclass(frozen=True, slots=True)
class Opening:
    """A hotel that is ready to start. ``lock`` and ``sockets`` are held for as long as it lives."""

    layout: Layout
    people: People
    supervisor: Supervisor
    lock: int
    sockets: tuple[socket.socket, ...]


def open_hotel(settings: Settings, environ: Mapping[str, str]) -> Opening:
    """Check everything, make what is missing, bind the port; nothing runs yet. Raises NbhotelError."""
    bind = parse_bind(settings.bind)
    owners = people()
    prepare.check_interpreter(owners)
    prepare.check_limits(settings)
    caddy.find_caddy()
    layout = Layout(settings.state)
    prepare.prepare_state(layout, owners)
    lock = take_lock(layout)
    sockets = tuple(open_listeners(bind))
    descriptors = [listener.fileno() for listener in sockets]
    config = caddy.caddy_config(layout, bind, public=settings.public is not None)
    prepare.write_files(layout, owners, settings, config)
    commands = programs(layout, owners, settings, environ=environ, sockets=descriptors)
    return Opening(layout, owners, Supervisor(layout, commands, bind.url), lock, sockets)
