"""The last steps of chains: from a notebook to a script, a text, another tool's form."""
