"""The readings that a person should compare with the original: which, where, why, and what is said of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ita_analysis.measures.published.source import words
from ita_analysis.thai.dates import BUDDHIST_OFFSET, thai_date
from ita_analysis.thai.written_dates import WEEKDAYS, find

SURE, LIKELY, DOUBTFUL = CONFIDENCES = ("sure", "likely", "doubtful")
DOCUMENT = "-"  # the key of readings of the whole document


@dataclass(frozen=True)
class Doubt:
    """One reading that is not sure: its table, the key of its row, its field, the value, its line, why."""

    table: str
    key: str
    field: str
    value: str
    line: int
    confidence: str
    why_th: str


@dataclass
class Doubts:
    """Every doubt of a report, in the order in which it was met."""

    found: list[Doubt] = field(default_factory=list)
    by_row: dict[tuple[str, str], list[Doubt]] = field(default_factory=lambda: defaultdict(list))

    def add(
        self,
        table: str,
        key: str,
        name: str,
        value: str,
        line: int,
        why: str,
        confidence: str = LIKELY,
        /,
        **values: object,
    ) -> None:
        """Note a doubt; `why` names a sentence of `[why]`."""
        said = words()["why"][why].format(**values)
        self.take(Doubt(table, key, name, value, line, confidence, said))

    def take(self, doubt: Doubt) -> None:
        """Keep a doubt that is said already."""
        self.found.append(doubt)
        self.by_row[doubt.table, doubt.key].append(doubt)

    def of(self, table: str, key: str) -> list[Doubt]:
        """Return the doubts of one row."""
        return self.by_row.get((table, key), [])

    def confidence(self, table: str, key: str) -> str:
        """Return the least confidence of the readings of one row."""
        return worst(doubt.confidence for doubt in self.of(table, key))

    def note(self, table: str, key: str) -> str:
        """Return why a row is doubted, field by field, in one text."""
        said = [f"{words()['fields'].get(doubt.field, doubt.field)}: {doubt.why_th}" for doubt in self.of(table, key)]
        return " · ".join(dict.fromkeys(said))


def worst(found: Iterable[str]) -> str:
    """Return the least of some confidences, "sure" where there is none.

    >>> worst(["likely", "doubtful", "sure"]), worst([])
    ('doubtful', 'sure')
    """
    return max(found, key=CONFIDENCES.index, default=SURE)


def weekday_fault(text: str) -> dict[str, str] | None:
    """Return what a printed weekday contradicts in the first date of `text`, with the years it would fit; None: nothing."""
    written = find(text)
    if written is None or written.weekday is None or written.day.weekday() == written.weekday:
        return None
    years = [
        year + BUDDHIST_OFFSET
        for year in range(written.day.year - 9, written.day.year + 10)
        if (written.day.month, written.day.day) != (2, 29)
        and written.day.replace(year=year).weekday() == written.weekday
    ]
    return {
        "said": WEEKDAYS[written.weekday],
        "real": WEEKDAYS[written.day.weekday()],
        "day": thai_date(written.day),
        "years": " ".join(map(str, years)),
    }


def other_office(text: str, own: str) -> str:
    """Return an office that the text names and that is not the report's own, or an empty string."""
    said = words()["document"]
    plain = "".join(text.split())
    for match in re.finditer(said["office"], plain):
        name = match[1]
        if own and match[0].startswith(own) or name.startswith(tuple(said["not_a_name"])):
            continue
        return match[0][:30]
    return ""
