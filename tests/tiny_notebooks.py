"""Tiny notebooks for tests: `write_notebook(path, "print(x)")` has a parameters cell `x: int = 1` first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def code(source: str, *tags: str, **changes: Any) -> dict[str, Any]:
    """Return a code cell."""
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **changes}
    return {**cell, "metadata": {"tags": list(tags)} if tags else {}}


def write_notebook(
    path: Path, *cells: str | dict[str, Any], parameters: str | None = "x: int = 1  # a number", minor: int = 4
) -> Path:
    """Write a notebook of code cells to `path` and return it."""
    first: Sequence[Any] = [] if parameters is None else [code(parameters, "parameters")]
    made = [cell if isinstance(cell, dict) else code(cell) for cell in cells]
    data = {"nbformat": 4, "nbformat_minor": minor, "metadata": PYTHON, "cells": [*first, *made]}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path
