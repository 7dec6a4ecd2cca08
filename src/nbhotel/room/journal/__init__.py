"""The journal's part in the room: what kernels run is heard and written, and JupyterLab finds it again."""
