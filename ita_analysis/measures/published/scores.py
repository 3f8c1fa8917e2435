"""Scores inside the text of an item: the figure as printed and as read, and why it should be compared with the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ita_analysis.measures.published.pages import pattern
from ita_analysis.measures.published.source import words
from ita_analysis.thai.digits import to_arabic_digits, to_thai_digits


@dataclass(frozen=True)
class Figure:
    """One score in a text: where it stands there, how it is printed, its value, and what is odd about it (a reason)."""

    start: int
    end: int
    printed: str
    value: str
    why: str = ""


def figures_in(text: str) -> list[Figure]:
    """Return the scores of a text in order: a number in brackets with a unit, or before the word for points."""
    plain = to_arabic_digits(text)
    found = [
        figure
        for match in pattern("score", "open").finditer(plain)
        if (figure := _figure(text, match.span(), *match.groups()))
    ]
    taken = [(figure.start, figure.end) for figure in found]
    for match in pattern("score", "plain").finditer(plain):
        if not any(start <= match.start() < end for start, end in taken):
            found.append(Figure(match.start(), match.end(), text[slice(*match.span())], match[1], _form(match[1])))
    return sorted(found, key=lambda figure: figure.start)


def _figure(text: str, span: tuple[int, int], number: str, unit: str) -> Figure | None:
    is_unit = any(word in unit for word in words()["score"]["units"])
    is_thai = unit != "" and all("ก" <= letter <= "๛" or letter.isspace() for letter in unit)
    if not is_unit and (is_thai or "." not in number and "," not in number):
        return None
    value = number.translate(str.maketrans(words()["alike"]["digits"])).replace(",", ".")
    why = "" if is_unit else "score_unit"
    if value != number:
        why = "score_alike"
    return Figure(*span, text[slice(*span)], value, why or _form(value))


def _form(value: str) -> str:
    if float(value) > 100:
        return "score_range"
    decimals = len(value.partition(".")[2])
    return "" if decimals == 2 or float(value) == 100 else "score_form"


@dataclass(frozen=True)
class Far:
    """Why a score should be compared with the original: the middle of its instrument, and the digits that look alike."""

    middle: str
    points: str
    digit: str
    other: str


def far_from_middle(value: float, others: Sequence[float]) -> Far | None:
    """Return why a score stands out, or None: far from the middle of the listed scores of its instrument, and nearer
    to it where its first digit is one that looks alike.

    A score exactly `far_points` away does not stand out; fewer than four scores have no middle.
    """
    if len(others) < 4 or value < 10:
        return None
    middle = median(others)
    text = f"{value:.2f}"
    other = words()["alike"]["swapped"].get(text[0], "")
    if abs(value - middle) <= words()["limits"]["far_points"] or not other:
        return None
    if abs(float(other + text[1:]) - middle) >= abs(value - middle):
        return None
    return Far(f"{middle:.2f}", f"{abs(value - middle):.2f}", *map(to_thai_digits, (text[0], other)))
