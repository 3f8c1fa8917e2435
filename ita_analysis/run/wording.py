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
