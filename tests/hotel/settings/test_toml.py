from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.hotel.settings.toml import BadToml, parse

TEXT = '''\
# a note
bind = ":8000"
allow = [
  "guest1",   # [not] = "a table"
  "guest2",
]
motd = """
key = 1
[rooms]
"""
rooms.memory = "2G"
"quoted.key" = 1
point = { x = 1, y = 2 }

[jupyterhub.Spawner]
poll_interval = 5
[jupyterhub]
  active_server_limit = 3
[[many]]
a = 1
[[many]]
b = 2
'''


def test_each_key_has_the_line_that_first_names_it():
    document = parse(TEXT)
    assert {".".join(path): line for path, line in document.lines.items()} == {
        "bind": 2,
        "allow": 3,
        "motd": 7,
        "rooms": 11,
        "rooms.memory": 11,
        "quoted.key": 12,
        "point": 13,
        "point.x": 13,
        "point.y": 13,
        "jupyterhub": 15,
        "jupyterhub.Spawner": 15,
        "jupyterhub.Spawner.poll_interval": 16,
        "jupyterhub.active_server_limit": 18,
        "many": 19,
        "many.a": 20,
        "many.b": 22,
    }


def test_a_key_that_is_not_there_has_the_line_of_what_is_around_it():
    document = parse(TEXT)
    assert document.line(("jupyterhub", "Spawner", "absent")) == 15
    assert document.line(("absent",)) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = \n", 1), ("a = 1\nb", 2), ("\n\n[a", 3), ('a = """\n\n', 2), ("a = 1\r\na = 2\r\n", 2)],
)
def test_what_is_no_toml_says_where(text, line):
    with pytest.raises(BadToml) as caught:
        parse(text)
    assert caught.value.line == line
    assert "line" not in caught.value.message


keys = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x7f"), min_size=1, max_size=6
)
values = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.text("ab\n[]='\"#", max_size=9),
    st.lists(st.text("[]#", max_size=3)),
)


@given(st.dictionaries(keys, st.dictionaries(keys, values, min_size=1, max_size=4), max_size=4), st.data())
def test_lines_are_right_for_any_tables(tables, data):
    lines: list[str] = []
    expected: dict[tuple[str, ...], int] = {}
    for table, pairs in tables.items():
        lines.append(f"[{json.dumps(table, ensure_ascii=False)}]")
        expected[table,] = len(lines)
        for key, value in pairs.items():
            expected[table, key] = len(lines) + 1
            text = json.dumps(value, ensure_ascii=False)
            if isinstance(value, list):  # an array over several lines
                text = "[\n" + "".join(f"  {json.dumps(item)},\n" for item in value) + "]"
            lines += f"{json.dumps(key, ensure_ascii=False)} = {text}".split("\n")
            lines += data.draw(st.sampled_from([[], ["# note"], [""]]))
    document = parse("\n".join(lines))
    assert document.values == tables
    assert document.lines == expected
