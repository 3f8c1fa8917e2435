"""Where an agency stands among its peers: the middle half, the median and its own dot, a strip per indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH, ScoreAxis
from ita_analysis.brief.charts.canvas import (
    ACCENT,
    BAND,
    BELOW,
    INK,
    LAST_YEAR,
    MUTED,
    PICKED_TINT,
    THIN_RULE,
    Canvas,
    Weight,
    cut_to,
    text_width,
)
from ita_analysis.brief.sentences import line_text, say, score_text

EDGE = 173.6  # text nearer to the frame is cut


@dataclass(frozen=True)
class PeerRow:
    """One indicator of an agency beside all agencies of its kind; `place` as the page writes it."""

    code: str
    name: str
    score: float
    minimum: float
    quarter: float
    median: float
    three_quarters: float
    maximum: float
    place: str
    is_picked: bool = False

    @property
    def is_low(self) -> bool:
        """Return whether the agency stands under the middle half."""
        return self.score < self.quarter


def peers_chart(rows: Sequence[PeerRow], *, count: int, line: float, low: int) -> str:
    """Return the SVG for a page: one strip of 6.4 mm per indicator, in the order given."""
    at_median = min(147.0, EDGE - max(text_width(row.place, 9.5, 700) for row in rows) - 5.0)
    axis = ScoreAxis(low, 56.0, at_median - 17.0)
    top, height = 12.4, 6.4
    bottom = top + height * len(rows)
    paper = Canvas(PAGE_WIDTH, bottom + 6.0)
    _key(paper, count)
    paper.text(0, 10.4, say("indicators_chart.indicator"), colour=MUTED)
    axis.name_line(paper, 10.4, line)
    paper.text(at_median, 10.4, say("peers_chart.median"), colour=MUTED, align="right")
    paper.text(EDGE, 10.4, say("peers_chart.place"), colour=MUTED, align="right")
    axis.draw(paper, top, bottom, line, tinted=False)
    paper.line(0, top, PAGE_WIDTH, top, INK, 0.8)
    for number, row in enumerate(rows):
        y = top + height * (number + 0.5)
        base = y + 1.2
        if row.is_picked:
            paper.box(0, y - height / 2, 54.0, height, PICKED_TINT)
            paper.box(132.0, y - height / 2, PAGE_WIDTH - 132.0, height, PICKED_TINT)
        if number:
            paper.line(0, y - height / 2, 54.0, y - height / 2, THIN_RULE)
            paper.line(132.0, y - height / 2, PAGE_WIDTH, y - height / 2, THIN_RULE)
        paper.text(5.4, base, row.code, colour=MUTED, align="right", size=9.5)
        paper.text(7.6, base, row.name, weight=_weight(row), size=9.5)
        _strip(paper, axis, row, y)
        paper.text(at_median, base, score_text(row.median), colour=MUTED, size=9.5, align="right")
        colour = BELOW if row.is_low else INK
        paper.text(EDGE, base, row.place, colour=colour, weight=700 if row.is_low else 400, size=9.5, align="right")
        if row.is_low:
            paper.triangle_down(EDGE - text_width(row.place, 9.5, 700) - 2.4, base - 1.1, 1.9, BELOW)
    return paper.svg()


def fitting(name: str) -> str:
    """Return as much of a long name as fits before the strips."""
    return cut_to(name, 46.0, 9.5, 700)


def _weight(row: PeerRow) -> Weight:
    return 700 if row.is_picked else 500 if row.is_low else 400


def _key(paper: Canvas, count: int) -> None:
    paper.dot(1.6, 2.6, ACCENT, size=7.0)
    own = say("peers_chart.own")
    paper.text(4.0, 3.6, own)
    x = 4.0 + text_width(own, 8.5) + 6.0
    paper.line(x, 2.6, x + 12.0, 2.6, LAST_YEAR, 0.8)
    paper.box(x + 3.0, 1.4, 6.0, 2.4, BAND, LAST_YEAR)
    paper.line(x + 6.0, 1.2, x + 6.0, 4.0, INK, 1.2)
    paper.text(x + 14.0, 3.6, say("peers_chart.key", count=count))


def _strip(paper: Canvas, axis: ScoreAxis, row: PeerRow, y: float) -> None:
    paper.line(axis.x(row.minimum), y, axis.x(row.maximum), y, LAST_YEAR, 0.8)
    start, end = axis.x(row.quarter), axis.x(row.three_quarters)
    paper.box(start, y - 1.4, max(end - start, 0.3), 2.8, BAND, LAST_YEAR)
    paper.line(axis.x(row.median), y - 1.7, axis.x(row.median), y + 1.7, INK, 1.4)
    paper.dot(axis.x(row.score), y, BELOW if row.is_low else ACCENT, size=7.0)


def peers_chart_narrow(rows: Sequence[PeerRow], *, line: float, low: int) -> str:
    """Return the SVG for a phone: name and place, then the strip."""
    axis = ScoreAxis(low, 2.0, PHONE_WIDTH - 3.0)
    height = 12.0
    paper = Canvas(PHONE_WIDTH, height * len(rows) + 5.0)
    paper.text(0.4, 3.5, say("peers_chart.narrow_axis", line=line_text(line), low=low), colour=MUTED, size=9.5)
    for number, row in enumerate(rows):
        y = 5.0 + height * number
        paper.line(0, y, PHONE_WIDTH, y, THIN_RULE)
        if row.is_picked:
            paper.box(0, y, PHONE_WIDTH, 6.2, PICKED_TINT)
        name = cut_to(f"{row.code}  {row.name}", PHONE_WIDTH - 3.0 - text_width(row.place, 10, 700), 11)
        paper.text(0.4, y + 4.6, name, size=11)
        colour = BELOW if row.is_low else INK
        weight: Weight = 700 if row.is_low else 500
        paper.text(PHONE_WIDTH - 0.6, y + 4.6, row.place, size=10, weight=weight, colour=colour, align="right")
        paper.line(axis.x(line), y + 6.6, axis.x(line), y + 11.0, INK, 1.0)
        _strip(paper, axis, row, y + 8.8)
    return paper.svg()
