"""Small notebooks as plain data: cells that were run, with the outputs that other tools leave."""

from typing import Any

from ita_analysis.brief.blocks import MIME


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook of `cells`."""
    return {
        "cells": list(cells),
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def markdown(source: str) -> dict[str, Any]:
    """Return a markdown cell."""
    return {"cell_type": "markdown", "id": "m", "metadata": {}, "source": source}


def code(*outputs: dict[str, Any], source: str = "x", run: bool = True) -> dict[str, Any]:
    """Return a code cell with `outputs`."""
    return {
        "cell_type": "code",
        "id": "c",
        "metadata": {},
        "source": source,
        "execution_count": 1 if run else None,
        "outputs": list(outputs),
    }


def shown(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an output that displays `data`, a value for each MIME type."""
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def block(data: Any) -> dict[str, Any]:
    """Return a run cell that shows `data` as if it were our block."""
    return code(shown({MIME: data}))


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    """Return what a cell printed."""
    return {"output_type": "stream", "name": name, "text": text}
