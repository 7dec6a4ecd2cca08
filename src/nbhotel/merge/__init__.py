"""Three notebooks -> one immutable value: the merged notebook, its conflicts, and what was settled how.

Start at `values` (what a merge is) and `notebooks` (how it is made).
"""
