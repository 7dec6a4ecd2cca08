"""The menu Share of JupyterLab, for code hosts: docs/share-menu.md."""
