"""Who stands apart from a group beyond chance: score against respondents, with limits that widen where few answered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ita_analysis.analysis.margins import sample_in
from ita_analysis.analysis.uncertainty import LEVEL, benjamini_hochberg, limits_around, p_against
from ita_analysis.errors import InputError

FUNNEL_COLUMNS = ["agency_code", "score", "respondents", "centre", "low", "high", "p_value", "is_outside", "direction"]


def funnel(rows: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Return per agency of a group whether its score differs from the group's middle by more than chance.

    Args:
        rows: rows of one survey figure (one code, one framework) of a whole group, with their samples
            (`margins.with_margins`).
        level: confidence of the limits, 0–1.

    Returns:
        By agency code: `agency_code`, `score` (0–100), `respondents`, `centre` (the median of the group, taken as
        fixed), `low`, `high` (the scores between which chance alone may lead an agency with so many respondents),
        `p_value`, `is_outside` (beyond the limits: one in twenty is by chance alone), `direction` "higher" | "lower" |
        "similar" | "unknown": a word only where Benjamini–Hochberg at 1 − `level` over the group rejects, "unknown"
        where the number of respondents is. Agencies without a score are left out.

    Raises:
        InputError: several codes, or rows of several frameworks.

    Source:
        Funnel plot: Spiegelhalter 2005, with the limits of the margins that every page uses (`mean_margin`).
    """
    for name in ("code", "framework"):
        if (found := sorted(set(rows[name].astype(str)))) and len(found) > 1:
            raise InputError(f"ข้อมูลของภาพนี้ปนกัน: {', '.join(found)}", todo="เลือกรหัสเดียวของปีและระบบเดียว")
    known = rows[rows["score"].notna()].sort_values("agency_code", kind="stable", ignore_index=True)
    score = known["score"].to_numpy(dtype=float)
    people = known["respondents_counted"].to_numpy(dtype=float)
    centre = float(np.median(score)) if len(score) else float("nan")
    sample = sample_in(known)
    low, high = limits_around(centre, sample, level=level)
    p = p_against(score, sample, centre)
    is_sure = benjamini_hochberg(p, 1 - level)
    direction = np.select(
        [np.isnan(p), is_sure & (score > centre), is_sure & (score < centre)],
        ["unknown", "higher", "lower"],
        default="similar",
    )
    table = pd.DataFrame(
        {
            "agency_code": known["agency_code"].astype(str),
            "score": score,
            "respondents": pd.array(people, dtype="Float64").astype("Int64"),
            "centre": centre,
            "low": low,
            "high": high,
            "p_value": p,
            "is_outside": p <= 1 - level,
            "direction": pd.Series(direction, index=known.index, dtype=str),
        }
    )
    return table[FUNNEL_COLUMNS]
