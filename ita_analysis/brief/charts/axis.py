"""The score axis that charts share: where it starts, its ticks, and the zone below the line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ita_analysis.brief.charts.canvas import BELOW_TINT, INK, MUTED, RULE, Canvas, text_width
from ita_analysis.brief.sentences import line_text, say

PAGE_WIDTH = 174.0
PHONE_WIDTH = 88.0


def axis_low(scores: Sequence[float], line: float, highest: int = 80) -> int:
    """Return where the axis starts: the multiple of 5 that leaves room below the lowest score and the line."""
    return max(0, min(highest, 5 * math.floor((min(*scores, line) - 1) / 5)))


def ticks(low: int) -> list[int]:
    """Return the ticks from `low` to 100: every 5, 10 or 20 points."""
    step = 5 if 100 - low <= 30 else 10 if 100 - low <= 60 else 20
    return [tick for tick in range(0, 101, step) if tick >= low]


@dataclass(frozen=True)
class ScoreAxis:
    """A horizontal axis from `low` to 100 between two places of the paper (millimetres)."""

    low: float
    left: float
    right: float

    def x(self, score: float) -> float:
        """Return where `score` stands; what lies below the axis stands at its left edge."""
        return self.left + (max(score, self.low) - self.low) / (100 - self.low) * (self.right - self.left)

    def name_line(self, paper: Canvas, y: float, line: float) -> None:
        """Write the line's name over it, moved left where it would run past the axis."""
        name = say("items_chart.line", line=line_text(line))
        half = text_width(name, 8.5, 700) / 2
        paper.text(min(self.x(line), self.right + 2.0 - half), y, name, weight=700, align="center")

    def draw(self, paper: Canvas, top: float, bottom: float, line: float, *, tinted: bool = True) -> None:
        """Draw the zone below the line, the grid with its numbers, and the line itself."""
        if tinted:
            paper.box(self.left, top, self.x(line) - self.left, bottom - top, BELOW_TINT)
        for tick in ticks(int(self.low)):
            is_line = tick == line
            paper.line(self.x(tick), top, self.x(tick), bottom, RULE)
            paper.text(
                self.x(tick),
                bottom + 4.2,
                str(tick),
                colour=INK if is_line else MUTED,
                weight=700 if is_line else 400,
                align="center",
            )
        paper.line(self.x(line), top, self.x(line), bottom, INK, 1.0)
