"""Supporting records as rows with keys, the share of two figures, and what is doubted of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ita_analysis.measures.published.doubts import DOUBTFUL, LIKELY, Doubts, weekday_fault
from ita_analysis.measures.published.records import Found
from ita_analysis.measures.published.source import words
from ita_analysis.measures.published.wording import Wording

TABLE = "records"


def record_rows(
    found: Sequence[Found], doubts: Doubts, wording: Wording, span: tuple[date, date] | None
) -> list[dict[str, str]]:
    """Return the records as rows, each figure that is a share of two followed by that share, and note every doubt.

    Args:
        span: first and last day that the report covers, where it says so.
    """
    count: Counter[str] = Counter()
    rows: list[dict[str, str]] = []
    for one in [*found, *_shares(found)]:
        prefix = one.spec["prefix"]
        count[prefix] += 1
        key = f"{prefix}-{count[prefix]}"
        values = {**one.values, "subject_th": wording.mended(one.values["subject_th"])}
        row = {
            "record_id": key,
            "record_type": one.spec["type"],
            **values,
            "line": str(one.line),
            "related_item": one.item,
        }
        for name, why in one.whys:
            doubts.add(TABLE, key, name, row.get(name, ""), one.line, why, LIKELY)
        wording.doubt(doubts, TABLE, key, "subject_th", row["subject_th"], one.line)
        _dates(row, doubts, span)
        rows.append(row)
    _same_time(rows, doubts)
    for row in rows:
        row["confidence"] = doubts.confidence(TABLE, row["record_id"])
        row["note"] = doubts.note(TABLE, row["record_id"])
    return rows


def _shares(found: Sequence[Found]) -> Iterator[Found]:
    """Yield the share of each figure in the next one of its kind and unit that is larger."""
    figures = [one for one in found if one.values.get("value") and one.spec["type"] == words()["derived"]["of"]]
    spec = words()["derived"]
    for part, whole in zip(figures, figures[1:], strict=False):
        few, all_ = _number(part), _number(whole)
        if few is None or not all_ or few > all_ or part.values.get("unit") != whole.values.get("unit"):
            continue
        share = (few / all_ * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        said = words()["derived"]["subject"].format(part=few, whole=all_)
        values = {"subject_th": said, "value": str(share), "unit": words()["derived"]["unit"]}
        yield Found(spec, part.line, values, part.item, [("value", "record_derived")])


def _number(one: Found) -> Decimal | None:
    try:
        return Decimal(one.values["value"])
    except InvalidOperation:
        return None


def _dates(row: Mapping[str, str], doubts: Doubts, span: tuple[date, date] | None) -> None:
    key, line, printed = row["record_id"], int(row["line"]), row.get("date_printed", "")
    if fault := weekday_fault(printed):
        doubts.add(TABLE, key, "date_iso", "", line, "weekday", DOUBTFUL, **fault)
    day = row.get("date_iso", "")
    if span and day and not span[0].isoformat() <= day <= span[1].isoformat():
        doubts.add(TABLE, key, "date_iso", day, line, "record_after", LIKELY)


def _same_time(rows: Sequence[Mapping[str, str]], doubts: Doubts) -> None:
    """Note sessions that stand on the same day at the same hours: one of them may be misread."""
    at: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.get("date_iso") and row.get("time_printed"):
            at.setdefault((row["date_iso"], row["time_printed"]), []).append(row["record_id"])
    for row in rows:
        same = at.get((row.get("date_iso", ""), row.get("time_printed", "")), [])
        others = [key for key in same if key != row["record_id"]]
        if others:
            said = " ".join(others)
            doubts.add(
                TABLE,
                row["record_id"],
                "date_iso",
                row["date_iso"],
                int(row["line"]),
                "record_same_time",
                DOUBTFUL,
                other=said,
            )
