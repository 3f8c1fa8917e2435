"""The annex of a brief: every item, how to read it, what it does not say, and where each figure comes from."""

from __future__ import annotations

from typing import Any

from ita_analysis.analysis.findings import FULL_SCORE
from ita_analysis.analysis.rollup import disagreements
from ita_analysis.brief import counted
from ita_analysis.brief.blocks import Cell, Column, Row, Run, Table, Text, cell, group_row, line, row
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import gap_text, line_text, say, say_all, score_text
from ita_analysis.brief.wording import change_text, is_missing, score_cell, topic_cell
from ita_analysis.framework.codes import INSTRUMENT_LETTERS, TOTAL, order_key
from ita_analysis.framework.model import Framework


def every_item(facts: BriefFacts) -> Table:
    """Return all known items and the unknown ones of the list, by instrument, then every other score of the year."""
    shown = line_text(facts.line)
    has_change = facts.previous_year is not None
    columns = [
        Column(label=say("findings.code"), width=14),
        Column(label=say("findings.topic")),
        Column(label=say("annex.indicator"), width=25),
        Column(label=say("findings.score"), align="right", width=18),
        Column(label=say("findings.gap", line=shown), align="right", width=16),
        Column(label=say("annex.source_row"), align="right", width=20),
    ]
    if has_change:
        columns.insert(5, Column(label=say("findings.change"), align="right", width=18))
    known = {str(record["code"]): record for record in records_of(facts.now[facts.now["level"] == "item"])}
    unknown = facts.unknown["code"].tolist()
    rows: list[Row] = []
    for letter in INSTRUMENT_LETTERS:
        mine = sorted((code for code in known if code[0] == letter), key=order_key)
        missing = [code for code in unknown if code[0] == letter]
        if mine or missing:
            rows.append(group_row(_group_name(facts, letter)))
            rows.extend(_item_row(facts, code, known[code], has_change) for code in mine)
        if missing:
            rows.append(group_row(say("annex.unknown_score", count=len(missing), codes=" ".join(missing))))
    others = records_of(facts.now[facts.now["level"] != "item"])
    if others:
        rows.append(group_row(say("annex.other")))
        rows.extend(_other_row(facts, record, has_change) for record in others)
    return Table(title=say("annex.title"), role="items", dense=True, columns=tuple(columns), rows=tuple(rows))


def _group_name(facts: BriefFacts, letter: str) -> str:
    parts = facts.framework.instruments if facts.framework else ()
    found = next((part for part in parts if part.code[0] == letter), None)
    return say("annex.group", name=found.name_th, code=found.code) if found else f"{letter}IT"


def _indicator(facts: BriefFacts, code: str) -> str:
    parents = facts.framework.indicators_of(code) if facts.framework else ()
    if len(parents) > 1:
        return say("annex.indicator_open", codes="/".join(parents))
    return parents[0] if parents else say("common.unknown")


def _item_row(facts: BriefFacts, code: str, record: dict[str, Any], has_change: bool) -> Row:
    score = float(record["score"])
    is_document = code not in set(facts.items["code"])
    gap = say("common.nothing") if is_document else gap_text(score, facts.line)
    shown = _document_cell(score) if is_document else score_cell(facts, code, score)
    cells: list[str | Cell] = [
        cell(Run(text=code, bold=True)),
        topic_cell(facts, code),
        _indicator(facts, code),
        shown,
        gap,
    ]
    if has_change:
        cells.append(_change(facts, code))
    return row(*cells, _place(record))


def _document_cell(score: float) -> Cell:
    """Return whether a document is met; a score between is shown as it is."""
    if score >= FULL_SCORE:
        return cell(say("documents.met"))
    said = say("documents.partly", score=score_text(score)) if score else say("documents.missed")
    return cell(Run(text=said, tone="below", bold=True))


def _change(facts: BriefFacts, code: str) -> Cell:
    """Return the bare change of a figure, or a dash where it can't be compared."""
    compared = facts.compared.get(code)
    if compared is None or is_missing(compared["change_points"]):
        return cell(Run(text=say("common.nothing"), tone="muted"))
    return cell(change_text(compared["change_points"]))


def _place(record: dict[str, Any]) -> str:
    sheet = f"{record['source_sheet']} " if record["source_sheet"] else ""
    return f"{sheet}{record['source_row']}"


def _other_row(facts: BriefFacts, record: dict[str, Any], has_change: bool) -> Row:
    code = str(record["code"])
    topic = Cell(lines=tuple(line(text) for text in (name_of(facts, code), record["note_th"]) if text) or (line(""),))
    nothing = say("common.nothing")
    shown = say("common.total_code") if record["level"] == "total" else code
    cells: list[str | Cell] = [
        cell(Run(text=shown, bold=True)),
        topic,
        nothing,
        score_cell(facts, code, record["score"]),
        nothing,
    ]
    if has_change:
        cells.append(_change(facts, code))
    return row(*cells, _place(record))


def name_of(facts: BriefFacts, code: str) -> str:
    """Return the name of a figure above the items, the topic of an item, empty where not known."""
    return name_in(facts.framework, code)


def name_in(framework: Framework | None, code: str) -> str:
    """Return the name of a code by the rules of a year (`name_of`)."""
    if code == TOTAL:
        return say("common.total")
    if framework is None:
        return ""
    if code in framework.item:
        return framework.topic_th(code)
    subs = {part.code: part.name_th for part in framework.sub_indicators}
    found = framework.indicator.get(code) or framework.instrument.get(code)
    return found.name_th if found else subs.get(code, "")


def method(facts: BriefFacts) -> Text:
    """Return how to read the scores, in plain words; margins and places only where the page shows them."""
    phrases = say_all("annex.method", line=line_text(facts.line))
    if len(facts.items) and facts.items["respondents"].notna().any():
        phrases += [*say_all("annex.method_margins"), *counted.phrases(facts)]
    if facts.standing:
        phrases += say_all("annex.method_peers", least=FEWEST_PEERS)
    return Text(title=say("annex.method_title"), bullets=tuple(line(text) for text in phrases))


def limits(facts: BriefFacts) -> Text:
    """Return what the scores do not say, and where published and computed figures differ."""
    phrases = say_all("annex.limits")
    for record in records_of(disagreements(facts.rolled_up)):
        published, computed = score_text(record["published_score"]), score_text(record["rolled_up_score"])
        phrases.append(say("annex.differs", code=record["code"], published=published, computed=computed))
    return Text(title=say("annex.limits_title"), bullets=tuple(line(text) for text in phrases))


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
        Column(label=say("annex.rows"), align="right", width=22),
        Column(label=say("annex.document")),
    )
    note = " · ".join(grounds(facts))
    return Table(title=say("annex.sources_title"), role="sources", columns=columns, rows=tuple(rows), note=note)


def grounds(facts: BriefFacts) -> list[str]:
    """Return which rules were used and what the page key stands for."""
    if facts.framework is None:
        rules = say("annex.no_rules", framework=facts.framework_name)
    else:
        rules = say("annex.rules", framework=facts.framework_name, open=len(facts.framework.open_facts))
    return [rules, *facts.notes, say("annex.key", key=facts.page_key[:8])]
