"""How the overview of many agencies writes its figures: names short enough for a column, shades, moves."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from ita_analysis.brief.blocks import Cell, Run, Tone, cell
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.sentences import decimal, phrases, say, score_text
from ita_analysis.brief.wording import change_text, is_missing

SHADE_STEP = 5.0  # points below the line from one shade to the next
DEEPEST = 3


def letters(text: str) -> int:
    """Return how many letters stand beside each other; Thai marks above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def short_name(name: str) -> str:
    """Return an agency's name as a narrow column writes it: สำนักงานเขตสาทร → เขตสาทร."""
    for start, short in phrases()["short"].items():
        if name.startswith(start) and name != start:
            return str(short) + name.removeprefix(start)
    return name


def agency_cell(facts: CityFacts, code: str, *, mark: str = "", tone: Tone = "ink") -> Cell:
    """Return an agency's name, leading to its brief where that is wanted and the agency has scores."""
    is_known = code in facts.names
    name = short_name(facts.names.get(code) or facts.missing[code])
    runs = (Run(text=name, tone=tone), *([Run(text=mark, tone="waiting", bold=True, hanging=True)] if mark else []))
    return cell(runs, href=f"../{code}/brief.html" if facts.link_briefs and is_known else "")


def shade(score: float, line: float) -> int:
    """Return how far below the line a score lies: 0 not below, 1 up to 5 points, 2 up to 10, 3 farther.

    >>> [shade(score, 90.0) for score in (90.0, 89.99, 85.0, 84.99, 80.0, 79.99)]
    [0, 1, 1, 2, 2, 3]
    """
    if is_missing(score) or score >= line:
        return 0
    gap = decimal(line) - decimal(score)
    return min(DEEPEST, math.ceil(gap / decimal(SHADE_STEP)))


def number_cell(facts: CityFacts, score: float) -> Cell:
    """Return a score of the grid, tinted and bold below the line; a full score is written 100, an unknown one –."""
    if is_missing(score):
        return nothing_cell()
    text = "100" if score == 100 else score_text(score, line=facts.line)
    depth = shade(score, facts.line)
    return cell(Run(text=text, bold=depth > 0), shade=depth)


def nothing_cell() -> Cell:
    """Return the dash of a figure that is not known."""
    return cell(Run(text=say("common.nothing"), tone="muted"))


def change_run(facts: CityFacts, code: str) -> Run:
    """Return how an agency's total changed, with its sign; in colour and bold only beyond chance."""
    own = facts.agency(code)
    points, direction = float(own["change_points"]), str(own["direction"])
    tone: Tone = {"higher": "above", "lower": "below"}.get(direction, "ink")  # type: ignore[assignment]
    return Run(text=change_text(points), tone=tone, bold=tone != "ink")


def most_moved(facts: CityFacts, code: str, *, down: bool) -> str:
    """Return the indicator of an agency that rose most (fell most), with its change; a dash where none did."""
    row = facts.indicator_changes.loc[[code]].iloc[0] if code in facts.indicator_changes.index else None
    if row is None or not ((row < 0) if down else (row > 0)).any():
        return say("common.nothing")
    name = str(row.idxmin() if down else row.idxmax())
    change = float(row.min() if down else row.max())
    title = facts.indicator_name(name, short=True)
    return say("city_panels.moved", code=name, name=title, change=change_text(change)).replace("  ", " ")


def asked(facts: CityFacts, instrument: str) -> str:
    """Return who answers an instrument, as every page calls them."""
    try:
        return say(f"respondents.{instrument}")
    except KeyError:
        known = facts.framework.instrument.get(instrument) if facts.framework else None
        return known.short_th if known else instrument


def median_change(facts: CityFacts) -> str:
    """Return the median change of the total over all agencies, signed."""
    return change_text(float(facts.agencies["change_points"].median()))


def named(facts: CityFacts, codes: Sequence[str], most: int) -> str:
    """Return agencies by name and code, at most so many, and how many more there are."""
    everyone = {**facts.missing, **facts.names}
    shown = ", ".join(say("city_missing.name", name=short_name(everyone[code]), code=code) for code in codes[:most])
    return shown + (say("city_missing.more", count=f"{len(codes) - most:,}") if len(codes) > most else "")
