"""The parts of Caddy's configuration that are about certificates."""

from __future__ import annotations

import socket
from typing import Any

import psutil

from nbhotel.hotel.proxy.bind import Bind

Json = dict[str, Any]


def tls_server(bind: Bind) -> Json:
    """Return what the listening server needs: nothing for plain HTTP."""
    if bind.tls == "off":
        return {}
    # A browser that is sent to an IP address names none; one that uses a name we don't know
    # still gets our certificate, so that it can say what is wrong.
    policy = {"default_sni": bind.name, "fallback_sni": bind.name} if bind.tls == "internal" else {}
    return {
        "tls_connection_policies": [policy],
        "listener_wrappers": [{"wrapper": "http_redirect"}, {"wrapper": "tls"}],
    }


def tls_apps(bind: Bind) -> Json:
    """Return Caddy's apps that get and keep the certificates."""
    if bind.tls == "off":
        return {}
    names = [bind.host] if bind.tls == "public" else sorted(certified_names(bind))
    if bind.tls == "public":
        return {"tls": {"certificates": {"automate": names}}}
    policy = {"subjects": names, "issuers": [{"module": "internal"}]}
    return {
        "tls": {"certificates": {"automate": names}, "automation": {"policies": [policy]}},
        # Trusting the authority is the administrator's decision, on each machine.
        "pki": {"certificate_authorities": {"local": {"install_trust": False, "name": "nbhotel"}}},
    }


def certified_names(bind: Bind) -> set[str]:
    """Return the names and addresses under which a hotel with an authority of its own is reached."""
    if not bind.wildcard:
        return {bind.host}
    addresses = {
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in {socket.AF_INET, socket.AF_INET6} and "%" not in address.address
    }
    return {bind.name, socket.getfqdn(bind.name), "localhost"} | addresses
