"""The figures of a large group and everyone's places in it, counted some agencies, then some codes at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ita_analysis.analysis import peers, rollup
from ita_analysis.analysis.margins import with_margins
from ita_analysis.analysis.rows import codes_in_order
from ita_analysis.framework.crosswalk import counterpart
from ita_analysis.framework.model import Framework
from ita_analysis.scores.stored import Stored

USED = (
    "agency_code", "agency_name_th", "fiscal_year_be", "framework", "level", "code", "score", "respondents",
    "is_synthetic", "note_th",
)  # fmt: skip
NARROW = ("agency_code", "level", "code", "score", "score_low", "score_high")
ROWS_AT_ONCE = 100_000  # of all columns that are used
CODES_AT_ONCE = 8


def figures_and_places(
    scores: Stored, framework: str, is_synthetic: bool, known: Mapping[str, Framework], fewest: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of the group of one framework and year, and everyone's places in it.

    Args:
        scores: all scores; those of the framework's scheme and of this mark count.
        framework: name of the year that is looked at, such as `demo-2567`.
        is_synthetic: whether made-up or real agencies are meant.
        known: the rule files there are, by framework; of this scheme.
        fewest: agencies from which a code says something.

    Returns:
        `peers.group_summary` of the codes with enough agencies, and `peers.places` of these codes.
    """
    scheme, _, tail = framework.rpartition("-")
    year = int(tail)
    now, before = _narrow(scores, scheme, year, is_synthetic, known)
    codes = codes_in_order([str(code) for code in now["code"].cat.categories])
    links = {code: counterpart(known.get(framework), code) for code in codes}
    figures: list[pd.DataFrame] = []
    places: list[pd.DataFrame] = []
    for start in range(0, len(codes), CODES_AT_ONCE):
        some = codes[start : start + CODES_AT_ONCE]
        mine = _of_codes(now, some, year)
        older = _of_codes(before, [one for code in some if (one := links[code][0])], year - 1)
        told = peers.group_summary(pd.concat([mine, older], ignore_index=True), year, {one: links[one] for one in some})
        told = told[told["n_agencies"] >= fewest]
        figures.append(told)
        places.append(_narrowed(peers.places(mine[mine["code"].isin(told["code"]) & mine["score"].notna()])))
    return pd.concat(figures, ignore_index=True), _in_order(_joined(places))


def _narrow(
    scores: Stored, scheme: str, year: int, is_synthetic: bool, known: Mapping[str, Framework]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the completed scores of a year with their margins, and those of the year before, in few bytes a row."""
    now: list[pd.DataFrame] = []
    before: list[pd.DataFrame] = []
    for rows in scores.by_agencies((*USED, *scores.counted), at_once=ROWS_AT_ONCE):
        rows = rows[(rows["is_synthetic"] == is_synthetic) & rows["fiscal_year_be"].isin([year - 1, year])]
        for name, own in rows.groupby("framework", sort=True):
            if str(name).rpartition("-")[0] != scheme:
                continue
            whole = rollup.complete(own.reset_index(drop=True), known.get(str(name)))
            if name == f"{scheme}-{year}":
                now.append(_narrowed(with_margins(whole, known)[list(NARROW)]))
            else:
                before.append(_narrowed(whole[["agency_code", "level", "code", "score"]]))
    return _joined(now), _joined(before) if before else _joined(now).head(0)


def _narrowed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(("agency_code", "level", "code"), "category"))


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all parts; their texts stay numbers of categories."""
    columns = {
        name: pd.api.types.union_categoricals([part[name] for part in parts])
        if isinstance(parts[0][name].dtype, pd.CategoricalDtype)
        else pd.concat([part[name] for part in parts], ignore_index=True)
        for name in parts[0].columns
    }
    return pd.DataFrame(columns)


def _of_codes(rows: pd.DataFrame, codes: Sequence[str], year: int) -> pd.DataFrame:
    """Return the rows of some codes, their texts as texts."""
    some = rows[rows["code"].isin(list(codes))].reset_index(drop=True)
    return some.astype(dict.fromkeys(("agency_code", "level", "code"), str)).assign(fiscal_year_be=year)


def _in_order(places: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by agency, then natural code order, their texts as texts."""
    agency, code = (places[name].cat for name in ("agency_code", "code"))
    by_agency = np.argsort(np.argsort(agency.categories.to_numpy(dtype=object)))[agency.codes]
    natural = {name: rank for rank, name in enumerate(codes_in_order(list(code.categories)))}
    by_code = np.array([natural[name] for name in code.categories], dtype=np.int64)[code.codes]
    rows = places.take(np.lexsort((by_code, by_agency))).reset_index(drop=True)
    return rows.astype(dict.fromkeys(("agency_code", "level", "code"), str))
