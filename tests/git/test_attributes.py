"""Lines of attributes files, and blocks of ours in other people's files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.errors import MissingPart
from nbhotel.git.setup import hooks
from nbhotel.git.setup.attributes import Line, kept, our_lines, parse
from nbhotel.git.setup.blocks import block_of, edit, with_block, without_block
from nbhotel.git.setup.drivers import driver, program_of
from tests.git.sandbox import Sandbox, notebook


def test_lines_are_parsed_as_git_does():
    text = '# no\n\n*.ipynb filter=a -diff !merge text\n"a b.ipynb" filter=b\n[attr]nb filter=c\n  sub/ x\n'
    assert parse(text, "f") == [
        Line("f", 3, "*.ipynb", {"filter": "a", "diff": "unset", "merge": "unspecified", "text": "set"}),
        Line("f", 4, "a b.ipynb", {"filter": "b"}),
        Line("f", 6, "sub/", {"x": "set"}),
    ]


@pytest.mark.parametrize(
    ("pattern", "concerns"),
    [
        ("*.ipynb", True),
        ("*", True),
        ("/*.ipynb", True),
        ("sub/**", True),
        ("*.py", False),
        ("a.ipynb", False),
    ],
)
def test_whom_a_line_concerns(pattern, concerns):
    assert Line("f", 1, pattern, {}).concerns("notebook.ipynb") is concerns


def test_patterns_are_remembered():
    patterns = ["reports/*.ipynb", "a b.ipynb"]
    other = Line("f", 1, "data/*.ipynb", {"filter": "lfs"})
    assert kept(our_lines(patterns, [other])) == patterns


_LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20), max_size=5)


@given(_LINES, _LINES, st.booleans(), st.booleans())
def test_a_block_goes_in_and_out_again(theirs, ours, first, ends):
    text = "\n".join(theirs) + ("\n" if ends and theirs else "")
    ours = [line for line in ours if line.strip() and "nbhotel" not in line]
    changed = with_block(text, ours, first=first)
    assert block_of(changed) == ours
    assert with_block(changed, ours, first=first) == changed
    assert without_block(changed).rstrip("\n") == text.rstrip("\n")


def test_edits_at_once_lose_nothing(tmp_path):
    file = str(tmp_path / "sub" / "file")

    def add(number: int) -> None:
        edit(file, lambda text: text + f"{number}\n")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(Path(file).read_text().split()) == [str(number) for number in range(8)]
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["file"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "dotfiles").write_text("one\n")
    (tmp_path / "link").symlink_to("dotfiles")
    edit(str(tmp_path / "link"), lambda text: text + "two\n")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "dotfiles").read_text() == "one\ntwo\n"


def test_a_folder_in_the_way(tmp_path):
    (tmp_path / "file").mkdir()
    with pytest.raises(MissingPart, match="can't be read"):
        edit(str(tmp_path / "file"), lambda text: text + "x")


@pytest.mark.parametrize(
    "program", ["/a/nbhotel", "/it's/100%/nbhotel", '/a b/"c"/$d/nbhotel', "C:/x/nbhotel.exe"]
)
def test_the_program_is_read_back(program):
    values = driver(program, form="1")
    named = {key: program_of(key, value) for key, value in values.items() if "nbhotel=" in value}
    assert len(named) == 8
    assert set(named.values()) == {program}
    assert program_of("filter.nbhotel.clean", "nbhotel git-clean %f") == ""


LINES = ["echo ours"]


@pytest.mark.parametrize(
    ("content", "mode", "prints"),
    [
        (None, 0, "ours\n"),
        ("#!/bin/sh\necho theirs $1\nexit 0\n", 0o755, "ours\ntheirs 1\n"),
        ("#!/usr/bin/env bash\nset -e\n[[ x ]] && echo theirs $1", 0o755, "ours\ntheirs 1\n"),
        ("#!/usr/bin/env python3\nimport sys\nprint('theirs', sys.argv[1])\n", 0o755, "theirs 1\nours\n"),
        ("#!/bin/sh\necho theirs\n", 0o644, "ours\n"),  # is switched off, and stays so
    ],
    ids=["none", "sh", "bash", "python", "off"],
)
def test_beside_another_hook(content, mode, prints, tmp_path, env):
    folder = tmp_path / "my hooks"
    folder.mkdir()
    file = folder / hooks.HOOKS[0]
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    assert hooks.add(str(file), LINES)
    assert not hooks.add(str(file), LINES)
    assert hooks.state(str(file), LINES) == ""
    assert hooks.state(str(file), ["echo other"]) == "stale"
    assert Sandbox(tmp_path, env).run([str(file), "1", "0"]).stdout == prints
    assert hooks.remove(str(file))
    assert not hooks.remove(str(file))
    if content is None:
        assert list(folder.iterdir()) == []
    else:
        assert [path.name for path in folder.iterdir()] == [hooks.HOOKS[0]]
        assert (file.read_text(), file.stat().st_mode & 0o777) == (content, mode)


def test_two_hooks_put_aside(tmp_path):
    for name in (hooks.HOOKS[0], f"{hooks.HOOKS[0]}.before-nbhotel"):
        (tmp_path / name).write_text("#!/usr/bin/env python3\n")
    with pytest.raises(MissingPart, match="another hook was put aside"):
        hooks.add(str(tmp_path / hooks.HOOKS[0]), LINES)


def test_hooks_in_a_folder_that_is_ignored(repo):
    repo.write(".gitignore", "_\n")
    repo.write(".husky/_/pre-commit", "#!/bin/sh\n")
    repo.git("config", "core.hooksPath", ".husky/_")
    told = repo.nbhotel("git", "enable")
    assert "added the hook .husky/_/post-index-change" in told
    repo.write("a.ipynb", notebook("x = 1", ran=True))
    repo.commit()
    repo.write("a.ipynb", (repo.folder / "a.ipynb").read_text().replace("output of", "longer output of"))
    assert repo.git("status", "--porcelain") == ""
