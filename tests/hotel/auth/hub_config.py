"""The configuration of the hub that the tests start: `jupyterhub -f hub_config.py`, with $TEST_HOTEL set.

Everything but the way to the rooms is real: the routes are kept in a file, which the tests' browser reads.
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import quote

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

from nbhotel.hotel.auth import authenticator_class, passwords, template_paths
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.settings import read_resolved

PAGES = ("jupyterlab", "notebook", "notebook_shim", "jupyterlab_jupytext", "jupyter_lsp", "nbhotel.room")

passwords.ROUNDS = 10  # a guest of a test types dozens of passwords: a quarter of the time for each

layout = Layout(Path(os.environ["TEST_HOTEL"]))
settings = read_resolved(layout.settings_file)


class RouteFile(Proxy):
    should_start = False

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.routes = {}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}
        self._write()

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)
        self._write()

    async def get_all_routes(self):
        return self.routes

    def _write(self):
        targets = {spec: route["target"] for spec, route in self.routes.items()}
        draft = layout.run_dir / "routes.new"
        draft.write_text(json.dumps(targets))
        draft.replace(layout.run_dir / "routes.json")


c = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterHub gives it
c.JupyterHub.bind_url = "http://hotel/"
c.JupyterHub.hub_bind_url = f"http+unix://{quote(str(layout.hub_socket), safe='')}"
c.JupyterHub.db_url = f"sqlite:///{layout.hub_dir / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(layout.hub_dir / "cookie_secret")
c.JupyterHub.authenticator_class = authenticator_class(settings)
c.JupyterHub.template_paths = template_paths()
c.JupyterHub.proxy_class = RouteFile
c.JupyterHub.cleanup_servers = False
c.JupyterHub.redirect_to_server = False
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(layout.homes_dir / "{username}")
c.SimpleLocalProcessSpawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
# Without the pages, JupyterLab's and others', that make the start of a room long.
without = [f"--ServerApp.jpserver_extensions={name}=False" for name in PAGES]
c.SimpleLocalProcessSpawner.args = ["--allow-root", *without]
c.SimpleLocalProcessSpawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"}
c.JupyterHub.services = [{"name": "nbhotel", "api_token": layout.admin_token_file.read_text()}]
scopes = ["admin:users", "admin:servers", "access:servers", "tokens", "read:hub", "list:services"]
c.JupyterHub.load_roles = [{"name": "nbhotel", "services": ["nbhotel"], "scopes": scopes}]
for section, values in settings.jupyterhub.items():
    c[section].update(values)
