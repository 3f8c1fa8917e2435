"""Which finding to take up first: what the total would gain if the item reached its target, in points and in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from ita_analysis.analysis.findings import ACTION_LINE, FULL_SCORE
from ita_analysis.analysis.rollup import exact
from ita_analysis.analysis.rows import codes_in_order, in_order, kinds
from ita_analysis.analysis.words import reason, words
from ita_analysis.framework.model import Framework

Points = Mapping[str, Fraction]  # points of the total per point of the item

PRIORITY_COLUMNS = ["priority", "points_to_target", "points_to_full", "class", "class_th", "basis_th"]


def by_priority(
    findings: pd.DataFrame,
    points: Points | None,
    *,
    line: float = ACTION_LINE,
    framework: Framework | None = None,
) -> pd.DataFrame:
    """Return the findings in the order in which they would lift the total most.

    Scores are answers of people, not knobs: this says what an item weighs, not what a measure will bring.

    Args:
        findings: rows below the line and documents not met, of one agency and year (`findings.below_line`,
            `findings.documents_not_met`, or both together).
        points: points of the total per point of the item (exact, so that equal weights tie); None where the weights of
            the year are not known.
        line: target of a survey item, 0–100; a document's target is 100.
        framework: rules of that year; says which codes are documents. Without it the code's letter does.

    Returns:
        All columns of `findings` plus `priority` (1 = first), `points_to_target` (points of the total gained at the
        target), `points_to_full` (at 100), `class` ("large" | "medium" | "small" | "unknown"), `class_th` and
        `basis_th` (what the order rests on). Ordered by `points_to_target`, then `points_to_full`, then natural code
        order. If the points of any finding are not known, known and unknown can't be ordered together: then all are
        ordered by the points missing to their target, `basis_th` says so, and the points stand where they are known.
    """
    codes = findings["code"].astype(str)
    is_document = (kinds(codes, framework) == "documents").to_numpy()
    targets = np.where(is_document, FULL_SCORE, line)
    rows = list(zip(codes, findings["score"], targets, strict=True))
    to_target = [_gain(points, code, score, target) for code, score, target in rows]
    to_full = [_gain(points, code, score, FULL_SCORE) for code, score, _ in rows]
    unknown = codes_in_order([code for code in codes if code not in (points or {})])
    classes = [_class(gain) for gain in to_target]
    ranked = findings.assign(
        points_to_target=to_target,
        points_to_full=to_full,
        **{"class": [name for name, _ in classes], "class_th": [word for _, word in classes]},
        basis_th=_basis(points, unknown),
        _missing=[float(exact(target) - exact(score)) for _, score, target in rows],
    )
    first = ["_missing"] if unknown else ["points_to_target", "points_to_full"]
    ranked = in_order(ranked, first, ascending=False)
    ranked = ranked.assign(priority=np.arange(1, len(ranked) + 1))
    return ranked[[*findings.columns, *PRIORITY_COLUMNS]]


def _gain(points: Points | None, code: str, score: float, target: float) -> float:
    """Return the points of the total that `code` adds when it rises to `target`; NaN where its share is not known."""
    if points is None or code not in points:
        return float("nan")
    return float(points[code] * max(exact(target) - exact(score), Fraction(0)))


def _class(gain: float) -> tuple[str, str]:
    """Return the class of a gain and its word."""
    for one in words()["priority_classes"]:
        if "min_points" not in one or gain >= one["min_points"]:
            return one["name"], one["word_th"]
    raise LookupError("words.toml has no class without min_points")


def _basis(points: Points | None, unknown: list[str]) -> str:
    if points is None:
        return reason("priority", "by_gap_all")
    return reason("priority", "by_gap", unknown) if unknown else reason("priority", "by_points")
