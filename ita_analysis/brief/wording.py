"""How one figure of a brief is written: its score, its change with the word it has earned, its place, its topic."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ita_analysis.brief.blocks import Cell, Line, Run, Tone, cell
from ita_analysis.brief.facts import FEW_RESPONDENTS, BriefFacts
from ita_analysis.brief.sentences import decimal, say, score_text, signed, two_places

DIRECTION_TONES: dict[str, Tone] = {"higher": "above", "lower": "below", "similar": "muted", "unknown": "muted"}


def group_name(facts: BriefFacts, instrument: str) -> str:
    """Return who answered a survey, as the page calls them."""
    try:
        return say(f"respondents.{instrument}")
    except KeyError:
        known = facts.framework.instrument.get(instrument) if facts.framework else None
        return known.short_th if known else instrument


def survey_of(facts: BriefFacts, code: str) -> str:
    """Return the survey that an item code belongs to."""
    return next((name for name in facts.surveys if name[0] == code[0]), "")


def per_survey(facts: BriefFacts, codes: list[str]) -> dict[str, int]:
    """Return how many of the item codes belong to each survey."""
    return {survey: sum(code[0] == survey[0] for code in codes) for survey in facts.surveys}


def by_group(facts: BriefFacts, codes: list[str]) -> str:
    """Return how many of the item codes each group of respondents answered."""
    counts = per_survey(facts, codes)
    parts = [say("tiles.by_group", group=group_name(facts, survey), count=counts[survey]) for survey in facts.surveys]
    return " · ".join(parts)


def shown_score(facts: BriefFacts, score: float) -> str:
    """Return a score with two decimals, more where two would contradict its side of the line."""
    return score_text(score, line=facts.line)


def topic_cell(facts: BriefFacts, code: str, *more: Line) -> Cell:
    """Return the topic of an item with further lines below it."""
    topic = facts.topic_th(code)
    first: Line = (Run(text=topic) if topic else Run(text=say("common.unknown_topic"), tone="muted"),)
    return Cell(lines=(first, *more))


def score_cell(facts: BriefFacts, code: str, score: float) -> Cell:
    """Return a score in its tone, with a mark where it should be checked against the original."""
    tone: Tone = "below" if score < facts.line else "ink"
    runs: Line = (Run(text=shown_score(facts, score), tone=tone, bold=score < facts.line),)
    if code in facts.doubtful:
        runs += (Run(text="?", tone=tone, hanging=True),)
    return cell(runs)


def is_missing(value: Any) -> bool:
    """Return whether a figure is not known."""
    return value is None or bool(pd.isna(value))


def is_few(respondents: Any) -> bool:
    """Return whether so few people answered that the page says so."""
    return not is_missing(respondents) and int(respondents) < FEW_RESPONDENTS


def change_text(points: float) -> str:
    """Return a change in points with its sign, two decimals."""
    return signed(two_places(decimal(points)))


def direction_word(direction: str) -> str:
    """Return the word of a direction: สูงขึ้น, ลดลง, ใกล้เคียงเดิม; empty where nothing may be said."""
    return say(f"change.{direction}")


def change_word(record: dict[str, Any]) -> str:
    """Return the word that a change has earned; a figure that did not move at all is the same."""
    same = not is_missing(record["change_points"]) and not two_places(decimal(record["change_points"]))
    return say("change.same") if same and record["direction"] == "similar" else direction_word(record["direction"])


def change_cell(record: dict[str, Any] | None) -> Cell:
    """Return the change since the year before and its word, or that it can't be compared and why."""
    if record is None:
        return cell(Run(text=say("common.nothing"), tone="muted"))
    if not record["is_comparable"]:
        why = say(f"change.relation_{record['relation']}")
        return cell(Run(text=say("change.not_comparable"), tone="muted"), Run(text=why, tone="muted"))
    direction = record["direction"]
    tone = DIRECTION_TONES[direction]
    word = change_word(record) or say("change.unsure")
    bold = direction in ("higher", "lower")
    return cell(Run(text=change_text(record["change_points"]), tone=tone, bold=bold), Run(text=word, tone=tone))


def place_text(record: dict[str, Any] | None) -> str:
    """Return the place among the peers, with *ร่วม* where it is shared; a dash where not known."""
    if record is None or is_missing(record["place"]):
        return say("common.nothing")
    key = "place.shared" if record["is_shared"] else "place.own"
    return say(key, place=int(record["place"]))


def place_of_text(record: dict[str, Any]) -> str:
    """Return the place among all: 31 จาก 50."""
    return say("place.of", place=place_text(record), count=int(record["n_agencies"]))


def half_width(low: float, high: float) -> str | None:
    """Return half the width of an interval as ±0.36, None where it is not known."""
    return None if math.isnan(low) or math.isnan(high) else f"±{two_places(decimal((high - low) / 2))}"
