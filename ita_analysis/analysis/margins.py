"""The margin of each row of the scores: who stands behind it, how low and how high it may be, or why none is said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ita_analysis.analysis.rows import above, kinds
from ita_analysis.analysis.sample import STEP_SHIFT, Floats, Sample, sample_of
from ita_analysis.analysis.uncertainty import LEVEL, mean_margin, total_margin
from ita_analysis.analysis.words import reason
from ita_analysis.framework.codes import TOTAL
from ita_analysis.framework.model import Framework
from ita_analysis.scores.answer_counts import ANSWERS, POPULATION

Rules = Mapping[str, Framework]
Key = tuple[str, str, str]
Places = NDArray[np.intp]
KEY = ["agency_code", "framework", "code"]  # of one row; a framework is one scheme and year
EVERYBODY = 1e18  # what it is worth when all of a population answered: more than any sample
SAMPLE = ["respondents_counted", "answers_worth", "is_between", "population_counted"]  # what a sample is kept in


def with_margins(scores: pd.DataFrame, rules: Rules | None = None, *, level: float = LEVEL) -> pd.DataFrame:
    """Return the scores with the bounds that chance among the answering people leaves.

    Args:
        scores: tidy scores, any agencies and years, 0–100; `respondents` missing where not known, `population` and
            `answers_0` … missing, or not among the columns, where not known.
        rules: rule files by framework name (`demo-2567`). Without the one of a year, indicators and totals of that
            year have no margin, items and instruments do.
        level: confidence, 0–1.

    Returns:
        The rows in their order and index, all columns plus `respondents_counted` (the smallest known number of people
        at or below the row; where populations are known, that of the row that is least sure), `population_counted`
        (of how many; NaN: not known), `answers_worth` and `is_between` (`sample.Sample`: only a row's own answers
        count, for the same people answer all items), `score_low`, `score_high` (0–100) and `margin_reason_th` (why
        there is no margin, else empty). Documents are checked: low = score = high. The total joins its separately
        sampled parts. What the margin does not say: who chose to answer.
    """
    rules, plain = rules or {}, scores.reset_index(drop=True)
    kind = pd.Series("", index=plain.index, dtype=str)
    for name, own in _years(plain):
        kind[own.index] = kinds(own["code"], rules.get(name))
    sample = _samples(plain, rules)
    score = plain["score"].to_numpy(dtype=float)
    low, high = mean_margin(score, sample, level=level)
    is_checked, is_answered = (kind == "documents").to_numpy(), (kind == "survey").to_numpy()
    low = np.where(is_checked, score, np.where(is_answered, low, np.nan))
    high = np.where(is_checked, score, np.where(is_answered, high, np.nan))
    columns = {
        "respondents_counted": np.where(is_checked, np.nan, sample.people),
        "population_counted": np.where(is_checked | np.isinf(sample.population), np.nan, sample.population),
        "answers_worth": np.where(is_checked, np.nan, sample.worth),
        "is_between": ~is_checked & (sample.shift > 0),
    }
    framed = _with_totals(plain.assign(**columns, score_low=low, score_high=high), rules)
    return framed.assign(margin_reason_th=_reasons(framed, kind)).set_index(scores.index)


def _years(scores: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), own) for name, own in scores.groupby(scores["framework"].astype(str), sort=True)]


def sample_in(framed: pd.DataFrame, suffix: str = "") -> Sample:
    """Return the samples that `with_margins` found, from its columns `SAMPLE` (with a suffix behind their names)."""
    people, worth, is_between, everyone = (framed[f"{name}{suffix}"].to_numpy(dtype=float) for name in SAMPLE)
    return Sample(
        people, worth, np.where(is_between > 0, STEP_SHIFT, 0.0), np.where(np.isnan(everyone), np.inf, everyone)
    )


def _samples(scores: pd.DataFrame, rules: Rules) -> Sample:
    """Return what the answers behind each row are worth: its own where they are given, else as `with_smallest`."""
    counted = with_smallest(scores, rules)
    people, everyone = (_figures(counted, name) for name in ("respondents", POPULATION))
    steps = [name for name in ANSWERS if name in scores]
    if not steps:
        return sample_of(people, everyone)
    own = np.stack([_figures(scores, name) for name in steps], axis=-1)
    return sample_of(people, everyone, own)


def with_smallest(scores: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the rows with `respondents` and, where that is a column, `population` of whoever is least sure at or below.

    That is the smallest known number of people; of a known population it counts as (N − 1)/(N − n) times as many.
    Missing where no number is known.
    """
    people, everyone = _figures(scores, "respondents"), _figures(scores, POPULATION)
    worth = np.where(everyone <= people, EVERYBODY, sample_of(people, everyone).worth)
    worth = np.where(people > 0, worth, np.inf)
    least = _least_sure(scores, worth, rules)
    people = np.where(people > 0, people, np.nan)[least]
    counts = {"respondents": people} | ({POPULATION: everyone[least]} if POPULATION in scores else {})
    whole = {name: pd.array(figures, dtype="Float64").astype("Int64") for name, figures in counts.items()}
    return scores.assign(**whole)


def _least_sure(scores: pd.DataFrame, worth: Floats, rules: Rules) -> Places:
    """Return the place of the least sure row among each row and the items below it; of equal ones its own, or the first."""
    agency, framework, code = (pd.factorize(scores[name].astype(str)) for name in KEY)
    width = max(1, len(code[1]))
    sort = framework[0] * width + code[0]  # one number for each code of each framework
    keys = agency[0] * max(1, len(framework[1])) * width + sort
    own = np.arange(len(keys))
    items = np.flatnonzero((scores["level"] == "item").to_numpy(dtype=bool) & (worth < np.inf))
    place = {name: number for number, name in enumerate(code[1])}
    sorts, sort_of = np.unique(sort[items], return_inverse=True)
    up = [
        [place[name] for name in above(code[1][at % width], rules.get(framework[1][at // width])) if name in place]
        for at in sorts
    ]
    times = np.array([len(found) for found in up], dtype=np.intp)[sort_of]
    below = np.repeat(items, times)  # each item once for every row above it
    if not len(below):
        return own
    first_of = np.cumsum([0, *(len(found) for found in up)])[sort_of]
    nth = np.arange(len(below)) - np.repeat(np.cumsum(times) - times, times)
    codes = np.array([one for found in up for one in found], dtype=np.intp)[np.repeat(first_of, times) + nth]
    parents = (keys - code[0])[below] + codes
    order = np.lexsort((below, worth[below], parents))
    found, first = np.unique(parents[order], return_index=True)
    nearest = np.minimum(np.searchsorted(found, keys), len(found) - 1)
    least = below[order][first][nearest]
    return np.where((found[nearest] == keys) & (worth[least] < worth), least, own)


def _figures(scores: pd.DataFrame, name: str) -> Floats:
    if name not in scores:
        return np.full(len(scores), np.nan)
    return np.asarray(scores[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan), dtype=float)


def _keys(scores: pd.DataFrame) -> list[Key]:
    return list(zip(*(scores[name].astype(str).tolist() for name in KEY), strict=True))


def _with_totals(framed: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the rows with the bounds of each total from the separately sampled parts below it."""
    score, low, high = (framed[name].to_numpy(dtype=float, copy=True) for name in ("score", "score_low", "score_high"))
    places = {key: place for place, key in enumerate(_keys(framed))}
    totals: dict[str, list[tuple[str, int]]] = {}
    for (agency, name, code), place in places.items():
        if code == TOTAL:
            totals.setdefault(name, []).append((agency, place))
    for name, own in totals.items():
        weights = sampled_parts(rules[name]) if name in rules else None
        if not weights:
            continue
        parts = np.array([[places.get((agency, name, code), -1) for code in weights] for agency, _ in own])
        means, lows, highs = (np.where(parts < 0, np.nan, figures[parts]) for figures in (score, low, high))
        at = [place for _, place in own]
        low[at], high[at] = total_margin(score[at], list(weights.values()), means, (lows, highs))
    return framed.assign(score_low=low, score_high=high)


def sampled_parts(framework: Framework) -> dict[str, float] | None:
    """Return the points of the total per point of each separately sampled part; None where a weight is unknown."""
    weights: dict[str, float] = {}
    for one in framework.instruments:
        if one.weight is None:
            return None
        if one.kind == "survey":
            weights |= {part.code: one.weight * part.share for part in one.parts} or {one.code: one.weight}
    return weights


def _reasons(framed: pd.DataFrame, kind: pd.Series[str]) -> pd.Series[str]:
    no_score, has_margin = framed["score"].isna(), framed["score_low"].notna()
    is_total, is_unknown = framed["code"] == TOTAL, kind == ""
    words = {key: reason("margins", key) for key in ("no_score", "parts_unknown", "no_respondents")}
    codes = framed["code"].astype(str).map(lambda code: reason("margins", "kind_unknown", [code]))
    chosen = np.select(
        [no_score, has_margin, is_total, is_unknown],
        [words["no_score"], "", words["parts_unknown"], codes.to_numpy(dtype=object)],
        default=words["no_respondents"],
    )
    return pd.Series(chosen, index=framed.index, dtype=str)
