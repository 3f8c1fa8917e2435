"""The Thai words and reasons that travel with a figure, read once from `words.toml`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ita_analysis.thai.catalogue import catalogue

_SHOWN = 6  # codes named in one reason; the rest are counted


def words() -> dict[str, Any]:
    """Return the tables of `words.toml`."""
    return catalogue("analysis")


def reason(section: str, key: str, codes: Iterable[str] = (), **facts: object) -> str:
    """Return the reason `key` of a section, with `codes` named and the other facts filled in."""
    said: str = words()[section][key]
    return said.format(codes=named(codes), **facts)


def named(codes: Iterable[str]) -> str:
    """Return the codes as a list for a sentence: at most six, then how many more."""
    known = list(codes)
    shown = ", ".join(known[:_SHOWN])
    return f"{shown} และอีก {len(known) - _SHOWN} รายการ" if len(known) > _SHOWN else shown
