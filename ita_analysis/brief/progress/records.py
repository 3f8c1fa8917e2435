"""The supporting records of a report: the monthly survey, shares of a whole, trainings, documents, and their faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ita_analysis.brief.blocks import Cell, Chart, Column, Row, Run, Table, Text, cell, line, row
from ita_analysis.brief.charts.months import Month, months_chart
from ita_analysis.brief.digits import thai_text
from ita_analysis.brief.progress.facts import ReportFacts
from ita_analysis.brief.sentences import say
from ita_analysis.measures import duties
from ita_analysis.measures.model import Record, TableRow
from ita_analysis.measures.supporting import share
from ita_analysis.thai.dates import MONTHS, SHORT_MONTHS, thai_date

TYPES = ("kpi", "training", "meeting", "document", "channel", "other")  # the order on the page


@dataclass(frozen=True)
class Survey:
    """One monthly table as printed: its months, and its last row."""

    table_id: str
    months: tuple[TableRow, ...]
    respondents: int | None
    mean: Decimal | None


def surveys(facts: ReportFacts) -> Iterator[Survey]:
    """Yield the monthly tables in their order."""
    rows = facts.register.table_rows
    for table_id in dict.fromkeys(one.table_id for one in rows):
        own = [one for one in rows if one.table_id == table_id]
        last = next((one for one in own if one.row_kind != "month"), None)
        months = tuple(one for one in own if one.row_kind == "month")
        yield Survey(table_id, months, last.respondents if last else None, last.mean_score if last else None)


def main_survey(facts: ReportFacts) -> Survey | None:
    """Return the monthly table to show: the first whose total adds up, else the first."""
    found = list(surveys(facts))
    wrong = {one.about for one in facts.doubts if one.kind in ("wrong_total", "wrong_mean")}
    return next((one for one in found if one.table_id not in wrong), found[0] if found else None)


def lowest_month(months: Sequence[TableRow]) -> TableRow | None:
    """Return the month with the lowest mean, None where none has one."""
    scored = [one for one in months if one.mean_score is not None]
    return min(scored, key=lambda one: one.mean_score or Decimal(0), default=None)


def shares(facts: ReportFacts) -> Iterator[Record]:
    """Yield the records of the round that say how much of a whole."""
    for record in facts.register.records:
        if record.round <= facts.round_number and share(record) is not None:
            yield record


def survey_chart(facts: ReportFacts) -> Chart | Text:
    """Return the monthly survey as a small chart, or a sentence where there is none."""
    survey = main_survey(facts)
    if survey is None or not any(one.mean_score is not None for one in survey.months):
        return Text(title=say("records.title"), paragraphs=(line(say("records.no_survey")),), new_page=True)
    low = lowest_month(survey.months)
    months = [Month(_short_month(one), one.mean_score, _people(one)) for one in survey.months]
    full = 5 if all(month.mean is None or month.mean <= 5 for month in months) else 100
    digits = thai_text if facts.digits == "thai" else str
    svg, narrow = (months_chart(months, full=full, digits=digits, narrow=is_narrow) for is_narrow in (False, True))
    told = [
        say("records.chart_value", month=_month(one), mean=one.mean_score) for one in survey.months if one.mean_score
    ]
    alt = say("records.chart_alt", values=" ".join(told))
    title = say("records.survey_title", mean=survey.mean if survey.mean is not None else say("common.unknown"))
    note = say("records.survey_note", month=_month(low) if low else "", lowest=low.mean_score if low else "")
    others = [one for one in surveys(facts) if one.table_id != survey.table_id]
    if others:
        note += say("records.other_tables", count=len(others))
    return Chart(title=title, svg=svg, svg_narrow=narrow, alt=alt, note=note)


def _month(one: TableRow) -> str:
    if not one.month:
        return one.label_th
    year, _, number = one.month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def _short_month(one: TableRow) -> str:
    return SHORT_MONTHS[int(one.month[-2:]) - 1] if one.month else one.label_th


def _people(one: TableRow) -> str:
    return "" if one.respondents is None else f"{one.respondents:,}"


def survey_tables(facts: ReportFacts) -> Table | Text:
    """Return every monthly table as printed, one after the other."""
    found = list(surveys(facts))
    if not found:
        return Text()
    rows: list[Row] = []
    for number, survey in enumerate(found, start=1):
        head = say("records.printing", number=number)
        notes = facts.notes_of.get(survey.table_id, [])
        rows.append(Row(cells=(cell(Run(text=" · ".join([head, *notes]), tone="muted")),), group=True))
        own = [one for one in facts.register.table_rows if one.table_id == survey.table_id]
        for one in own:
            is_last = one.row_kind != "month"
            label = one.label_th if is_last else _month(one)
            rows.append(
                row(
                    cell(Run(text=label, bold=is_last)),
                    cell(Run(text="" if one.respondents is None else f"{one.respondents:,}", bold=is_last)),
                    cell(Run(text="" if one.mean_score is None else str(one.mean_score), bold=is_last)),
                )
            )
    columns = (
        Column(label=say("records.month")),
        Column(label=say("records.respondents"), align="right", width=40),
        Column(label=say("records.mean"), align="right", width=40),
    )
    return Table(
        title=say("records.tables_title"), level=3, role="monthly", columns=columns, rows=tuple(rows), dense=True
    )


def records_table(facts: ReportFacts) -> Table | Text:
    """Return all supporting records of the round under their kinds."""
    known = [one for one in facts.register.records if one.round <= facts.round_number]
    if not known:
        return Text(title=say("records.list_title"), paragraphs=(line(say("records.none")),))
    rows: list[Row] = []
    for kind in dict.fromkeys([*TYPES, *(one.record_type for one in known)]):
        own = [one for one in known if one.record_type == kind]
        if own:
            rows.append(Row(cells=(cell(Run(text=say(f"records.type_{kind}"), tone="muted")),), group=True))
            rows += [_record_row(facts, one) for one in own]
    columns = (
        Column(label=say("records.subject")),
        Column(label=say("records.unit"), width=58),
        Column(label=say("records.date"), width=38),
        Column(label=say("records.value"), align="right", width=38),
        Column(label=say("records.share"), align="right", width=18),
        Column(label=say("records.items"), width=24),
    )
    return Table(title=say("records.list_title"), role="records", columns=columns, rows=tuple(rows), dense=True)


def _record_row(facts: ReportFacts, record: Record) -> Row:
    notes = [line(Run(text=note, tone="muted")) for note in facts.notes_of.get(record.record_id, [])]
    value = "" if record.value is None else f"{record.value:,}"
    if record.of_value is not None:
        value = say("records.of", value=value, whole=f"{record.of_value:,}")
    percent = share(record)
    day = record.date_text or (thai_date(record.record_date) if record.record_date else "")
    return row(
        Cell(lines=(line(record.subject_th), *notes)),
        record.unit_th,
        day,
        " ".join(filter(None, [value, record.value_unit])),
        "" if percent is None else f"{percent:.2f}",
        " ".join(record.item_codes),
    )


def documents_table(facts: ReportFacts) -> Table | Text:
    """Return the published documents of the register, and the duties of the year that it does not name yet."""
    known = facts.register.documents
    scheme = facts.register.head.framework.rpartition("-")[0]
    framework = f"{scheme}-{facts.measures_year_be}"
    listed = duties.documents(framework)
    unlisted = say("records.no_duties", framework=framework) if listed is None else ""
    named = {code for one in known for code in one.item_codes}
    rows = [
        row(" ".join(one.item_codes), one.document_th, one.url, one.unit_th, one.state or say("common.nothing"))
        for one in known
    ]
    missing = [one for one in listed or () if not named & set(one.codes)]
    if missing:
        head = say("records.duties", framework=framework, source=missing[0].source)
        rows.append(Row(cells=(cell(Run(text=head, tone="muted")),), group=True))
        state = Run(text=say("records.not_registered"), tone="waiting")
        rows += [row(" ".join(one.codes), one.topic_th, "", "", cell(state)) for one in missing]
    if not rows:
        said = (say("records.no_documents"), unlisted)
        paragraphs = tuple(line(text) for text in said if text)
        return Text(title=say("records.documents_title"), level=3, paragraphs=paragraphs)
    columns = (
        Column(label=say("records.items"), width=24),
        Column(label=say("records.document"), width=80),
        Column(label=say("records.url")),
        Column(label=say("records.unit"), width=44),
        Column(label=say("records.state"), width=28),
    )
    title = say("records.documents_title")
    return Table(title=title, level=3, role="documents", columns=columns, rows=tuple(rows), dense=True, note=unlisted)


def doubts_table(facts: ReportFacts) -> Table | Text:
    """Return every figure of the records that contradicts itself, or one sentence that none does."""
    if not facts.doubts:
        has_figures = bool(facts.register.table_rows or facts.register.records)
        said = say("records.no_doubts" if has_figures else "records.nothing_to_check")
        return Text(title=say("records.doubts_title"), level=3, paragraphs=(line(said),))
    rows = tuple(row(_about(facts, one.about), one.said_th) for one in facts.doubts)
    columns = (Column(label=say("records.about"), width=80), Column(label=say("records.said")))
    return Table(title=say("records.doubts_title"), level=3, role="doubts", columns=columns, rows=rows)


def _about(facts: ReportFacts, key: str) -> str:
    """Return what a contradiction is in: a printing of the table, a record by its subject, a result by its items."""
    tables = list(dict.fromkeys(one.table_id for one in facts.register.table_rows))
    if key in tables:
        return say("records.printing", number=tables.index(key) + 1)
    record = next((one for one in facts.register.records if one.record_id == key), None)
    if record is not None:
        return record.subject_th
    result = facts.register.result.get(key)
    return say("records.result_of", codes=" ".join(facts.register.items_of(result))) if result else key
