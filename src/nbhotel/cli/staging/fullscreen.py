"""The choice on the whole screen: a tree of changes, and beside it the diff of the one the cursor is on.

What is chosen is told by marks and places, not by colours alone. prompt_toolkit draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point
from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples, to_formatted_text
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import (
    AnyContainer,
    Dimension,
    DynamicContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.defaults import create_output

from nbhotel.cli.staging.outline import Outline
from nbhotel.cli.staging.previews import preview
from nbhotel.cli.staging.verbs import Choice, Verb
from nbhotel.git.staging.pairs import Pair
from nbhotel.git.staging.tree import Node
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.spans import Look

#: From this width on the diff stands beside the tree, else below it.
_WIDE = 72
_HELP = """\
↑ ↓ k j     another row
space       choose the row, or don't
→ enter l   open it: its parts, its hunks
← h         close it, or go up
PgDn PgUp   more of the diff
a           choose everything, or nothing
c           {verb} what is chosen
n           leave this notebook as it is, and go on to the next one
q           leave without it
?           this help, and back"""


def choose(pair: Pair, nodes: Sequence[Node], verb: Verb, name: str, look: Look) -> Choice:
    """Let somebody choose at a terminal."""
    return _Screen(Outline(pair, nodes, takes_back=verb.takes_back), verb, name, look).run()


class _Screen:
    def __init__(self, outline: Outline, verb: Verb, name: str, look: Look) -> None:
        self.outline, self.verb, self.name, self.look = outline, verb, safe(name), look
        self.output = create_output()
        self.scroll = 0
        self.shows_help = False
        self.question = self.hint = ""
        self.after_yes: Callable[[], None] = lambda: None
        self.known: dict[tuple[tuple[int, ...], int], list[str]] = {}
        self.tree = Window(
            FormattedTextControl(
                self._tree, get_cursor_position=self._cursor, focusable=True, show_cursor=False
            ),
            width=self._tree_width,
            height=self._tree_height,
        )
        self.aside = Window(FormattedTextControl(self._aside), wrap_lines=True)
        self.beside = VSplit([self.tree, Window(width=1, char="│"), self.aside])
        self.below = HSplit([self.tree, _line(), self.aside])
        head, foot = (Window(FormattedTextControl(text), height=1) for text in (self._head, self._foot))
        self.application: Application[Choice] = Application(
            Layout(HSplit([head, _line(), DynamicContainer(self._body), _line(), foot]), self.tree),
            key_bindings=self._keys(),
            full_screen=True,
            output=self.output,
            color_depth=ColorDepth.DEPTH_1_BIT if look.depth == "none" else None,
        )

    def run(self) -> Choice:
        return self.application.run()

    def _columns(self) -> int:
        return self.output.get_size().columns

    def _is_wide(self) -> bool:
        return self._columns() >= _WIDE

    def _tree_width(self) -> Dimension:
        return Dimension.exact(self._columns() * 2 // 5) if self._is_wide() else Dimension()

    def _tree_height(self) -> Dimension:
        if self._is_wide():
            return Dimension()
        most = max(1, (self.output.get_size().rows - 5) // 2)
        return Dimension.exact(min(most, len(self.outline.rows())))

    def _body(self) -> AnyContainer:
        return self.beside if self._is_wide() else self.below

    def _head(self) -> StyleAndTextTuples:
        chosen, total = len(self.outline.chosen), len(self.outline.offered)
        return [("bold", f"{self.verb.name} {self.name}"), ("", f" · {chosen} of {total} chosen")]

    def _foot(self) -> StyleAndTextTuples:
        if self.question:
            return [("bold", self.question)]
        if self.hint:
            return [("bold", self.hint)]
        return [("", f"space choose · → open · a all · c {self.verb.name} · q leave · ? help")]

    def _tree(self) -> StyleAndTextTuples:
        found: StyleAndTextTuples = []
        for at, row in enumerate(self.outline.rows()):
            here = at == self.outline.cursor
            text = f"{'>' if here else ' '} {safe(self.outline.line(row))}"
            found += [("reverse" if here else "", text), ("", "\n")]
        return found

    def _cursor(self) -> Point:
        return Point(0, self.outline.cursor)

    def _aside(self) -> StyleAndTextTuples:
        lines = _HELP.format(verb=self.verb.name).split("\n") if self.shows_help else self._preview()
        self.scroll = max(0, min(self.scroll, len(lines) - 1))
        return to_formatted_text(ANSI("\n".join(lines[self.scroll :])))

    def _preview(self) -> list[str]:
        row = self.outline.row()
        width = self._columns() - (self._columns() * 2 // 5 + 1 if self._is_wide() else 0)
        if (row.path, width) not in self.known:
            brush = Brush(self.look._replace(width=width, side_by_side=False))
            self.known[row.path, width] = list(preview(self.outline.pair, row.node, brush))
        return self.known[row.path, width]

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        outline = self.outline
        actions: dict[tuple[str, ...], Callable[[], None]] = {
            ("up", "k"): lambda: outline.move(-1),
            ("down", "j"): lambda: outline.move(1),
            ("home",): lambda: outline.move(-len(outline.rows())),
            ("end",): lambda: outline.move(len(outline.rows())),
            ("right", "enter", "l"): outline.expand,
            ("left", "h"): outline.collapse,
            ("space",): outline.toggle,
            ("a",): outline.toggle_all,
            ("c",): self._commit,
            ("q", "escape"): self._quit,
        }
        for names, action in actions.items():
            for name in names:
                keys.add(name, eager=True)(lambda _event, action=action: self._does(action))
        keys.add("pagedown")(lambda _event: self._scroll(1))
        keys.add("pageup")(lambda _event: self._scroll(-1))
        keys.add("?")(lambda _event: self._help())
        keys.add("y")(lambda _event: self._answer(is_yes=True))
        keys.add("n")(lambda _event: self._answer(is_yes=False) if self.question else self._does(self._pass))
        keys.add("c-c")(lambda event: event.app.exit(exception=KeyboardInterrupt))
        return keys

    def _does(self, action: Callable[[], None]) -> None:
        """Do what a key says, unless a question waits for its answer."""
        if self.question:
            return
        before = self.outline.row().path
        self.shows_help, self.hint = False, ""
        action()
        if self.outline.row().path != before:
            self.scroll = 0

    def _scroll(self, pages: int) -> None:
        info = self.aside.render_info
        self.scroll += pages * max(1, (info.window_height if info else 10) - 1)

    def _help(self) -> None:
        self.shows_help, self.scroll = not self.shows_help, 0

    def _commit(self) -> None:
        if not self.outline.chosen:
            self.hint = "nothing is chosen: space chooses, n goes on without"
        elif self.verb.asks:
            number = len(self.outline.chosen)
            changes = "change" if number == 1 else "changes"
            self._ask(f"{self.verb.question(f'{number} {changes}')}? y/n", self._leave_with_it)
        else:
            self._leave_with_it()

    def _quit(self) -> None:
        if self.outline.chosen:
            self._ask(f"Leave, and {self.verb.name} nothing? y/n", self._leave)
        else:
            self._leave()

    def _pass(self) -> None:
        if self.outline.chosen:
            self._ask(f"Go on, and {self.verb.name} nothing of this notebook? y/n", self._go_on)
        else:
            self._go_on()

    def _ask(self, question: str, after_yes: Callable[[], None]) -> None:
        self.question, self.after_yes = question, after_yes

    def _answer(self, *, is_yes: bool) -> None:
        asked, self.question = self.question, ""
        if asked and is_yes:
            self.after_yes()

    def _leave(self) -> None:
        self.application.exit(result=Choice(is_last=True))

    def _go_on(self) -> None:
        self.application.exit(result=Choice())

    def _leave_with_it(self) -> None:
        self.application.exit(result=Choice(self.outline.chosen))


def _line() -> Window:
    return Window(height=1, char="─")
