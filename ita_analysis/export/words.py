"""The few phrases that exporters add to a page."""

from __future__ import annotations

from typing import Any

from ita_analysis.thai.catalogue import catalogue


def say(key: str) -> Any:
    """Return the phrase (or list of phrases) `part.name`."""
    part, _, name = key.partition(".")
    return catalogue("export")[part][name]
