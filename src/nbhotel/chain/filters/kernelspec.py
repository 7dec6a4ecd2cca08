"""`kernelspec`: which kernel the notebook asks for, without what one person's machine calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import with_metadata

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Json, Notebook


def set_kernelspec(
    *, name: str = "", display_name: str = "", language: str = "", drop: bool = False
) -> Filter:
    """Change the kernelspec; without options nothing changes.

    name, display_name, language: write these, so that all notebooks of a repository ask for the same kernel
    drop: leave it out; whoever opens the notebook is asked for a kernel
    """
    values = {"display_name": display_name, "language": language, "name": name}
    wanted = {key: value for key, value in values.items() if value}

    def change(notebook: Notebook) -> Notebook:
        metadata = notebook.metadata
        old: Json = metadata.get("kernelspec")
        if drop:
            kept = {key: value for key, value in metadata.items() if key != "kernelspec"}
            return notebook if "kernelspec" not in metadata else with_metadata(notebook, kept)
        spec = {**(old if isinstance(old, dict) else {}), **wanted}
        if not wanted or spec == old:
            return notebook
        return with_metadata(notebook, {**metadata, "kernelspec": spec})

    return change
