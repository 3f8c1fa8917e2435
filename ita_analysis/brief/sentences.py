"""Thai prose from facts: every phrase stands in a data file beside this one, numbers are written one way everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, cast

from ita_analysis.thai.catalogue import catalogue

FILES = (
    "words.toml",
    "city.toml",
    "report.toml",
    "lift.toml",
    "method.toml",
)


@cache
def phrases() -> dict[str, Any]:
    """Return all phrases by part: those of every page, then those of each page family."""
    return {part: said for file in FILES for part, said in catalogue("brief", file).items()}


def say(key: str, /, **facts: object) -> str:
    """Return the phrase `part.name` with its facts filled in.

    Raises:
        KeyError: the catalogue has no such phrase, or a fact that it names is not given.
    """
    part, _, name = key.partition(".")
    return cast(str, phrases()[part][name]).format(**facts)


def say_all(key: str, /, **facts: object) -> list[str]:
    """Return a list of phrases with their facts filled in."""
    part, _, name = key.partition(".")
    return [cast(str, phrase).format(**facts) for phrase in phrases()[part][name]]


def decimal(value: float) -> Decimal:
    """Return the shortest decimal that reads back as `value` (87.46, not 87.4599999)."""
    return Decimal(repr(float(value)))


def score_text(value: float, *, line: float | None = None) -> str:
    """Return a score with two decimals, with more where two would contradict its side of the line (89.996)."""
    exact = decimal(value)
    places = 2
    if line is not None:
        edge = decimal(line)
        while places < 12 and exact != edge and (_round(exact, places) < edge) != (exact < edge):
            places += 1
    return str(_round(exact, places))


def gap_text(score: float, line: float) -> str:
    """Return how far a score lies from the line, signed (−8.13); never 0.00 for a score off the line."""
    difference = decimal(score) - decimal(line)
    places = 2
    while places < 12 and difference and not _round(difference, places):
        places += 1
    return signed(_round(difference, places))


def signed(value: Decimal) -> str:
    """Return a number with its sign, a true minus, as tables show changes and gaps."""
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{abs(value)}"


def line_text(value: float) -> str:
    """Return the line as shortly as it can be written: 90, 87.5."""
    return format(decimal(value).normalize(), "f")


def two_places(value: Decimal) -> Decimal:
    """Return a number rounded half up to two decimals; never −0.00."""
    return _round(value, 2) + 0


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def count_word(count: int) -> str:
    """Return a small count as a Thai word, a larger one in digits with blanks around."""
    words = cast("list[str]", catalogue("brief")["common"]["numbers"])
    return words[count] if count < len(words) else f" {count} "


def listing(names: Sequence[str]) -> str:
    """Return names in a row with *and* before the last: E12 I16 และ E14."""
    if len(names) < 2:
        return "".join(names)
    return f"{' '.join(names[:-1])} {say('common.and')} {names[-1]}"


def shortened(text: str, letters: int) -> str:
    """Return a text on one line, at most `letters` long, with a mark where there was more.

    >>> shortened("one  two three", 8)
    'one two…'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= letters else flat[: letters - 1].rstrip() + "…"
