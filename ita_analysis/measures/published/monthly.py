"""A monthly table that a report prints once or several times: one row a month, every printing beside the one taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ita_analysis.measures.published.doubts import DOUBTFUL, LIKELY, Doubts
from ita_analysis.measures.published.pages import pattern
from ita_analysis.measures.published.parts import Inner
from ita_analysis.measures.published.source import words
from ita_analysis.thai.dates import MONTHS
from ita_analysis.thai.digits import to_arabic_digits
from ita_analysis.thai.written_dates import month_of

TABLE = "satisfaction"
_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*|[0-9]{1,7}")
_MEAN = re.compile(r"[0-9]\.[0-9]{1,4}|[0-9]{2}\.[0-9]{1,4}")


@dataclass(frozen=True)
class Line:
    """One row of a printing: its month ("2566-10", "" for the total or where it can't be read), its two figures."""

    line: int
    label: str
    month: str
    year: str
    respondents: int
    mean: Decimal


@dataclass(frozen=True)
class Printing:
    """One printing of the table; the last row is the total where it is labelled or stands below all months."""

    months: tuple[Line, ...]
    total: Line | None
    is_labelled: bool = True
    subject: str = ""  # what the head says of the mean
    item_codes: tuple[str, ...] = ()  # beside which items it stands

    @property
    def is_sum(self) -> bool:
        """Return whether the months add up to the printed total."""
        return self.total is not None and sum(line.respondents for line in self.months) == self.total.respondents


def printings_of(tables: Sequence[Inner]) -> list[Printing]:
    """Return every printing of the monthly table, in the order of the document.

    A table whose months can't be read counts as one where it has the rows and the years of one that can.
    """
    lines = [[line for row in table.rows if (line := _line(*row))] for table in tables]
    least = words()["monthly"]["months_needed"]
    labelled = [_printing(found) for found in lines if _months(found) >= least]
    found = []
    for table, rows in zip(tables, lines, strict=True):
        if _months(rows) >= least:
            one = _printing(rows)
        elif match := next((one for one in labelled if _fits(rows, one)), None):
            one = _aligned(rows, match)
        else:
            continue
        codes = [draft.printed.code for draft in table.block.drafts] if table.block else []
        found.append(replace(one, subject=table.rows[0][1][-1], item_codes=tuple(codes)))
    return found


def _line(number: int, texts: Sequence[str]) -> Line | None:
    plain = [to_arabic_digits(text).strip() for text in texts if text.strip()]
    counts = [text for text in plain[1:] if _COUNT.fullmatch(text)]
    means = [text for text in plain[1:] if _MEAN.fullmatch(text)]
    if len(counts) != 1 or len(means) != 1:
        return None
    year = pattern("monthly", "year").search(plain[0])
    return Line(
        number,
        texts[0].strip(),
        month_of(plain[0]) or "",
        year[1] if year else "",
        int(counts[0].replace(",", "")),
        Decimal(means[0]),
    )


def _months(lines: Sequence[Line]) -> int:
    return len({line.month for line in lines if line.month})


def _printing(lines: Sequence[Line]) -> Printing:
    total = next((line for line in lines if any(word in line.label for word in words()["monthly"]["total"])), None)
    return Printing(tuple(line for line in lines if line.month), total)


def _fits(rows: Sequence[Line], model: Printing) -> bool:
    return len(rows) == len(model.months) + bool(model.total) and all(
        row.year == month.year for row, month in zip(rows, model.months, strict=False)
    )


def _aligned(rows: Sequence[Line], model: Printing) -> Printing:
    count = len(model.months)
    return Printing(tuple(rows[:count]), rows[count] if len(rows) > count else None, is_labelled=False)


def monthly_rows(printings: Sequence[Printing], doubts: Doubts) -> list[dict[str, str]]:
    """Return a row for each month, the printed total, and what can be computed, and note every doubt.

    The figures taken are those of the first printing whose months add up to its total, else of the first.
    """
    if not printings:
        return []
    labelled = [one for one in printings if one.is_labelled]
    taken = next((one for one in labelled if one.is_sum), labelled[0])
    rows = [
        _month_row(place, month, taken, [one for one in printings if len(one.months) == len(taken.months)], doubts)
        for place, month in enumerate(taken.months)
    ]
    if taken.total:
        rows.append(_total_row(taken, printings))
    rows += _computed(taken, printings)
    for number, one in enumerate(printings, start=1):
        key = f"printing-{number}"
        if not one.is_labelled:
            doubts.add(TABLE, key, "month", "", one.months[0].line, "month_labels", DOUBTFUL, number=number)
        if one.total and not one.is_sum:
            said = {"sum": f"{sum(line.respondents for line in one.months):,}", "printed": f"{one.total.respondents:,}"}
            doubts.add(
                TABLE,
                key,
                "respondents",
                str(one.total.respondents),
                one.total.line,
                "month_total",
                LIKELY,
                number=number,
                **said,
            )
    return rows


def _month_row(
    place: int, month: Line, taken: Printing, printings: Sequence[Printing], doubts: Doubts
) -> dict[str, str]:
    year, number = month.month.split("-")
    for name in ("respondents", "mean"):
        values = [str(getattr(one.months[place], name)) for one in printings]
        sound = [str(getattr(one.months[place], name)) for one in printings if one.is_labelled]
        if len(set(values)) == 1 or (len(sound) > 1 and len(set(sound)) == 1):
            continue
        decided = name == "respondents" and taken.is_sum
        field, said = ("respondents", values) if name == "respondents" else ("mean_score", values)
        why, level = ("month_differs", LIKELY) if decided else ("month_open", DOUBTFUL)
        value = str(getattr(month, name))
        doubts.add(TABLE, month.month, field, value, month.line, why, level, found=" ".join(said))
    return {
        "row_kind": "month",
        "month_key": month.month,
        "month": MONTHS[int(number) - 1],
        "month_no": str(int(number)),
        "year_be": year,
        "label_th": month.label,
        "respondents": str(month.respondents),
        "mean_score": str(month.mean),
        **_readings([one.months[place] if place < len(one.months) else None for one in printings]),
        "confidence": doubts.confidence(TABLE, month.month),
        "note": doubts.note(TABLE, month.month),
    }


def _readings(lines: Sequence[Line | None]) -> dict[str, str]:
    row: dict[str, str] = {}
    for name in ("respondents", "mean", "line"):
        for number, line in enumerate(lines, start=1):
            row[f"{name}_reading_{number}"] = str(getattr(line, name)) if line else ""
    return row


def _total_row(taken: Printing, printings: Sequence[Printing]) -> dict[str, str]:
    assert taken.total is not None
    figures = {"respondents": str(taken.total.respondents), "mean_score": str(taken.total.mean)}
    head = {"row_kind": "printed_total", "label_th": taken.total.label, **figures}
    return {**head, **_readings([one.total for one in printings]), "confidence": "sure"}


def _computed(taken: Printing, printings: Sequence[Printing]) -> Iterator[dict[str, str]]:
    """Yield what the months give: their sum, the mean of their means, the mean over all respondents."""
    ways = {"computed_sum": _sum, "computed_simple_mean": _simple, "computed_weighted_mean": _weighted}
    for kind, way in ways.items():
        name, column = ("respondents", "respondents") if way is _sum else ("mean", "mean_score")
        row = {"row_kind": kind, column: way(taken.months, 2)}
        row |= {f"{name}_reading_{number}": way(one.months, 4) for number, one in enumerate(printings, start=1)}
        yield {**row, "confidence": "sure"}


def _sum(lines: Sequence[Line], _: int) -> str:
    return str(sum(line.respondents for line in lines))


def _simple(lines: Sequence[Line], places: int) -> str:
    return _rounded(sum((line.mean for line in lines), Decimal(0)) / len(lines), places)


def _weighted(lines: Sequence[Line], places: int) -> str:
    count = sum(line.respondents for line in lines)
    return _rounded(sum((line.mean * line.respondents for line in lines), Decimal(0)) / count, places) if count else ""


def _rounded(value: Decimal, places: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
