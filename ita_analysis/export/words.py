"""The few phrases that exporters add to a page."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("ita_analysis.export") / "words.toml").read_text(encoding="utf-8"))


def say(key: str) -> Any:
    """Return the phrase (or list of phrases) `part.name`."""
    part, _, name = key.partition(".")
    return _catalogue()[part][name]
