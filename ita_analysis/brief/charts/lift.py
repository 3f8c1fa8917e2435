"""What each item can add to the total: a bar a row, those of the cheapest set dark, score, target and effort beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH
from ita_analysis.brief.charts.canvas import ACCENT, BAND, INK, LAST_YEAR, MUTED, RULE, THIN_RULE, Canvas, text_width
from ita_analysis.brief.sentences import say

EDGE = 173.6  # text nearer to the frame is cut
_START, _END = 112.0, 146.0  # of the bars


@dataclass(frozen=True)
class LiftRow:
    """One item that may rise: its figures as the page writes them, `gain_points` (> 0) for the bar."""

    code: str
    name: str
    rise: str
    gain: str
    gain_points: float
    effort: str
    is_chosen: bool


def lift_chart(rows: Sequence[LiftRow]) -> str:
    """Return the SVG for a page: one row of 6.4 mm per item, in the order given."""
    top, height = 12.4, 6.4
    bottom = top + height * len(rows)
    paper = Canvas(PAGE_WIDTH, bottom + 6.0)
    most, ticks = _ticks(max(row.gain_points for row in rows))
    _key(paper)
    heads = [
        (0.0, "lift_chart.item", "left"),
        (108.0, "lift_chart.rise", "right"),
        (_START, "lift_chart.gain", "left"),
        (EDGE, "lift_chart.effort", "right"),
    ]
    for x, key, align in heads:
        paper.text(x, 10.4, say(key), colour=MUTED, align="left" if align == "left" else "right")
    for tick in ticks:
        x = _START + tick / most * (_END - _START)
        paper.line(x, top, x, bottom, RULE if tick else INK)
        paper.text(x, bottom + 4.2, f"{tick:g}", colour=MUTED, align="center")
    paper.line(0, top, PAGE_WIDTH, top, INK, 0.8)
    for number, row in enumerate(rows):
        y = top + height * (number + 0.5)
        base = y + 1.2
        if number:
            paper.line(0, y - height / 2, 109.0, y - height / 2, THIN_RULE)
            paper.line(148.0, y - height / 2, PAGE_WIDTH, y - height / 2, THIN_RULE)
        weight = 700 if row.is_chosen else 400
        paper.text(0, base, row.code, weight=700 if row.is_chosen else 500, size=9.5)
        paper.text(10.0, base, fitted(row.name, 70.0, 9.5), size=9.5)
        paper.text(108.0, base, row.rise, colour=MUTED, size=9.5, align="right")
        _bar(paper, row, y, most)
        paper.text(160.0, base, row.gain, weight=700 if weight == 700 else 400, size=9.5, align="right")
        paper.text(EDGE, base, row.effort, colour=MUTED, size=9.5, align="right")
    return paper.svg()


def lift_chart_narrow(rows: Sequence[LiftRow]) -> str:
    """Return the SVG for a phone: code, name and gain, then the bar with score and target."""
    height = 15.0
    paper = Canvas(PHONE_WIDTH, height * len(rows) + 7.0)
    most, _ = _ticks(max(row.gain_points for row in rows))
    paper.box(0.4, 1.6, 4.0, 2.6, ACCENT)
    paper.text(5.6, 4.0, say("lift_chart.key_chosen"), colour=MUTED, size=9.5)
    for number, row in enumerate(rows):
        y = 6.5 + height * number
        paper.line(0, y, PHONE_WIDTH, y, THIN_RULE)
        gain_width = text_width(row.gain, 11, 700)
        code_width = text_width(row.code, 11, 700) + 2.0
        paper.text(0.4, y + 4.8, row.code, size=11, weight=700 if row.is_chosen else 500)
        room = PHONE_WIDTH - code_width - gain_width - 4.0
        paper.text(0.4 + code_width, y + 4.8, fitted(row.name, room, 11), size=11)
        paper.text(PHONE_WIDTH - 0.6, y + 4.8, row.gain, size=11, weight=700, align="right")
        wide = max(row.gain_points / most * (PHONE_WIDTH - 2.0), 0.3)
        paper.box(0.4, y + 6.6, wide, 2.4, ACCENT if row.is_chosen else BAND, None if row.is_chosen else LAST_YEAR)
        paper.text(0.4, y + 13.0, row.rise, size=9.5, colour=MUTED)
        effort = f"{say('lift_chart.effort')} {row.effort}"
        paper.text(PHONE_WIDTH - 0.6, y + 13.0, effort, size=9.5, colour=MUTED, align="right")
    return paper.svg()


def fitted(text: str, width: float, size: float) -> str:
    """Return the text as far as it fits into `width` millimetres, with … where it is cut; no mark loses its letter."""
    if text_width(text, size) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip()
        if text[end] not in _MARKS and cut and cut[-1] not in _LEADING and text_width(cut + "…", size) <= width:
            return cut + "…"
    return "…"


_MARKS = "ัิีึืฺุู็่้๊๋์ํ๎ำะาๅ"  # never begin what is left out
_LEADING = "เแโใไ"  # never end what is shown


def _ticks(most: float) -> tuple[float, list[float]]:
    """Return the end of the axis and two to four round ticks from 0."""
    scale = 10.0 ** math.floor(math.log10(most))
    step = next(part * scale for part in (0.25, 0.5, 1.0, 2.5, 5.0) if most / (part * scale) <= 3)
    count = max(1, math.ceil(most / step - 1e-9))
    return count * step, [round(step * at, 10) for at in range(count + 1)]


def _key(paper: Canvas) -> None:
    paper.box(0.2, 1.4, 5.0, 2.4, ACCENT)
    chosen = say("lift_chart.key_chosen")
    paper.text(6.6, 3.6, chosen)
    x = 6.6 + text_width(chosen, 8.5) + 6.0
    paper.box(x, 1.4, 5.0, 2.4, BAND, LAST_YEAR)
    paper.text(x + 6.4, 3.6, say("lift_chart.key_other"))


def _bar(paper: Canvas, row: LiftRow, y: float, most: float) -> None:
    wide = max(row.gain_points / most * (_END - _START), 0.3)
    paper.box(_START, y - 1.5, wide, 3.0, ACCENT if row.is_chosen else BAND, None if row.is_chosen else LAST_YEAR)
