"""Build the extension for JupyterLab from `lab/` into `src/nbhotel/room/labextension`: `python tools/lab.py`.

Needs node with npm, and `jupyter-builder`, which JupyterLab brings. The build is committed, so that an
installation needs neither. It carries a digest of what it was made of, by which a test finds an old one.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAB = ROOT / "lab"
BUILT = ROOT / "src/nbhotel/room/labextension"
DIGEST = "sources.sha256"
#: Files and folders below `lab/` of which the build is made.
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "schema", "src", "style")


def sources(lab: Path = LAB) -> list[Path]:
    """Return all files that the build is made of, in the order of their names."""
    tops = [lab / name for name in SOURCES]
    found = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    return sorted(path for path in found if path.is_file())


def digest(lab: Path = LAB) -> str:
    """Return a digest of these files' names and contents."""
    whole = hashlib.sha256()
    for path in sources(lab):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{content}  {path.relative_to(lab).as_posix()}\n".encode())
    return whole.hexdigest()


def build() -> None:
    """Build. Raises CalledProcessError."""
    made_of = digest()
    if not (LAB / "node_modules").is_dir():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=LAB, check=True)
    subprocess.run(["npx", "--no-install", "tsc"], cwd=LAB, check=True)
    subprocess.run(["jupyter-builder", "build", "."], cwd=LAB, check=True)
    (BUILT / DIGEST).write_text(f"{made_of}\n")


if __name__ == "__main__":
    build()
