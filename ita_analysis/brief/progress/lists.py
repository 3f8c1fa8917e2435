"""The lists at the end of a report: what the register still lacks, what has no counterpart, duties, sources."""

from __future__ import annotations

from collections.abc import Iterator

from ita_analysis.brief.blocks import Column, Table, Text, cell, line, row
from ita_analysis.brief.progress.facts import ReportFacts
from ita_analysis.brief.sentences import listing, say
from ita_analysis.measures import duties
from ita_analysis.measures.model import Measure

MOST_KEYS = 12  # keys that a line names
FIELDS = ("unit_th", "due_date", "indicator_th", "target")  # of a measure; an empty one is said, never refused


def lacking(facts: ReportFacts) -> Table | Text:
    """Return what is still missing in the register: counted, and named where it is not all of them."""
    rows = [row(said, str(len(keys)), _keys(keys, of)) for said, keys, of in _gaps(facts) if keys]
    if not rows:
        return Text(title=say("lists.lacking_title"), paragraphs=(line(say("lists.nothing_lacking")),))
    columns = (
        Column(label=say("lists.what"), width=90),
        Column(label=say("lists.count"), align="right", width=22),
        Column(label=say("lists.which")),
    )
    return Table(title=say("lists.lacking_title"), role="lacking", columns=columns, rows=tuple(rows))


def _gaps(facts: ReportFacts) -> Iterator[tuple[str, list[str], int]]:
    """Yield what is missing, the keys of where, and how many there are in all."""
    measures, found = facts.register.measures, facts.judgement
    weak = [one.item.item_code for one in found.items if one.item.reason == "below" and one.state == "no_measure"]
    yield say("lists.no_measure"), weak, len(facts.weak)
    none = [one.measure.measure_id for one in found.measures_without_result if one.measure]
    yield say("lists.no_result"), none, len(measures)
    beside = [one.result.result_id for one in found.results_without_measure if one.result]
    yield say("lists.outside"), beside, len(facts.reported)
    for name in FIELDS:
        empty = [one.measure_id for one in measures if _is_empty(one, name)]
        yield say(f"lists.no_{name}"), empty, len(measures)
    results = [one.result for one in facts.reported if one.result]
    yield say("lists.no_done_date"), [one.result_id for one in results if one.done_date is None], len(results)
    yield say("lists.no_quantity"), [one.result_id for one in results if one.quantity is None], len(results)
    bare = [one.result.result_id for one in facts.reported if one.result and not one.facts.evidence]
    yield say("lists.no_evidence"), bare, len(results)


def _is_empty(measure: Measure, name: str) -> bool:
    return getattr(measure, name) in ("", None)


def _keys(keys: list[str], of: int) -> str:
    if len(keys) == of and of > 1:
        return say("lists.all")
    shown = " ".join(keys[:MOST_KEYS])
    return shown + (say("lists.more", count=len(keys) - MOST_KEYS) if len(keys) > MOST_KEYS else "")


def calendar(facts: ReportFacts) -> Table:
    """Return what the fiscal year of the measures holds for this scheme; unknown dates are said as unknown."""
    scheme = facts.register.head.framework.rpartition("-")[0]
    rows = tuple(
        row(cell(due.when_th), due.what_th, due.note_th) for due in duties.calendar(scheme, facts.measures_year_be)
    )
    columns = (
        Column(label=say("lists.when"), width=96),
        Column(label=say("lists.duty")),
        Column(label=say("lists.remark"), width=70),
    )
    title = say("lists.calendar_title", year=facts.measures_year_be)
    return Table(title=title, role="calendar", columns=columns, rows=rows)


def sources(facts: ReportFacts) -> Table:
    """Return the register, the score files and the rules behind the report."""
    head = facts.register.head
    rows = [row(say("lists.register"), say("lists.register_of", agency=head.agency_code, year=head.measures_year_be))]
    if facts.before is not None:
        files = sorted(set(facts.before.now["source_file"]))
        rows.append(row(say("lists.scores_of", year=head.scores_year_be), listing(files)))
    if facts.after is not None:
        files = sorted(set(facts.after.now["source_file"]))
        rows.append(row(say("lists.scores_of", year=head.measures_year_be), listing(files)))
    rows.append(row(say("lists.rules"), head.framework))
    rows.append(row(say("lists.key"), facts.page_key[:8]))
    columns = (Column(label=say("lists.source"), width=70), Column(label=say("lists.where")))
    return Table(title=say("lists.sources_title"), level=3, role="sources", columns=columns, rows=tuple(rows))
