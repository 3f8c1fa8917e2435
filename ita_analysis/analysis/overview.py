"""Many agencies of one scheme and year at a glance: what each has below the line, what is weak in most, who moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ita_analysis.analysis import rollup
from ita_analysis.analysis.comparison import SAME_TOPIC, SUBTRACTED, Links, compare_years
from ita_analysis.analysis.findings import ACTION_LINE, FULL_SCORE
from ita_analysis.analysis.margins import Rules, with_smallest
from ita_analysis.analysis.rows import in_order, item_rows
from ita_analysis.analysis.uncertainty import leaves_out_zero
from ita_analysis.framework.codes import TOTAL
from ita_analysis.framework.model import Framework

AGENCIES_AT_ONCE = 1_000  # where what is reckoned on the way takes more memory than what comes of it
WEAK_COLUMNS = ["code", "n_agencies", "n_below", "n_repeated", "median", "min"]
MOVED_COLUMNS = [
    "agency_code",
    "previous_total",
    "is_comparable",
    "reason_th",
    "change_points",
    "change_low",
    "change_high",
    "direction",
    "median_change_points",
    "beyond_points",
    "is_beyond_peers",
]


def with_missing_figures(scores: pd.DataFrame, framework: Framework | None) -> pd.DataFrame:
    """Return the scores followed by the figures above the items that were not published and can be computed.

    Args:
        scores: tidy scores of one fiscal year and scheme, any agencies.
        framework: the rules of that year; None: nothing is computed.

    Returns:
        As `rollup.complete`; agencies of which a total alone is known are not looked at.
    """
    has_more = scores["agency_code"].isin(scores.loc[scores["level"] != "total", "agency_code"].unique())
    if framework is None or not has_more.any():
        return scores
    if has_more.all():
        return rollup.complete(scores, framework)
    return pd.concat([scores[~has_more], rollup.complete(scores[has_more], framework)], ignore_index=True)


def repeated_below(now: pd.DataFrame, before: pd.DataFrame, links: Links, *, line: float = ACTION_LINE) -> pd.Series:
    """Return which rows of `now` are below the line in both years, the topic known to be the same.

    Args:
        now, before: tidy scores of a year and of the year before, 0–100.
        links: code of this year -> (code of the year before or None, relation, reason), as in `compare_years`.
        line: action line, 0–100; equal to it is not below.

    Returns:
        Booleans with the index of `now`.
    """
    previous = {code: link[0] for code, link in links.items() if link[1] in SAME_TOPIC and link[0]}
    was = before[before["score"] < line]
    keys = pd.MultiIndex.from_arrays([was["agency_code"].astype(str), was["code"].astype(str)])
    codes = now["code"].astype(str)
    earlier = codes.map({code: previous.get(code) or "" for code in codes.unique()})
    own = pd.MultiIndex.from_arrays([now["agency_code"].astype(str), earlier])
    return (now["score"] < line) & own.isin(keys)


def weak_codes(now: pd.DataFrame, before: pd.DataFrame, links: Links, *, line: float = ACTION_LINE) -> pd.DataFrame:
    """Return per code of `now` in how many agencies it is below the line, most first, ties in natural code order.

    Args:
        now: tidy scores of one year and of the codes that are meant (survey items, or indicators), any agencies.
        before, links, line: as in `repeated_below`.

    Returns:
        `code`, `n_agencies` (with a score), `n_below`, `n_repeated` (below in the year before too), `median`, `min`
        (0–100).
    """
    framed = now.assign(
        _code=now["code"].astype(str),
        _below=now["score"] < line,
        _again=repeated_below(now, before, links, line=line),
    )
    by_code = framed.groupby("_code")
    table = pd.DataFrame(
        {
            "n_agencies": by_code["score"].count(),
            "n_below": by_code["_below"].sum(),
            "n_repeated": by_code["_again"].sum(),
            "median": by_code["score"].median(),
            "min": by_code["score"].min(),
        }
    )
    table = table.rename_axis("code").reset_index()
    ordered = in_order(table.assign(_least=-table["n_below"]), ["_least"])
    return ordered.astype({"n_below": int, "n_repeated": int})[WEAK_COLUMNS]


def agency_counts(
    now: pd.DataFrame,
    before: pd.DataFrame,
    links: Links,
    *,
    line: float = ACTION_LINE,
    framework: Framework | None = None,
) -> pd.DataFrame:
    """Return one row per agency of `now`: how much is known of it and how much lies below the line.

    Args:
        now: tidy scores of one year, published or computed, any agencies.
        before, links, line: as in `repeated_below`.
        framework: rules of that year.

    Returns:
        Index `agency_code`. `n_items` (survey items with a score), `n_below`, `n_repeated`, `n_indicators`,
        `n_documents` (with a score), `n_documents_missed` (< 100), `total` (NaN where not known).
    """
    items = item_rows(now, "survey", framework)
    documents = item_rows(now, "documents", framework)
    indicators = now[now["level"] == "indicator"]
    totals = now[now["code"] == TOTAL]
    table = pd.DataFrame(
        {
            "n_items": _count(items),
            "n_below": _count(items[items["score"] < line]),
            "n_repeated": _count(items[repeated_below(items, before, links, line=line)]),
            "n_indicators": _count(indicators),
            "n_documents": _count(documents),
            "n_documents_missed": _count(documents[documents["score"] < FULL_SCORE]),
        },
        index=pd.Index(sorted(now["agency_code"].astype(str).unique()), name="agency_code"),
    )
    total = pd.Series(totals["score"].to_numpy(), index=totals["agency_code"].astype(str).to_numpy(), dtype=float)
    return table.fillna(0).astype(int).assign(total=total)


def _count(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby(rows["agency_code"].astype(str))["score"].count()


def moved_totals(history: Sequence[pd.DataFrame], year: int, links: Links, rules: Rules) -> pd.DataFrame:
    """Return one row per agency: how its total moved since the year before, how sure, and beside all the others.

    Args:
        history: tidy scores of `year` and the year before in one frame or more, one scheme, any agencies, any levels:
            the items carry the respondents, the instruments the margin.
        year: fiscal year, Buddhist Era.
        links, rules: as in `compare_years`.

    Returns:
        `agency_code`, `previous_total` (shown though not comparable), `is_comparable`, `reason_th`, `change_points`,
        `change_low`, `change_high` (95 %), `direction` (as in `compare_years`), `median_change_points` (of all agencies
        with a change, itself included), `beyond_points` (own change − median) and `is_beyond_peers` (the interval of
        that leaves out 0, the median taken as fixed).

    Raises:
        InputError: as `compare_years`.
    """
    moved = compare_years(_above_with_smallest(history, rules), year, links, rules=rules)
    moved = moved[moved["code"] == TOTAL].rename(columns={"previous_score": "previous_total"})
    changes = moved["change_points"]
    typical = float(changes.median()) if changes.notna().any() else np.nan
    bounds = tuple((moved[name] - typical).to_numpy(dtype=float) for name in ("change_low", "change_high"))
    return moved.assign(
        median_change_points=typical,
        beyond_points=changes - typical,
        is_beyond_peers=leaves_out_zero((bounds[0], bounds[1])),
    ).reset_index(drop=True)[MOVED_COLUMNS]


def _above_with_smallest(history: Sequence[pd.DataFrame], rules: Rules) -> pd.DataFrame:
    """Return totals and instruments with the smallest number of people below them, some agencies at a time."""
    codes = [rows["agency_code"].astype(str) for rows in history]
    agencies = pd.Index(pd.unique(pd.concat([pd.Series(one.unique()) for one in codes])))
    parts = [agencies.get_indexer(pd.Index(one)) // AGENCIES_AT_ONCE for one in codes]
    kept = []
    for number in range(max(1, -(-len(agencies) // AGENCIES_AT_ONCE))):
        some = pd.concat([rows[part == number] for rows, part in zip(history, parts, strict=True)], ignore_index=True)
        rows = with_smallest(some, rules)
        kept.append(rows[rows["level"].isin(["total", "instrument"])])
    return pd.concat(kept, ignore_index=True)


def wide(rows: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Return the scores as agencies × codes: index `agency_code` in order, columns `codes`, NaN where not known."""
    framed = rows[rows["code"].isin(codes)]
    keys = framed.assign(agency_code=framed["agency_code"].astype(str), code=framed["code"].astype(str))
    return keys.pivot(index="agency_code", columns="code", values="score").reindex(columns=codes).astype(float)


def changes_of(now: pd.DataFrame, before: pd.DataFrame, links: Links) -> pd.DataFrame:
    """Return `wide` scores minus those of the year before, NaN where the two may not be subtracted.

    Args:
        now, before: as `wide` returns them, by codes of their own year.
        links: as in `compare_years`.
    """
    made = pd.DataFrame(np.nan, index=now.index, columns=now.columns)
    for code in now.columns:
        previous, relation, _ = links.get(code, (None, "unknown", ""))
        if relation in SUBTRACTED and previous in before.columns:
            made[code] = now[code] - before[previous].reindex(now.index)
    return made
