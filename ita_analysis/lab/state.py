"""What is picked in the exploring notebook: plain values that never change; a pick gives new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ita_analysis.brief.facts import BriefFacts
from ita_analysis.lab.index import Source, known_code
from ita_analysis.lab.views import item_codes


@dataclass(frozen=True)
class Picked:
    """One agency and year with a line; an instrument, an item, and items that are thought to rise, where picked."""

    agency: str
    year: int
    line: float
    instrument: str = ""
    item: str = ""
    raised: tuple[str, ...] = ()
    target: float = 90.0


def opened(source: Source, agency: str | int, year: int, line: float) -> Picked:
    """Return what is picked at first (errors as `Source.agency` and `Source.facts`)."""
    code = source.agency(agency)
    return Picked(code, year, line, raised=_worst(source.facts(code, year, line)), target=line)


def _worst(facts: BriefFacts) -> tuple[str, ...]:
    """Return the items that are thought to rise until others are picked: the worst two below the line."""
    return tuple(str(code) for code in facts.below["code"].head(2))


def picked_next(source: Source, before: Picked, **given: Any) -> Picked:
    """Return what is picked once `given` is put in its place.

    Another agency keeps the year where it has that, else it shows its latest; what the new scores do not hold
    (instrument, item, raised items) is picked no more.

    Raises:
        UnknownNameError: an item that is given has no score; the others as `Source.facts`.
    """
    made = replace(before, **given)
    years = source.years_of(made.agency)
    if made.year not in years and "year" not in given:
        made = replace(made, year=years[-1])
    facts = source.facts(made.agency, made.year, made.line)
    items = item_codes(facts)
    if "item" in given and made.item:
        made = replace(made, item=known_code(made.item, items))
    if "raised" in given:
        made = replace(made, raised=tuple(dict.fromkeys(known_code(one, items) for one in made.raised)))
    raised = tuple(one for one in made.raised if one in items)
    return replace(
        made,
        instrument=made.instrument if made.instrument in instruments_of(facts) else "",
        item=made.item if made.item in items else "",
        raised=raised if raised or "raised" in given else _worst(facts),
    )


def instruments_of(facts: BriefFacts) -> list[str]:
    """Return the instruments of which an item has a score this year, in order."""
    letters = list(dict.fromkeys(code[0] for code in item_codes(facts)))
    known = [one.code for one in facts.framework.instruments] if facts.framework else []
    return [next((code for code in known if code[0] == letter), f"{letter}IT") for letter in letters]
