"""The margin of each row of the scores: who stands behind it, how low and how high it may be, or why none is said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ita_analysis.analysis.rows import above, kinds
from ita_analysis.analysis.uncertainty import LEVEL, Floats, mean_margin, total_margin
from ita_analysis.analysis.words import reason
from ita_analysis.framework.codes import TOTAL
from ita_analysis.framework.model import Framework

Rules = Mapping[str, Framework]
Key = tuple[str, str, str]
KEY = ["agency_code", "framework", "code"]  # of one row; a framework is one scheme and year


def with_margins(scores: pd.DataFrame, rules: Rules | None = None, *, level: float = LEVEL) -> pd.DataFrame:
    """Return the scores with the bounds that chance among the answering people leaves.

    Args:
        scores: tidy scores, any agencies and years, 0–100; `respondents` missing where not known.
        rules: rule files by framework name (`demo-2567`). Without the one of a year, indicators and totals of that
            year have no margin, items and instruments do.
        level: confidence, 0–1.

    Returns:
        The rows in their order and index, all columns plus `respondents_counted` (the smallest known number of people
        at or below the row), `score_low`, `score_high` (0–100) and `margin_reason_th` (why there is no margin, else
        empty). Documents are checked: low = score = high. The total joins its separately sampled parts. What the
        margin does not say: who chose to answer.
    """
    rules, plain = rules or {}, scores.reset_index(drop=True)
    kind = pd.Series("", index=plain.index, dtype=str)
    for name, own in _years(plain):
        kind[own.index] = kinds(own["code"], rules.get(name))
    people = smallest_respondents(plain, rules)
    score = plain["score"].to_numpy(dtype=float)
    low, high = mean_margin(score, people, level=level)
    is_checked, is_answered = (kind == "documents").to_numpy(), (kind == "survey").to_numpy()
    low = np.where(is_checked, score, np.where(is_answered, low, np.nan))
    high = np.where(is_checked, score, np.where(is_answered, high, np.nan))
    counted = np.where(is_checked, np.nan, people)
    framed = _with_totals(plain.assign(respondents_counted=counted, score_low=low, score_high=high), rules)
    return framed.assign(margin_reason_th=_reasons(framed, kind)).set_index(scores.index)


def _years(scores: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), own) for name, own in scores.groupby(scores["framework"].astype(str), sort=True)]


def smallest_respondents(scores: pd.DataFrame, rules: Rules) -> Floats:
    """Return per row the smallest known number of respondents of the row and of the items below it; NaN where none is."""
    own = scores["respondents"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    keys = _keys(scores)
    parents: dict[tuple[str, str], list[str]] = {}
    smallest: dict[Key, float] = {}
    for (agency, name, code), level, people in zip(keys, scores["level"].tolist(), own.tolist(), strict=True):
        if level == "item" and people > 0:
            if (name, code) not in parents:
                parents[name, code] = above(code, rules.get(name))
            for parent in parents[name, code]:
                key = agency, name, parent
                smallest[key] = min(people, smallest.get(key, people))
    below = np.array([smallest.get(key, np.nan) for key in keys], dtype=float)
    smaller: Floats = np.fmin(np.where(own > 0, own, np.nan), below)
    return smaller


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
