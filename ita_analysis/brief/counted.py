"""What a page says of the counts behind its scores: of how many people, at which steps, and how each margin came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ita_analysis.analysis.margins import with_margins
from ita_analysis.analysis.sample import Sample, sample_of
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.sentences import say
from ita_analysis.brief.wording import is_missing
from ita_analysis.scores.answer_counts import ANSWERS, COUNTED, POPULATION

Record = dict[str, Any]


def counted_columns(scores: pd.DataFrame) -> tuple[str, ...]:
    """Return the optional columns of counts in which any of these rows gives something, in their order."""
    return tuple(name for name in COUNTED if name in scores and scores[name].notna().any())


def margins_of(facts: BriefFacts) -> dict[str, Record]:
    """Return this year's survey items by code, with their margins (`with_margins`)."""
    return {str(record["code"]): record for record in records_of(with_margins(facts.items, facts.rules))}


def is_of_population(record: Mapping[str, Any]) -> bool:
    """Return whether the margin counts how many people could have answered."""
    return not is_missing(record["population_counted"])


def has_answers(record: Mapping[str, Any]) -> bool:
    """Return whether the margin counts how many answered at each step."""
    return not is_missing(record.get(ANSWERS[0]))


def form_th(record: Mapping[str, Any]) -> str:
    """Return how the margin of a row of `with_margins` was made, empty where it has none."""
    if is_missing(record["score_low"]):
        return ""
    form = "margin_form.ends" if has_answers(record) else "margin_form.people"
    texts = [say("margin_form.steps" if record["is_between"] else form)]
    return " · ".join([*texts, *([say("margin_form.population")] if is_of_population(record) else [])])


def sample_in(record: Mapping[str, Any], people: int | None = None) -> Sample:
    """Return the sample of a row of `with_margins`; with `people` that many who answer alike, of a population unknown."""
    known = np.nan if is_missing(record["respondents"]) else float(record["respondents"])
    everyone = float(record[POPULATION]) if is_of_population(record) and people is None else np.nan
    counts = [np.nan if is_missing(record[name]) else float(record[name]) for name in ANSWERS if name in record]
    own = sample_of(known, everyone, counts if has_answers(record) else None)
    return own if people is None else own._replace(people=np.asarray(float(people)), worth=own.worth / known * people)


def phrases(facts: BriefFacts) -> list[str]:
    """Return what the page says of margins that count more than the people who answered; nothing where none does."""
    if not counted_columns(facts.items):
        return []
    records = list(margins_of(facts).values())
    counts = {
        "annex.method_answers": sum(map(has_answers, records)),
        "annex.method_between": sum(bool(record["is_between"]) for record in records),
        "annex.method_population": sum(map(is_of_population, records)),
    }
    return [say(key, count=count) for key, count in counts.items() if count]
