"""Finds the header of a sheet, wherever it stands, and says what each column holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from ita_analysis.framework import codes
from ita_analysis.scores import figures
from ita_analysis.scores.sheets import Row, Sheet
from ita_analysis.scores.words import any_of, by_key, key, keys, other_assessment
from ita_analysis.thai.digits import to_arabic_digits

ROWS_LOOKED_AT = 60  # a header further down is none
TOTAL = "total"
ANSWERS_NAME = "answers_"  # of a column, before its step
INDICATORS = 10  # a bare number in a second header line is an indicator's up to this

_SCALE = re.compile(
    r"(?:/|เต็ม|out of|\()\s*(?:ร้อยละ\s*)?([0-9]{1,4})(?:\s*(?:คะแนน|points))?\s*\)?\s*$|\(\s*0\s*[-–—]\s*([0-9]{1,4})\s*\)\s*$"
)


class Role(NamedTuple):
    """What a column holds by its header.

    `kind` is *column* (one of the contract), *code* (scores of one code), *weighted* (points of another scale than
    0–100), *other* (known, not ours), *unknown*.
    """

    kind: str
    name: str = ""


@dataclass(frozen=True)
class Header:
    """The header of a sheet: the last row it takes, its texts, and which columns hold what."""

    row: int
    texts: Sequence[str]
    columns: dict[str, list[int]] = field(default_factory=dict)  # contract column -> where it stands
    codes: dict[str, list[int]] = field(default_factory=dict)
    weighted: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)

    @property
    def is_long(self) -> bool:
        """Return whether each row holds one code and its score."""
        return "code" in self.columns and "score" in self.columns

    @property
    def is_wide(self) -> bool:
        """Return whether each row holds one agency and the columns its scores."""
        has_scores = self.codes or "score" in self.columns or self.weighted
        return (
            not self.is_long
            and bool(has_scores)
            and ("agency_code" in self.columns or "agency_name_th" in self.columns)
        )

    @property
    def has_figures(self) -> bool:
        """Return whether numbers stand in it that are no codes: then it is a row of data."""
        return any(self.texts[at][:1].isdigit() for at in self.unread)

    @property
    def known(self) -> int:
        """Return how many columns are recognised as ours."""
        return len(self.columns) + len(self.codes)


@lru_cache(maxsize=20_000)
def role_of(text: str) -> Role:
    """Return what a column with the header `text` holds.

    >>> role_of("คะแนนถ่วงน้ำหนัก").kind, role_of("ปีงบประมาณ พ.ศ.").name, role_of("i๑").name
    ('weighted', 'fiscal_year_be', 'I1')
    """
    plain = to_arabic_digits(text.strip())
    if not plain:
        return Role("unknown")
    scale = _SCALE.search(plain)
    base = plain[: scale.start()] if scale else plain
    known = _named(plain) or _named(base)
    if known is None:
        known = _code(plain) or _code(base)
    points = (scale[1] or scale[2]) if scale else "100"
    is_code = known is not None and (known.kind == "code" or known.name in ("score", "code_or_agency"))
    if re.search(any_of("weighted"), plain, re.IGNORECASE) or (
        is_code and points != "100" and _named(plain) is None and _code(plain) is None
    ):
        bare = re.sub(rf"{any_of('weighted')}|\(.*?\)", "", plain)
        inner = known or _named(bare) or _code(bare)
        return Role("weighted", inner.name if inner else "score")
    if known is not None:
        return known
    return Role("other") if other_assessment(plain) else Role("unknown")


def _named(text: str) -> Role | None:
    name = by_key("columns").get(key(text) or text.strip())
    if name is None:
        step = _answers_form().fullmatch(key(text))
        return Role("column", f"{ANSWERS_NAME}{int(step['step'])}") if step else None
    if name == TOTAL:
        return Role("code", TOTAL)
    return Role("other") if name == "other" else Role("column", name)


@cache
def _answers_form() -> re.Pattern[str]:
    before, unit = ("|".join(sorted(keys(name), key=len, reverse=True)) for name in ("answers", "people_units"))
    return re.compile(rf"(?:{before})(?P<step>[0-9]{{1,3}})(?:{unit})?")


def _code(text: str) -> Role | None:
    read = figures.read_code(text)
    return Role("code", read.text) if read.text and not read.fix and _is_code(read.text) else None


def _is_code(text: str) -> bool:
    return text.isascii() and codes.level_of(text) is not None


def find(sheet: Sheet) -> Header | None:
    """Return the sheet's header, else the row that comes nearest to one, or None where no row is like a header."""
    best: Header | None = None
    rows = list(sheet.rows[:ROWS_LOOKED_AT])
    for at, (number, cells) in enumerate(rows):
        if number > ROWS_LOOKED_AT:
            break
        for header in _candidates(sheet, (number, cells), rows[at + 1] if at + 1 < len(rows) else None):
            if header.is_long or header.is_wide:
                return header
            if header.known >= 2 and not header.has_figures and (best is None or header.known > best.known):
                best = header
    return best


def _candidates(sheet: Sheet, row: Row, below: Row | None) -> Iterator[Header]:
    """Yield the row as a header, before it the row with the codes below it where they belong to it."""
    number, cells = row
    texts = _filled(sheet, number, cells)
    alone = _header(sheet, number, texts)
    if below is not None and below[0] == number + 1 and (alone.columns or alone.codes):
        lower = [cell.strip() for cell in below[1]]
        under = [at for at, cell in enumerate(lower) if cell]
        if under and all(_is_under(texts[at] if at < len(texts) else "", lower[at]) for at in under):
            width = max(len(texts), len(lower))
            upper = [*texts, *[""] * (width - len(texts))]
            lower += [""] * (width - len(lower))
            yield _header(sheet, below[0], [low or up for low, up in zip(lower, upper, strict=True)])
    yield alone


def _is_under(upper: str, lower: str) -> bool:
    """Return whether `lower` is a code below the blank or the heading of a group `upper`, and no figure below a column."""
    kind, name = role_of(lower)
    is_group = role_of(upper).kind in ("unknown", "code") and role_of(upper).name != TOTAL
    number = name.partition(".")[0]
    is_code = kind == "code" and (not number.isdigit() or int(number) <= INDICATORS)
    return is_group and (is_code or kind == "weighted")


def _filled(sheet: Sheet, number: int, cells: Sequence[str]) -> list[str]:
    """Return the row's texts; a header merged downwards ends in its last row, so it counts there too."""
    texts = [cell.strip() for cell in cells]
    above = dict(sheet.rows[:ROWS_LOOKED_AT])
    for first, left, last, right in sheet.merged:
        if first < number <= last and left == right and first in above and left < len(above[first]):
            texts += [""] * (left + 1 - len(texts))
            texts[left] = texts[left] or above[first][left].strip()
    return texts


def _header(sheet: Sheet, number: int, texts: Sequence[str]) -> Header:
    header = Header(number, texts)
    for at, text in enumerate(texts):
        kind, name = role_of(text)
        if kind == "column":
            header.columns.setdefault(name, []).append(at)
        elif kind == "code":
            header.codes.setdefault(name, []).append(at)
        elif kind == "weighted":
            header.weighted.append(at)
        elif text:
            header.unread.append(at)
    for name, at_all in header.columns.items():  # a column with the contract's own name stands before its synonyms
        if exact := [at for at in at_all if texts[at] == name]:
            header.unread.extend(at for at in at_all if at not in exact)
            header.columns[name] = exact
    if "code" in header.columns and "score" not in header.columns and list(header.codes) == [TOTAL]:
        header.columns["score"] = header.codes.pop(TOTAL)  # beside codes "คะแนนเฉลี่ย" is the score of each
    if "code_or_agency" in header.columns:
        _settle(sheet, header, header.columns.pop("code_or_agency"))
    return header


def _settle(sheet: Sheet, header: Header, at_all: list[int]) -> None:
    """Decide by the values below whether a column called just "code" holds codes of items or of agencies."""
    at = at_all[0]
    first = next(
        (cells[at].strip() for row, cells in sheet.rows if row > header.row and at < len(cells) and cells[at].strip()),
        "",
    )
    is_item = role_of(first).kind == "code" or "agency_code" in header.columns
    header.columns.setdefault("code" if is_item else "agency_code", []).extend(at_all)
