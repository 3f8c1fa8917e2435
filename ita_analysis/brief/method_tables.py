"""The parts of "how sure, and how we know": margins, totals, many comparisons, ranks, formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ita_analysis.analysis.margins import sampled_parts
from ita_analysis.analysis.uncertainty import mean_margin, total_margin
from ita_analysis.brief.annex import name_of
from ita_analysis.brief.blocks import Column, Cover, DataColumn, Dataset, Row, Run, Table, Text, Value, cell, line, row
from ita_analysis.brief.facts import records_of
from ita_analysis.brief.headline import is_partial, source_name
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import line_text, say, say_all, score_text
from ita_analysis.brief.wording import change_text, change_word, half_width, is_missing, place_text, topic_cell
from ita_analysis.framework.codes import TOTAL
from ita_analysis.thai.catalogue import catalogue

if TYPE_CHECKING:
    from ita_analysis.brief.method import MethodFacts

MOST_ITEMS, MOST_CHANGES = 4, 6
OTHER_PEOPLE = (30, 100, 400)
LEVEL = 0.05
EXAMPLE_SCORE = 90.0  # of every survey, for the table of totals


def _span(low: float, high: float) -> str:
    return say("method_margins.span", low=score_text(low), high=score_text(high))


def _margin(score: float, people: Any) -> tuple[float, float]:
    low, high = mean_margin(score, np.nan if is_missing(people) else float(people))
    return float(low), float(high)


def cover(facts: MethodFacts) -> Cover:
    """Return how sure the lowest survey item is, or why that is not known."""
    key = facts.page_key[:8]
    badge = say("common.synthetic") if facts.is_synthetic else say("common.partial") if is_partial(facts) else ""
    names = {"name": facts.name_th, "code": facts.agency_code, "year": facts.fiscal_year_be}
    subtitle = "method_cover.subtitle_synthetic" if facts.is_synthetic else "method_cover.subtitle"
    return Cover(
        eyebrow=say("method_cover.eyebrow", **names),
        title=_headline(facts),
        subtitle=say(subtitle),
        badge=badge,
        running_head=say("method_cover.running_head", **names),
        footer=say("cover.footer", source=source_name(facts), framework=facts.framework_name, key=key),
        document_date=f"{facts.fiscal_year_be - 543}-09-30",
        page_key=key,
        record={
            "agency_code": facts.agency_code,
            "fiscal_year_be": facts.fiscal_year_be,
            "framework": facts.framework_name,
            "is_synthetic": facts.is_synthetic,
            "page_key": facts.page_key,
            "inputs": dict(sorted(facts.inputs.items())),
        },
    )


def _headline(facts: MethodFacts) -> str:
    if facts.items.empty:
        return say("method_cover.no_items")
    worst = records_of(facts.items.sort_values("score", kind="stable"))[0]
    said = {"code": worst["code"], "score": score_text(worst["score"])}
    if is_missing(worst["respondents"]):
        return say("method_cover.unknown", **said)
    low, high = _margin(worst["score"], worst["respondents"])
    people = f"{int(worst['respondents']):,}"
    return say("method_cover.known", **said, people=people, low=score_text(low), high=score_text(high))


def margins_text() -> Text:
    """Return what a margin says, in one sentence."""
    return Text(title=say("method_margins.title"), paragraphs=(line(say("method_margins.sentence")),))


def margins(facts: MethodFacts) -> Table | Text:
    """Return the lowest survey items with their margin, and the margin the same score would have with other numbers."""
    if facts.items.empty:
        return Text(paragraphs=(line(say("method_margins.no_items")),))
    columns = (
        Column(label=say("method_margins.code"), width=10),
        Column(label=say("method_margins.topic")),
        Column(label=say("method_margins.score"), align="right", width=15),
        Column(label=say("method_margins.people"), align="right", width=17),
        Column(label=say("method_margins.own"), align="right", width=24),
        *(
            Column(label=say("method_margins.if_people", people=people), align="right", width=24)
            for people in OTHER_PEOPLE
        ),
    )
    rows = []
    for record in records_of(facts.items.sort_values("score", kind="stable").head(MOST_ITEMS)):
        code, score, people = str(record["code"]), float(record["score"]), record["respondents"]
        unknown = cell(Run(text=say("method_margins.unknown"), tone="muted"))
        rows.append(
            row(
                cell(Run(text=code, bold=True)),
                topic_cell(facts, code),
                score_text(score),
                unknown if is_missing(people) else f"{int(people):,}",
                unknown if is_missing(people) else cell(Run(text=_span(*_margin(score, people)), bold=True)),
                *(cell(Run(text=_span(*_margin(score, other)), tone="muted")) for other in OTHER_PEOPLE),
            )
        )
    return Table(
        title="",
        role="method-margins",
        columns=columns,
        rows=tuple(rows),
        note=say("method_margins.note", count=len(rows)),
        level=3,
    )


def totals(facts: MethodFacts) -> Table | Text:
    """Return how far a total may be off at most, by respondents per survey; nothing where weights are not known."""
    weights = sampled_parts(facts.framework) if facts.framework else None
    if not weights or facts.framework is None:
        return Text()
    surveys = [one.code for one in facts.framework.instruments if one.kind == "survey"]
    columns = (
        Column(label=say("method_total.people"), align="right", width=42),
        Column(label=say("method_total.where")),
        Column(label=say("method_total.width"), align="right", width=52),
    )
    rows: list[Row] = []
    for one in catalogue("brief", "method_datasets.toml")["people"]:
        people = dict(zip(surveys, one["people"], strict=False))
        counts = [people.get(code, people.get(f"{code[:1]}IT", min(one["people"]))) for code in weights]
        scores = np.full(len(weights), EXAMPLE_SCORE)
        low, high = total_margin(EXAMPLE_SCORE, list(weights.values()), scores, mean_margin(scores, counts))
        width = half_width(float(low), float(high)) or say("common.nothing")
        rows.append(row(" / ".join(str(count) for count in one["people"]), say(f"method_where.{one['key']}"), width))
    note = (
        say("method_total.sentence")
        + " · "
        + say("method_total.note", score=line_text(EXAMPLE_SCORE), framework=facts.framework_name)
    )
    return Table(title=say("method_total.title"), role="method-total", columns=columns, rows=tuple(rows), note=note)


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


def formulas() -> Text:
    """Return the formulas and who they are from."""
    return Text(
        title=say("method_formulas.title"), bullets=tuple(line(text) for text in say_all("method_formulas.all"))
    )


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
