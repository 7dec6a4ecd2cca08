"""What a repository says of sharing: client ids by host, and nothing else."""

from __future__ import annotations

import pytest

from nbhotel.chain.config import load_chain
from nbhotel.errors import ConfigError
from nbhotel.share.settings import client_id_of

IDS = '"github.com" = "Ov23li"\n"gitlab.example.org" = "bb5b56"\n'


@pytest.mark.parametrize(
    ("file", "table"), [("nbhotel.toml", "share"), ("pyproject.toml", "tool.nbhotel.share")]
)
def test_each_host_has_its_own(file, table, tmp_path):
    (tmp_path / file).write_text(f"[{table}.client-ids]\n{IDS}")
    (tmp_path / "below").mkdir()
    hosts = ("github.com", "gitlab.example.org", "gitlab.com")
    assert [client_id_of(host, str(tmp_path / "below")) for host in hosts] == ["Ov23li", "bb5b56", ""]


#: text -> what is told of it
WRONG = {
    "share = 1\n": "nbhotel.toml:1: share: must be a table",
    "[share]\ntoken = 'x'\n": "nbhotel.toml:2: share.token: there is no such key (there are: client-ids)",
    "[share]\nclient-ids = 'x'\n": "nbhotel.toml:2: share.client-ids: must be a table of hosts and texts",
    "[share.client-ids]\n'github.com' = 1\n": "share.client-ids: must be a table of hosts and texts",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_here_and_does_not_stop_git(text, tmp_path):
    (tmp_path / "nbhotel.toml").write_text(text)
    with pytest.raises(ConfigError) as error:
        client_id_of("github.com", str(tmp_path))
    assert str(error.value).endswith(WRONG[text])
    load_chain("vcs", tmp_path)  # raises nothing


def test_without_a_file_there_is_none(tmp_path):
    assert client_id_of("github.com", str(tmp_path)) == ""
