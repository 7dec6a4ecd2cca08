"""What `stage`, `unstage` and `discard` share: options, the ways to choose, and what is told about it.

Start at `flow`.
"""
