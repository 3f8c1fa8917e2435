"""The Excel annex of a report: every table of the register as it is stored, the judgement of each result, the faults."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from ita_analysis.brief.blocks import DataColumn, Dataset, Value
from ita_analysis.brief.progress.facts import ReportFacts
from ita_analysis.brief.sentences import say
from ita_analysis.measures.rows import as_rows
from ita_analysis.measures.schema import HEAD, Column, Table, tables

NUMBERS = {"number", "score"}
WHOLE = {"whole", "year"}


def datasets(facts: ReportFacts) -> tuple[Dataset, ...]:
    """Return the judgement, the faults, then the tables of the register that hold rows."""
    rows = as_rows(facts.register)
    made = [_judgement(facts), *([_doubts(facts)] if facts.doubts else [])]
    made += [
        _stored(table, list(rows[name].values())) for name, table in tables().items() if rows[name] and name != HEAD
    ]
    return tuple(made)


def _stored(table: Table, rows: Sequence[dict[str, str]]) -> Dataset:
    columns = tuple(
        DataColumn(name=one.name, label=one.label, kind=_kind(one), about=one.help) for one in table.columns
    )
    values = tuple(tuple(_value(one, row[one.name]) for one in table.columns) for row in rows)
    return Dataset(
        title=table.sheet or say(f"report_annex.{table.name}"),
        role=table.name,
        description=say("report_annex.stored", file=table.file),
        columns=columns,
        rows=values,
    )


def _kind(column: Column) -> Literal["text", "number", "whole"]:
    if column.kind in NUMBERS:
        return "number"
    return "whole" if column.kind in WHOLE else "text"


def _value(column: Column, text: str) -> Value:
    if not text:
        return None
    if column.kind in NUMBERS:
        return float(Decimal(text))
    return int(text) if column.kind in WHOLE else column.shown(text)


def _judgement(facts: ReportFacts) -> Dataset:
    """Return one row per measure and result of the round: mark, state, relation, reason."""
    names = ("item_codes", "measure_id", "result_id", "measure_th", "result_th", "mark", "state", "relation", "reason")
    columns = tuple(DataColumn(name=name, label=say(f"report_annex.{name}")) for name in names)
    rows: list[tuple[Value, ...]] = []
    for one in facts.judgement.entries:
        measure, result = one.measure, one.result
        row: dict[str, Any] = {
            "item_codes": " ".join(one.item_codes),
            "measure_id": measure.measure_id if measure else None,
            "result_id": result.result_id if result else None,
            "measure_th": measure.measure_th if measure else None,
            "result_th": result.result_th if result else None,
            "mark": one.proof.legend_th,
            "state": one.state_th,
            "relation": one.relation_th,
            "reason": one.reason_th,
        }
        rows.append(tuple(row[name] for name in names))
    about = say("report_annex.judgement_about", round=facts.round_number)
    return Dataset(
        title=say("report_annex.judgement"), role="judgement", description=about, columns=columns, rows=tuple(rows)
    )


def _doubts(facts: ReportFacts) -> Dataset:
    columns = tuple(DataColumn(name=name, label=say(f"report_annex.{name}")) for name in ("about", "said"))
    rows = tuple((one.about, one.said_th) for one in facts.doubts)
    return Dataset(title=say("report_annex.doubts"), role="doubts", columns=columns, rows=rows)
