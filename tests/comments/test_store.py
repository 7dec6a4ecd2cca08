"""The database of comments: whatever people do at it, in whatever order, it holds what they said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from nbhotel.comments import store
from nbhotel.comments.store import Comments
from nbhotel.comments.trouble import NotThere, NotYours, TooMuch
from nbhotel.comments.values import Person
from nbhotel.errors import CommentError

ADA, BEN = Person("ada", "Ada"), Person("ben", "Ben")
PATHS = ("/r/a.ipynb", "/r/a", "/r/sub/a.ipynb", "/r/sub", "/r/sub%_/a.ipynb", "/r/suburb.ipynb")
paths, texts = st.sampled_from(PATHS), st.text("ab \n", min_size=1).filter(str.strip)
people = st.sampled_from([ADA, BEN])


class Life(RuleBasedStateMachine):
    """The store beside a dictionary: path -> thread -> [who, text], and who resolved it."""

    threads: Bundle[int] = Bundle("threads")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.comments = Comments(f"{self.folder.name}/comments.sqlite")
        self.said: dict[str, dict[int, list[tuple[str, str]]]] = {}
        self.versions: set[str] = set()

    def home(self, thread: int) -> str | None:
        return next((path for path, found in self.said.items() if thread in found), None)

    @rule(target=threads, path=paths, who=people, text=texts)
    def begin(self, path: str, who: Person, text: str) -> int:
        thread = self.comments.begin(path, "cell", "x", who, text)
        self.said.setdefault(path, {})[thread] = [(who.name, text.strip())]
        return thread

    @rule(thread=threads, path=paths, who=people, text=texts)
    def reply(self, thread: int, path: str, who: Person, text: str) -> None:
        if self.home(thread) == path:
            self.comments.reply(path, thread, who, text)
            self.said[path][thread].append((who.name, text.strip()))
        else:
            with pytest.raises(NotThere):
                self.comments.reply(path, thread, who, text)

    @rule(thread=consumes(threads), who=people)
    def delete_the_first(self, thread: int, who: Person) -> None:
        path = self.home(thread)
        if path is None:
            return
        [found] = [each for each in self.comments.discussion(path).threads if each.id == thread]
        first = found.comments[0]
        if first.author != who:
            with pytest.raises(NotYours):
                self.comments.delete(path, first.id, who.username)
        self.comments.delete(path, first.id, None)
        self.said[path][thread].pop(0)
        if not self.said[path][thread]:
            del self.said[path][thread]

    @rule(old=paths, new=paths)
    def move(self, old: str, new: str) -> None:
        if old == new or new.startswith(f"{old}/") or old.startswith(f"{new}/"):
            return
        self.comments.moved(old, new)
        moving = {path: self.said.pop(path) for path in list(self.said) if is_in(path, old)}
        self.forget(new)
        self.said |= {new + path.removeprefix(old): found for path, found in moving.items()}

    @rule(path=paths)
    def remove(self, path: str) -> None:
        self.comments.removed(path)
        self.forget(path)

    def forget(self, path: str) -> None:
        self.said = {each: found for each, found in self.said.items() if not is_in(each, path)}

    @invariant()
    def holds_what_was_said(self) -> None:
        for path in PATHS:
            found = self.comments.discussion(path)
            assert found.version == self.comments.version(path)
            told = {each.id: [(one.author.name, one.text) for one in each.comments] for each in found.threads}
            assert told == self.said.get(path, {})

    def teardown(self) -> None:
        self.comments.__exit__()
        self.folder.cleanup()


def is_in(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "data/nbhotel/comments.sqlite")


def test_every_change_is_another_version(file):
    with Comments(file) as comments:
        seen = [comments.version("/a")]
        thread = comments.begin("/a", "", "", ADA, "text")
        seen.append(comments.version("/a"))
        for resolver in (BEN, None):
            comments.resolve("/a", thread, resolver)
            seen.append(comments.version("/a"))
        [comment] = comments.discussion("/a").threads[0].comments
        comments.edit("/a", comment.id, "other", "ada")
        seen.append(comments.version("/a"))
        comments.delete("/a", comment.id, "ada")
        seen.append(comments.version("/a"))
        comments.removed("/a")
        comments.begin("/a", "", "", ADA, "anew")
        seen.append(comments.version("/a"))
    assert len(set(seen)) == len(seen) == 7


def test_what_is_refused_changes_nothing(file, monkeypatch):
    monkeypatch.setattr(store, "MOST", 2)
    with Comments(file) as comments:
        thread = comments.begin("/a", "", "", ADA, "one")
        comments.reply("/a", thread, BEN, "two")
        before = comments.discussion("/a")
        with pytest.raises(TooMuch, match="has 2 comments already"):
            comments.reply("/a", thread, BEN, "three")
        with pytest.raises(TooMuch, match="has 2 comments already"):
            comments.begin("/a", "", "", BEN, "three")
        with pytest.raises(NotYours):
            comments.edit("/a", before.threads[0].comments[0].id, "mine", "ben")
        assert comments.discussion("/a") == before
        comments.begin("/b", "", "", BEN, "elsewhere")


def test_what_was_deleted_is_not_in_the_file(file):
    with Comments(file) as comments:
        comments.begin("/a", "", "", ADA, "a word that nobody should have written")
        comments.begin("/a", "", "", ADA, "another")
        [comment] = comments.discussion("/a").threads[0].comments
        comments.delete("/a", comment.id, "ada")
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"nobody should have written" not in Path(file).read_bytes()


def test_what_is_something_else_is_left_as_it_is(tmp_path):
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE comment (text)")
        database.execute("PRAGMA user_version = 1")
    text = tmp_path / "text.sqlite"
    text.write_text("no database" * 100)
    for path, what in ((other, "holds no comments"), (text, "is damaged")):
        before = path.read_bytes()
        for to_read in (False, True):
            with pytest.raises(CommentError, match=what):
                Comments(str(path), to_read=to_read)
        assert path.read_bytes() == before
