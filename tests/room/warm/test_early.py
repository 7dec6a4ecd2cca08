"""A nursery that is forked off before the server begins, as in a hotel's room."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.hotel.support import wait_until

#: A process that has loaded a server's software, as the zygote has, with its options; and a child of it.
ROOM = """
import asyncio, gc, json, os, sys
from nbhotel.room.warm import early
early.load()
import jsonschema, nbformat
gc.collect(); gc.freeze()
code = '''
import json, os, site, sys, jsonschema
print(json.dumps({
    "mine": jsonschema.mine, "path": sys.path, "flags": sys.flags.safe_path, "site": site.USER_SITE,
    "home": os.path.expanduser("~"), "parent": os.getppid(), "others": "nbformat" in sys.modules,
}))'''

async def serve():
    from jupyter_client.provisioning.factory import KernelProvisionerFactory
    from nbhotel.room.warm.feature import provide
    from nbhotel.room.warm.keeper import WarmKernels
    from tests.room.warm.kernels import kernel
    provide(KernelProvisionerFactory.instance())
    keeper = WarmKernels.instance(enabled=sys.argv[2] == "on")
    keeper.begin()
    async with kernel(cwd=sys.argv[1]) as first:
        found = {"warm": first.is_warm, **json.loads(await first.run(code))}
        listed = "print(any('nbformat' in each for each in get_ipython().kernel._kernel_modules))"
        found["skipped"] = await first.run(listed)
    keeper.end()
    print(json.dumps(found))

if os.fork() == 0:
    os.environ["HOME"] = sys.argv[1]
    early.fork([])
    asyncio.run(serve())
    sys.stdout.flush()
    os._exit(0)
os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def has_ended(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)  # where nobody reaps orphans
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("switch", ["on", "off"])
def test_the_first_kernel_is_warm_and_sees_what_a_cold_one_sees(tmp_path: Path, switch: str) -> None:
    (tmp_path / "jsonschema.py").write_text("mine = True")
    root = str(Path(__file__).parents[3])
    code = f"import sys\nsys.path.append({root!r})\n{ROOM}"
    done = subprocess.run(
        [sys.executable, "-s", "-P", "-c", code, str(tmp_path), switch],
        capture_output=True,
        text=True,
        timeout=60,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["warm"] is (switch == "on")
    assert found["flags"] is found["others"] is found["warm"], "what can't be the same, and what needn't"
    assert found["mine"]
    assert found["path"].count("") == 1
    assert "-packages" in found["path"][found["path"].index("") + 1]
    assert found["home"] == str(tmp_path)
    assert found["site"].startswith(str(tmp_path))
    assert found["skipped"] == "False"
    wait_until(lambda: has_ended(found["parent"]), seconds=5, what="the end of the nursery")
