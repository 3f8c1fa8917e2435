"""The tables of "how sure, and how we know": all items compared at once, places in the group, the sheets of the annex."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ita_analysis.brief.annex import name_of
from ita_analysis.brief.blocks import Column, DataColumn, Dataset, Row, Run, Table, Text, Value, cell, line, row
from ita_analysis.brief.facts import records_of
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import line_text, say, score_text
from ita_analysis.brief.wording import change_text, change_word, is_missing, place_text
from ita_analysis.framework.codes import TOTAL
from ita_analysis.thai.catalogue import catalogue

if TYPE_CHECKING:
    from ita_analysis.brief.method import MethodFacts

MOST_CHANGES = 6
LEVEL = 0.05


def compared(facts: MethodFacts) -> pd.DataFrame:
    """Return the survey items that may be compared with the year before, smallest p first, with rank and threshold."""
    items = [
        record
        for code in facts.items["code"]
        if not is_missing((record := facts.compared[str(code)])["p_value"]) and record["is_comparable"]
    ]
    names = ["code", "change_points", "change_low", "change_high", "p_value", "direction"]
    table = pd.DataFrame(items, columns=names).sort_values("p_value", kind="stable", ignore_index=True)
    rank = np.arange(1, len(table) + 1)
    return table.assign(rank=rank, threshold=LEVEL * rank / max(len(table), 1))


def changes_text(facts: MethodFacts) -> Text:
    """Return how many items look changed, how many keep a word, and why so few; or why nothing can be compared."""
    table, before = compared(facts), facts.fiscal_year_be - 1
    if table.empty:
        key = "method_changes.no_prior" if facts.previous_year is None else "method_changes.no_people"
        return Text(title=say("method_changes.none_title"), paragraphs=(line(say(key, before=before)),))
    outside = int(((table["change_low"] > 0) | (table["change_high"] < 0)).sum())
    kept = int(table["direction"].isin(["higher", "lower"]).sum())
    count = len(table)
    sentence = say(
        "method_changes.sentence",
        count=count,
        before=before,
        expected=line_text(round(LEVEL * count, 1)),
        chance=round(100 * (1 - (1 - LEVEL) ** count)),
    )
    return Text(title=say("method_changes.title", outside=outside, kept=kept), paragraphs=(line(sentence),))


def changes(facts: MethodFacts) -> Table | Text:
    """Return the comparisons of all items at once, with what each p is held against; nothing where there are none."""
    table = compared(facts)
    if table.empty:
        return Text()
    columns = (
        Column(label=say("method_changes.code"), width=14),
        Column(label=say("method_changes.change"), align="right", width=22),
        Column(label=say("method_changes.span"), align="right", width=40),
        Column(label=say("method_changes.p"), align="right", width=26),
        Column(label=say("method_changes.threshold"), align="right", width=26),
        Column(label=say("method_changes.word")),
    )
    rows = [_change_row(record) for record in records_of(table.head(MOST_CHANGES))]
    note = say("method_changes.note", count=len(table), shown=len(rows))
    return Table(title="", role="method-changes", level=3, columns=columns, rows=tuple(rows), note=note)


def _p_text(value: float) -> str:
    return say("method_changes.p_small") if value < 0.0001 else f"{value:.4f}"


def _change_row(record: Mapping[str, Any]) -> Row:
    is_word = record["direction"] in ("higher", "lower")
    low, high = change_text(record["change_low"]), change_text(record["change_high"])
    return row(
        cell(Run(text=record["code"], bold=is_word)),
        change_text(record["change_points"]),
        say("method_ranks.span", low=low, high=high).replace("–", " ถึง "),
        _p_text(record["p_value"]),
        _p_text(record["threshold"]),
        cell(Run(text=change_word(dict(record)), bold=is_word, tone="ink" if is_word else "muted")),
    )


def ranks_text(facts: MethodFacts) -> Text:
    """Return the place of the total with the range that chance leaves open; or why there are no places."""
    if not facts.standing:
        said = say("method_ranks.none", least=FEWEST_PEERS, count=facts.group_size)
        return Text(title=say("method_ranks.none_title"), paragraphs=(line(said),))
    total = facts.standing.get(TOTAL)
    title = say("method_ranks.title_plain", count=facts.group_size)
    if total is not None and not is_missing(total["place_low"]):
        low, high = int(total["place_low"]), int(total["place_high"])
        title = say("method_ranks.title", place=place_text(total), low=low, high=high)
    return Text(title=title, paragraphs=(line(say("method_ranks.sentence")),))


def ranks(facts: MethodFacts) -> Table | Text:
    """Return places, the range that chance leaves open, and movement beside the group; nothing without a group."""
    if not facts.standing:
        return Text()
    columns = (
        Column(label=say("method_ranks.figure")),
        Column(label=say("method_ranks.score"), align="right", width=16),
        Column(label=say("method_ranks.place"), align="right", width=18),
        Column(label=say("method_ranks.open"), align="right", width=18),
        Column(label=say("method_ranks.change"), align="right", width=18),
        Column(label=say("method_ranks.typical"), align="right", width=25),
        Column(label=say("method_ranks.beyond"), width=32),
    )
    codes = [code for code in (TOTAL, *facts.indicator_codes) if code in facts.standing]
    rows = [_rank_row(facts, code) for code in codes]
    note = say("method_ranks.note")
    return Table(title="", role="method-ranks", level=3, columns=columns, rows=tuple(rows), note=note)


def _rank_row(facts: MethodFacts, code: str) -> Row:
    record, nothing = facts.standing[code], say("common.nothing")
    name = name_of(facts, code) if code == TOTAL else f"{code} {name_of(facts, code)}"
    is_open = not is_missing(record["place_low"])
    span = say("method_ranks.span", low=record["place_low"], high=record["place_high"]) if is_open else nothing
    moved, typical = record["change_points"], record["median_change_points"]
    return row(
        cell(Run(text=name, bold=code == TOTAL)),
        score_text(record["score"]),
        place_text(record),
        span,
        nothing if is_missing(moved) else change_text(moved),
        nothing if is_missing(typical) else change_text(typical),
        _beyond(record),
    )


def _beyond(record: Mapping[str, Any]) -> str:
    """Return whether the agency moved beyond its peers; a dash where that may not be said."""
    if is_missing(record["beyond_points"]) or is_missing(record["place_low"]):
        return say("common.nothing")
    key = "method_ranks.higher" if record["beyond_points"] > 0 else "method_ranks.lower"
    return f"{change_text(record['beyond_points'])} {say(key if record['is_beyond_peers'] else 'method_ranks.similar')}"


def datasets(facts: MethodFacts) -> tuple[Dataset, ...]:
    """Return all comparisons and the dots of the funnel, unrounded; what can't be filled is left out."""
    moved = [{**record, "direction_th": change_word(record)} for record in records_of(compared(facts))]
    dots = [
        {**record, "direction_th": say(f"funnel_word.{record['direction']}")} for record in records_of(facts.funnel)
    ]
    return tuple(_dataset(role, rows) for role, rows in (("changes", moved), ("funnel", dots)) if rows)


def _dataset(role: str, records: list[dict[str, Any]]) -> Dataset:
    words = catalogue("brief", "method_datasets.toml")
    said = words["dataset"][role]
    columns = tuple(DataColumn(name=name, **words["column"][name]) for name in said["columns"])
    rows = tuple(tuple(_plain(record[column.name], column.kind) for column in columns) for record in records)
    return Dataset(
        title=said["title"], role=f"method-{role}", description=said["description"], columns=columns, rows=rows
    )


def _plain(value: Any, kind: str) -> Value:
    if is_missing(value):
        return None
    return float(value) if kind == "number" else int(value) if kind == "whole" else str(value)
