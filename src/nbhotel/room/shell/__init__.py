"""Terminal cells: cells whose text goes to a shell that lives as long as the notebook's kernel.

In an open notebook they are code cells with `{"nbhotel": {"terminal": true}}` in their metadata. `hook` takes
them out of all that is saved; `memory` keeps them for a page that is loaded again; `session` runs them.
"""
