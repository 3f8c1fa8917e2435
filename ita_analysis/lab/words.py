"""The words of the analyst's room, from its data file."""

from __future__ import annotations

from typing import cast

from ita_analysis.thai.catalogue import catalogue


def tell(key: str, /, **facts: object) -> str:
    """Return the phrase `part.name` of this room with its facts filled in.

    Raises:
        KeyError: the catalogue has no such phrase, or a fact that it names is not given.
    """
    part, _, name = key.partition(".")
    return cast(str, catalogue("lab")[part][name]).format(**facts)
