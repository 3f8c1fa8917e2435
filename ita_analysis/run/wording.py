"""What a batch says, from its data file."""

from __future__ import annotations

from typing import cast

from ita_analysis.thai.catalogue import catalogue


def say(key: str, /, **facts: object) -> str:
    """Return the phrase `part.name` of `batch.toml` with its facts filled in.

    Raises:
        KeyError: the catalogue has no such phrase, or a fact that it names is not given.
    """
    *parts, name = key.split(".")
    table = catalogue("run", "batch.toml")
    for part in parts:
        table = table[part]
    return cast(str, table[name]).format(**facts)


def time_text(seconds: float | None) -> str:
    """Return a length of time in words, as exact as its size deserves; a dash where it is not known."""
    if seconds is None:
        return say("batch.unknown")
    whole = round(seconds)
    if whole < 60:
        return say("batch.seconds", seconds=whole)
    if whole < 3600:
        return say("batch.minutes", minutes=whole // 60, seconds=whole % 60)
    return say("batch.hours", hours=whole // 3600, minutes=whole % 3600 // 60)
