"""Which scores are meant: agencies, year, scheme and code, checked against what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ita_analysis.analysis.rows import scheme_of
from ita_analysis.brief.sentences import say
from ita_analysis.errors import InputError, UnknownNameError, UsageError
from ita_analysis.framework.codes import TOTAL
from ita_analysis.lab.index import Source, known_code, listed, refuse_name
from ita_analysis.lab.words import tell

Agencies = str | int | Sequence[str | int]


@dataclass(frozen=True)
class Chosen:
    """A part of the scores; what is empty or None is not narrowed."""

    agencies: tuple[str, ...] = ()
    year: int | None = None
    scheme: str = ""
    code: str = ""

    def text(self, source: Source) -> str:
        """Return the part in words: names, year, scheme, code."""
        names = source.read.names()
        code = say("common.total") if self.code == TOTAL else self.code
        parts = [listed((names[one] for one in self.agencies), 3), self.year or "", self.scheme, code]
        return " · ".join(str(part) for part in parts if part)


def narrowed(source: Source, chosen: Chosen, agency: Agencies, year: int | None, scheme: str, code: str) -> Chosen:
    """Return the part with what is given put in place of what was chosen before.

    Raises:
        UnknownNameError: an agency, year, scheme or code is not there; it names what is.
        UsageError: the year is not of the Buddhist Era.
        ScoreFileError: the files of a named agency break the contract.
    """
    wanted = [agency] if isinstance(agency, str | int) else list(agency)
    agencies = tuple(dict.fromkeys(source.agency(one) for one in wanted if one != ""))
    made = replace(
        chosen,
        agencies=agencies or chosen.agencies,
        year=chosen.year if year is None else _known_year(source, year, agencies or chosen.agencies),
        scheme=_known_scheme(source, scheme) if scheme else chosen.scheme,
    )
    found = rows_of(source, replace(made, code=""))
    if found.empty:
        raise UnknownNameError(
            tell("ask.nothing", chosen=replace(made, code="").text(source)), todo=tell("ask.nothing_fix")
        )
    wanted_code = code or chosen.code
    return replace(made, code=known_code(wanted_code, set(found["code"]))) if wanted_code else made


def _known_year(source: Source, year: int, agencies: tuple[str, ...]) -> int:
    if year < 2400:
        message = tell("ask.year_gregorian", year=year)
        raise UsageError(message, todo=tell("ask.year_gregorian_fix", be=year + 543))
    for code in agencies:
        source.read.framework_of(code, year)
    years = sorted(set(source.frameworks["fiscal_year_be"]))
    if year not in years:
        raise UnknownNameError(tell("ask.year_unknown", year=year), todo=tell("ask.year_is", years=listed(years)))
    return year


def _known_scheme(source: Source, scheme: str) -> str:
    known = sorted(set(source.frameworks["scheme"]))
    if scheme not in known:
        message = tell("ask.scheme_unknown", scheme=scheme)
        raise refuse_name(message, scheme, known, tell("ask.scheme_is", schemes=listed(known)))
    return scheme


def rows_of(source: Source, chosen: Chosen) -> pd.DataFrame:
    """Return the rows of a part, by agency, year and natural code order."""
    if chosen.agencies:
        rows = pd.concat([source.read.of_agency(one) for one in sorted(chosen.agencies)], ignore_index=True)
    else:
        rows = source.rows([chosen.year] if chosen.year else ())
    keep = pd.Series(True, index=rows.index)
    if chosen.year:
        keep &= rows["fiscal_year_be"] == chosen.year
    if chosen.scheme:
        keep &= scheme_of(rows) == chosen.scheme
    if chosen.code:
        keep &= rows["code"] == chosen.code
    return rows[keep].reset_index(drop=True)


def one_agency(source: Source, chosen: Chosen) -> tuple[str, int]:
    """Return the one agency of a part and its year: the chosen one, or the only one it has.

    Raises:
        UsageError: none or several agencies are chosen, or several years are left.
    """
    if len(chosen.agencies) != 1:
        count = len(chosen.agencies)
        said = tell("ask.agency_many", count=count) if count else tell("ask.agency_none")
        raise UsageError(said, todo=tell("ask.agency_fix"))
    agency = chosen.agencies[0]
    return agency, chosen.year or _only_year(source.years_of(agency))


def _only_year(years: list[int]) -> int:
    if len(years) != 1:
        raise UsageError(tell("ask.year_none"), todo=tell("ask.year_fix", years=listed(years)))
    return years[0]


def one_framework(source: Source, chosen: Chosen) -> tuple[str, bool]:
    """Return the one framework of a part and whether its scores are made up.

    Raises:
        InputError: the part mixes schemes, years, or made-up scores with real ones, so that nothing in it compares.
    """
    found = _assessed(source, chosen)
    marks = found["is_synthetic"].unique()
    names = sorted(set(found["framework"]))
    if len(names) > 1:
        raise InputError(
            tell("ask.mixed", count=len(names), names=listed(names, 4)),
            todo=tell("ask.mixed_fix", names=listed(names)),
        )
    refuse_mixed_marks(found)
    return names[0], bool(marks[0])


def one_scheme(source: Source, chosen: Chosen) -> None:
    """Refuse a part that mixes schemes, or made-up scores with real ones; years may differ (errors as `one_framework`)."""
    found = _assessed(source, chosen)
    schemes = sorted(set(scheme_of(found)))
    if len(schemes) > 1:
        raise InputError(
            tell("ask.mixed", count=len(schemes), names=listed(schemes, 4)),
            todo=tell("ask.mixed_fix", names=listed(schemes)),
        )
    refuse_mixed_marks(found)


def refuse_mixed_marks(found: pd.DataFrame) -> None:
    """Refuse rows that hold made-up scores beside real ones."""
    if found["is_synthetic"].nunique() > 1:
        raise InputError(tell("ask.mixed_marks"), todo=tell("ask.mixed_marks_fix"))


def _assessed(source: Source, chosen: Chosen) -> pd.DataFrame:
    """Return agency, year, framework and mark of what is in a part."""
    found = source.assessed
    keep = pd.Series(True, index=found.index)
    if chosen.agencies:
        keep &= found["agency_code"].isin(chosen.agencies)
    if chosen.year:
        keep &= found["fiscal_year_be"] == chosen.year
    if chosen.scheme:
        keep &= scheme_of(found) == chosen.scheme
    return found[keep]
