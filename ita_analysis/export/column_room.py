"""How much room the columns of a table ask for, by what they hold: figures little, texts more."""

from __future__ import annotations

from collections.abc import Sequence

from ita_analysis.export.fitting import PAGE_WIDTH

LETTER, HEAD_LETTER, INSET = 1.9, 1.65, 3.6  # millimetres of a letter, of one in a head, and between two columns
WHOLE = 19  # letters of a figure, a date or a short name that stands on one line
SENTENCE, LONGEST_SENTENCE = 30.0, 50.0  # millimetres that a column of longer texts needs, and of very long ones
HEAD_WORD, HEAD_LINES = 12, 4  # letters of a head that stand together, lines that a head takes


def widths_of(labels: Sequence[str], texts: Sequence[Sequence[str]], room: float = PAGE_WIDTH) -> list[float]:
    """Return the millimetres of every column.

    Args:
        labels: the heads.
        texts: what stands below each head.
        room: millimetres of the page.

    Returns:
        Widths that fill the page, longer texts wider. Where even the least that every column needs is more than the
        page has, that least: the sum is then above `room`.
    """
    longest = [max(map(len, held), default=0) for held in texts]
    least = [_least(label, letters) for label, letters in zip(labels, longest, strict=True)]
    spare = room - sum(least)
    if spare < 0:
        return [round(width, 1) for width in least]
    wishes = [6 + min(40, max(len(label), letters)) for label, letters in zip(labels, longest, strict=True)]
    return [round(width + spare * wish / sum(wishes), 1) for width, wish in zip(least, wishes, strict=True)]


def _least(label: str, longest: int) -> float:
    word = max(map(len, label.split()), default=0)
    letters = max(min(word, HEAD_WORD), min(len(label), HEAD_LINES * HEAD_WORD) / HEAD_LINES)
    head = INSET + letters * HEAD_LETTER
    held = INSET + longest * LETTER if longest <= WHOLE else min(LONGEST_SENTENCE, SENTENCE + longest / 20)
    return max(head, held)
