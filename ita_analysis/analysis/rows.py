"""Which rows are meant: answers of people or checked documents, the items alone, in the one natural order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
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
    if framework is not None and code in framework.kind:
        return framework.kind[code]
    if level_of(code) in ("item", "instrument"):
        return "documents" if code.startswith(DOCUMENT_LETTER) else "survey"
    return None


def kinds(codes: pd.Series[str], framework: Framework | None = None) -> pd.Series[str]:
    """Return `kind_of` each code as text, an empty string where it is not known; index and length as given."""
    found = {code: kind_of(code, framework) or "" for code in codes.unique()}
    return codes.astype(str).map(found)


def item_rows(scores: pd.DataFrame, kind: Kind, framework: Framework | None = None) -> pd.DataFrame:
    """Return the rows of level item that are of this kind, order and index as given."""
    is_kind = pd.Series([kind_of(code, framework) == kind for code in scores["code"]], index=scores.index, dtype=bool)
    return scores[(scores["level"] == "item") & is_kind]


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
    """Return the rows sorted by the columns `first` (figures), ties in natural code order (then by agency), newly numbered.

    `ascending` is the direction of `first` alone. A missing value in `first` comes last.
    """
    natural = np.array([_code_rank(code) for code in frame["code"].astype(str)], dtype=np.int64)
    agency = np.unique(frame["agency_code"].astype(str), return_inverse=True)[1] if "agency_code" in frame else natural
    wanted = [frame[name].to_numpy(dtype=float, na_value=np.nan) for name in reversed(first)]  # NaN sorts last
    order = np.lexsort((agency, natural, *(column if ascending else -column for column in wanted)))
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
