"""The Thai words of this room, read from its data file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ita_analysis.thai.catalogue import catalogue


def words() -> dict[str, Any]:
    """Return the tables of `words.toml`."""
    return catalogue("framework")


def reason(kind: str, codes: Iterable[str] = ()) -> str:
    """Return the Thai sentence of `[reason]` that says why something is not known, naming `codes` where it does."""
    said: str = words()["reason"][kind]
    return said.format(codes=", ".join(codes))
