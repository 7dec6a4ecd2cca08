"""A certificate authority that speaks ACME (RFC 8555) on loopback: Caddy's own, in a second Caddy."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any, Self

from nbhotel.hotel.proxy.caddy import find_caddy

PORT = 9443


class Authority:
    """Issues certificates for any name that answers its challenges. ``root`` is its certificate."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / "pki" / "authorities" / "local" / "root.crt"

    def __enter__(self) -> Self:
        self.directory.mkdir()
        config = self.directory / "config.json"
        config.write_text(json.dumps(self._config()))
        self._process = subprocess.Popen(
            [str(find_caddy()), "run", "--config", str(config)],
            env={"HOME": str(self.directory)},
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while not self.root.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for path in (self.directory, *self.directory.rglob("*")):
            path.chmod(0o755)
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def issuer(self, *, without: str) -> dict[str, Any]:
        """Return Caddy's configuration of this authority as an issuer, without one kind of challenge."""
        return {
            "module": "acme",
            "ca": f"https://localhost:{PORT}/acme/local/directory",
            "trusted_roots_pem_files": [str(self.root)],
            "challenges": {without: {"disabled": True}},
        }

    def _config(self) -> dict[str, Any]:
        server = {
            "listen": [f"127.0.0.1:{PORT}"],
            "automatic_https": {"disable": True},
            "tls_connection_policies": [{}],
            "routes": [{"handle": [{"handler": "acme_server", "ca": "local"}]}],
        }
        policy = {"subjects": ["localhost"], "issuers": [{"module": "internal"}]}
        return {
            "admin": {"disabled": True},
            "storage": {"module": "file_system", "root": str(self.directory)},
            "apps": {
                "http": {"servers": {"acme": server}},
                "tls": {"certificates": {"automate": ["localhost"]}, "automation": {"policies": [policy]}},
                "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
            },
        }
