"""The history of a notebook, of its cells and of its lines, as `nbhotel log` and `nbhotel blame` tell it."""
