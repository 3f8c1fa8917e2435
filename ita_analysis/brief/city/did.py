"""What the agencies did whose total surely rose: their measures of the year, beside the rise, never as its cause."""

from __future__ import annotations

from itertools import islice

from ita_analysis.brief.blocks import Column, Row, Run, Table, Text, cell, row
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.city.wording import agency_cell, change_run
from ita_analysis.brief.sentences import say, shortened

MOST_AGENCIES, MOST_MEASURES, MOST_LETTERS = 12, 3, 90


def did(facts: CityFacts) -> Table | Text:
    """Return the measures of the agencies whose total surely rose; nothing where none of them has a register."""
    risen = [str(code) for code in facts.moved("higher").index if str(code) in facts.tried]
    if not risen:
        return Text()
    columns = (
        Column(label=say("city_did.agency"), width=54),
        Column(label=say("city_did.change"), align="right", width=22),
        Column(label=say("city_did.measures"), align="right", width=24),
        Column(label=say("city_did.proven"), align="right", width=28),
        Column(label=say("city_did.what")),
    )
    rows = tuple(_row(facts, code) for code in islice(risen, MOST_AGENCIES))
    title = say("city_did.title", count=f"{len(risen):,}", all=f"{len(facts.moved('higher')):,}")
    return Table(title=title, role="agencies", columns=columns, rows=rows, note=say("city_did.note"))


def _row(facts: CityFacts, code: str) -> Row:
    part = facts.tried[code]
    measures = part.register.measures if part.register else ()
    proven = sum(one.proof.name == "proven" for one in part.judgement.entries) if part.judgement else 0
    told = [shortened(one.measure_th, MOST_LETTERS) for one in measures[:MOST_MEASURES]]
    if len(measures) > MOST_MEASURES:
        told.append(say("measures.more", count=len(measures) - MOST_MEASURES))
    return row(
        agency_cell(facts, code),
        cell(change_run(facts, code)),
        f"{len(measures):,}",
        f"{proven:,}",
        cell(*(Run(text=text) for text in told)),
    )
