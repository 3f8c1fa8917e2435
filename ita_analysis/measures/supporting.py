"""The arithmetic of supporting records: totals, means, shares and weekdays that contradict themselves, found by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ita_analysis.measures.model import Record, Register, TableRow
from ita_analysis.thai.catalogue import catalogue
from ita_analysis.thai.dates import thai_date
from ita_analysis.thai.written_dates import WEEKDAYS, find


@dataclass(frozen=True)
class Doubt:
    """One contradiction: its kind, the key of the record or table it stands in, and what to say of it."""

    kind: str
    about: str
    said_th: str


def doubts(register: Register) -> tuple[Doubt, ...]:
    """Return every contradiction of the monthly tables, the records and the dates that results print.

    A table whose months are not all known is not added up.
    """
    found: list[Doubt] = []
    for table_id in dict.fromkeys(row.table_id for row in register.table_rows):
        found += _table(table_id, [row for row in register.table_rows if row.table_id == table_id])
    for record in register.records:
        found += _record(record)
    for result in register.results:
        found += _weekday(result.result_id, result.result_th)
    return tuple(found)


def weighted_mean(months: Sequence[TableRow]) -> Decimal | None:
    """Return the mean over all respondents, or None where a month lacks its count or its mean."""
    pairs = [(row.respondents, row.mean_score) for row in months]
    total = sum(count for count, _ in pairs if count is not None)
    if not total or any(count is None or mean is None for count, mean in pairs):
        return None
    return sum((Decimal(count or 0) * (mean or Decimal(0)) for count, mean in pairs), Decimal(0)) / total


def plain_mean(months: Sequence[TableRow]) -> Decimal | None:
    """Return the mean of the monthly means, or None where a month lacks it."""
    means = [row.mean_score for row in months]
    if not means or any(mean is None for mean in means):
        return None
    return sum((mean for mean in means if mean is not None), Decimal(0)) / len(means)


def share(record: Record) -> Decimal | None:
    """Return value as a percentage of its whole, unrounded, or None where either is missing."""
    if record.value is None or not record.of_value:
        return None
    return record.value / record.of_value * 100


def _words() -> dict[str, Any]:
    return catalogue("measures", "claims.toml")["records"]  # type: ignore[no-any-return]


def _doubt(kind: str, about: str, **values: object) -> Doubt:
    said: str = _words()[kind]
    return Doubt(kind, about, said.format(**values))


def _table(table_id: str, rows: Sequence[TableRow]) -> Iterator[Doubt]:
    months = [row for row in rows if row.row_kind == "month"]
    for row in rows:
        if row.row_kind != "month" and len(months) > 1:
            yield from _total(table_id, row, months)
            yield from _mean(table_id, row, months)


def _total(table_id: str, row: TableRow, months: Sequence[TableRow]) -> Iterator[Doubt]:
    counts = [month.respondents for month in months]
    if row.respondents is None or any(count is None for count in counts):
        return
    total = sum(count or 0 for count in counts)
    is_mean = row.row_kind == "mean" or any(word in row.label_th for word in _words()["mean_words"])
    if row.respondents == total:
        if is_mean:
            yield _doubt("sum_labelled_mean", table_id, label=row.label_th, printed=f"{total:,}")
        return
    if is_mean and row.respondents == _rounded(Decimal(total) / len(counts), 0):
        return
    difference = f"{abs(total - row.respondents):,}"
    yield _doubt("wrong_total", table_id, printed=f"{row.respondents:,}", total=f"{total:,}", difference=difference)


def _mean(table_id: str, row: TableRow, months: Sequence[TableRow]) -> Iterator[Doubt]:
    plain, weighted = plain_mean(months), weighted_mean(months)
    if row.mean_score is None or plain is None or weighted is None:
        return
    places = max(0, -int(row.mean_score.as_tuple().exponent))
    by_plain, by_weight = _rounded(plain, places), _rounded(weighted, places)
    if row.mean_score == by_weight:
        return
    if row.mean_score == by_plain:
        yield _doubt("unweighted_mean", table_id, printed=row.mean_score, weighted=by_weight)
    else:
        yield _doubt("wrong_mean", table_id, printed=row.mean_score, plain=by_plain, weighted=by_weight)


def _record(record: Record) -> Iterator[Doubt]:
    if record.value is not None and record.of_value is not None and record.value > record.of_value:
        yield _doubt("part_above_whole", record.record_id, part=f"{record.value:,}", whole=f"{record.of_value:,}")
    found = list(_weekday(record.record_id, record.date_text))
    yield from found
    written = find(record.date_text)
    if not found and written and record.record_date and written.day != record.record_date:
        day = thai_date(record.record_date)
        yield _doubt("other_date", record.record_id, text=record.date_text, day=day)


def _weekday(about: str, text: str) -> Iterator[Doubt]:
    written = find(text)
    if written and written.weekday is not None and written.weekday != written.day.weekday():
        names = {"weekday": WEEKDAYS[written.day.weekday()], "printed": WEEKDAYS[written.weekday]}
        yield _doubt("weekday", about, text=thai_date(written.day), **names)


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
