"""Two notebooks -> one immutable value that says what changed.

Start at `values` (what a diff is) and `notebooks` (how it is made).
"""
