"""`log` and `blame` against histories that were made with the truth beside them."""

from __future__ import annotations

import pytest

from tests.git.agreement import agreement
from tests.git.made import make


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_log_and_blame_agree_with_the_truth(seed, tmp_path, env):
    made = make(tmp_path / "repo", 60, seed, env)
    found = agreement(tmp_path / "repo", made, env)
    assert found.asked["lines"] > 40
    assert found.asked["cells' histories"] > 5
    assert found.wrong == []


@pytest.mark.slow
def test_log_and_blame_agree_with_the_truth_of_300_commits(tmp_path, env):
    made = make(tmp_path / "repo", 300, 1, env)
    found = agreement(tmp_path / "repo", made, env)
    print(found)
    assert len(made.ids) == 300
    assert found.wrong == []
