"""What is due in a fiscal year, scheme by scheme: dates with their source, and what is not known said as not known."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ita_analysis.framework.model import Confidence
from ita_analysis.thai.catalogue import catalogue
from ita_analysis.thai.dates import BUDDHIST_OFFSET, FIRST_FISCAL_MONTH, SHORT_MONTHS, round_end, thai_date, year_be

FISCAL_YEAR = "fiscal-year"  # the source of what follows from the fiscal year itself
_Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Expected(_Part):
    """Something that a year of some schemes holds; `month` is when it usually falls, `of` the round that it ends."""

    key: str
    what_th: str
    month: Annotated[int, Field(ge=1, le=12)]
    schemes: tuple[str, ...]
    of: Literal[1, 2] | None = None


class Event(_Part):
    """Dates seen in one scheme and year; a text such as `2021-02` is a month of which no day is known."""

    scheme: str
    year: int
    key: str
    first: date | _Month | None = None
    last: date | _Month | None = None
    source: str
    confidence: Confidence
    note_th: str = ""

    @property
    def begins(self) -> date | None:
        """Return the first day, that of the month where only the month is known; None where no beginning is."""
        return _day_in(self.first, 1) if isinstance(self.first, str) else self.first

    @property
    def ends(self) -> date | None:
        """Return the last day; that of `first` where it lasted a day or a month."""
        last = self.last or self.first
        return _day_in(last, 31) if isinstance(last, str) else last

    @property
    def when_th(self) -> str:
        """Return the dates in Thai, months alone where no day is known."""
        said = catalogue("measures", "duties.toml")["say"]
        first, last = _shown(self.first), _shown(self.last)
        if first and last:
            return str(said["between"]).format(first=first, last=last)
        return first or str(said["until"]).format(day=last)


class Duty(_Part):
    """A document that must be published or reported, with its item codes by fiscal year."""

    key: str
    topic_th: str
    codes: Mapping[str, tuple[str, ...]]


class Due(_Part):
    """One duty of a scheme and year: when it begins and ends, how sure that is, or the last year it was known."""

    key: str
    what_th: str
    begins: date | None = None
    ends: date | None = None
    when_th: str
    is_known: bool
    source: str = ""
    confidence: Confidence = "unknown"
    note_th: str = ""


class DocumentDuty(_Part):
    """The items of one document duty in one framework, with source and confidence."""

    key: str
    topic_th: str
    codes: tuple[str, ...]
    source: str
    confidence: Confidence


class Duties(_Part):
    """All of `duties.toml`."""

    expected: tuple[Expected, ...]
    event: tuple[Event, ...]
    duty: tuple[Duty, ...]
    duty_years: Mapping[str, Mapping[str, str]]
    say: Mapping[str, str]
    sources: Mapping[str, str]


@cache
def duties() -> Duties:
    """Return the checked data file."""
    return Duties.model_validate(catalogue("measures", "duties.toml"), strict=False)


def calendar(scheme: str, fiscal_year_be: int) -> tuple[Due, ...]:
    """Return what a fiscal year of `scheme` holds, in the order of the year.

    Rounds follow from the fiscal year and are always known. Of the rest, what no source says of this year is not
    known: it stands at its usual month, with the last year of the same scheme of which a date is known.
    """
    found = [_due(one, scheme, fiscal_year_be) for one in duties().expected if one.of or scheme in one.schemes]
    return tuple(due for _, due in sorted(found, key=lambda pair: pair[0]))


def _due(expected: Expected, scheme: str, year: int) -> tuple[tuple[date, str], Due]:
    usual = date(year - BUDDHIST_OFFSET - (expected.month >= FIRST_FISCAL_MONTH), expected.month, 1)
    due = Due(key=expected.key, what_th=expected.what_th, when_th="", is_known=False)
    if expected.of:
        day = round_end(year, expected.of)
        known = {"ends": day, "when_th": thai_date(day), "source": FISCAL_YEAR, "confidence": "verified"}
        return (day, expected.key), due.model_copy(update={**known, "is_known": True})
    events = [one for one in duties().event if (one.scheme, one.key) == (scheme, expected.key)]
    now = next((one for one in events if one.year == year), None)
    if now is not None:
        names = ("begins", "ends", "when_th", "source", "confidence", "note_th")
        facts = {name: getattr(now, name) for name in names}
        return (now.begins or now.ends or usual, expected.key), due.model_copy(update={**facts, "is_known": True})
    before = [one for one in events if one.year < year]
    said = duties().say
    words = [said["unknown"].format(year=year)]
    if before:
        last = max(before, key=lambda one: one.year)
        words.append(said["last_known"].format(when=last.when_th, year=last.year))
    else:
        words.append(said["never"])
    return (usual, expected.key), due.model_copy(update={"when_th": " · ".join(words)})


def documents(framework: str) -> tuple[DocumentDuty, ...] | None:
    """Return the document duties of `<scheme>-<year>` with their item codes; None where they are not known.

    Codes mean other things in other schemes and years: nothing is borrowed.
    """
    scheme, _, year = framework.rpartition("-")
    known = duties().duty_years.get(year)
    if scheme != DOCUMENT_SCHEME or known is None:
        return None
    return tuple(
        DocumentDuty.model_validate(
            {"key": one.key, "topic_th": one.topic_th, "codes": one.codes[year], **known}, strict=False
        )
        for one in duties().duty
        if year in one.codes
    )


DOCUMENT_SCHEME = "national"  # the only scheme whose document duties any source lists


def _day_in(month: str, day: int) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, min(day, monthrange(year, number)[1]))


def _shown(day: date | str | None) -> str:
    if day is None:
        return ""
    if isinstance(day, str):
        first = _day_in(day, 1)
        return f"{SHORT_MONTHS[first.month - 1]} {year_be(first)}"
    return thai_date(day)
