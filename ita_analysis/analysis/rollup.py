"""What the items add up to: sub-indicator, indicator, instrument, total; or why a figure can't be computed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from ita_analysis.analysis.rows import codes_in_order, in_order
from ita_analysis.analysis.words import reason
from ita_analysis.errors import InputError
from ita_analysis.framework.codes import TOTAL, level_of
from ita_analysis.framework.model import Framework
from ita_analysis.scores.answer_counts import COUNTED

PRINTED_TOLERANCE = 0.01  # printed figures have two decimals, rounded after averaging

ROLLED_UP_COLUMNS = [
    "agency_code",
    "level",
    "code",
    "score",
    "published_score",
    "rolled_up_score",
    "difference_points",
    "is_computed",
    "reason_th",
]


def roll_up(scores: pd.DataFrame, framework: Framework | None) -> pd.DataFrame:
    """Return every figure above the items: as published, as computed from what lies below it, and the difference.

    A sub-indicator is the mean of its items, an indicator the mean of its sub-indicators or items (as the rule file's
    `mean_of` says), an instrument the mean of its indicators, or the shares of its separately scored parts where it
    has such, the total the weighted sum of the instruments. Each step starts from the lowest level at which everything
    is known: a published figure is built on only where the figure itself can't be computed. Exact; nothing is rounded.

    Args:
        scores: tidy scores of one fiscal year and scheme, one agency or several, any levels, 0–100.
        framework: the rules of that year, None where they are not known (then nothing is computed).

    Returns:
        One row per agency and node of the rule file, and per published figure above the items, in natural code order:
        `agency_code`, `level`, `code`, `score` (the published figure, else the computed one), `published_score`,
        `rolled_up_score`, `difference_points` (computed − published), `is_computed`, `reason_th` (which parts are
        unknown; empty where computed). Only part of the items known: not computed.

    Raises:
        InputError: a row belongs to another framework than the one given.

    Source:
        Roll-up of the national assessment 2563 and 2564, found again from printed figures.
    """
    if framework is not None and not scores["framework"].eq(framework.name).all():
        other = ", ".join(sorted(set(scores["framework"].astype(str)) - {framework.name}))
        raise InputError(f"คะแนนของ {other} รวมด้วยกติกาของ {framework.name} ไม่ได้", todo="เลือกคะแนนของปีและระบบเดียวกับกติกา")
    rows: list[dict[str, object]] = []
    for agency, own in scores.groupby(scores["agency_code"].astype(str), sort=True):
        published = {
            str(code): exact(score)
            for code, score in zip(own["code"], own["score"], strict=True)
            if not np.isnan(score)
        }
        tree = _Tree(framework, published)
        nodes = [code for code in published if level_of(code) != "item"] + _nodes(framework)
        rows.extend({"agency_code": agency, **tree.row(code)} for code in dict.fromkeys(nodes))
    return in_order(pd.DataFrame(rows, columns=ROLLED_UP_COLUMNS))


def with_rolled_up(scores: pd.DataFrame, rolled_up: pd.DataFrame) -> pd.DataFrame:
    """Return the scores followed by the computed figures that were not published, as tidy rows of their own.

    Args:
        scores: tidy scores of one fiscal year and scheme, as given to `roll_up`.
        rolled_up: what `roll_up` returned for them.

    Returns:
        The columns of `scores`. An added row carries its agency's name (where given), year and marks; `note_th` says that it is
        computed; respondents, other counts and source are empty. A published figure is never replaced.
    """
    own = ["agency_code", "agency_name_th", "fiscal_year_be", "framework", "is_synthetic"]
    own = [name for name in own if name in scores]
    agencies = scores[own].drop_duplicates("agency_code").assign(agency_code=lambda it: it["agency_code"].astype(str))
    added = rolled_up[rolled_up["is_computed"] & rolled_up["published_score"].isna()]
    added = added[["agency_code", "level", "code", "score"]].merge(agencies, on="agency_code")
    added = added.assign(note_th=reason("rollup", "computed")).reindex(columns=scores.columns)
    texts = [name for name in ("source_file", "source_sheet") if name in added]
    whole = [name for name in ("respondents", *COUNTED) if name in added]
    added = added.assign(**dict.fromkeys(texts, "")).astype(dict.fromkeys(whole, "Int64"))
    return pd.concat([scores, added], ignore_index=True) if len(added) else scores.reset_index(drop=True)


def complete(scores: pd.DataFrame, framework: Framework | None) -> pd.DataFrame:
    """Return the scores with every figure that can be computed from them (`roll_up`, `with_rolled_up`).

    Agencies that publish every figure of the rule file are not looked at twice.
    """
    nodes = set(_nodes(framework))
    if not nodes:
        return scores.reset_index(drop=True)
    is_node = scores["code"].isin(nodes) & scores["score"].notna()
    published = scores[is_node].groupby("agency_code")["code"].nunique()
    is_whole = scores["agency_code"].isin(published[published == len(nodes)].index)
    if is_whole.all():
        return scores.reset_index(drop=True)
    rest = scores[~is_whole]
    return pd.concat([scores[is_whole], with_rolled_up(rest, roll_up(rest, framework))], ignore_index=True)


def disagreements(rolled_up: pd.DataFrame, *, tolerance: float = PRINTED_TOLERANCE) -> pd.DataFrame:
    """Return the rows of a roll-up whose published and computed figures differ by more than `tolerance` points."""
    return rolled_up[~agrees(rolled_up["difference_points"], tolerance=tolerance)].reset_index(drop=True)


def agrees(difference_points: pd.Series[float], *, tolerance: float = PRINTED_TOLERANCE) -> pd.Series[bool]:
    """Return where a difference is at most `tolerance`; an unknown difference contradicts nothing, so True."""
    return ~(difference_points.abs() > tolerance + 1e-9)


def exact(score: float) -> Fraction:
    """Return a score as the fraction its shortest decimals say, so that sums of printed figures are exact."""
    return Fraction(repr(float(score)))


class _Tree:
    """The figures of one agency: `value` of a node from below, and the reason where there is none."""

    def __init__(self, framework: Framework | None, published: dict[str, Fraction]) -> None:
        self.framework = framework
        self.published = published
        self.cache: dict[str, tuple[Fraction | None, str]] = {}

    def row(self, code: str) -> dict[str, object]:
        printed, (computed, reason_th) = self.published.get(code), self.computed(code)
        best = computed if printed is None else printed
        return {
            "level": level_of(code),
            "code": code,
            "score": _number(best),
            "published_score": _number(printed),
            "rolled_up_score": _number(computed),
            "difference_points": float("nan") if printed is None or computed is None else float(computed - printed),
            "is_computed": computed is not None,
            "reason_th": reason_th,
        }

    def computed(self, code: str) -> tuple[Fraction | None, str]:
        if code not in self.cache:
            self.cache[code] = self._compute(code)
        return self.cache[code]

    def base(self, code: str) -> Fraction | None:
        """Return what the next step builds on: computed where everything below is known, else as published."""
        computed, _ = self.computed(code)
        return self.published.get(code) if computed is None else computed

    def _compute(self, code: str) -> tuple[Fraction | None, str]:
        if self.framework is None:
            return None, reason("rollup", "no_rules")
        match level_of(code):
            case "total":
                return self._total(self.framework)
            case "instrument":
                return self._instrument(code, self.framework)
            case "indicator":
                return self._indicator(code, self.framework)
            case "sub_indicator":
                return self._sub_indicator(code, self.framework)
        return None, ""

    def _total(self, rules: Framework) -> tuple[Fraction | None, str]:
        weights = {one.code: one.weight for one in rules.instruments}
        unweighted = [code for code, weight in weights.items() if weight is None]
        if unweighted or not weights:
            return None, reason("rollup", "weights_unknown", unweighted or [TOTAL])
        return self._weighted({code: exact(weight) for code, weight in weights.items() if weight is not None})

    def _instrument(self, code: str, rules: Framework) -> tuple[Fraction | None, str]:
        parts = rules.instrument[code].parts if code in rules.instrument else ()
        if parts:
            return self._weighted({part.code: exact(part.share) for part in parts})
        return self._mean([one.code for one in rules.indicators if one.instrument == code], code)

    def _indicator(self, code: str, rules: Framework) -> tuple[Fraction | None, str]:
        indicator = rules.indicator.get(code)
        if indicator is None or indicator.mean_of == "unknown":
            return None, reason("rollup", "nothing_below", [code])
        if indicator.mean_of == "sub-indicators":
            return self._mean([one.code for one in rules.sub_indicators if one.indicator == code], code)
        return self._items(code, indicator.instrument, rules)

    def _sub_indicator(self, code: str, rules: Framework) -> tuple[Fraction | None, str]:
        owner = next((one.indicator for one in rules.sub_indicators if one.code == code), "")
        indicator = rules.indicator.get(owner)
        if indicator is None:
            return None, reason("rollup", "nothing_below", [code])
        return self._items(code, indicator.instrument, rules)

    def _items(self, code: str, instrument: str, rules: Framework) -> tuple[Fraction | None, str]:
        """Return the mean of the items below `code`, if the rule file is sure which those are."""
        members = [one for one in rules.items if code in one.parents]
        unplaced = [one.code for one in members if len(one.parents) > 1 or one.status == "open"]
        if instrument not in rules.instrument or rules.instrument[instrument].items_listed != "complete":
            return None, reason("rollup", "list_incomplete", [instrument])
        if unplaced:
            return None, reason("rollup", "open_items", codes_in_order(unplaced))
        return self._mean([one.code for one in members], code)

    def _mean(self, codes: list[str], parent: str) -> tuple[Fraction | None, str]:
        if not codes:
            return None, reason("rollup", "nothing_below", [parent])
        return self._weighted(dict.fromkeys(codes, Fraction(1, len(codes))))

    def _weighted(self, weights: dict[str, Fraction]) -> tuple[Fraction | None, str]:
        values = {code: self.base(code) for code in weights}
        unknown = [code for code, value in values.items() if value is None]
        if unknown:
            return None, reason("rollup", "parts_unknown", codes_in_order(unknown))
        return sum((weights[code] * value for code, value in values.items() if value is not None), Fraction()), ""


def _nodes(framework: Framework | None) -> list[str]:
    if framework is None:
        return []
    groups = (framework.instruments, framework.indicators, framework.sub_indicators)
    return [TOTAL, *(one.code for group in groups for one in group)]


def _number(value: Fraction | None) -> float:
    return float("nan") if value is None else float(value)
