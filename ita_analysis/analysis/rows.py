"""Which rows are meant: answers of people or checked documents, the items alone, in the one natural order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import pandas as pd

from ita_analysis.errors import InputError
from ita_analysis.framework.codes import INSTRUMENT_LETTERS, level_of, order_key
from ita_analysis.framework.model import Framework

Kind = Literal["survey", "documents"]

DOCUMENT_LETTER = INSTRUMENT_LETTERS[-1]  # the instrument that checks what an agency publishes


def kind_of(code: str, framework: Framework | None = None) -> Kind | None:
    """Return whether `code` is answered by people or checked in documents; None where that is not known.

    The rule file answers where there is one and it lists the code; otherwise the letter of an item or instrument
    does. The total mixes both and an indicator carries no letter: both are None without a rule file, the total always.
    """
    if framework is not None:
        instruments = {framework.instrument[name].kind for name in _instruments_of(code, framework)}
        if len(instruments) == 1:
            return next(iter(instruments))
    if level_of(code) in ("item", "instrument"):
        return "documents" if code.startswith(DOCUMENT_LETTER) else "survey"
    return None


def kinds(codes: pd.Series[str], framework: Framework | None = None) -> pd.Series[str]:
    """Return `kind_of` each code as text, an empty string where it is not known; index and length as given."""
    found = {code: kind_of(code, framework) or "" for code in codes.unique()}
    return codes.astype(str).map(found)


def item_rows(scores: pd.DataFrame, kind: Kind, framework: Framework | None = None) -> pd.DataFrame:
    """Return the rows of level item that are of this kind, order and index as given."""
    is_item = scores["level"] == "item"
    return scores[is_item & (kinds(scores["code"], framework) == kind)]


def of_one_scheme(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows up to `year` of the one scheme that the rows of `year` belong to, made up or real as they are.

    Raises:
        InputError: the rows of `year` are of several schemes, or made-up scores stand beside real ones.
    """
    now = scores[scores["fiscal_year_be"] == year]
    schemes, marks = sorted(set(scheme_of(now))), set(now["is_synthetic"].astype(bool))
    if len(schemes) > 1 or len(marks) > 1:
        mixed = ", ".join(schemes) if len(schemes) > 1 else "คะแนนจริงและข้อมูลสมมติ"
        raise InputError(f"คะแนนปี {year} ปนกัน: {mixed}", todo="เลือกคะแนนของระบบเดียวและชนิดเดียว")
    is_same = scheme_of(scores).isin(schemes) & scores["is_synthetic"].astype(bool).isin(marks)
    return scores[is_same & (scores["fiscal_year_be"] <= year)]


def scheme_of(scores: pd.DataFrame) -> pd.Series[str]:
    """Return the scheme of each row: its framework's name without the year."""
    return scores["framework"].astype(str).str.rsplit("-", n=1).str[0]


def in_order(frame: pd.DataFrame, first: Sequence[str] = (), *, ascending: bool = True) -> pd.DataFrame:
    """Return the rows sorted by the columns `first`, ties in natural code order (then by agency), newly numbered.

    `ascending` is the direction of `first` alone. A missing value in `first` comes last.
    """
    natural = frame["code"].astype(str).map(_code_rank)
    agency = frame["agency_code"].astype(str) if "agency_code" in frame else natural
    keyed = pd.DataFrame({"_code": natural, "_agency": agency}, index=frame.index)
    for name in first:
        keyed[name] = frame[name]
    by = [*first, "_code", "_agency"]
    directions = [*[ascending for _ in first], True, True]
    order = keyed.reset_index(drop=True).sort_values(by, ascending=directions, kind="stable").index
    return frame.iloc[order].reset_index(drop=True)


def above(code: str, framework: Framework | None = None) -> list[str]:
    """Return the indicators and the instrument above an item; without a rule file the instrument of its letter."""
    if framework is None or code not in framework.item:
        return [f"{code[0]}IT"]
    indicators = [name for name in framework.indicators_of(code) if name in framework.indicator]
    return [*indicators, *dict.fromkeys(framework.indicator[name].instrument for name in indicators)]


def codes_in_order(codes: Sequence[str]) -> list[str]:
    """Return the codes without repeats in natural order."""
    return sorted(set(codes), key=order_key)


@cache
def _code_rank(code: str) -> int:
    level, first, second = order_key(code)
    return (level * 1_000 + first) * 10_000 + second


def _instruments_of(code: str, framework: Framework) -> set[str]:
    level = level_of(code)
    if level == "instrument":
        owners = {part.code: one.code for one in framework.instruments for part in one.parts}
        found = {owners.get(code, code)}
    elif level == "item":
        found = {
            framework.indicator[name].instrument
            for name in framework.indicators_of(code)
            if name in framework.indicator
        }
    else:
        parents = {part.code: part.indicator for part in framework.sub_indicators}
        indicator = framework.indicator.get(parents.get(code, code))
        found = {indicator.instrument} if indicator else set()
    return {name for name in found if name in framework.instrument}
