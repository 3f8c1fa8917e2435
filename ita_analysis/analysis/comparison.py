"""What changed since the year before: the change where it may be compared, how sure, and what came back again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ita_analysis.analysis.findings import ACTION_LINE
from ita_analysis.analysis.margins import SAMPLE, Rules, sample_in, with_margins
from ita_analysis.analysis.rows import in_order, kinds, of_one_scheme
from ita_analysis.analysis.uncertainty import (
    benjamini_hochberg,
    change_p_value,
    difference_margin,
    leaves_out_zero,
)
from ita_analysis.analysis.words import reason
from ita_analysis.framework.crosswalk import COMPARABLE

Counterpart = tuple[str | None, str, str]  # previous code (None: there was none), relation, reason in Thai
Links = Mapping[str, Counterpart]

SAME_TOPIC: frozenset[str] = frozenset(COMPARABLE)  # the crosswalk follows these: the same finding again
SUBTRACTED = SAME_TOPIC - {"renumbered"}  # a renumbered topic is shown beside its old score, never subtracted

COMPARED_COLUMNS = [
    "agency_code",
    "level",
    "code",
    "score",
    "previous_code",
    "previous_score",
    "last_earlier_score",
    "last_earlier_year",
    "relation",
    "is_comparable",
    "reason_th",
    "change_points",
    "change_low",
    "change_high",
    "p_value",
    "direction",
    "years_below_line",
    "status",
]


def compare_years(
    scores: pd.DataFrame,
    year: int,
    links: Links,
    *,
    earlier_links: Mapping[int, Links] | None = None,
    line: float = ACTION_LINE,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Return one row per agency and code of `year`, beside the year before.

    Args:
        scores: tidy scores of all years, one agency or several of one scheme; 0–100.
        year: fiscal year, Buddhist Era.
        links: code of `year` -> (code of the year before or None, relation, reason in Thai), as `counterpart` of the
            crosswalk gives them. A code left out has the relation "unknown". Where the relation is unknown the score
            before is that of the same code, shown but not compared, unless another code is known to stem from it.
        earlier_links: the same for earlier years, by year; used for what lies further back than one year.
        line: action line, 0–100; equal to it is not below.
        rules: rule files by framework name; they say what an indicator is made of and the weights in the total.

    Returns:
        Natural code order. `agency_code`, `level`, `code`, `score`;
        `previous_code` (empty: none), `previous_score` (of the year before exactly, else NaN; shown even where it is
        not comparable), `last_earlier_score` and `last_earlier_year` (the latest score before `year`, of any year);
        `relation`, `is_comparable` (relation "comparable" and both scores known), `reason_th` (why not, else empty);
        `change_points` (NaN unless comparable), `change_low`, `change_high` (95 %), `p_value` (sampled figures; NaN
        for the total and for documents);
        `direction` "higher" | "lower" | "similar" | "unknown": a survey item moves only where Benjamini–Hochberg at
        0.05 over the survey items of its agency rejects, any other figure where the interval leaves out 0, a document
        where it changed at all; "unknown" where nothing may be said;
        `years_below_line` (years in a row below the line up to this one, as long as the topic is known to be the same;
        0 when not below); `status` "new_below" | "repeated" | "recovered" | "never" (known and at or above the line in
        both years) | "below" | "not_below" (nothing known of the same topic the year before).

    Raises:
        InputError: the rows of `year` mix schemes, or made-up scores with real ones.
    """
    history = of_one_scheme(scores, year)
    compared = _beside_earlier(history, year, {**(earlier_links or {}), year: links}, rules or {})
    compared = _why_not(compared, year)
    compared = _with_change(compared)
    return in_order(_with_status(compared, line))[COMPARED_COLUMNS]


def _beside_earlier(history: pd.DataFrame, year: int, links: Mapping[int, Links], rules: Rules) -> pd.DataFrame:
    """Return the rows of `year` with the same topic's score 1, 2, … years before (`_score_<n>`, `_same_<n>`)."""
    history = history.assign(agency_code=history["agency_code"].astype(str), code=history["code"].astype(str))
    framed = with_margins(history[history["fiscal_year_be"] >= year - 1], rules)  # what lies further back is not tested
    now = framed[framed["fiscal_year_be"] == year].reset_index(drop=True)
    names = now["framework"].astype(str).unique()
    now = now.assign(_kind=kinds(now["code"], rules.get(names[0]) if len(names) else None))
    tested = {"score": "_score", "score_low": "_low", "score_high": "_high"} | {name: name for name in SAMPLE}
    code, same = now["code"], pd.Series(True, index=now.index)
    first = int(history["fiscal_year_be"].min()) if len(history) else year
    for back, earlier in enumerate(range(year - 1, min(first, year - 1) - 1, -1), start=1):
        found = [counterpart_of(links.get(earlier + 1, {}), one) for one in code]
        relation = pd.Series([one[1] for one in found], index=now.index, dtype=str)
        if back == 1:
            now = now.assign(relation=relation, _reason=pd.Series([one[2] for one in found], dtype=str))
        code = pd.Series([one[0] or "" for one in found], index=now.index, dtype=str)
        same = same & relation.isin(SAME_TOPIC)
        wanted = tested if back == 1 else {"score": "_score"}
        before = (framed if back == 1 else history).set_index(["agency_code", "fiscal_year_be", "code"])[list(wanted)]
        key = pd.MultiIndex.from_arrays([now["agency_code"], np.full(len(now), earlier), code])
        before = before.reindex(key).reset_index(drop=True)
        now = now.assign(
            **{f"{short}_{back}": before[name] for name, short in wanted.items()}, **{f"_same_{back}": same}
        )
        now = now.assign(previous_code=code) if back == 1 else now
    return now


def counterpart_of(links: Links, code: str) -> Counterpart:
    """Return the link of a code; an unknown one leads to the same code unless that is known to be another topic."""
    previous, relation, reason_th = links.get(code, (None, "unknown", ""))
    if previous is None and relation == "unknown":
        is_taken = any(one[0] == code for other, one in links.items() if other != code)
        previous = None if is_taken else code
    return previous, relation, reason_th


def _why_not(compared: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows with the scores before, whether they compare and, where they don't, the reason."""
    steps = _steps(compared)
    earlier = compared[[f"_score_{back}" for back in steps]].to_numpy(dtype=float)
    is_known = ~np.isnan(earlier)
    latest = np.where(is_known.any(axis=1), is_known.argmax(axis=1), -1)
    picked = np.where(latest >= 0, earlier[np.arange(len(earlier)), latest], np.nan)
    previous = compared["_score_1"]
    words = {key: reason("comparison", key) for key in ("new", "gone", "reworded", "unknown", "no_score")}
    words["no_previous"] = reason("comparison", "no_previous", year=year - 1)

    def why(relation: str, given: str, code: str, score: float, before: float) -> str:
        if relation not in SUBTRACTED:
            shipped = reason("comparison", relation, [code]) if relation == "renumbered" else ""
            return given or shipped or words.get(relation, words["unknown"])
        if np.isnan(score):
            return words["no_score"]
        return words["no_previous"] if np.isnan(before) else ""

    facts = zip(
        compared["relation"],
        compared["_reason"],
        compared["previous_code"],
        compared["score"],
        previous,
        strict=True,
    )
    reasons = pd.Series([why(*fact) for fact in facts], index=compared.index, dtype=str)
    return compared.assign(
        previous_score=previous,
        last_earlier_score=picked,
        last_earlier_year=pd.array(np.where(latest >= 0, year - 1 - latest, 0), dtype="Int64"),
        is_comparable=reasons == "",
        reason_th=reasons,
    ).assign(last_earlier_year=lambda frame: frame["last_earlier_year"].where(latest >= 0))


def _with_change(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the change, its bounds, its p and the word it has earned."""
    can = compared["is_comparable"].to_numpy()
    after, before = (compared[name].where(can).to_numpy(dtype=float) for name in ("score", "previous_score"))
    margin = difference_margin(
        before,
        (compared["_low_1"].to_numpy(dtype=float), compared["_high_1"].to_numpy(dtype=float)),
        after,
        (compared["score_low"].to_numpy(dtype=float), compared["score_high"].to_numpy(dtype=float)),
    )
    kind, level = compared["_kind"], compared["level"].astype(str)
    is_sampled = (kind == "survey").to_numpy()
    p = np.full(len(compared), np.nan)
    p[is_sampled] = change_p_value(
        before[is_sampled],
        sample_in(compared[is_sampled], "_1"),
        after[is_sampled],
        sample_in(compared[is_sampled]),
    )
    is_item = is_sampled & (level == "item").to_numpy()
    is_sure = np.where(is_item, False, leaves_out_zero(margin))
    for rows in compared[is_item].groupby("agency_code").indices.values():
        places = np.flatnonzero(is_item)[rows]
        is_sure[places] = benjamini_hochberg(p[places])
    says_nothing = np.isnan(margin[0]) | np.isnan(margin[1])
    direction = np.select(
        [says_nothing, is_sure & (after > before), is_sure & (after < before)],
        ["unknown", "higher", "lower"],
        default="similar",
    )
    return compared.assign(
        change_points=after - before,
        change_low=margin[0],
        change_high=margin[1],
        p_value=p,
        direction=pd.Series(direction, index=compared.index, dtype=str),
    )


def _with_status(compared: pd.DataFrame, line: float) -> pd.DataFrame:
    """Return the rows with the years below the line in a row and what that makes of this year."""
    is_below = (compared["score"] < line).to_numpy()
    years, running = is_below.astype(int), is_below.copy()
    for back in _steps(compared):
        running = running & compared[f"_same_{back}"].to_numpy() & (compared[f"_score_{back}"] < line).to_numpy()
        years = years + running
    is_known = (compared["_same_1"] & compared["_score_1"].notna() & compared["score"].notna()).to_numpy()
    was_below = is_known & (compared["_score_1"] < line).to_numpy()
    status = np.select(
        [is_below & was_below, is_below & is_known, is_below, was_below, is_known],
        ["repeated", "new_below", "below", "recovered", "never"],
        default="not_below",
    )
    return compared.assign(years_below_line=years, status=pd.Series(status, index=compared.index, dtype=str))


def _steps(compared: pd.DataFrame) -> range:
    return range(1, 1 + sum(name.startswith("_score_") for name in compared.columns))
