"""Notebooks as pages for readers: one by one, or a folder of them with an index. Nothing runs there."""
