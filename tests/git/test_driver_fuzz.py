"""Some mutated notebooks through git and our drivers; `make torture ARGS="--mutants 10000"` tries many."""

from __future__ import annotations

import pytest

from tests.git.mutants import complaints

#: About half of what these make are notebooks.
SEEDS = range(4)


@pytest.mark.slow
def test_mutants_through_all_drivers(enabled):
    assert complaints(enabled, SEEDS) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        # Two at once: neither hides what the other one does.
        {
            "diff.nbhotel.command": ("echo Traceback >&2; :", "Traceback"),
            "merge.nbhotel.driver": ("echo nonsense > %A; :", "can't be opened"),
        },
        {"diff.nbhotel.command": ("false", "exit code 128")},
        {"filter.nbhotel.process": ("sed -n q", "exit code 128")},
    ],
    ids=["text", "diff", "filter"],
)
def test_what_a_driver_does_wrong_is_seen(wrong, enabled):
    for key, (value, _) in wrong.items():
        enabled.git("config", key, value)
    found = complaints(enabled, [7])
    for _, complaint in wrong.values():
        assert any(complaint in each.what for each in found), found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clean", "smudge", "complaint"),
    [
        ("cat", "cat", "went in with outputs"),
        ("tr '{' '['", "cat", "is no notebook, and was changed"),
        ("sed s/outputs/output/", "cat", "is not as it was"),
    ],
)
def test_what_a_filter_does_wrong_is_seen(clean, smudge, complaint, enabled):
    enabled.git("config", "--unset", "filter.nbhotel.process")
    enabled.git("config", "filter.nbhotel.clean", clean)
    enabled.git("config", "filter.nbhotel.smudge", smudge)
    found = complaints(enabled, [0, 7])
    assert any(complaint in each.what for each in found), found
