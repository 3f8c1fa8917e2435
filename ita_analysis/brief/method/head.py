"""The head of "how sure, and how we know": one figure with its margin, what other numbers of respondents would give, formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ita_analysis.analysis.margins import sampled_parts
from ita_analysis.analysis.uncertainty import mean_margin, total_margin
from ita_analysis.brief.blocks import Column, Cover, Row, Run, Table, Text, cell, line, row
from ita_analysis.brief.counted import counted_columns, form_th, has_answers, is_of_population, margins_of, sample_in
from ita_analysis.brief.headline import cover_of
from ita_analysis.brief.sentences import line_text, say, say_all, score_text
from ita_analysis.brief.wording import half_width, is_missing, topic_cell
from ita_analysis.scores.answer_counts import POPULATION
from ita_analysis.thai.catalogue import catalogue

if TYPE_CHECKING:
    from ita_analysis.brief.method import MethodFacts

MOST_ITEMS = 4
OTHER_PEOPLE = (30, 100, 400)
EXAMPLE_SCORE = 90.0  # of every survey, for the table of totals


def _span(low: float, high: float) -> str:
    return say("method_margins.span", low=score_text(low), high=score_text(high))


def _margin(record: dict[str, Any], people: int | None = None) -> tuple[float, float]:
    """Return the margin of an item, or that of the same score from `people` who answer alike."""
    if people is None:
        return float(record["score_low"]), float(record["score_high"])
    sample = float(people) if is_missing(record["respondents"]) else sample_in(record, people)
    low, high = mean_margin(float(record["score"]), sample)
    return float(low), float(high)


def _lowest(facts: MethodFacts, count: int) -> list[dict[str, Any]]:
    """Return the lowest survey items with their margins."""
    margins = margins_of(facts)
    return [margins[str(code)] for code in facts.items.sort_values("score", kind="stable").head(count)["code"]]


def cover(facts: MethodFacts) -> Cover:
    """Return how sure the lowest survey item is, or why that is not known."""
    subtitle = "method_cover.subtitle_synthetic" if facts.is_synthetic else "method_cover.subtitle"
    return cover_of(facts, "method_cover", _headline(facts), say(subtitle))


def _headline(facts: MethodFacts) -> str:
    if facts.items.empty:
        return say("method_cover.no_items")
    (worst,) = _lowest(facts, 1)
    said = {"code": worst["code"], "score": score_text(worst["score"])}
    if is_missing(worst["respondents"]):
        return say("method_cover.unknown", **said)
    low, high = _margin(worst)
    said |= {"people": f"{int(worst['respondents']):,}", "low": score_text(low), "high": score_text(high)}
    if is_of_population(worst):
        return say("method_cover.known_of", **said, everyone=f"{int(worst['population_counted']):,}")
    return say("method_cover.known", **said)


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
    shown = _lowest(facts, MOST_ITEMS)
    for record in shown:
        code, score, people = str(record["code"]), float(record["score"]), record["respondents"]
        unknown = cell(Run(text=say("method_margins.unknown"), tone="muted"))
        rows.append(
            row(
                cell(Run(text=code, bold=True)),
                topic_cell(facts, code),
                score_text(score),
                unknown if is_missing(people) else f"{int(people):,}",
                unknown if is_missing(people) else cell(Run(text=_span(*_margin(record)), bold=True)),
                *(cell(Run(text=_span(*_margin(record, other)), tone="muted")) for other in OTHER_PEOPLE),
            )
        )
    return Table(
        title="",
        role="method-margins",
        columns=columns,
        rows=tuple(rows),
        note=" · ".join([say("method_margins.note", count=len(rows)), *_forms(shown)]),
        level=3,
    )


def _forms(records: list[dict[str, Any]]) -> list[str]:
    """Return which margins count more than the people who answered, and how they were made."""
    found: dict[str, list[str]] = {}
    for record in records:
        if has_answers(record) or is_of_population(record):
            found.setdefault(form_th(record), []).append(str(record["code"]))
    return [say("method_margins.form", codes=" ".join(codes), form=form) for form, codes in found.items() if form]


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


def formulas(facts: MethodFacts) -> Text:
    """Return the formulas and who they are from; those of known answers and populations only where the page uses them."""
    counts = counted_columns(facts.items)
    texts = say_all("method_formulas.all")
    if len(counts) > (POPULATION in counts):
        texts.insert(1, say("method_formulas.answers"))
    if POPULATION in counts:
        texts.insert(1, say("method_formulas.population"))
    return Text(title=say("method_formulas.title"), bullets=tuple(line(text) for text in texts))
