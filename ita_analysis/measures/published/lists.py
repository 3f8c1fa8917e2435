"""Numbered lists in the cells of a report: entries that run on over rows and pages, and which result answers which measure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ita_analysis.measures.published.pages import letters, pattern
from ita_analysis.thai.digits import to_arabic_digits

NO_NUMBER = "-"
_ALIKE = 0.4  # below it two texts speak of different things
_THAI = re.compile(r"[ก-๎]")
_SKIP = 2  # a list may leave out one number
_COMPARED = 600  # letters of a text that are compared
_MANY = 12  # entries under one number: more are taken in their order, unread


class Paragraph:
    """A paragraph in the pieces that stood on different lines; `text` is the whole of it."""

    def __init__(self, line: int, text: str) -> None:
        self.text = text
        self._starts = [0]  # where in the text each piece begins
        self._lines = [line]

    def add(self, line: int, text: str) -> None:
        """Let the paragraph go on."""
        self._starts.append(len(self.text))
        self._lines.append(line)
        self.text = joined([self.text, text])

    @property
    def lines(self) -> tuple[int, ...]:
        """Return the lines that it stood on, each once."""
        return tuple(dict.fromkeys(self._lines))

    def line_at(self, place: int) -> int:
        """Return the line on which the letter at `place` of `text` stands."""
        return self._lines[bisect_right(self._starts, place) - 1]


@dataclass
class Entry:
    """One entry of a list: the number printed before it ("-" for a dash, "" for none), its text, its lines."""

    number: str
    text: str
    line: int
    lines: tuple[int, ...] = ()


def joined(texts: Sequence[str]) -> str:
    """Return pieces of one sentence as one text: Thai letters meet without a space, other signs with one."""
    whole = ""
    for text in texts:
        is_thai = whole and _THAI.match(whole[-1]) and text and _THAI.match(text[0])
        whole += text if not whole or is_thai else f" {text}"
    return whole


def marker_of(text: str) -> str:
    """Return what a text begins a list with: its number, "-" for a dash, "" for none.

    >>> marker_of("๒. จัดประชุม"), marker_of("- เวียนแจ้ง"), marker_of("๒๕๖๗ ปีนี้")
    ('2', '-', '')
    """
    if match := pattern("list", "marker").match(to_arabic_digits(text)):
        return str(int(match[1]))
    return NO_NUMBER if pattern("list", "dash").match(text) else ""


def last_number(paragraphs: Sequence[Paragraph]) -> int:
    """Return the number of the last entry, 0 where the list has none."""
    numbers = [entry.number for entry in entries_of(paragraphs) if entry.number.isdecimal()]
    return int(numbers[-1]) if numbers else 0


def entries_of(paragraphs: Sequence[Paragraph]) -> list[Entry]:
    """Return the entries of a list: a number begins one at the start of a paragraph, or inside where it goes on rising."""
    found: list[Entry] = []
    for paragraph in paragraphs:
        text = paragraph.text
        for number, start, end in _cuts(text, _last(found)):
            said = text[start:end].strip()
            lines = tuple(dict.fromkeys(paragraph.line_at(at) for at in (start, max(start, end - 1))))
            if number or not found:
                found.append(Entry(number, said, lines[0], lines))
            else:
                found[-1].text = joined([found[-1].text, said])
                found[-1].lines = tuple(dict.fromkeys((*found[-1].lines, *lines)))
    return [entry for entry in found if entry.text]


def _last(found: Sequence[Entry]) -> int:
    return next((int(entry.number) for entry in reversed(found) if entry.number.isdecimal()), 0)


def _cuts(text: str, last: int) -> list[tuple[str, int, int]]:
    """Return the entries of one paragraph: number, where the text of the entry begins, where it ends."""
    plain = to_arabic_digits(text)
    starts: list[tuple[str, int, int]] = []  # number, where its sign begins, where its text begins
    for match in pattern("list", "marker").finditer(plain):
        is_first = match.start() == 0
        is_next = bool(starts or last) and last < int(match[1]) <= last + _SKIP
        if is_first or (is_next and plain[match.start() - 1].isspace()):
            starts.append((str(int(match[1])), match.start(), match.end()))
            last = int(match[1])
    if not starts or starts[0][1] > 0:
        dash = pattern("list", "dash").match(text)
        starts.insert(0, (NO_NUMBER if dash else "", 0, dash.end() if dash else 0))
    ends = [start for _, start, _ in starts[1:]] + [len(text)]
    return [(number, begin, end) for (number, _, begin), end in zip(starts, ends, strict=True)]


def likeness(one: str, other: str) -> float:
    """Return how much two texts are alike, 0 to 1, white space and the script of digits aside."""
    return SequenceMatcher(None, letters(one)[:_COMPARED], letters(other)[:_COMPARED], autojunk=False).ratio()


@dataclass
class Pair:
    """A measure and the result that answers it; one of them may be missing. `why` this pair should be looked at."""

    measure: Entry | None
    result: Entry | None
    why: str = ""


def paired(measures: Sequence[Entry], results: Sequence[Entry]) -> list[Pair]:
    """Return measures with their results in printed order: by number; where results repeat a number, by their words.

    A pair by number whose words are very different is kept and doubted, unless the numbers are broken: then it is none.
    """
    numbers = [entry.number for entry in results]
    is_broken = len(set(numbers)) < len(numbers)
    answer: dict[int, int] = {}
    whys: dict[int, str] = {}
    left: dict[str, list[int]] = {}
    for at, result in enumerate(results):
        left.setdefault(result.number, []).append(at)
    for place, measure in enumerate(measures):
        fits = left.get(measure.number, [])
        if not fits and len(measures) == len(results) == 1:
            fits, whys[place] = left[results[0].number], "pair_no_number"
        if not fits:
            continue
        best = fits[0] if len(fits) > _MANY else max(fits, key=lambda at: likeness(measure.text, results[at].text))
        is_alike = likeness(measure.text, results[best].text) >= _ALIKE
        if is_broken and not is_alike:
            continue
        answer[place] = best
        fits.remove(best)
        if is_broken:
            whys[place] = "pair_unequal"
        elif not is_alike:
            whys[place] = "pair_number"
    return list(_in_order(measures, results, answer, whys))


def _in_order(
    measures: Sequence[Entry], results: Sequence[Entry], answer: dict[int, int], whys: dict[int, str]
) -> list[Pair]:
    pairs: list[Pair] = []
    taken = set(answer.values())
    given = 0
    for place, measure in enumerate(measures):
        at = answer.get(place)
        if at is not None:
            pairs += [
                Pair(None, result, "result_alone")
                for n, result in enumerate(results[given:at], given)
                if n not in taken
            ]
            given = max(given, at + 1)
        pairs.append(
            Pair(
                measure, None if at is None else results[at], whys.get(place, "" if at is not None else "measure_alone")
            )
        )
    rest = [result for n, result in enumerate(results) if n >= given and n not in taken]
    return [*pairs, *(Pair(None, result, "result_alone") for result in rest)]
