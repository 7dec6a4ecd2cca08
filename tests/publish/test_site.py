"""Notebooks as pages: links, images, headings, tags, the index; and what a hostile notebook gets."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nbhotel.cli.main import main
from nbhotel.notebook.writing import dump_notebook
from tests.chain.made import code, notebook, stream, text
from tests.render import hostile_notebooks as hostile
from tests.render.html_audit import audit


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two notebooks that lead to each other, an image, and a folder above that they know nothing of."""
    top = tmp_path / "work"
    (top / "more").mkdir(parents=True)
    (top / "figures").mkdir()
    Image.new("RGB", (60, 30), "red").save(top / "figures" / "a red.png")
    Image.new("RGB", (1, 1)).save(tmp_path / "outside.png")
    first = [
        text(
            "# Wave *heights*\n\n[second](more/b%20b.ipynb#Second-part) [down](#More-on-It) [data](data.csv)"
        ),
        text("![red](figures/a%20red.png)"),
        code("print(1)", stream("1\n"), count=1),
        text("## More on it"),
    ]
    second = [text("Text\n\n## Second part\n\n[back](../a.ipynb) <img src='../figures/a red.png'>")]
    (top / "a.ipynb").write_bytes(dump_notebook(notebook(*first)))
    (top / "more" / "b b.ipynb").write_bytes(dump_notebook(notebook(*second)))
    monkeypatch.chdir(top)
    return top


def published(*words: str) -> int:
    return main(["export", "--chain", "publish", *words])


def seen(page: Path) -> str:
    """The text of a page's main part."""
    return " ".join(re.sub("<[^>]*>", " ", page.read_text().partition("<main")[2]).split()).partition("> ")[2]


def test_one_notebook_becomes_one_page_beside_it(folder):
    assert published("a.ipynb") == 0
    page = (folder / "a.html").read_text()
    assert '<h1 id="h-wave-heights">Wave <em>heights</em></h1>' in page
    assert '<img src="data:image/png;base64,' in page
    assert '<a href="#h-more-on-it" rel="noopener noreferrer">down</a>' in page
    assert re.findall(r"<a [^>]*>second</a>", page) == ['<a rel="noopener noreferrer">second</a>']
    assert "<script" not in page
    assert "<title>Wave heights</title>" in page
    assert sorted(path.name for path in folder.iterdir()) == ["a.html", "a.ipynb", "figures", "more"]


def test_many_become_a_folder_with_an_index(folder):
    assert published(".", "--out", "site/") == 0
    first, second, index = (
        (folder / "site" / name).read_text() for name in ("a.html", "more/b b.html", "index.html")
    )
    assert '<a href="./more/b%20b.html#h-second-part" rel=' in first
    assert '<a rel="noopener noreferrer">data</a>' in first
    assert '<h2 id="h-second-part">' in second
    assert '<a href="../a.html" rel=' in second
    assert '<nav><a href="../index.html">All pages</a></nav>' in second
    assert '<img src="data:image/png;base64,' in second
    assert '<a href="./a.html">Wave heights</a>' in index
    assert '<a href="./more/b%20b.html">b b</a>' in index


def test_a_notebook_called_index_is_the_index(folder):
    (folder / "index.ipynb").write_bytes(dump_notebook(notebook(text("# Mine\n\n[a](a.ipynb)"))))
    assert published(".", "--out", "site/") == 0
    index = (folder / "site" / "index.html").read_text()
    assert "<title>Mine</title>" in index
    assert '<a href="./a.html" rel=' in index
    assert "All pages" not in index


@pytest.mark.parametrize(
    "source",
    ["../outside.png", "linked.png", "/etc/hostname", ".hidden/a.png", "figures/no.png", "pipe.png", "a.png"],
)
def test_images_that_are_not_taken(folder, source):
    (folder / "linked.png").symlink_to(folder.parent / "outside.png")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "a.png").write_bytes((folder / "figures" / "a red.png").read_bytes())
    (folder / "a.png").write_text("root:x:0:0")
    os.mkfifo(folder / "pipe.png")
    (folder / "c.ipynb").write_bytes(dump_notebook(notebook(text(f"![i]({source})"))))
    assert published("c.ipynb") == 0
    page = (folder / "c.html").read_text()
    assert f"image {source}, not part of the notebook" in page
    assert "data:image" not in page.partition("</style>")[2]


def test_tags_say_what_readers_see(folder):
    def tagged(source: str, tag: str) -> dict[str, Any]:
        return {**code(source, stream(f"{source} says\n"), count=1), "metadata": {"tags": [tag]}}

    tags = (
        "private",
        "remove-cell",
        "remove-input",
        "remove-output",
        "hide-input",
        "hide-output",
        "hide-cell",
    )
    cells = [tagged(tag.replace("-", ""), tag) for tag in tags]
    (folder / "t.ipynb").write_bytes(dump_notebook(notebook(*cells)))
    assert published("t.ipynb") == 0
    assert seen(folder / "t.html") == (
        "t removeinput says removeoutput Show the code hideinput hideinput says "
        "hideoutput Show the output hideoutput says Show the cell hidecell hidecell says"
    )


def test_a_repositorys_own_publish_chain(folder):
    (folder / "nbhotel.toml").write_text(
        '[chains.publish]\nextends = "publish"\nfilters = [{filter = "drop-cells", kinds = ["code"]}]\n'
    )
    assert published("a.ipynb") == 0
    assert "print" not in seen(folder / "a.html")
    assert published("a.ipynb", "--to", "ipynb", "-o", "clean.ipynb") == 0
    assert b"Wave" in (folder / "clean.ipynb").read_bytes()


def test_what_is_refused(folder, capfd):
    (folder / "a.zpln").write_text("{}")
    (folder / "broken.ipynb").write_text("{")
    assert published("a.ipynb", "a.zpln", "--out", "site/") == 2
    assert "a.zpln: two notebooks would become a.html (rename one of them)" in capfd.readouterr().err
    assert published("a.ipynb", "broken.ipynb", "--out", "site/") == 2
    assert "broken.ipynb" in capfd.readouterr().err
    assert (folder / "site" / "a.html").is_file()
    assert "broken" not in (folder / "site" / "index.html").read_text()
    assert published("a.ipynb", "more", "--out", "one.html") == 2
    assert "one.html is one file for many notebooks" in capfd.readouterr().err


def test_standard_input_and_output(folder, capfd):
    assert published("a.ipynb", "-o", "-") == 0
    sys.stdout.flush()
    page = capfd.readouterr().out
    with (folder / "a.ipynb").open("rb") as notebook_file:
        kept = os.dup(0)
        try:
            os.dup2(notebook_file.fileno(), 0)
            assert published("-", "-o", "from-input.html") == 0
        finally:
            os.dup2(kept, 0)
            os.close(kept)
    assert (folder / "from-input.html").read_text() == page
    assert page.startswith("<!DOCTYPE html>")
    assert published("a.ipynb", "--code-only") == 2
    assert "are not for pages" in capfd.readouterr().err


def test_a_hostile_notebook_is_harmless(folder):
    (folder / "bad.ipynb").write_bytes(hostile.text())
    assert published("bad.ipynb", "a.ipynb", "--out", "site/") == 0
    page = (folder / "site" / "bad.html").read_text()
    # The audit wants the one script of other pages, and knows no links between pages.
    page = page.replace("</body>", "<script></script></body>")
    found = [each for each in audit(page) if not re.match(r"<a href='(\./|\.\./|#h-)", each)]
    assert found == []
