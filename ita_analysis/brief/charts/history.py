"""How scores went over the years: small panels on one scale, or the total alone; no line where the rules changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH, ticks
from ita_analysis.brief.charts.canvas import (
    ACCENT,
    BELOW,
    BELOW_TINT,
    INK,
    LAST_YEAR,
    MUTED,
    RULE,
    Canvas,
    cut_to,
    text_width,
)
from ita_analysis.brief.sentences import score_text
from ita_analysis.framework.codes import TOTAL

COLUMNS = 5
PANEL, HEIGHT = 31.6, 29.5
GAP_X, GAP_Y = 4.0, 3.5
FOR_NUMBER = 11.8  # millimetres kept free at the right of a panel for its last number


@dataclass(frozen=True)
class Series:
    """Scores by fiscal year.

    `unlinked` are the years that are not known to compare with the year before: no line leads to them. `breaks` are
    those of them in which the rules became new from the ground up: a dashed line stands before them.
    """

    code: str
    name: str
    scores: dict[int, float]
    unlinked: frozenset[int] = frozenset()
    breaks: frozenset[int] = frozenset()


def panels_chart(series: Sequence[Series], *, line: float, low: float, narrow: bool = False) -> str:
    """Return the SVG of one small panel per series, all on the scale `low` to 100, five in a row (two on a phone)."""
    columns = 2 if narrow else COLUMNS
    width = (PHONE_WIDTH - GAP_X) / 2 if narrow else PANEL
    count = -(-len(series) // columns)
    paper = Canvas(PHONE_WIDTH if narrow else PAGE_WIDTH, count * HEIGHT + (count - 1) * GAP_Y)
    years = sorted({year for one in series for year in one.scores})
    for number, one in enumerate(series):
        left = number % columns * (width + GAP_X)
        top = number // columns * (HEIGHT + GAP_Y)
        _panel(paper, one, years, left, top, width, line, low)
    return paper.svg()


def fitting(code: str, name: str, short: str) -> str:
    """Return the name where it fits over a panel, else the short one."""
    return name if not short or text_width(f"{code} {name}", 8.5, 500) <= PANEL else short


def cut(code: str, name: str) -> str:
    """Return as much of a long name as fits over a panel beside its code."""
    return cut_to(name, PANEL - text_width(f"{code} ", 8.5, 500), 8.5, 500)


def _panel(
    paper: Canvas,
    one: Series,
    years: list[int],
    left: float,
    top: float,
    width: float,
    line: float,
    low: float,
) -> None:
    paper.text(left, top + 3.2, one.name if one.code == TOTAL else f"{one.code} {one.name}", weight=500)
    paper.line(left, top + 4.8, left + width, top + 4.8, RULE)
    start, end = left + 1.2, left + width - FOR_NUMBER
    upper, lower = top + 7.0, top + 23.0

    def x(year: int) -> float:
        return end if len(years) == 1 else start + (year - years[0]) / (years[-1] - years[0]) * (end - start)

    def y(score: float) -> float:
        return lower - (max(score, low) - low) / (100 - low) * (lower - upper)

    paper.box(left, y(line), end + 1.2 - left, lower - y(line), BELOW_TINT)
    paper.line(left, y(line), end + 1.2, y(line), INK, 0.8)
    for year in sorted(one.breaks & set(years[1:])):
        middle = (x(year - 1) + x(year)) / 2 if year - 1 in years else x(year) - 1.0
        paper.line(middle, upper - 1.0, middle, lower, INK, 0.8, dashed=True)
    _path(paper, one, years, x, y, line)
    shown = {years[0], years[-1]}
    for year in shown:
        align: Literal["left", "center"] = "left" if year == years[0] and len(shown) > 1 else "center"
        paper.text(left if align == "left" else x(year), lower + 4.0, str(year), colour=MUTED, size=8, align=align)


def _path(
    paper: Canvas, one: Series, years: list[int], x: Callable[[int], float], y: Callable[[float], float], line: float
) -> None:
    """Draw the years as lines between neighbours that compare, the last as a dot with its number."""
    known = [year for year in years if year in one.scores]
    last = known[-1]
    for before, after in zip(known, known[1:], strict=False):
        if after - before == 1 and after not in one.unlinked:
            colour = (BELOW if one.scores[after] < line else ACCENT) if after == last else LAST_YEAR
            paper.line(x(before), y(one.scores[before]), x(after), y(one.scores[after]), colour, 1.5)
    for year in known[:-1]:
        paper.dot(x(year), y(one.scores[year]), LAST_YEAR, size=2.6)
    score = one.scores[last]
    colour = BELOW if score < line else ACCENT
    paper.dot(x(last), y(score), colour, size=5.0)
    paper.text(x(last) + 1.6, y(score) + 1.1, score_text(score, line=line), colour=colour, weight=700)


def total_chart(one: Series, *, line: float, low: int, break_note: str = "", narrow: bool = False) -> str:
    """Return the SVG of the total over the years, every score written beside its dot; `break_note` explains a break."""
    width, height = (PHONE_WIDTH, 62.0) if narrow else (PAGE_WIDTH, 62.0)
    paper = Canvas(width, height)
    years = list(range(min(one.scores), max(one.scores) + 1))
    left, right, upper, lower = 9.0, width - 3.0, 9.0, height - 8.0
    start, end = left + 7.0, right - 7.0

    def x(year: int) -> float:
        return (start + end) / 2 if len(years) == 1 else start + (year - years[0]) / (len(years) - 1) * (end - start)

    def y(score: float) -> float:
        return lower - (score - low) / (100 - low) * (lower - upper)

    for tick in ticks(low):
        paper.line(left, y(tick), right, y(tick), RULE)
        paper.text(left - 1.4, y(tick) + 1.0, str(tick), colour=MUTED, align="right")
    paper.line(left, y(line), right, y(line), INK, 1.0)
    for year in sorted(one.breaks & set(years[1:])):
        middle = (x(year - 1) + x(year)) / 2
        paper.line(middle, upper - 5.0, middle, lower, INK, 0.8, dashed=True)
        if break_note and text_width(break_note, 8) < right - middle - 1.0:
            paper.text(middle + 1.0, upper - 3.4, break_note, colour=MUTED, size=8)
    for year in years:
        paper.text(x(year), lower + 4.6, str(year), colour=INK if year == max(years) else MUTED, align="center")
    _totals(paper, one, x, y, lower, line)
    return paper.svg()


def _totals(
    paper: Canvas, one: Series, x: Callable[[int], float], y: Callable[[float], float], lower: float, line: float
) -> None:
    """Draw the totals: lines between years that compare, each dot with its score on the side that is free."""
    known = sorted(one.scores)
    climbs: set[int] = set()
    for before, after in zip(known, known[1:], strict=False):
        if after - before == 1 and after not in one.unlinked:
            paper.line(x(before), y(one.scores[before]), x(after), y(one.scores[after]), LAST_YEAR, 1.5)
            climbs.add(before if one.scores[after] > one.scores[before] else after)
    for year in known:
        score, is_last = one.scores[year], year == known[-1]
        colour = (BELOW if score < line else ACCENT) if is_last else LAST_YEAR
        paper.dot(x(year), y(score), colour, size=7.0 if is_last else 5.0)
        is_high = y(score) < y(100.0) + 4.0
        is_under = is_high or (year in climbs and y(score) + 5.4 < lower)
        paper.text(
            x(year),
            y(score) + 4.8 if is_under else y(score) - 2.2,
            score_text(score),
            weight=700 if is_last else 400,
            colour=INK if is_last else MUTED,
            align="center",
        )
