"""LaTeX formulas as MathML, which every browser shows without a script."""

from __future__ import annotations

from nbhotel.render.html.tags import esc

_FORMULA_UP_TO = 2_000


def mathml(formula: str, *, block: bool) -> str:
    """Return markup, still to be sanitised; the formula's source where it can't be converted."""
    if len(formula) <= _FORMULA_UP_TO:
        from latex2mathml.converter import convert

        try:
            return str(convert(formula, display="block" if block else "inline"))
        except Exception:  # noqa: BLE001 - the converter raises many kinds of errors at what it doesn't know
            return _source(formula)
    return _source(formula)


def _source(formula: str) -> str:
    return f"<code>{esc(formula)}</code>"
