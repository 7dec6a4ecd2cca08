"""JupyterLab's static files, served by the proxy once for everybody instead of by each room.

Their address has a hash of what they are, so that browsers may keep them for ever. ``python -m
nbhotel.hotel.proxy.static STATE`` publishes them and then compresses them, at the lowest priority.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

from nbhotel.errors import MissingPart, StateError
from nbhotel.hotel.layout import Layout

#: Where the proxy has these files, below JupyterHub's base URL; `www_dir/static` is its root.
STATIC_PATH = "nbhotel/static/"

#: Published versions that are kept: rooms that outlive an upgrade still ask for the older ones.
KEPT_VERSIONS = 3

_COMPRESSIBLE = frozenset({".js", ".css", ".html", ".json", ".svg", ".txt", ".wasm", ".ttf", ".eot", ".map"})
#: Smaller files fit into one packet as they are.
_WORTH_IT = 1024
#: The highest levels take six times as long, of a new hotel's first seconds, and save 5 % of the bytes.
_GZIP, _ZSTD = 6, 9


def lab_static_dir() -> Path:
    """Return where this Python's JupyterLab has its static files; MissingPart if it has none."""
    directory = Path(sysconfig.get_path("data")) / "share" / "jupyter" / "lab" / "static"
    if not (directory / "index.html").is_file():
        raise MissingPart(
            "JupyterLab is not installed", where=str(directory), remedy="pip install jupyterlab"
        )
    return directory


def static_address(source: Path | None = None, *, base_url: str = "/") -> str:
    """Return the URL path of the static files, for ``LabApp.override_static_url``; no slash at its end.

    ``source`` is the directory of the files, by default this Python's JupyterLab.
    """
    return f"{base_url}{STATIC_PATH}{_version_name(source or lab_static_dir())}"


def published(layout: Layout) -> bool:
    """Whether the proxy has this version's files to serve."""
    return (layout.www_dir / "static" / _version_name(lab_static_dir())).is_dir()


def publish(layout: Layout, source: Path | None = None) -> Path:
    """Copy the static files to where the proxy serves them, unless they are there; return the directory.

    Raises StateError if they can't be copied. Compression is left to `compress`.
    """
    source = source or lab_static_dir()
    top = layout.www_dir / "static"
    try:
        top.mkdir(mode=0o755, exist_ok=True)
        top.chmod(0o755)
        version = top / _version_name(source)
        if not version.is_dir():
            _copy(source, version)
        os.utime(version)
        _forget_old(top)
    except OSError as error:
        reason = f"JupyterLab's static files can't be copied: {error.strerror or error}"
        raise StateError(reason, where=str(top)) from error
    return version


def compress(version: Path) -> None:
    """Put a ``.zst`` and a ``.gz`` beside each file that gets smaller by it; what is there already is kept.

    The proxy serves a file as it is until its compressed form is complete.
    """
    import zstandard

    encoders: dict[str, Callable[[bytes], bytes]] = {
        ".gz": lambda data: gzip.compress(data, _GZIP, mtime=0),
        ".zst": zstandard.ZstdCompressor(level=_ZSTD).compress,
    }
    for file in sorted(version.rglob("*")):
        if file.suffix in _COMPRESSIBLE and file.stat().st_size >= _WORTH_IT:
            for suffix, encode in encoders.items():
                _compress_file(file, file.with_name(file.name + suffix), encode)


def _version_name(source: Path) -> str:
    """Return ``lab-VERSION-HASH``; the names of Lab's own files hold hashes of their contents."""
    digest = hashlib.sha256()
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(source)}\0{file.stat().st_size}\0".encode())
    for name in ("index.html", "package.json"):
        if (source / name).is_file():
            digest.update((source / name).read_bytes())
    return f"lab-{importlib.metadata.version('jupyterlab')}-{digest.hexdigest()[:12]}"


def _copy(source: Path, version: Path) -> None:
    draft = Path(tempfile.mkdtemp(dir=version.parent, prefix=".new-"))
    try:
        for file in (path for path in source.rglob("*") if path.is_file()):
            copy = draft / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            copy.chmod(0o644)
        for directory in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            directory.chmod(0o755)
        draft.rename(version)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _forget_old(top: Path) -> None:
    versions = sorted(top.glob("lab-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in (*versions[KEPT_VERSIONS:], *top.glob(".new-*")):
        shutil.rmtree(old, ignore_errors=True)


def _compress_file(file: Path, compressed: Path, encode: Callable[[bytes], bytes]) -> None:
    if compressed.exists():
        return
    data = file.read_bytes()
    smaller = encode(data)
    if len(smaller) > 0.9 * len(data):
        return
    draft = compressed.with_name(f".{compressed.name}.new")
    draft.write_bytes(smaller)
    draft.chmod(0o644)
    draft.replace(compressed)


if __name__ == "__main__":
    directory = publish(Layout(Path(sys.argv[1])))
    os.nice(19)  # browsers wait for the files, but not for their compressed form
    compress(directory)
