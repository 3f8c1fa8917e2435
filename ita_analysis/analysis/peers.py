"""Where an agency stands among those assessed like it: the middle half, its place, and whether it moved beyond them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ita_analysis.analysis.beyond import count_beyond
from ita_analysis.analysis.comparison import SUBTRACTED, Links, compare_years
from ita_analysis.analysis.margins import Rules, with_margins
from ita_analysis.analysis.rows import in_order, scheme_of
from ita_analysis.analysis.uncertainty import leaves_out_zero
from ita_analysis.errors import InputError, UnknownNameError

GROUP_COLUMNS = [
    "code",
    "n_agencies",
    "median",
    "q1",
    "q3",
    "min",
    "max",
    "n_changes",
    "median_change_points",
]
PEER_COLUMNS = [
    "level",
    "code",
    "score",
    "n_agencies",
    "n_peers",
    "median",
    "q1",
    "q3",
    "min",
    "max",
    "place",
    "is_shared",
    "place_low",
    "place_high",
    "change_points",
    "n_changes",
    "median_change_points",
    "beyond_points",
    "is_beyond_peers",
]


def group_of(scores: pd.DataFrame, agency_code: str, year: int) -> pd.DataFrame:
    """Return the rows of all agencies that may stand beside this one, of `year` and the years before.

    Never mixed: schemes (the group shares the agency's scheme), made-up with real scores.

    Raises:
        UnknownNameError: the agency has no score in that year.
        InputError: its own rows of that year mix schemes or made-up with real scores.
    """
    is_own = (scores["agency_code"].astype(str) == agency_code) & (scores["fiscal_year_be"] == year)
    own = scores[is_own & scores["score"].notna()]
    if own.empty:
        raise UnknownNameError(f"ไม่มีคะแนนของ {agency_code} ปี {year}", todo="ตรวจรหัสหน่วยงานและปีงบประมาณ")
    frameworks, marks = set(own["framework"].astype(str)), set(own["is_synthetic"].astype(bool))
    if len(frameworks) > 1 or len(marks) > 1:
        raise InputError(
            f"คะแนนของ {agency_code} ปี {year} ปนกันหลายระบบหรือหลายชนิด", todo="เลือกคะแนนของระบบเดียวและชนิดเดียว"
        )
    is_like = scheme_of(scores).eq(scheme_of(own).iloc[0]) & scores["is_synthetic"].astype(bool).isin(marks)
    is_now = scores["fiscal_year_be"] == year
    fits = (is_now & scores["framework"].astype(str).isin(frameworks)) | (scores["fiscal_year_be"] < year)
    return scores[is_like & fits & scores["score"].notna()]


def group_summary(group: pd.DataFrame, year: int, links: Links | None = None) -> pd.DataFrame:
    """Return per code what the whole group looks like; the same for each of its agencies.

    Args:
        group: rows of `group_of`.
        year: fiscal year, Buddhist Era.
        links: as in `compare_years`; without them no change is known.

    Returns:
        Natural code order: `code`, `n_agencies` (with this code in `year`), `median`, `q1`, `q3`, `min`, `max` (0–100;
        quartiles by linear interpolation between the order statistics, numpy's default), `n_changes` (agencies with
        a change that may be compared), `median_change_points` (NaN where there is none).
    """
    now = _of_year(group, year)
    score = now.groupby("code")["score"]
    table = pd.DataFrame(
        {
            "n_agencies": score.size(),
            "median": score.median(),
            "q1": score.quantile(0.25),
            "q3": score.quantile(0.75),
            "min": score.min(),
            "max": score.max(),
        }
    )
    change = _changes(now, _of_year(group, year - 1), links or {}).groupby("code")["change_points"]
    table = table.join(change.agg(n_changes="size", median_change_points="median"))
    table = table.assign(n_changes=table["n_changes"].fillna(0).astype(int))
    return in_order(table.reset_index())[GROUP_COLUMNS]


def peer_summary(
    scores: pd.DataFrame,
    agency_code: str,
    year: int,
    *,
    links: Links | None = None,
    rules: Rules | None = None,
    summary: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return per code of one agency how it stands among all agencies of its framework and year, itself included.

    Args:
        scores: tidy scores of any agencies, schemes and years; filtered by the agency's own framework of `year` and
            by whether its scores are made up (`group_of`). Mixtures of other agencies are left out, not refused.
        agency_code: the agency.
        year: fiscal year, Buddhist Era.
        links: as in `compare_years`; without them no change is compared.
        rules: rule files by framework name, for margins of indicators and the total.
        summary: `group_summary` of the same group, when it is at hand for many agencies; else computed.

    Returns:
        Natural code order. `level`, `code`, `score`; `n_agencies`, `n_peers` (without itself), `median`, `q1`, `q3`,
        `min`, `max` of all of them; `place` (1 = highest) and `is_shared` (another has the same score and place);
        `place_low`, `place_high`: from 1 + the number surely higher to K − the number surely lower, missing where the
        agency's own margin is unknown; `change_points`, `n_changes`, `median_change_points`, `beyond_points` (own
        change − median change) and `is_beyond_peers` (the 95 % interval of that leaves out 0, the median taken as
        fixed; False where nothing is known or nobody else changed).

    Raises:
        UnknownNameError, InputError: as `group_of`.

    Source:
        Ranks by pairwise intervals of the difference: Goldstein and Spiegelhalter 1996, in the conservative form.
    """
    group = group_of(scores, agency_code, year)
    now = with_margins(_of_year(group, year), rules)
    history = group[group["agency_code"].astype(str) == agency_code]
    moved = compare_years(history, year, links or {}, rules=rules)
    figures = group_summary(group, year, links) if summary is None else summary
    return beside_group(places(now, [agency_code]), figures, moved)


def beside_group(own: pd.DataFrame, summary: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Return the table of `peer_summary` from its parts.

    Args:
        own: the agency's rows of `places`.
        summary: `group_summary` of its group.
        moved: `compare_years` of the agency; `code`, `change_points`, `change_low`, `change_high` are used.
    """
    changes = moved[["code", "change_points", "change_low", "change_high"]]
    table = own.drop(columns="agency_code").merge(summary, on="code", how="left").merge(changes, on="code", how="left")
    typical = table["median_change_points"]
    bounds = (
        (table["change_low"] - typical).to_numpy(dtype=float),
        (table["change_high"] - typical).to_numpy(dtype=float),
    )
    table = table.assign(
        n_peers=table["n_agencies"] - 1,
        beyond_points=table["change_points"] - typical,
        is_beyond_peers=leaves_out_zero(bounds) & (table["n_changes"] > 1).to_numpy(),
    )
    return in_order(table)[PEER_COLUMNS]


def places(now: pd.DataFrame, agencies: Sequence[str] | None = None) -> pd.DataFrame:
    """Return per agency and code its place in the group and the places that chance leaves open.

    Args:
        now: rows of one year of the whole group with margins (`with_margins`).
        agencies: whose places are wanted; all by default.

    Returns:
        `agency_code`, `level`, `code`, `score`, `place`, `is_shared`, `place_low`, `place_high` (as `peer_summary`), by
        agency, then natural code order.
    """
    wanted = now["agency_code"].isin(list(agencies)) if agencies is not None else pd.Series(True, index=now.index)
    tables = [_places_of_code(rows, wanted[rows.index].to_numpy()) for _, rows in now.groupby("code", sort=False)]
    found = pd.concat(tables, ignore_index=True) if tables else _places_of_code(now, wanted.to_numpy())
    return in_order(found).sort_values("agency_code", kind="stable", ignore_index=True)


def _places_of_code(rows: pd.DataFrame, wanted: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the places of the wanted rows among all rows of one code."""
    score, low, high = (rows[name].to_numpy(dtype=float) for name in ("score", "score_low", "score_high"))
    at = np.flatnonzero(wanted)
    sorted_scores = np.sort(score[~np.isnan(score)])
    not_higher = np.searchsorted(sorted_scores, score[at], side="right")
    equal = not_higher - np.searchsorted(sorted_scores, score[at], side="left")
    has_margin = ~np.isnan(low[at])
    own = rows.iloc[at][["agency_code", "level", "code", "score"]].reset_index(drop=True)
    surely_higher = count_beyond(score, score - low, score[at], high[at] - score[at])
    surely_lower = count_beyond(-score, high - score, -score[at], score[at] - low[at])
    open_places = {"place_low": 1 + surely_higher, "place_high": len(score) - surely_lower}
    return own.assign(
        place=1 + len(sorted_scores) - not_higher,
        is_shared=equal > 1,
        **{name: pd.array(found, dtype="Int64") for name, found in open_places.items()},
    ).assign(**{name: lambda frame, name=name: frame[name].where(has_margin) for name in open_places})


def _of_year(group: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = group[group["fiscal_year_be"] == year].reset_index(drop=True)
    return rows.assign(agency_code=rows["agency_code"].astype(str), code=rows["code"].astype(str))


def _changes(now: pd.DataFrame, before: pd.DataFrame, links: Links) -> pd.DataFrame:
    """Return `agency_code`, `code`, `change_points` of every pair of scores that may be subtracted."""
    previous = {code: link[0] for code, link in links.items() if link[1] in SUBTRACTED and link[0]}
    linked = now[now["code"].isin(list(previous))]
    linked = linked.assign(previous_code=[previous[code] for code in linked["code"]]).astype({"previous_code": str})
    old = before[["agency_code", "code", "score"]].rename(columns={"code": "previous_code", "score": "previous_score"})
    both = linked.merge(old, on=["agency_code", "previous_code"], how="inner")
    return both.assign(change_points=both["score"] - both["previous_score"])[["agency_code", "code", "change_points"]]
