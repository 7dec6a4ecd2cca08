"""A broken notebook's bytes -> a sound notebook, and what was done; and the conflicts that stand in one.

Start at `values` (what a repair is) and `files` (how it is made); conflicts: `unresolved` and `settling`.
"""
