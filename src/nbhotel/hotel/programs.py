"""The commands of the hotel's three processes, for the supervisor and for systemd alike."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from nbhotel.hotel.children import Program
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.people import People
from nbhotel.hotel.proxy import caddy
from nbhotel.hotel.settings import Settings

#: What of the administrator's environment may reach the processes; rooms inherit the zygote's.
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")


def programs(
    layout: Layout, people: People, settings: Settings, *, environ: Mapping[str, str], sockets: Sequence[int]
) -> list[Program]:
    """Return hub, proxy, zygote and the publishing of static files, in the order of their start."""
    kept = {name: environ[name] for name in _KEPT if name in environ}
    base = {**kept, "PATH": os.defpath.replace(":", ":/usr/local/bin:", 1).lstrip(":")}
    python = {**base, **_source_path(environ)}
    run = (sys.executable, "-s", "-P", "-m")
    zygote = Program(
        name="zygote",
        command=(*run, "nbhotel.hotel.zygote", *zygote_arguments(layout, people, settings)),
        person=people.owner,
        groups=(),
        environment={**python, "HOME": "/"},
        directory=layout.run_dir,
        log=layout.log_file("zygote"),
    )
    proxy = Program(
        name="proxy",
        command=tuple(caddy.command(layout)),
        person=people.proxy,
        groups=(people.group,),
        environment={**base, **caddy.environment(layout)},
        directory=layout.proxy_dir,
        log=layout.log_file("proxy"),
        sockets=tuple(sockets),
    )
    hub = Program(
        name="hub",
        command=(*run, "nbhotel.hotel.hub", str(layout.state)),
        person=people.hub,
        groups=(people.group,),
        environment={**python, "HOME": str(layout.hub_dir)},
        directory=layout.hub_dir,
        log=layout.log_file("hub"),
    )
    static = Program(
        name="static",
        command=(*run, "nbhotel.hotel.proxy.static", str(layout.state)),
        person=people.proxy,
        groups=(),
        environment={**python, "HOME": str(layout.proxy_dir)},
        directory=layout.proxy_dir,
        log=layout.log_file("proxy"),
        once=True,
    )
    return [hub, proxy, zygote, static]


def zygote_arguments(layout: Layout, people: People, settings: Settings) -> list[str]:
    """Return the zygote's options: few and nothing secret, for every room can read them."""
    return [
        str(layout.state),
        f"--hub-uid={people.hub.uid}",
        f"--group={people.group}",
        f"--pam-service={settings.pam_service}",
        *(["--together"] if settings.rooms.together else []),
    ]


def _source_path(environ: Mapping[str, str]) -> dict[str, str]:
    # A developer's tree is found by PYTHONPATH; an installation needs none.
    return {"PYTHONPATH": environ["PYTHONPATH"]} if "PYTHONPATH" in environ else {}
