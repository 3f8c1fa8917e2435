"""Where every known item stands against the line: a dot for each, a row for each survey."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ita_analysis.brief.charts import canvas
from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH, ScoreAxis
from ita_analysis.brief.charts.canvas import ACCENT, BELOW, INK, MUTED, PICKED_TINT, RULE, Canvas
from ita_analysis.brief.sentences import line_text, say, score_text

MOST_LABELS = 6

_DOT_GAP = 2.6  # millimetres between the middles of two dots that don't touch
_FRAME = 1.8  # half the side of the square around a picked dot
_EDGE = 0.4  # text nearer to the frame is cut
_NEAR = 0.5  # millimetres that two labels keep between them


@dataclass(frozen=True)
class ItemDot:
    """One known item: its code, its score, whether the figure should be checked, and whether someone picked the item."""

    code: str
    score: float
    is_doubtful: bool = False
    is_picked: bool = False


@dataclass(frozen=True)
class ItemRow:
    """The known items of one survey, with what stands at the head of their row."""

    name: str
    note: str
    dots: tuple[ItemDot, ...]


def items_chart(rows: Sequence[ItemRow], *, line: float, low: int, narrow: bool = False) -> str:
    """Return the SVG of all known items as dots, a row per survey; the worst are labelled as far as labels fit."""
    left, right = (2.0, PHONE_WIDTH - 4.0) if narrow else (40.0, 170.0)
    width = PHONE_WIDTH if narrow else PAGE_WIDTH

    axis = ScoreAxis(low, left, right)
    x = axis.x
    labelled = _labelled(rows, line)
    heads = 9.0 if narrow else 0.0
    offsets = [_swarm([x(dot.score) for dot in row.dots]) for row in rows]
    heights = [max(14.6, 4.0 + 2 * max((abs(offset) for offset in swarm), default=0)) + heads for swarm in offsets]
    top = 5.0
    bottom = top + sum(heights)
    paper = Canvas(width, bottom + 6.0)

    axis.draw(paper, top, bottom, line)
    y = top
    for row, swarm, height in zip(rows, offsets, heights, strict=True):
        if y > top:
            paper.line(0 if not narrow else left, y, right, y, RULE)
        middle = y + heads + (height - heads) / 2
        if narrow:
            paper.text(left + 1, y + 3.8, row.name, weight=500)
            paper.text(left + 1, y + 7.6, row.note, colour=MUTED, size=8)
        else:
            paper.text(0, middle - 0.6, row.name, weight=500)
            paper.text(0, middle + 3.6, row.note, colour=MUTED, size=8)
        _dots(paper, row, swarm, middle, x, line, labelled)
        y += height
    _heads(paper, rows, x(line), left, right, line)
    return paper.svg()


def _heads(paper: Canvas, rows: Sequence[ItemRow], at_line: float, left: float, right: float, line: float) -> None:
    """Write what lies below, at and above the line over the drawing, as far as the three texts fit beside each other."""
    scores = [dot.score for row in rows for dot in row.dots]
    below = sum(score < line for score in scores)
    shown = line_text(line)
    name, above = say("items_chart.line", line=shown), say("items_chart.above", line=shown, count=len(scores) - below)
    half = canvas.text_width(name, 8.5, 700) / 2
    start, end = at_line - half, at_line + half
    shift = max(0.0, left - start) - max(0.0, end - right)
    paper.text(at_line + shift, 3.2, name, weight=700, align="center")
    text = say("items_chart.below", line=shown, count=below)
    if below and left + 3.2 + canvas.text_width(text, 8.5, 700) + 2 < start + shift:
        paper.triangle_down(left + 1.6, 2.2, 1.9, BELOW)
        paper.text(left + 3.2, 3.2, text, colour=BELOW, weight=700)
    if len(scores) > below and end + shift + 2 + canvas.text_width(above, 8.5, 500) < right:
        paper.text(right, 3.2, above, colour=ACCENT, weight=500, align="right")


def _labelled(rows: Sequence[ItemRow], line: float) -> list[str]:
    """Return the codes that get a label: the picked one, the worst below the line, and the nearest one above."""
    dots = sorted((dot for row in rows for dot in row.dots), key=lambda dot: dot.score)
    below = [dot.code for dot in dots if dot.score < line]
    picked = [dot.code for dot in dots if dot.is_picked]
    return picked + below[:MOST_LABELS] + [dot.code for dot in dots if dot.score >= line][:1]


def _swarm(places: Sequence[float]) -> list[float]:
    """Return for each dot how far it moves off the middle so that none covers another."""
    offsets: list[float] = []
    placed: list[tuple[float, float]] = []
    for place in places:
        step = 0
        while True:
            offset = (1 if step % 2 else -1) * math.ceil(step / 2) * _DOT_GAP * 0.9
            if all(math.hypot(place - other, offset - height) >= _DOT_GAP * 0.86 for other, height in placed):
                break
            step += 1
        placed.append((place, offset))
        offsets.append(offset)
    return offsets


def _dots(
    paper: Canvas,
    row: ItemRow,
    swarm: Sequence[float],
    middle: float,
    x: Callable[[float], float],
    line: float,
    labelled: Sequence[str],
) -> None:
    """Draw one row's dots, and beside each labelled one its code and score where they meet no other label or dot."""
    taken: list[tuple[float, float, float, float]] = [
        (x(dot.score) - 1.1, middle + offset - 1.1, x(dot.score) + 1.1, middle + offset + 1.1)
        for dot, offset in zip(row.dots, swarm, strict=True)
    ]
    for dot, offset in zip(row.dots, swarm, strict=True):
        if dot.is_picked:
            paper.box(x(dot.score) - _FRAME, middle + offset - _FRAME, 2 * _FRAME, 2 * _FRAME, PICKED_TINT, INK)
        paper.dot(x(dot.score), middle + offset, BELOW if dot.score < line else ACCENT, hollow=dot.is_doubtful)
    at = {dot.code: (x(dot.score), middle + offset, dot) for dot, offset in zip(row.dots, swarm, strict=True)}
    for code in (code for code in dict.fromkeys(labelled) if code in at):
        place, height, dot = at[code]
        below = dot.score < line
        figure = score_text(dot.score, line=line)
        code_width, figure_width = canvas.text_width(code, 8.5, 700), canvas.text_width(figure, 8)
        for shift in (0.0, 0.4, -0.4):  # centred on the dot, else to its right or left
            wide = max(code_width, figure_width)
            start = place - wide / 2 + shift * wide
            start = min(start, x(line) - 0.8 - wide) if below else max(start, x(line) + 0.8)
            boxes = [
                (start, height - 4.6, start + wide, height - 1.7),
                (start, height + 1.6, start + wide, height + 4.8),
            ]
            if (
                start < _EDGE
                or start + wide > paper.width - _EDGE
                or any(_meet(box, other) for box in boxes for other in taken)
            ):
                continue
            taken.extend(boxes)
            paper.text(start + wide / 2, height - 2.1, code, colour=BELOW if below else INK, weight=700, align="center")
            paper.text(start + wide / 2, height + 4.2, figure, colour=BELOW if below else INK, size=8, align="center")
            break


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Return whether two labels or dots meet, or stand so near that their texts would read as one."""
    near = _NEAR
    return one[0] < other[2] + near and other[0] < one[2] + near and one[1] < other[3] and other[1] < one[3]
