"""`nbdiff` with files, folders and globs; its options, exit codes, and where its output goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.cli.commands import diff
from nbhotel.cli.main import command_parser, main
from tests.cli.repositories import ONE, TWO, notebook

CHANGE = ["-value = compute(1)", "+value = compute(2)"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.delenv("COLUMNS", raising=False)
    Path("a.ipynb").write_text(notebook(ONE))
    Path("b.ipynb").write_text(notebook(TWO))


def run(*arguments: str) -> int:
    return main(["diff", *arguments])


def lines(*arguments: str, capfd: pytest.CaptureFixture[str]) -> list[str]:
    assert run(*arguments) == 0
    out, err = capfd.readouterr()
    assert err == ""
    return [line for line in out.splitlines() if line]


def test_two_files(capfd):
    printed = lines("a.ipynb", "b.ipynb", capfd=capfd)
    assert printed == [
        "--- a.ipynb", "+++ b.ipynb", "1 cell changed", "── code cell 1 [ ] · source ──", " import os",
        *CHANGE, " print(value)",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["a.ipynb"], ["a.ipynb", "b.ipynb"], ["x", "y", "z"], []])
def test_the_short_way_around_argparse_gives_the_same(words):
    parser = command_parser("diff")
    assert vars(diff.quick(words)) == vars(parser.parse_args(words))


def test_exit_codes(capfd):
    assert run("a.ipynb", "a.ipynb", "--exit-code") == 0
    assert run("a.ipynb", "b.ipynb") == 0
    assert run("a.ipynb", "b.ipynb", "--exit-code") == 1
    capfd.readouterr()
    assert run("a.ipynb", "b.ipynb", "--quiet") == 1
    assert run("a.ipynb", "a.ipynb", "--quiet") == 0
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["a.ipynb", "none.ipynb"], "none.ipynb: there is no such file"),
        (["none.ipynb"], "none.ipynb: there is no such file"),
        (["a.ipynb", "folder"], "folder/a.ipynb: there is no such file"),
        (["empty", "folder"], "empty, folder: there is no notebook in either"),
        (["-", "-"], "standard input can be read only once"),
        (["*.ipynb", "a.ipynb"], "*.ipynb: matches 2 files, and the other side is one"),
        (
            ["a.ipynb", "b.ipynb", "-U", "x"],
            "argument -U/--unified: 'x' is no number of lines (see `nbhotel diff --help`)",
        ),
        (["--stat", "--format", "json"], "--stat is for terminals, not for --format json"),
        (
            ["a.ipynb", "b.ipynb", "--out", "none/out.txt"],
            "none/out.txt: can't be written: no such file or directory",
        ),
    ],
)
def test_what_can_not_be_done_is_told_in_one_line(words, line, capfd):
    Path("folder").mkdir()
    Path("empty").mkdir()
    assert run(*words) == 2
    assert capfd.readouterr() == ("", f"nbhotel: {line}\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(capfd):
    Path("a.ipynb").chmod(0)
    assert run("a.ipynb", "b.ipynb") == 2
    assert capfd.readouterr().err == "nbhotel: a.ipynb: you may not read it\n"


def test_broken_files_are_compared_as_text(capfd):
    Path("c.ipynb").write_text(notebook(TWO)[:-30])
    printed = lines("a.ipynb", "c.ipynb", capfd=capfd)
    assert printed[2] == "note: c.ipynb: line 12: ends too early (truncated); compared as text"
    assert '-   "source": "import os\\nvalue = compute(1)\\nprint(value)"' in printed
    assert lines("c.ipynb", "c.ipynb", capfd=capfd) == []


def test_standard_input_and_dev_null(monkeypatch):
    def shell(line: str) -> str:
        program = f'nbdiff() {{ "{sys.executable}" -m nbhotel diff "$@"; }}; {line}'
        done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert shell("nbdiff - b.ipynb < a.ipynb").startswith("--- standard input\n+++ b.ipynb\n")
    assert shell("nbdiff a.ipynb - < b.ipynb").startswith("--- a.ipynb\n+++ standard input\n")
    assert "\n1 cell added\n" in shell("nbdiff /dev/null b.ipynb")
    assert "\n1 cell removed\n" in shell("nbdiff b.ipynb /dev/null")
    assert CHANGE[1] in shell("nbdiff <(cat a.ipynb) b.ipynb")


DEEP = ["old/deep/er/changed.ipynb", "new/deep/er/changed.ipynb"]


@pytest.fixture
def folders():
    for name, text in (
        ("old/same.ipynb", ONE), ("old/deep/er/changed.ipynb", ONE), ("old/gone.ipynb", ONE),
        ("old/.ipynb_checkpoints/changed.ipynb", ONE), ("new/same.ipynb", ONE),
        ("new/deep/er/changed.ipynb", TWO), ("new/born.ipynb", TWO),
    ):  # fmt: skip
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(notebook(text))


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("old", "new", ["/dev/null", "new/born.ipynb", *DEEP, "old/gone.ipynb", "/dev/null"]),
        ("old/**/changed.ipynb", "new", DEEP),
        ("old/*.ipynb", "new/*.ipynb", ["/dev/null", "new/born.ipynb", "old/gone.ipynb", "/dev/null"]),
        ("b.ipynb", "old/deep/er/changed.ipynb", ["b.ipynb", "old/deep/er/changed.ipynb"]),
        ("new/same.ipynb", "new/born*", ["new/same.ipynb", "new/born.ipynb"]),
    ],
)
def test_folders_and_globs(old, new, found, capfd):
    printed = lines(old, new, capfd=capfd)
    assert [line[4:] for line in printed if line.startswith(("--- ", "+++ "))] == found


@pytest.mark.usefixtures("folders")
def test_a_file_against_a_folder_is_against_the_file_of_its_name_there(capfd):
    Path("old/a.ipynb").write_text(notebook(TWO))
    assert CHANGE[0] in lines("a.ipynb", "old", capfd=capfd)
    assert CHANGE[1].replace("+", "-") in lines("old", "a.ipynb", capfd=capfd)


def everything(number: int) -> str:
    stream = {"output_type": "stream", "name": "stdout", "text": f"printed {number}\n"}
    result = {
        "output_type": "execute_result", "execution_count": number, "metadata": {},
        "data": {"text/plain": f"<object at 0x7f00000{number}>"},
    }  # fmt: skip
    cell = {
        "execution_count": number, "metadata": {"tag": number}, "outputs": [stream, result],
        "attachments": {"a.txt": {"text/plain": str(number)}}, "id": f"id-{number}",
    }  # fmt: skip
    return notebook(f"import os\nvalue = compute({number})\nprint(value)", **cell)


PARTS = {
    "sources": "value = compute",
    "outputs": "printed",
    "attachments": "attachment a.txt",
    "metadata": "metadata.tag",
    "id": 'id: "id-',
    "details": "[1] → [2]",
}


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_nbdime(part, capfd):
    Path("a.ipynb").write_text(everything(1))
    Path("b.ipynb").write_text(everything(2))

    def shown(*options: str) -> set[str]:
        text = "\n".join(lines("a.ipynb", "b.ipynb", *options, capfd=capfd))
        return {name for name, words in PARTS.items() if words in text}

    by_default = set(PARTS) - {"id"}
    assert shown() == by_default
    assert shown(f"--{part}") == shown(f"-{part[0]}") == {part}
    assert shown(f"--ignore-{part}") == shown(f"-{part[0].upper()}") == by_default - {part}


def test_several_parts(capfd):
    Path("a.ipynb").write_text(everything(1))
    Path("b.ipynb").write_text(everything(2))
    headings = [line for line in lines("a.ipynb", "b.ipynb", "-so", capfd=capfd) if line.startswith("──")]
    assert headings == ["── code cell 1 [2] · source, outputs ──"]
    headings = [line for line in lines("a.ipynb", "b.ipynb", "-AMD", capfd=capfd) if line.startswith("──")]
    assert headings == ["── code cell 1 [2] · source, outputs ──"]


def test_an_added_cell_shows_only_the_parts_that_were_asked_for(capfd):
    Path("b.ipynb").write_text(everything(2))
    printed = lines("/dev/null", "b.ipynb", "-s", capfd=capfd)
    assert "+value = compute(2)" in printed
    assert not any("printed" in line or "attachment" in line for line in printed)


def test_noise_can_be_left_out(capfd):
    Path("a.ipynb").write_text(everything(1))
    Path("b.ipynb").write_text(everything(2))
    assert "+<object at 0x7f000002>" in lines("a.ipynb", "b.ipynb", capfd=capfd)
    assert not any("0x7f" in line for line in lines("a.ipynb", "b.ipynb", "--ignore-noise", capfd=capfd))


def test_what_nbdime_takes_is_taken(capfd):
    more = ["--no-color", "--no-git", "--no-use-diff", "--log-level", "ERROR", "--color-words"]
    assert " value = compute([-1-]{+2+})" in lines("a.ipynb", "b.ipynb", *more, capfd=capfd)


def test_scripts_are_compared_as_text(capfd):
    printed = lines("a.ipynb", "b.ipynb", "--as", "script", capfd=capfd)
    assert [line for line in printed if line in CHANGE] == CHANGE
    Path("b.ipynb").write_text(json.dumps(json.loads(Path("a.ipynb").read_text()) | {"metadata": {"x": 1}}))
    assert lines("a.ipynb", "b.ipynb", "--as", "script", capfd=capfd) == []


def test_a_repositorys_own_chain_is_obeyed(capfd):
    Path("nbhotel.toml").write_text('[chains.slim]\nfilters = ["outputs", "execution-counts"]\n')
    a = json.loads(Path("a.ipynb").read_text())
    a["cells"][0]["outputs"], a["cells"][0]["execution_count"] = [], 99
    Path("b.ipynb").write_text(json.dumps(a))
    assert lines("a.ipynb", "b.ipynb", capfd=capfd) != []
    assert lines("a.ipynb", "b.ipynb", "--as", "slim", capfd=capfd) == []
    assert main(["diff", "a.ipynb", "b.ipynb", "--as", "slimm"]) == 2
    assert capfd.readouterr().err == "nbhotel: there is no chain 'slimm' (did you mean 'slim'?)\n"


@pytest.mark.parametrize(
    ("form", "start"),
    [("html", "<!doctype html>"), ("markdown", "#"), ("json", "{"), ("nbdime", "[")],
)
def test_formats(form, start, capfd):
    assert run("a.ipynb", "b.ipynb", "--format", form) == 0
    printed = capfd.readouterr().out
    assert printed.lower().startswith(start)
    assert printed.endswith("\n")


@pytest.mark.parametrize(
    ("name", "start"),
    [("out.html", "<!doctype html>"), ("out.md", "#"), ("out.txt", "---"), ("out.json", "["), ("out", "[")],
)
def test_a_file_gets_the_format_of_its_name_or_nbdimes(name, start, capfd):
    Path(name).write_text("before")
    assert run("a.ipynb", "b.ipynb", "--out", name) == 0
    assert capfd.readouterr().out == ""
    assert Path(name).read_text().lower().startswith(start)
    assert sorted(path.name for path in Path().iterdir()) == sorted({"a.ipynb", "b.ipynb", name})


def test_a_file_keeps_its_rights_and_a_link_stays_one():
    Path("real.txt").write_text("before")
    Path("real.txt").chmod(0o640)
    Path("link.txt").symlink_to("real.txt")
    assert run("a.ipynb", "b.ipynb", "--out", "link.txt") == 0
    assert Path("link.txt").is_symlink()
    assert Path("real.txt").read_text().startswith("--- a.ipynb")
    assert Path("real.txt").stat().st_mode & 0o777 == 0o640


def test_nbdimes_format_has_everything_unless_told_otherwise(capfd):
    other = json.loads(Path("a.ipynb").read_text())
    other["cells"][0]["id"] = "another"
    Path("b.ipynb").write_text(json.dumps(other))
    assert "".join(lines("a.ipynb", "b.ipynb", "--format", "nbdime", "-I", capfd=capfd)) == "[]"
    (patch,) = json.loads("".join(lines("a.ipynb", "b.ipynb", "--format", "nbdime", capfd=capfd)))
    assert "another" in json.dumps(patch)


@pytest.mark.usefixtures("folders")
def test_nbdimes_format_holds_one_notebook(capfd):
    assert run("old", "new", "--format", "nbdime") == 2
    assert "nbdime's format holds one notebook" in capfd.readouterr().err
    assert run("a.ipynb", "a.ipynb", "--format", "nbdime") == 0
    assert json.loads(capfd.readouterr().out) == []


def test_the_browser_gets_a_private_page_and_old_ones_go(monkeypatch, tmp_path, capfd):
    cache = tmp_path / "cache" / "nbhotel" / "pages"
    cache.mkdir(parents=True)
    (cache / "nb-old.html").write_text("old")
    os.utime(cache / "nb-old.html", (0, 0))
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("BROWSER", str(browser))
    program = "import sys; from nbhotel.cli.short import nbdiff; sys.exit(nbdiff())"
    command = [sys.executable, "-c", program, "a.ipynb", "b.ipynb", "--web"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (page,) = cache.iterdir()
    assert seen.read_text().strip() == page.as_uri()
    assert page.read_text().lower().startswith("<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("BROWSER", "none-of-this-name")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": ""})
    assert done.returncode == 0
    assert done.stderr.startswith("nbhotel: no browser could be opened; the page is ")


def test_the_short_names_say_who_they_are():
    for name in ("nbdiff", "nbshow", "nbmerge"):
        program = f"import sys; from nbhotel.cli.short import {name}; sys.exit({name}())"

        def ran(*arguments: str, program: str = program) -> tuple[int, str, str]:
            done = subprocess.run(
                [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60
            )
            return done.returncode, done.stdout, done.stderr

        assert ran("--help")[1].startswith(f"usage: {name} ")
        assert ran("--version")[1].startswith("nbhotel ")
        assert ran("--nonsense")[2].endswith(f"(see `{name} --help`)\n")
