"""Static files: published once, compressed beside, cached for ever."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard

from nbhotel.errors import MissingPart, StateError
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import static
from nbhotel.hotel.proxy.static import compress, lab_static_dir, publish, static_address
from tests.hotel.proxy.street import Street

SCRIPT = b"console.log('hello')\n" * 500


@pytest.fixture
def source(tmp_path: Path) -> Path:
    directory = tmp_path / "static"
    (directory / "sub").mkdir(parents=True)
    (directory / "index.html").write_text("<p>")
    (directory / "main.abc.js").write_bytes(SCRIPT)
    (directory / "sub" / "noise.js").write_bytes(os.urandom(5000))
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o700)
    return directory


def test_the_address_changes_with_the_content(source: Path) -> None:
    first = static_address(source)
    assert first == static_address(source)
    (source / "index.html").write_text("<b>")
    assert static_address(source) != first
    assert static_address(source, base_url="/x/").startswith("/x/nbhotel/static/lab-")


def test_publishing_twice_does_it_once(layout: Layout, source: Path) -> None:
    published = publish(layout, source)
    first = (published / "main.abc.js").stat().st_ino
    assert publish(layout, source) == published
    assert (published / "main.abc.js").stat().st_ino == first
    assert (published / "sub" / "noise.js").read_bytes() == (source / "sub" / "noise.js").read_bytes()
    readable = all(path.stat().st_mode & 0o004 for path in published.rglob("*"))
    assert readable
    assert [path.name for path in published.parent.iterdir()] == [published.name]


def test_old_versions_are_kept_for_a_while(layout: Layout, source: Path) -> None:
    versions = []
    for number in range(5):
        (source / "index.html").write_text(str(number))
        versions.append(publish(layout, source))
        os.utime(versions[-1], (number, number))
    publish(layout, source)
    left = {path.name for path in versions[0].parent.iterdir()}
    assert left == {version.name for version in versions[-static.KEPT_VERSIONS :]}


def test_the_proxy_serves_what_is_there(street: Street, source: Path) -> None:
    published = publish(street.layout, source)
    address = f"{static_address(source)}/main.abc.js"
    plain = street.ask(address)
    assert (plain.status, plain.body) == (200, SCRIPT)
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"].startswith("text/javascript")
    on_the_fly = street.ask(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(on_the_fly.body) == SCRIPT
    compress(published)
    assert not (published / "sub" / "noise.js.gz").exists()
    for encoding, ending, decode in (
        ("gzip", ".gz", gzip.decompress),
        ("zstd, gzip, br", ".zst", zstandard.ZstdDecompressor().decompress),
    ):
        answer = street.ask(address, headers={"Accept-Encoding": encoding})
        assert answer.body == (published / f"main.abc.js{ending}").read_bytes()
        assert decode(answer.body) == SCRIPT
        assert answer.headers["content-type"].startswith("text/javascript")
        again = street.ask(
            address, headers={"Accept-Encoding": encoding, "If-None-Match": answer.headers["etag"]}
        )
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nope.js",
        "/sub",
        "/sub/",
        "/../../../run/caddy.json",
        "/%2e%2e/%2e%2e/%2e%2e/run/caddy.json",
    ],
)
def test_nothing_else_is_served(street: Street, source: Path, path: str) -> None:
    publish(street.layout, source)
    answer = street.ask(static_address(source) + path)
    assert answer.status in {404, 400} or answer.who == "hub"
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_compression_that_was_killed_goes_on(layout: Layout, source: Path) -> None:
    published = publish(layout, source)
    (published / ".main.abc.js.gz.new").write_bytes(b"half")
    compress(published)
    assert gzip.decompress((published / "main.abc.js.gz").read_bytes()) == SCRIPT
    assert not list(published.rglob("*.new"))


def test_labs_own_files_have_what_its_page_asks_for(layout: Layout) -> None:
    published = publish(layout)
    assert published.name in static_address()
    assert {path.name for path in lab_static_dir().iterdir()} == {path.name for path in published.iterdir()}


def test_the_program_publishes_at_once(layout: Layout) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", static.__name__, str(layout.state)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        deadline = time.monotonic() + 30
        while not static.published(layout):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        first = layout.www_dir / "static" / Path(static_address()).name
        while not list(first.glob("*.zst")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_a_disk_that_takes_nothing_is_told(layout: Layout, source: Path) -> None:
    shutil.rmtree(layout.www_dir)
    layout.www_dir.write_text("in the way")
    with pytest.raises(StateError, match="can't be copied"):
        publish(layout, source)


def test_no_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(MissingPart, match="JupyterLab is not installed"):
        lab_static_dir()
