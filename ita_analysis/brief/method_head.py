"""The head of "how sure, and how we know": one figure with its margin, what other numbers of respondents would give, formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ita_analysis.analysis.margins import sampled_parts
from ita_analysis.analysis.uncertainty import mean_margin, total_margin
from ita_analysis.brief.blocks import Column, Cover, Row, Run, Table, Text, cell, line, row
from ita_analysis.brief.facts import records_of
from ita_analysis.brief.headline import cover_of
from ita_analysis.brief.sentences import line_text, say, say_all, score_text
from ita_analysis.brief.wording import half_width, is_missing, topic_cell
from ita_analysis.thai.catalogue import catalogue

if TYPE_CHECKING:
    from ita_analysis.brief.method import MethodFacts

MOST_ITEMS = 4
OTHER_PEOPLE = (30, 100, 400)
EXAMPLE_SCORE = 90.0  # of every survey, for the table of totals


def _span(low: float, high: float) -> str:
    return say("method_margins.span", low=score_text(low), high=score_text(high))


def _margin(score: float, people: Any) -> tuple[float, float]:
    low, high = mean_margin(score, np.nan if is_missing(people) else float(people))
    return float(low), float(high)


def cover(facts: MethodFacts) -> Cover:
    """Return how sure the lowest survey item is, or why that is not known."""
    subtitle = "method_cover.subtitle_synthetic" if facts.is_synthetic else "method_cover.subtitle"
    return cover_of(facts, "method_cover", _headline(facts), say(subtitle))


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


def formulas() -> Text:
    """Return the formulas and who they are from."""
    return Text(
        title=say("method_formulas.title"), bullets=tuple(line(text) for text in say_all("method_formulas.all"))
    )
