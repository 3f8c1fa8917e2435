"""Score against respondents: a dot an agency, between two lines that close in where more people answered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH, ticks
from ita_analysis.brief.charts.canvas import (
    ABOVE,
    ACCENT,
    BELOW,
    INK,
    LAST_YEAR,
    MUTED,
    RULE,
    Canvas,
    Weight,
    text_width,
)
from ita_analysis.brief.sentences import say, score_text

_ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
_COLOURS = {"higher": ABOVE, "lower": BELOW}


@dataclass(frozen=True)
class FunnelDot:
    """One agency: `direction` is "higher" or "lower" where it stands apart beyond chance."""

    score: float
    respondents: float
    direction: str
    is_own: bool = False


@dataclass(frozen=True)
class FunnelSides:
    """The lines at some numbers of respondents, ascending, and the middle between them."""

    respondents: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    centre: float


def funnel_chart(dots: Sequence[FunnelDot], sides: FunnelSides, *, low: int, narrow: bool = False) -> str:
    """Return the SVG: respondents to the right on a logarithmic scale, scores from `low` to 100 upwards."""
    width, left, right = (PHONE_WIDTH, 9.0, PHONE_WIDTH - 2.0) if narrow else (PAGE_WIDTH, 10.0, 150.0)
    top, bottom = (24.0, 98.0) if narrow else (10.0, 76.0)
    paper = Canvas(width, bottom + 10.0)
    first, last = math.log(sides.respondents[0]), math.log(sides.respondents[-1])

    def x(people: float) -> float:
        return left + (math.log(people) - first) / (last - first) * (right - left)

    def y(score: float) -> float:
        return bottom - (max(score, low) - low) / (100 - low) * (bottom - top)

    _key(paper, narrow)
    for tick in ticks(low):
        paper.line(left, y(tick), right, y(tick), RULE)
        paper.text(left - 1.6, y(tick) + 1.1, str(tick), colour=MUTED, align="right")
    paper.text(0.0, top - 2.6, say("funnel_chart.score"), colour=MUTED)
    _people_axis(paper, sides, x, bottom, (left, right))
    paper.text(
        right,
        bottom + 8.6,
        say("funnel_chart.people_narrow" if narrow else "funnel_chart.people"),
        colour=MUTED,
        align="right",
    )
    paper.line(left, y(sides.centre), right, y(sides.centre), INK, 0.8, dashed=True)
    for side in (sides.low, sides.high):
        points = [(x(people), y(score)) for people, score in zip(sides.respondents, side, strict=True)]
        for one, other in zip(points, points[1:], strict=False):
            paper.line(*one, *other, INK, 0.8)
    middle = say("funnel_chart.centre", score=score_text(sides.centre))
    if not narrow:
        paper.text(right + 2.0, y(sides.centre) + 1.1, middle, weight=700)
    for dot in sorted(dots, key=lambda one: (one.is_own, one.direction in _COLOURS)):
        is_apart = dot.direction in _COLOURS
        colour = ACCENT if dot.is_own else _COLOURS.get(dot.direction, LAST_YEAR)
        size = 8.0 if dot.is_own else 5.0 if is_apart else 4.0
        paper.dot(x(dot.respondents), y(dot.score), colour, hollow=not (dot.is_own or is_apart), size=size)
    return paper.svg()


def _people_axis(paper: Canvas, sides: FunnelSides, x: object, bottom: float, span: tuple[float, float]) -> None:
    """Write the round numbers of respondents that lie on the axis, as far as they keep apart."""
    assert callable(x)
    written = span[0] - 9.0
    for people in _ROUND:
        if sides.respondents[0] <= people <= sides.respondents[-1]:
            place, text = float(x(people)), f"{people:,}"
            half = text_width(text, 8.5) / 2
            if place - half > written + 1.5 and place + half <= span[1] + 1.0:
                paper.line(place, bottom, place, bottom + 1.2, MUTED)
                paper.text(place, bottom + 4.6, text, colour=MUTED, align="center")
                written = place + half


def _key(paper: Canvas, narrow: bool) -> None:
    """Write what the marks mean: in one line on a page, one below the other on a phone."""
    marks = [
        ("funnel_chart.own", ACCENT, False, 8.0),
        ("funnel_chart.other", LAST_YEAR, True, 4.0),
        ("funnel_chart.apart", BELOW, False, 5.0),
    ]
    x, y = 1.6, 3.6
    for key, colour, hollow, size in marks:
        paper.dot(x, y - 1.0, colour, hollow=hollow, size=size)
        text = say(key)
        weight: Weight = 700 if colour == ACCENT else 400
        paper.text(x + 2.6, y, text, weight=weight)
        if narrow:
            y += 4.6
        else:
            x += 2.6 + text_width(text, 8.5, weight) + 5.0
    paper.text(0.4 if narrow else x - 1.6, y, say("funnel_chart.limits"), colour=MUTED)
