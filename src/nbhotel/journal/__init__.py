"""The journal: all code that was sent to kernels, in one SQLite database of the user's own.

The room writes it, the command line and JupyterLab read it. Nothing here knows of Jupyter.
"""
