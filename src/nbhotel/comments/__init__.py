"""Comments on notebooks and their cells, in one SQLite database of the user's own.

The room writes them, the command line and JupyterLab read them. Nothing here knows of Jupyter.
"""
