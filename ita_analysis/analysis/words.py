"""The Thai words and reasons that travel with a figure, read once from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_SHOWN = 6  # codes named in one reason; the rest are counted


@cache
def section(name: str) -> dict[str, str]:
    """Return the words of one section by key."""
    text = files("ita_analysis.analysis").joinpath("words.toml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = tomllib.loads(text)
    return words[name]


def reason(name: str, key: str, codes: Iterable[str] = (), **facts: object) -> str:
    """Return the reason `key` of a section, with `codes` named and the other facts filled in."""
    return section(name)[key].format(codes=named(codes), **facts)


def named(codes: Iterable[str]) -> str:
    """Return the codes as a list for a sentence: at most six, then how many more."""
    known = list(codes)
    shown = ", ".join(known[:_SHOWN])
    return f"{shown} และอีก {len(known) - _SHOWN} รายการ" if len(known) > _SHOWN else shown
