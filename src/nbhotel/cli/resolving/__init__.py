"""The walk through the conflicts of notebooks: `flow` finds them, `walk` asks, `subjects` are files."""
