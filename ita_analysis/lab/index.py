"""What there is to choose from: the agencies, years, schemes and codes of the scores at hand, found by a few letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from ita_analysis.analysis.findings import ACTION_LINE
from ita_analysis.analysis.rows import codes_in_order, scheme_of
from ita_analysis.brief.collecting import facts_of, listed_paths, with_registers
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.errors import UnknownNameError, UsageError, nearest
from ita_analysis.lab.words import tell
from ita_analysis.scores import reading
from ita_analysis.scores.agencies import known_agencies
from ita_analysis.scores.contract import COLUMNS
from ita_analysis.scores.reading import Reading

MOST_HITS = 30  # agencies that a search shows
MOST_NAMES = 12  # names that a sentence lists
MOST_COMPARED = 2_000  # names that are compared letter by letter with one that none holds


@dataclass(frozen=True)
class Hit:
    """One agency that a search found."""

    code: str
    name_th: str


@dataclass(frozen=True, eq=False)
class Source:
    """Scores that were read, with the folders of own rule files."""

    read: Reading
    rules: tuple[Path, ...] = ()

    @cached_property
    def assessed(self) -> pd.DataFrame:
        """Return `agency_code`, `fiscal_year_be`, `framework`, `is_synthetic` of everything assessed, each once."""
        return self.read.scores.distinct(["agency_code", "fiscal_year_be", "framework", "is_synthetic"])

    @cached_property
    def frameworks(self) -> pd.DataFrame:
        """Return per framework and mark its scheme, year and number of agencies, by name."""
        size = self.assessed.groupby(["framework", "fiscal_year_be", "is_synthetic"], sort=True).size()
        table = size.rename("n_agencies").reset_index()
        return table.assign(scheme=scheme_of(table))

    @cached_property
    def spoken(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Return code, name and aliases of all agencies with scores, by code."""
        known = known_agencies()
        names = sorted(self.read.names().items())
        return [(code, name, known[code].aliases if code in known else ()) for code, name in names]

    @cached_property
    def _searched(self) -> list[str]:
        return [" ".join((code, name, *aliases)).lower() for code, name, aliases in self.spoken]

    def search(self, text: str, most: int = MOST_HITS) -> tuple[list[Hit], int]:
        """Return the agencies that hold `text` in code, name or alias, and how many there are in all.

        Names that begin with it come first; nothing typed finds nothing. Where none holds it, the nearest names do.
        """
        wanted = text.strip().lower()
        if not wanted:
            return [], 0
        found = [(one[0], one[1]) for one, text in zip(self.spoken, self._searched, strict=True) if wanted in text]
        if not found:
            known = {called: (code, name) for code, name, names in self.spoken for called in (*names, name)}
            close = nearest(text.strip(), known) if len(known) <= MOST_COMPARED else []
            return [Hit(*one) for one in dict.fromkeys(known[name] for name in close)], 0
        found.sort(key=lambda one: not (one[0].startswith(wanted) or one[1].lower().startswith(wanted)))
        return [Hit(code, name) for code, name in found[:most]], len(found)

    def agency(self, wanted: str | int) -> str:
        """Return the code of an agency by code, name or alias (errors as `Reading.choose`)."""
        try:
            code, _ = self.read.choose(str(wanted))
        except UnknownNameError as error:
            hits, _ = self.search(str(wanted), 5)
            names = " · ".join(tell("pick.hit", name=hit.name_th, code=hit.code) for hit in hits)
            todo = tell("ask.nearest", names=names) if hits else tell("ask.agency_fix_file")
            raise UnknownNameError(error.message, todo=todo) from None
        return code

    def years_of(self, agency: str) -> list[int]:
        """Return the years in which an agency has scores, earliest first."""
        return sorted(int(year) for year in self.read.of_agency(agency)["fiscal_year_be"].unique())

    def rows(self, years: Collection[int] = ()) -> pd.DataFrame:
        """Return all rows, or those of some years, columns of the contract."""
        scores = self.read.scores
        return scores.columns((*COLUMNS, *scores.counted), sorted(years)) if years else self.read.frame

    def facts(self, agency: str, year: int, line: float) -> BriefFacts:
        """Return the facts of one agency and year, counted once as long as it is looked at (errors as `facts_of`)."""
        if not 0 < line <= 100:
            raise UsageError(tell("ask.line_wrong", line=line), todo=tell("ask.line_fix"))
        return _facts(self, agency, year, line)


@lru_cache(maxsize=16)
def _facts(source: Source, agency: str, year: int, line: float) -> BriefFacts:
    return replace(_scores_of(source, agency, year), line=line)


@lru_cache(maxsize=16)
def _scores_of(source: Source, agency: str, year: int) -> BriefFacts:
    """Return the facts that no line changes: scores, rules, group, registers."""
    return with_registers(facts_of(source.read, agency, year, line=ACTION_LINE, rules=source.rules))


def open_source(scores: str = "", rules: str = "") -> Source:
    """Return the scores of files or folders separated by | (none: the shipped data; relative: from the project's root)."""
    folders = tuple(listed_paths(rules))
    return Source(reading.read(listed_paths(scores), rules=folders), folders)


def listed(names: Iterable[object], most: int = MOST_NAMES) -> str:
    """Return names in a row, the rest as …"""
    every = [str(name) for name in names]
    return " ".join(every[:most]) + (" …" if len(every) > most else "")


def refuse_name(message: str, wanted: str, known: Collection[str], every: str) -> UnknownNameError:
    """Return the error for a name that is not there, with the nearest that are and the sentence that lists them all."""
    close = nearest(wanted, known) or nearest(wanted.upper(), known)
    return UnknownNameError(message, todo=f"{tell('ask.nearest', names=' '.join(close))} · {every}" if close else every)


def known_code(code: str | int, codes: Collection[str]) -> str:
    """Return the code as the scores write it; plain papermill makes a number of an indicator's code.

    Raises:
        UnknownNameError: no row has it; it names the nearest codes.
    """
    wanted = str(code).strip()
    found = next((one for one in codes if one.lower() == wanted.lower()), None)
    if found is None:
        every = codes_in_order([*codes])
        said = tell("ask.code_is", codes=listed(every))
        raise refuse_name(tell("ask.code_unknown", code=code), wanted, every, said)
    return found
