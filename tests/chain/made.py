"""Notebooks made for the tests of chains."""

from __future__ import annotations

import json
from typing import Any

from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook

Raw = dict[str, Any]


def code(source: str, *outputs: Raw, count: int | None = None, **metadata: Any) -> Raw:
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": metadata,
        "outputs": list(outputs),
        "source": source,
    }


def text(source: str, kind: str = "markdown", **metadata: Any) -> Raw:
    return {"cell_type": kind, "metadata": metadata, "source": source}


def stream(printed: str | list[str], name: str = "stdout") -> Raw:
    return {"name": name, "output_type": "stream", "text": printed}


def shown(data: Raw, kind: str = "display_data", **more: Any) -> Raw:
    return {"data": data, "metadata": {}, "output_type": kind, **more}


ERROR = {"ename": "E", "evalue": "what", "output_type": "error", "traceback": ["one", "two"]}


def notebook(*cells: Raw, language: str = "python", **metadata: Any) -> Notebook:
    with_ids = [{"id": f"cell{index}", **cell} for index, cell in enumerate(cells)]
    info = {"language_info": {"name": language}} if language else {}
    return read({"cells": with_ids, "metadata": {**info, **metadata}, "nbformat": 4, "nbformat_minor": 5})


def read(raw: Any) -> Notebook:
    result = read_notebook(json.dumps(raw).encode())
    assert isinstance(result, Notebook)
    return result
