"""The words of a room, from its data file: read once, the same tables for everyone who asks."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def catalogue(room: str, file: str = "words.toml") -> dict[str, Any]:
    """Return the tables of a data file of `ita_analysis.<room>`."""
    return tomllib.loads((files("ita_analysis") / room / file).read_text(encoding="utf-8"))
