"""Other tools in the same repository: seen, explained, and replaced with what they were told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.git.sandbox import Sandbox, notebook

pytestmark = pytest.mark.slow

RAN = notebook("# Title", "x = 1", ran=True)


GITCONFIG = """[merge "jupyternotebook"]
\tdriver = nbdev-merge %O %A %B %P
[diff "jupyternotebook"]
\tcommand = nbdev-diff-driver
"""


def install(repo: Sandbox, name: str) -> None:
    """What nbstripout 0.9.1, nbdime 4.0.4, nb-clean 5.0.0 and nbdev 3.3.26 write themselves."""
    attributes, settings = {
        "nbstripout": (
            "*.ipynb filter=nbstripout\n*.zpln filter=nbstripout\n*.ipynb diff=ipynb\n",
            {
                "filter.nbstripout.clean": '"/usr/bin/python3" -m nbstripout',
                "filter.nbstripout.smudge": "cat",
                "filter.nbstripout.required": "true",
                "diff.ipynb.textconv": '"/usr/bin/python3" -m nbstripout -t',
            },
        ),
        "nbdime": (
            "\n*.ipynb\tdiff=jupyternotebook\n\n*.ipynb\tmerge=jupyternotebook\n",
            {
                "diff.jupyternotebook.command": "git-nbdiffdriver diff",
                "merge.jupyternotebook.driver": "git-nbmergedriver merge %O %A %B %L %P",
                "merge.jupyternotebook.name": "jupyter notebook merge driver",
                "difftool.nbdime.cmd": 'git-nbdifftool diff "$LOCAL" "$REMOTE" "$BASE"',
                "mergetool.nbdime.cmd": 'git-nbmergetool merge "$BASE" "$LOCAL" "$REMOTE" "$MERGED"',
            },
        ),
        "nb-clean": ("*.ipynb filter=nb-clean\n", {"filter.nb-clean.clean": "nb-clean clean"}),
        "nbdev": (
            "*.ipynb merge=jupyternotebook\n*.ipynb diff=jupyternotebook\n",
            {"include.path": "../.gitconfig"},
        ),
    }[name]
    if name == "nbdev":
        repo.write(".gitconfig", GITCONFIG)
    repo.write(".gitattributes" if name == "nbdev" else ".git/info/attributes", attributes)
    for key, value in settings.items():
        repo.git("config", key, value)


@pytest.mark.parametrize("name", ["nbstripout", "nbdime", "nb-clean", "nbdev"])
def test_beside_another_tool(name, repo):
    before = repo.git("config", "--list", "--local")
    install(repo, name)
    told = repo.nbhotel("git", "enable")
    assert f"{name} is set up here as well, but nbhotel wins" in told
    assert repo.git("check-attr", "filter", "diff", "merge", "--", "a.ipynb").count(": nbhotel\n") == 3
    assert f"{name} is set up here as well; nbhotel wins" in repo.nbhotel("git", "doctor")
    told = repo.nbhotel("git", "enable", "--replace")
    file = ".gitattributes" if name == "nbdev" else ".git/info/attributes"
    assert f"took {name} out of {file}" in told
    assert (repo.folder / ".git/info/attributes").read_text().lstrip().startswith("# >>> nbhotel >>>\n")
    assert (repo.folder / ".gitattributes").exists() is False  # nothing was left to say in it
    repo.nbhotel("git", "disable")
    assert repo.git("config", "--list", "--local") == before


def test_what_nbstripout_does_for_zeppelin_stays(repo):
    install(repo, "nbstripout")
    repo.write("a.zpln", "{}")
    repo.git("-c", "filter.nbstripout.clean=cat", "add", "a.zpln")
    repo.nbhotel("git", "enable", "--replace")
    assert (repo.folder / ".git/info/attributes").read_text().startswith("*.zpln filter=nbstripout\n# >>>")
    assert "nbstripout" in repo.git("config", "filter.nbstripout.clean")


def test_committed_attributes_of_another_tool_win_over_ones_below(repo):
    install(repo, "nbstripout")
    told = repo.nbhotel("git", "enable", "--attributes", ".gitattributes")
    assert ".git/info/attributes:1 says filter=nbstripout, which wins over nbhotel" in told


def test_what_a_person_has_for_all_repositories_stays_until_asked_for(tmp_path, repo):
    mine = tmp_path / "home/.config/git/attributes"
    mine.parent.mkdir(parents=True)
    mine.write_text("*.ipynb filter=nbstripout\n")
    repo.git("config", "--global", "filter.nbstripout.clean", "nbstripout")
    repo.nbhotel("git", "enable", "--replace")
    assert mine.read_text() == "*.ipynb filter=nbstripout\n"
    assert repo.git("config", "--global", "filter.nbstripout.clean") == "nbstripout\n"
    repo.nbhotel("git", "enable", "--global", "--replace")
    assert "nbstripout" not in mine.read_text()
    repo.git("config", "--global", "filter.nbstripout.clean", code=1)


def cleaned(repo: Sandbox, document: Any) -> Any:
    repo.write("a.ipynb", document)
    repo.git("add", "a.ipynb")
    return repo.staged("a.ipynb")


def test_settings_are_taken_over(repo):
    install(repo, "nbstripout")
    repo.git("config", "filter.nbstripout.extrakeys", "metadata.kernelspec cell.metadata.vscode")
    repo.git("config", "filter.nbstripout.keepmetadatakeys", "cell.metadata.collapsed")
    repo.git("config", "filter.nbstripout.clean", '"/usr/bin/python3" -m nbstripout --keep-count')
    told = repo.nbhotel("git", "enable", "--replace")
    assert "wrote nbhotel.toml" in told
    document = json.loads(json.dumps(RAN))
    document["cells"][1]["metadata"] = {"collapsed": True, "scrolled": True, "vscode": {"x": 1}}
    got = cleaned(repo, document)
    assert "kernelspec" not in got["metadata"]
    assert got["cells"][1]["metadata"] == {"collapsed": True}
    assert got["cells"][1]["execution_count"] == 2
    assert got["cells"][1]["outputs"] == []


def test_settings_beside_a_configuration_are_told(repo):
    install(repo, "nb-clean")
    repo.git("config", "filter.nb-clean.clean", "nb-clean clean -e --preserve-cell-outputs")
    repo.write("nbhotel.toml", '[chains.vcs]\nextends = "vcs"\n')
    told = repo.nbhotel("git", "enable", "--replace")
    assert "settings were not taken over" in told
    assert (
        'filters = [ { filter = "outputs", keep = true }, { filter = "drop-cells", empty = true }, ]' in told
    )


ERROR = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}


@pytest.mark.parametrize(("option", "value", "kept"), [("tag", "figure", [1, 0]), ("type", "error", [0, 1])])
def test_outputs_that_stay_by_tag_or_type(option, value, kept, repo):
    told = repo.nbhotel("git", "enable", f"--keep-{option}", value)
    assert "wrote nbhotel.toml" in told
    document = notebook("x = 1", "y = 1", ran=True)
    document["cells"][0]["metadata"] = {"tags": ["figure"]}
    document["cells"][1]["outputs"].append(ERROR)
    got = cleaned(repo, document)
    assert [len(cell["outputs"]) for cell in got["cells"]] == kept
    told = repo.nbhotel("git", "enable", "--keep-tag", "plot", code=2)
    assert told.count("\n") == 1
    assert "nbhotel.toml: holds the configuration of nbhotel already" in told
