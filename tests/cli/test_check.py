"""`nbhotel check`: the reason and the place of each finding, and exit codes for continuous integration."""

from __future__ import annotations

import json
from pathlib import Path

from nbhotel.cli.main import main
from nbhotel.notebook.writing import dump_notebook
from tests.chain.made import code, notebook, stream, text

TOKEN = "ghp_" + "a1B2" * 9


def write(path: Path, *cells: dict[str, object], **metadata: object) -> Path:
    path.write_bytes(dump_notebook(notebook(*cells, **metadata)))  # type: ignore[arg-type]
    return path


def test_findings_name_file_cell_id_and_reason(tmp_path, capsys):
    path = write(
        tmp_path / "a.ipynb",
        text("# Title"),
        code("1", stream("1\n"), stream("2\n"), count=3, collapsed=True),
        code(f"x = 1\nkey = '{TOKEN}'"),
        widgets={"state": {}},
    )
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: cell 2 (cell1): has 2 outputs",
        f"{path}: cell 2 (cell1): has prompt number 3",
        f"{path}: cell 2 (cell1): has metadata.collapsed",
        f"{path}: has metadata.widgets",
        f"{path}: cell 3 (cell2): source, line 2: a GitHub token (ghp_…, 40 characters)",
    ]


def test_what_was_cleaned_passes(tmp_path, capsys):
    path = write(tmp_path / "a.ipynb", code("1", stream("1\n"), count=3))
    assert main(["clean", str(path)]) == 0
    capsys.readouterr()
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr() == ("", "")


def test_options_change_the_chain_that_is_checked(tmp_path):
    path = write(tmp_path / "a.ipynb", code("1", stream("1\n"), count=3))
    assert main(["check", "--keep-output", "--keep-count", str(path)]) == 0
    assert main(["check", "--keep-output", str(path)]) == 1


def test_json_holds_no_secret(tmp_path, capsys):
    path = write(tmp_path / "a.ipynb", code(f"'{TOKEN}'"))
    (tmp_path / "b.ipynb").write_text("{")
    assert main(["check", "--json", str(tmp_path)]) == 2
    out = capsys.readouterr().out
    assert TOKEN not in out
    good, broken = json.loads(out)["files"]
    assert (good["file"], good["clean"], good["error"]) == (str(path), False, "")
    assert [
        (each["step"], each["cell"], each["cell_id"], each["path"], each["secret"])
        for each in good["findings"]
    ] == [("secrets", 0, "cell0", "source:1", True)]
    assert (broken["findings"], broken["error"]) == ([], "line 1: ends too early (truncated)")


def test_a_folder_is_this_one_by_default(tmp_path, monkeypatch, capsys):
    write(tmp_path / "a.ipynb", code("1", count=1))
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert capsys.readouterr().out == "a.ipynb: cell 1 (cell0): has prompt number 1\n"


def test_ids_can_not_speak_to_the_terminal(tmp_path, capsys):
    path = write(tmp_path / "a.ipynb", {**code("1", count=1), "id": "\x1b[2J"})
    assert main(["check", str(path)]) == 1
    assert "\x1b" not in capsys.readouterr().out
