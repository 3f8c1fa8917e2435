"""A monthly survey: the mean of each month as a dot with its number, and how many answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from ita_analysis.brief.charts.axis import PAGE_WIDTH, PHONE_WIDTH
from ita_analysis.brief.charts.canvas import ACCENT, BELOW, INK, LAST_YEAR, MUTED, RULE, THIN_RULE, Canvas

HEIGHT = 48.0  # millimetres
TOP, BOTTOM = 8.0, 14.0


@dataclass(frozen=True)
class Month:
    """One month: its short name, its mean score and its number of answers; None where not known."""

    label: str
    mean: Decimal | None
    people: str


def months_chart(
    months: Sequence[Month], *, full: int, digits: Callable[[str], str] = str, narrow: bool = False
) -> str:
    """Return the SVG of the months in a row, the lowest in red; the scale ends at `full` and its beginning is written.

    Args:
        months: in their order; at least one with a mean.
        full: the highest score there can be (5 or 100), where the scale ends.
        digits: writes a number in the digits of the document.
        narrow: for a phone.
    """
    width = PHONE_WIDTH if narrow else PAGE_WIDTH
    paper = Canvas(width, HEIGHT)
    known = [month.mean for month in months if month.mean is not None]
    low, top = _scale(known, full)
    left, right, upper, lower = 10.0, width - 4.0, TOP, HEIGHT - BOTTOM
    step = (right - left) / len(months)

    def y(mean: Decimal) -> float:
        return lower - float((mean - low) / (top - low)) * (lower - upper)

    for tick in (low, top):
        paper.line(left, y(tick), right, y(tick), RULE if tick == low else THIN_RULE)
        paper.text(left - 1.5, y(tick) + 1.1, digits(_short(tick)), colour=MUTED, size=8, align="right")
    before: tuple[float, float] | None = None
    for number, month in enumerate(months):
        x = left + (number + 0.5) * step
        paper.text(x, lower + 5.0, digits(month.label), size=8, align="center")
        paper.text(x, lower + 9.0, digits(month.people), colour=MUTED, size=8, align="center")
        if month.mean is None:
            before = None
            continue
        here = (x, y(month.mean))
        if before:
            paper.line(*before, *here, LAST_YEAR, 1.2)
        is_lowest = month.mean == min(known)
        paper.dot(*here, BELOW if is_lowest else ACCENT, size=5.0)
        said = digits(str(month.mean)) + (" ▼" if is_lowest and min(known) != max(known) else "")
        paper.text(x, here[1] - 2.2, said, colour=BELOW if is_lowest else INK, weight=700, align="center")
        before = here
    return paper.svg()


def _scale(known: Sequence[Decimal], full: int) -> tuple[Decimal, Decimal]:
    """Return where the scale begins and ends: a whole tenth of `full` below the lowest, and `full` or the highest."""
    unit = Decimal(full) / 10
    top = max(Decimal(full), Decimal(ceil(max(known))))
    low = unit * floor(min(known) / unit)
    return (low if low < min(known) else max(Decimal(0), low - unit)), top


def _short(number: Decimal) -> str:
    return format(number.normalize(), "f")
