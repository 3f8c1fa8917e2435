"""How each indicator moved: last year's ring and this year's dot on one row, number, change and word at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH, ScoreAxis
from ita_analysis.brief.charts.canvas import (
    ABOVE,
    ACCENT,
    BELOW,
    BELOW_TINT,
    INK,
    LAST_YEAR,
    MUTED,
    PICKED_TINT,
    RULE,
    THIN_RULE,
    Canvas,
    text_width,
)
from ita_analysis.brief.sentences import line_text, say, score_text

TONES = {"below": BELOW, "above": ABOVE, "muted": MUTED, "ink": INK}


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator: `change` and `word` as the page writes them, `tone` of both."""

    code: str
    name: str
    score: float
    previous: float | None
    change: str
    word: str
    tone: str
    is_picked: bool = False


def indicators_chart(rows: Sequence[IndicatorRow], *, year: int, line: float, low: int) -> str:
    """Return the SVG for a page: one row of 8 mm per indicator, in the order given."""
    axis = ScoreAxis(low, 56.0, 122.0)
    top, height = 6.2, 8.0
    bottom = top + height * len(rows)
    paper = Canvas(PAGE_WIDTH, bottom + 6.0)
    axis.draw(paper, top, bottom, line)
    paper.text(0, 4.4, say("indicators_chart.indicator"), colour=MUTED)
    axis.name_line(paper, 4.4, line)
    if any(row.previous is not None for row in rows):
        _key(paper, axis, year, line)
    paper.text(137.0, 4.4, say("indicators_chart.year", year=year), colour=MUTED, align="right")
    paper.text(153.5, 4.4, say("indicators_chart.change"), colour=MUTED, align="right")
    paper.text(156.0, 4.4, say("indicators_chart.word"), colour=MUTED)
    paper.line(0, top, PAGE_WIDTH, top, INK, 0.8)
    for number, row in enumerate(rows):
        y = top + height * (number + 0.5)
        base = y + 1.2
        if row.is_picked:
            paper.box(0, y - height / 2, 54.0, height, PICKED_TINT)
            paper.box(124.0, y - height / 2, PAGE_WIDTH - 124.0, height, PICKED_TINT)
        if number:
            paper.line(0, y - height / 2, 54.0, y - height / 2, THIN_RULE)
            paper.line(124.0, y - height / 2, PAGE_WIDTH, y - height / 2, THIN_RULE)
        is_below = row.score < line
        paper.text(5.4, base, row.code, colour=MUTED, align="right", size=9.5)
        paper.text(7.6, base, row.name, weight=700 if row.is_picked else 500 if is_below else 400, size=9.5)
        _dots(paper, axis, row, y, line)
        shown = score_text(row.score, line=line)
        paper.text(137.0, base, shown, colour=BELOW if is_below else INK, weight=700, size=9.5, align="right")
        if is_below:
            paper.triangle_down(137.0 - text_width(shown, 9.5, 700) - 2.4, base - 1.1, 1.9, BELOW)
        colour = TONES[row.tone]
        paper.text(153.5, base, row.change, colour=colour, weight=500, size=9.5, align="right")
        paper.text(156.0, base, row.word, colour=colour, size=9.0)
    return paper.svg()


def _key(paper: Canvas, axis: ScoreAxis, year: int, line: float) -> None:
    """Write which mark is which year, where the header line has room for it."""
    half = text_width(say("items_chart.line", line=line_text(line)), 8.5, 700) / 2
    wide = 2 * (3.4 + text_width(str(year), 8.5, 700))
    x = max(axis.x(line) + half + 3.0, 97.0)
    if x + wide > 124.0:
        x = axis.x(line) - half - 3.0 - wide
    for number, mark_year in enumerate((year - 1, year)):
        is_now = number == 1
        paper.dot(x, 3.3, ACCENT if is_now else LAST_YEAR, hollow=not is_now)
        paper.text(x + 1.8, 4.4, str(mark_year), colour=ACCENT if is_now else MUTED, weight=700 if is_now else 400)
        x += 3.4 + text_width(str(mark_year), 8.5, 700)


def _dots(paper: Canvas, axis: ScoreAxis, row: IndicatorRow, y: float, line: float) -> None:
    if row.previous is not None:
        paper.line(axis.x(row.previous), y, axis.x(row.score), y, LAST_YEAR, 1.5)
        paper.dot(axis.x(row.previous), y, LAST_YEAR, hollow=True)
    paper.dot(axis.x(row.score), y, BELOW if row.score < line else ACCENT, size=7.0)


def indicators_chart_narrow(rows: Sequence[IndicatorRow], *, year: int, line: float, low: int) -> str:
    """Return the SVG for a phone: name and number, the track, then last year and the change."""
    axis = ScoreAxis(low, 2.0, PHONE_WIDTH - 3.0)
    height = 16.4
    paper = Canvas(PHONE_WIDTH, height * len(rows) + 5.0)
    x = 1.6
    for number, mark_year in enumerate((year - 1, year)):
        paper.dot(x, 2.4, LAST_YEAR if number == 0 else ACCENT, hollow=number == 0)
        label = say("indicators_chart.year", year=mark_year)
        paper.text(x + 2.2, 3.5, label, colour=MUTED, size=9.5)
        x += 7.0 + text_width(label, 9.5)
    paper.text(x, 3.5, say("indicators_chart.narrow_axis", line=line_text(line), low=low), colour=MUTED, size=9.5)
    for number, row in enumerate(rows):
        y = 5.0 + height * number
        paper.line(0, y, PHONE_WIDTH, y, RULE)
        is_below = row.score < line
        if row.is_picked:
            paper.box(0, y, PHONE_WIDTH, 6.6, PICKED_TINT)
        paper.text(0.4, y + 4.8, f"{row.code}  {row.name}", size=11)
        shown = score_text(row.score, line=line)
        paper.text(
            PHONE_WIDTH - 0.6, y + 4.8, shown, size=12, weight=700, colour=BELOW if is_below else INK, align="right"
        )
        if is_below:
            paper.triangle_down(PHONE_WIDTH - 3.4 - text_width(shown, 12, 700), y + 3.6, 2.4, BELOW)
        track = y + 8.6
        paper.box(axis.left, track - 1.6, axis.x(line) - axis.left, 3.2, BELOW_TINT)
        paper.line(axis.left, track, axis.right, track, THIN_RULE, 1.0)
        paper.line(axis.x(line), track - 1.9, axis.x(line), track + 1.9, INK, 1.0)
        _dots(paper, axis, row, track, line)
        if row.previous is not None:
            before = say("indicators_chart.before", year=year - 1, score=score_text(row.previous, line=line))
            paper.text(0.4, y + 14.2, before, colour=MUTED, size=9.5)
        paper.text(
            PHONE_WIDTH - 0.6,
            y + 14.2,
            f"{row.change} {row.word}".strip(),
            size=9.5,
            colour=TONES[row.tone],
            align="right",
        )
    return paper.svg()
