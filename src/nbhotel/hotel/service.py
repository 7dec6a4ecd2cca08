"""The hotel as systemd units: the supervisor's programs, with the port held by a socket unit."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbhotel.errors import MissingPart
from nbhotel.hotel import prepare
from nbhotel.hotel.children import Program
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.people import GROUP, HUB_USER, PROXY_USER, people
from nbhotel.hotel.programs import programs
from nbhotel.hotel.proxy import caddy
from nbhotel.hotel.proxy.bind import Bind, parse_bind
from nbhotel.hotel.settings import Settings
from nbhotel.hotel.supervisor import take_lock

#: What the hub and the proxy may not do (`man 5 systemd.exec`). Not for the zygote: rooms inherit it.
_SANDBOX = """\
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictSUIDSGID=yes
"""


def prepare_for_systemd(settings: Settings) -> None:
    """Do what `up` does before its processes start, except for opening the port. Raises NbhotelError."""
    layout = Layout(settings.state)
    owners = people()
    prepare.check_interpreter(owners)
    prepare.check_limits(settings)
    prepare.prepare_state(layout, owners)
    os.close(take_lock(layout))  # not while a supervisor runs
    config = caddy.caddy_config(layout, parse_bind(settings.bind), public=settings.public is not None)
    prepare.write_files(layout, owners, settings, config)


def units(settings: Settings, config: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each unit file by its name."""
    layout = Layout(settings.state)
    owners = people()
    if not owners.root:
        what = "the units run the hotel as root with users of its own"
        raise MissingPart(what, remedy="run `nbhotel service` as root, or use `nbhotel up --detach`")
    hub, proxy, zygote, static = programs(layout, owners, settings, environ=environ, sockets=(3, 4))
    return {
        "nbhotel.target": _target(),
        "nbhotel.socket": _socket(parse_bind(settings.bind)),
        "nbhotel-prepare.service": _prepare(layout, settings, config),
        "nbhotel-zygote.service": _service(zygote, "KillMode=process\n", after=()),
        "nbhotel-proxy.service": _service(
            proxy, _user(PROXY_USER, layout), after=("nbhotel.socket",), requires=("nbhotel.socket",)
        ),
        "nbhotel-static.service": _once(static, _user(PROXY_USER, layout)),
        "nbhotel-hub.service": _service(hub, _user(HUB_USER, layout), after=("nbhotel-zygote.service",)),
    }


def _target() -> str:
    return """\
[Unit]
Description=A hotel for notebooks
Wants=nbhotel.socket nbhotel-static.service nbhotel-zygote.service nbhotel-hub.service nbhotel-proxy.service

[Install]
WantedBy=multi-user.target
"""


def _socket(bind: Bind) -> str:
    streams = "".join(f"ListenStream={_address(host, port)}\n" for host, port in bind.addresses)
    return f"""\
[Unit]
Description=The public address of the hotel for notebooks
PartOf=nbhotel.target

[Socket]
{streams}Service=nbhotel-proxy.service
"""


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}" if host else str(port)


def _prepare(layout: Layout, settings: Settings, config: Path | None) -> str:
    options = [*(("--config", str(config.resolve())) if config else ())]
    # The units hold the address and the paths: both must be those that were read now.
    options += ["--state", str(layout.state), "--bind", settings.bind]
    return f"""\
[Unit]
Description=Prepare the hotel for notebooks
PartOf=nbhotel.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={_line((sys.executable, "-m", "nbhotel", "up", "--prepare", *options))}
"""


def _service(program: Program, more: str, *, after: Sequence[str], requires: Sequence[str] = ()) -> str:
    needs = ("nbhotel-prepare.service", *requires)
    environment = "".join(f"Environment={shlex.quote(f'{k}={v}')}\n" for k, v in program.environment.items())
    return f"""\
[Unit]
Description=The {program.name} of the hotel for notebooks
PartOf=nbhotel.target
Requires={" ".join(needs)}
After={" ".join(("nbhotel-prepare.service", *after))}
StartLimitIntervalSec=0

[Service]
ExecStart={_line(program.command)}
WorkingDirectory={program.directory}
{environment}UMask=0077
Restart=always
RestartSec=100ms
StandardOutput=append:{program.log}
StandardError=inherit
{more}"""


def _once(program: Program, more: str) -> str:
    text = _service(program, more, after=())
    return text.replace("Restart=always\nRestartSec=100ms\n", "Type=oneshot\nRemainAfterExit=yes\n")


def _user(name: str, layout: Layout) -> str:
    return (
        f"User={name}\nGroup={name}\nSupplementaryGroups={GROUP}\nLimitNOFILE=524288\n"
        f"{_SANDBOX}ReadWritePaths={layout.state}\n"
    )


def _line(words: Sequence[str]) -> str:
    # systemd expands % and $ in a command line (`man 5 systemd.service`).
    return " ".join(shlex.quote(word).replace("%", "%%").replace("$", "$$") for word in words)
