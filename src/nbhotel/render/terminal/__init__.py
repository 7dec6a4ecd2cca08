"""Comparisons and notebooks as lines for a terminal, a pager or a pipe.

Start at `notebooks` (comparisons), `show` (whole notebooks) and `stat` (one line each). `brush` is the only
way by which a text of a notebook gets out: it shows control characters escaped.
"""
