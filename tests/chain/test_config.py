"""Where a configuration is found, what it may say, and what it gets told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbhotel.chain.config import chain_names, config_file, load_chain
from nbhotel.errors import ConfigError


def names(name: str, folder: Path | None) -> list[str]:
    return [step.name for step in load_chain(name, folder).filters]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repository"
    (top / ".git").mkdir(parents=True)
    (top / "deep" / "er").mkdir(parents=True)
    return top


def test_the_ready_made_chains():
    assert names("vcs", None) == [
        "outputs",
        "execution-counts",
        "cell-metadata",
        "notebook-metadata",
        "secrets",
    ]
    assert load_chain("script", None).exporter is not None
    assert chain_names(None) == ["vcs", "nbstripout", "script", "code", "review", "publish"]


def test_the_nearest_file_counts_up_to_the_top_of_the_repository(repository):
    (repository.parent / "nbhotel.toml").write_text('[chains.vcs]\nfilters = ["noise"]')
    deep = repository / "deep" / "er"
    assert names("vcs", deep) == names("vcs", None)
    assert config_file(deep) is None
    (repository / "pyproject.toml").write_text('[tool.nbhotel.chains.vcs]\nfilters = ["ids"]')
    assert names("vcs", deep) == ["ids"]
    (repository / "deep" / "pyproject.toml").write_text('[project]\nname = "nbhotel-of-mine"')
    assert names("vcs", deep) == ["ids"]  # another project's pyproject.toml says nothing about us
    (repository / "deep" / "nbhotel.toml").write_text('[chains.vcs]\nfilters = ["outputs"]')
    assert names("vcs", deep) == ["outputs"]
    assert config_file(deep) == str(repository / "deep" / "nbhotel.toml")
    assert names("vcs", repository) == ["ids"]


def test_chains_extend_each_other(repository):
    (repository / "nbhotel.toml").write_text("""
[chains.vcs]
extends = "vcs"
without = ["execution-counts"]
filters = ["coalesce-streams", { filter = "drop-cells", tags = ["scratch"] }]

[chains.slides]
extends = "vcs"
exporter = { exporter = "markdown", header_lines = false }
""")
    vcs = names("vcs", repository)
    assert vcs == [
        "outputs",
        "cell-metadata",
        "notebook-metadata",
        "secrets",
        "coalesce-streams",
        "drop-cells",
    ]
    slides = load_chain("slides", repository)
    assert [step.name for step in slides.filters] == vcs
    assert (slides.suffix, slides.filters[-1].options) == (".md", {"tags": ["scratch"]})
    assert chain_names(repository)[-1] == "slides"


WRONG = {
    "[chains.vcs\n": ("1: is no TOML", ""),
    "x = 'é\n": ("1: is no TOML", ""),
    "[chain.vcs]\n": ("1: chain: there is no such section", "did you mean 'chains'?"),
    "chains = 1\n": ("1: chains: must be a table", ""),
    "[chains]\n\nvcs = 3\n": ("3: chains.vcs: must be a table", ""),
    "# vcs\n[chains.vcs]\nfilter = []\n": (
        "3: chains.vcs.filter: there is no such key",
        "did you mean 'filters'?",
    ),
    "[chains.a]\nfilters = ['outputz']\n[chains.vcs]\n\nfilters = [\n 'ids',\n 'outputz']\n": (
        "7: chains.vcs.filters.outputz: there is no such filter",
        "did you mean 'outputs'?",
    ),
    "[chains.vcs]\nfilters = 'outputs'\n": ("2: chains.vcs.filters: must be a list of filters", ""),
    "[chains.vcs]\nfilters = [3]\n": ("2: chains.vcs.filters: must be a name, or a table", ""),
    "[chains.vcs]\nfilters = [{filter = 'outputs', keeep = true}]\n": (
        "2: chains.vcs.filters.outputs.keeep: there is no such option",
        "did you mean 'keep'?",
    ),
    "[chains.vcs]\nfilters = [{filter = 'outputs', keep = 'no'}]\n": (
        "2: chains.vcs.filters.outputs.keep: must be true or false",
        "",
    ),
    "[chains.vcs]\nfilters = [{filter = 'drop-cells', tags = 'x'}]\n": (
        "2: chains.vcs.filters.drop-cells.tags: must be a list of strings",
        "",
    ),
    "[chains.vcs]\nfilters = [{filter = 'drop-cells', pattern = '('}]\n": (
        "2: chains.vcs.filters.drop-cells: pattern '(' is no regular expression",
        "",
    ),
    "[chains.vcs]\nexporter = 'markdwn'\n": (
        "2: chains.vcs.exporter.markdwn: there is no such exporter",
        "did you mean 'markdown'?",
    ),
    "[chains.vcs]\nextends = 'vsc'\n": (
        "2: chains.vcs.extends: there is no chain 'vsc'",
        "did you mean 'vcs'?",
    ),
    "[chains.mine]\nextends = 'vcs'\n[chains.vcs]\nextends = 'mine'\n": (
        "2: chains.mine.extends: the chains vcs, mine extend each other",
        "",
    ),
    "[chains.vcs]\nextends = 'vcs'\nwithout = ['noise']\n": (
        "3: chains.vcs.without.noise: the chain that it extends has no such filter",
        "",
    ),
}


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("file", ["nbhotel.toml", "pyproject.toml"])
def test_what_is_wrong_is_told_with_file_line_key_and_remedy(repository, text, file):
    place, remedy = WRONG[text]
    if file == "pyproject.toml":
        text = text.replace("[chain", "[tool.nbhotel.chain")
        text = "[tool.nbhotel]\n" + text if "[tool" not in text else "# nbhotel\n" + text
        line, _, rest = place.partition(":")
        key = rest if "TOML" in rest else f" tool.nbhotel.{rest.lstrip()}"
        place = f"{int(line) + 1}:{key}"
    (repository / file).write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_chain("vcs", repository)
    assert str(raised.value).startswith(f"{repository / file}:{place}")
    assert raised.value.remedy.startswith(remedy)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_text(repository):
    (repository / "nbhotel.toml").write_bytes(b"# ok\n\xff")
    with pytest.raises(ConfigError, match=r"nbhotel\.toml:2: is not UTF-8"):
        load_chain("vcs", repository)


def test_an_unknown_chain_names_the_nearest():
    with pytest.raises(ConfigError, match=r"there is no chain 'vsc' \(did you mean 'vcs'\?\)"):
        load_chain("vsc", None)
