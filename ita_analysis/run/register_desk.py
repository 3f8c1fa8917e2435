"""What one register stands on: the scores of the year before, their rules, the tables as they are, last year's register."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ita_analysis.analysis import findings
from ita_analysis.errors import Problem
from ita_analysis.framework import loader
from ita_analysis.framework.model import Framework
from ita_analysis.measures import listing, register
from ita_analysis.measures.model import Head, Register
from ita_analysis.measures.register import RegisterError
from ita_analysis.measures.rows import Cells, Rows, as_rows, empty_rows
from ita_analysis.measures.schema import HEAD, SCHEMA
from ita_analysis.measures.words import say
from ita_analysis.scores import reading


@dataclass(frozen=True)
class Request:
    """Whose register: agency, fiscal year of the measures (the scores are of the year before), and where things lie."""

    agency: str
    measures_year_be: int
    line: float = findings.ACTION_LINE
    scores: tuple[Path, ...] = ()
    rules: tuple[Path, ...] = ()
    registers: Path | None = None
    output: Path | None = None

    @property
    def scores_year_be(self) -> int:
        """Return the year of the scores on which the measures stand."""
        return self.measures_year_be - 1


class Desk:
    """The scores, rules and stored tables behind one request; each is read once.

    Raises (on making it):
        ScoreFileError, UnknownNameError: the scores of the agency and year can't be had.
        RegisterError: the stored tables are not sound.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        read = reading.read(request.scores, rules=request.rules)
        self.agency_code, _ = read.choose(request.agency)
        self.name_th = read.names()[self.agency_code]
        year = request.scores_year_be
        framework = read.framework_of(self.agency_code, year)
        self.head = Head(
            self.agency_code,
            request.measures_year_be,
            framework,
            year,
            read.is_synthetic(self.agency_code, year),
            SCHEMA,
        )
        mine = (read.frame["agency_code"] == self.agency_code) & (read.frame["fiscal_year_be"] == year)
        self.scores: pd.DataFrame = read.frame[mine].reset_index(drop=True)
        self.framework: Framework | None = loader.load(framework, rules=request.rules)
        self.folder = register.folder_of(self.agency_code, request.measures_year_be, request.registers)

    @cached_property
    def stored(self) -> register.Read | None:
        """Return the tables as they are now, or None where there is no register yet."""
        owner = (self.agency_code, self.request.measures_year_be)
        if not os.path.lexists(self.folder):
            return None
        read = register.check(self.folder, rules=self.request.rules, owner=owner)
        refuse(read.problems, say("message", "stored", agency=owner[0], year=owner[1], count=len(read.problems)))
        return read

    @property
    def rows(self) -> Rows:
        """Return the stored rows, or only the head where there is no register yet."""
        return self.stored.rows if self.stored else {**empty_rows(), HEAD: as_rows(Register(self.head))[HEAD]}

    @cached_property
    def last(self) -> Register | None:
        """Return the register of the year before, where there is a sound one."""
        before = self.request.measures_year_be - 1
        if not register.exists(self.agency_code, before, self.request.registers):
            return None
        return register.load(self.agency_code, before, self.request.registers, rules=self.request.rules)

    @cached_property
    def previous(self) -> dict[str, tuple[str, ...]]:
        """Return by item the measures of the year before, where the rules say that the items compare."""
        codes = set(self.scores.loc[self.scores["level"] == "item", "code"].astype(str))
        return listing.served_before(self.last, codes, self.framework) if self.last else {}

    @cached_property
    def fresh(self) -> dict[str, Cells]:
        """Return by item what today's scores say of it."""
        below = findings.below_line(self.scores, line=self.request.line, framework=self.framework)
        watch = findings.watch_list(self.scores, line=self.request.line, framework=self.framework)
        items = listing.items_of(
            self.scores,
            line=self.request.line,
            below=set(below["code"]),
            watch=set(watch["code"]),
            framework=self.framework,
            previous=self.previous,
        )
        return listing.fresh(Register(self.head, items))


def refuse(problems: Sequence[Problem], message: str = "") -> None:
    """Raise the problems, where there are any."""
    if problems:
        raise refusal(problems, message)


def refusal(problems: Sequence[Problem], message: str = "") -> RegisterError:
    """Return the error that says all the problems and that nothing was taken in."""
    unique = list(dict.fromkeys(problems))
    said = message or say("message", "refused", count=len(unique))
    return RegisterError(said, unique, todo=say("message", "refused_todo"))
