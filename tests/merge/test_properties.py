"""What must hold for every merge, of valid histories and of whatever a file may hold."""

from __future__ import annotations

import copy
from collections import Counter

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbhotel.merge.markers import remaining
from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Labels, Merge, Policy
from nbhotel.notebook.equality import same_notebook
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.writing import dump_notebook
from tests.merge.histories import Author, History, history, lines
from tests.strategies import notebooks, pairs

pytestmark = pytest.mark.slow

patient = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
histories = st.integers(0, 2**32).map(history)
#: Lines that a merge writes itself.
OURS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||", "*Both sides added cells here.")

policies = st.builds(
    Policy,
    sources=st.sampled_from(["markers", "markers", "local", "remote", "base", "union"]),
    outputs=st.sampled_from(["auto", "local", "remote", "base", "union", "remove", "clear", "conflict"]),
    metadata=st.sampled_from(["auto", "local", "remote", "base", "conflict"]),
    style=st.sampled_from(["merge", "diff3", "zdiff3"]),
    ignored=st.frozensets(
        st.sampled_from(["sources", "outputs", "attachments", "metadata", "id", "details"]), max_size=2
    ),
)


@st.composite
def hostile(draw):
    """Three notebooks of which nothing is certain; often the sides come from the base."""
    base, local = draw(pairs())
    remote = draw(st.just(local) | pairs().map(lambda pair: pair[1]) | notebooks)
    return History(base, local, remote)


def merged(sides: History, policy: Policy | None = None, labels: Labels | None = None) -> Merge:
    return merge_notebooks(*sides, policy or Policy(), labels or Labels())


def written(notebook: Notebook) -> Counter[str]:
    return Counter(line for line in lines(notebook) if not line.startswith(OURS))


@patient
@given(histories | hostile())
def test_with_an_unchanged_side_the_other_one_comes_out(sides):
    base, local, _ = sides
    for outcome in (merge_notebooks(base, local, base), merge_notebooks(base, base, local)):
        assert same_notebook(outcome.notebook, local)
        assert outcome.clean
    assert same_notebook(merge_notebooks(base, local, local).notebook, local)


@patient
@given(histories)
def test_what_somebody_wrote_is_in_the_result(sides):
    base, local, remote = (set(lines(side)) for side in sides)
    result = set(lines(merged(sides).notebook))
    assert ((local | remote) - base) - result == set()
    assert (base & local & remote) - result == set()
    assert {line for line in result - base - local - remote if not line.startswith(OURS)} == set()


@patient
@given(hostile())
def test_what_somebody_wrote_is_in_the_result_whatever_the_cells_hold(sides):
    base, local, remote = (set(lines(side)) for side in sides)
    assert ((local | remote) - base) - set(lines(merged(sides).notebook)) == set()


@patient
@given(histories)
def test_the_result_is_a_valid_notebook(sides):
    for policy in (Policy(), Policy(outputs="conflict", metadata="conflict", style="diff3")):
        nbformat.validate(merged(sides, policy).notebook.raw)


@patient
@given(histories)
def test_ids_stay_unique(sides):
    ids = [cell.id for cell in merged(sides).notebook.cells if cell.id is not None]
    assert len(set(ids)) == len(ids)


@patient
@given(histories)
def test_who_is_local_and_who_is_remote_makes_no_difference_but_to_the_order(sides):
    base, local, remote = sides
    one, other = merge_notebooks(base, local, remote), merge_notebooks(base, remote, local)
    if any("moved" in decision.what for decision in one.decisions):
        return  # a cell that both moved goes where local put it
    assert len(one.conflicts) == len(other.conflicts)
    assert written(one.notebook).keys() == written(other.notebook).keys()


@patient
@given(st.integers(0, 2**32))
def test_where_only_one_side_moves_cells_its_order_stays(seed):
    base, local, _ = history(seed)
    remote = Author(seed + 3, base.raw["nbformat_minor"]).rewritten(base)
    for outcome in (merge_notebooks(base, local, remote), merge_notebooks(base, remote, local)):
        result, ours = lines(outcome.notebook), lines(local)
        # In a conflict, a cell that was joined to another one may be there once more.
        assert not outcome.clean or [line for line in result if line in ours] == [
            line for line in ours if line in result
        ]


@patient
@given(histories)
def test_markers_are_there_exactly_if_there_are_conflicts(sides):
    outcome = merged(sides)
    assert outcome.clean == (not list(remaining(outcome.notebook)))


@patient
@given(histories)
def test_a_merge_can_be_repeated_and_gives_the_same_file(sides):
    assert dump_notebook(merged(sides).notebook) == dump_notebook(merged(sides).notebook)


@patient
@given(hostile(), policies)
def test_nothing_makes_a_merge_fail(sides, policy):
    before = copy.deepcopy(sides)
    outcome = merged(sides, policy, Labels("ours", "", "a " * 9, 12))
    assert isinstance(read_notebook(dump_notebook(outcome.notebook)), Notebook)
    for side, was in zip(sides, before, strict=True):
        assert same_notebook(side, was)  # nothing was changed in place


@patient
@given(notebooks, notebooks)
def test_without_a_base_nothing_is_lost(local, remote):
    outcome = merge_notebooks(EMPTY, local, remote)
    assert (set(lines(local)) | set(lines(remote))) - set(lines(outcome.notebook)) == set()


@pytest.mark.parametrize("seed", [538, 722])
def test_what_both_sides_joined_is_never_lost(seed):
    # Both sides joined cells, in different ways: seen while fuzzing.
    sides = history(seed * 10)
    result = set(lines(merged(sides).notebook))
    assert ((set(lines(sides.local)) | set(lines(sides.remote))) - set(lines(sides.base))) - result == set()
