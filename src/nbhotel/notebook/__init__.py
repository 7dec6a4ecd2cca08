"""What a notebook is: reading, writing, and the identity of cells. Standard library only; never nbformat.

Start at `model`; `reading` and `writing` lead from bytes to the model and back.
"""
