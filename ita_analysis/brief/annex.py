"""The annex of a brief: every item, how to read it, what it does not say, and where each figure comes from."""

from __future__ import annotations

from typing import Any

from ita_analysis.brief.blocks import Cell, Column, Row, Run, Table, Text, cell, group_row, line, row
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sections import _score, _topic
from ita_analysis.brief.sentences import gap_text, line_text, say, say_all
from ita_analysis.framework.codes import INSTRUMENT_LETTERS, order_key


def every_item(facts: BriefFacts) -> Table:
    """Return all known items and the unknown ones of the list, by instrument, then every other score of the year."""
    shown = line_text(facts.line)
    columns = (
        Column(label=say("findings.code"), width=14),
        Column(label=say("findings.topic")),
        Column(label=say("annex.indicator"), width=26),
        Column(label=say("findings.score"), align="right", width=18),
        Column(label=say("findings.gap", line=shown), align="right", width=18),
        Column(label=say("annex.source_row"), align="right", width=24),
    )
    known = {str(record["code"]): record for record in facts.now[facts.now["level"] == "item"].to_dict("records")}
    unknown = facts.unknown["code"].tolist()
    rows: list[Row] = []
    for letter in INSTRUMENT_LETTERS:
        mine = sorted((code for code in known if code[0] == letter), key=order_key)
        missing = [code for code in unknown if code[0] == letter]
        if mine or missing:
            rows.append(group_row(_group_name(facts, letter)))
            rows.extend(_item_row(facts, code, known[code]) for code in mine)
        if missing:
            rows.append(group_row(say("annex.unknown_score", count=len(missing), codes=" ".join(missing))))
    others = facts.now[facts.now["level"] != "item"].to_dict("records")
    if others:
        rows.append(group_row(say("annex.other")))
        rows.extend(_other_row(facts, record) for record in others)
    return Table(title=say("annex.title"), role="items", dense=True, columns=columns, rows=tuple(rows))


def _group_name(facts: BriefFacts, letter: str) -> str:
    parts = facts.framework.instruments if facts.framework else ()
    found = next((part for part in parts if part.code[0] == letter), None)
    return say("annex.group", name=found.name_th, code=found.code) if found else f"{letter}IT"


def _indicator(facts: BriefFacts, code: str) -> str:
    parents = facts.framework.indicators_of(code) if facts.framework else ()
    if len(parents) > 1:
        return say("annex.indicator_open", codes="/".join(parents))
    return parents[0] if parents else say("common.unknown")


def _item_row(facts: BriefFacts, code: str, record: dict[Any, Any]) -> Row:
    head = (cell(Run(text=code, bold=True)), _topic(facts, code), _indicator(facts, code))
    score = float(record["score"])
    return row(*head, _score(facts, code, score), gap_text(score, facts.line), _place(record))


def _place(record: dict[Any, Any]) -> str:
    sheet = f"{record['source_sheet']} " if record["source_sheet"] else ""
    return f"{sheet}{record['source_row']}"


def _other_row(facts: BriefFacts, record: dict[Any, Any]) -> Row:
    code = str(record["code"])
    known = facts.framework.indicator.get(code) if facts.framework else None
    name = known.name_th if known else say("common.total") if record["level"] == "total" else ""
    topic = Cell(lines=tuple(line(text) for text in (name, record["note_th"]) if text) or (line(""),))
    nothing = say("common.nothing")
    return row(
        cell(Run(text=code, bold=True)), topic, nothing, _score(facts, code, record["score"]), nothing, _place(record)
    )


def method(facts: BriefFacts) -> Text:
    """Return how to read the scores, in plain words."""
    phrases = say_all("annex.method", line=line_text(facts.line))
    return Text(title=say("annex.method_title"), bullets=tuple(line(text) for text in phrases))


def limits(facts: BriefFacts) -> Text:
    """Return what the scores do not say."""
    return Text(title=say("annex.limits_title"), bullets=tuple(line(text) for text in say_all("annex.limits")))


def sources(facts: BriefFacts) -> Table:
    """Return per file the rows used and the document behind it; then the rules and the page key."""
    rows = []
    for file, used in facts.scores.groupby("source_file", sort=True):
        document = facts.documents.get(str(file))
        span = f"{used['source_row'].min()}–{used['source_row'].max()}"
        said = document.document_th if document else say("common.unknown")
        rows.append(row(str(file), span, said))
    columns = (
        Column(label=say("annex.file"), width=58),
        Column(label=say("annex.rows"), align="right", width=18),
        Column(label=say("annex.document")),
    )
    return Table(
        title=say("annex.sources_title"),
        role="sources",
        columns=columns,
        rows=tuple(rows),
        note=" · ".join(_grounds(facts)),
    )


def _grounds(facts: BriefFacts) -> list[str]:
    """Return which rules were used and what the page key stands for."""
    if facts.framework is None:
        rules = say("annex.no_rules", framework=facts.framework_name)
    else:
        rules = say("annex.rules", framework=facts.framework_name, open=len(facts.framework.open_facts))
    return [rules, *facts.notes, say("annex.key", key=facts.page_key[:8])]
