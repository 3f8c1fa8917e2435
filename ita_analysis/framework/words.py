"""The Thai words of this room, read from its data file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

WORDS_FILE = Path(__file__).with_name("words.toml")


@cache
def words() -> dict[str, Any]:
    """Return the tables of `words.toml`."""
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def reason(kind: str, codes: Iterable[str] = ()) -> str:
    """Return the Thai sentence of `[reason]` that says why something is not known, naming `codes` where it does."""
    said: str = words()["reason"][kind]
    return said.format(codes=", ".join(codes))
