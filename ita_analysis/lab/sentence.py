"""Scores that are asked like a sentence: load, choose, find, compare, rank, draw, show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import pandas as pd

from ita_analysis.brief.blocks import Block
from ita_analysis.lab import answers
from ita_analysis.lab.answers import Answer
from ita_analysis.lab.chosen import Agencies, Chosen, narrowed
from ita_analysis.lab.index import Source, open_source
from ita_analysis.lab.names import no_such_name
from ita_analysis.lab.words import tell

VERBS = ("choose", "compare", "draw", "find", "frame", "rank", "show")


@dataclass(frozen=True, repr=False, eq=False)
class Scores:
    """Scores, or what was asked of them: shows itself in a notebook, never changes, `frame` is a copy.

    >>> import ita_analysis as ita
    >>> sathon = ita.load().choose(agency="สาทร", year=2566)
    >>> sathon.find(below=87)
    <Scores 3 แถว · สามข้อที่ต้องปรับปรุง ต่ำที่สุดคือ E12 ห่างเส้น 87 อยู่ 5.13 คะแนน>
    """

    _source: Source
    _chosen: Chosen
    _frame: Callable[[], pd.DataFrame]
    _look: Callable[[], Block]

    @property
    def frame(self) -> pd.DataFrame:
        """Return a copy of the rows: changing it changes nothing else.

        >>> import ita_analysis as ita
        >>> ita.load().choose(agency="สาทร", year=2566, code="E12").frame[["code", "score"]]
          code  score
        0  E12  81.87
        """
        return self._rows.copy()

    def choose(self, agency: Agencies = "", year: int | None = None, *, scheme: str = "", code: str = "") -> Scores:
        """Return a part of all scores; what is not given stays as it was chosen before.

        Args:
            agency: code, name or alias, or several of them in a list.
            year: fiscal year of the scores, Buddhist Era.
            scheme: such as `national`; schemes share codes and mean different things by them.
            code: item, indicator, instrument or `total`, such as `E9`.

        Raises:
            UnknownNameError: what is named is not there; the sentence says what is.
            UsageError: the year is not of the Buddhist Era.

        >>> import ita_analysis as ita
        >>> ita.load().choose(year=2567, scheme="demo", code="total")
        <Scores 50 แถว · คะแนนที่เลือก: 2567 · demo · คะแนนรวม>
        """
        chosen = narrowed(self._source, self._chosen, agency, year, scheme, code)
        return self._answered(lambda: answers.part(self._source, chosen), chosen)

    def find(self, below: float = 90.0) -> Scores:
        """Return the survey items below a line, worst first; a score equal to the line is not found.

        Args:
            below: the line, 0 < below <= 100 points.

        Raises:
            InputError: the chosen scores mix schemes.

        >>> import ita_analysis as ita
        >>> found = ita.load().choose(agency="9901", year=2567).find(below=80)
        >>> found.frame[["code", "score", "gap_points"]].head(2)
          code  score  gap_points
        0  E12  61.26       18.74
        1  E14  65.70       14.30
        """
        return self._answered(lambda: answers.below(self._source, self._chosen, below))

    def compare(
        self, with_year: int | None = None, *, with_peers: bool = False, with_agencies: Agencies = ()
    ) -> Scores:
        """Return the scores of the chosen agency beside the year before, its peers, or other agencies.

        Args:
            with_year: the fiscal year before the chosen one; what can't be compared says why and is not subtracted.
            with_peers: all agencies of the same scheme and year.
            with_agencies: codes or names; of the same scheme and year, else refused.

        Raises:
            UsageError: nothing, or more than one thing, to compare with.
            InputError: schemes would be mixed.
            UnknownNameError: the year or an agency is not there, or too few agencies stand beside it.

        >>> import ita_analysis as ita
        >>> ita.load().choose(agency="9901", year=2567).compare(with_year=2566)
        <Scores 91 แถว · สำนักงานเขตตัวอย่าง: ปี 2567 เทียบกับปี 2566 สูงขึ้น 6 ลดลง 2 จาก 89 ค่าที่เทียบได้>
        >>> ita.load().choose(agency="9901", year=2567).compare(with_peers=True)
        <Scores 91 แถว · สำนักงานเขตตัวอย่าง: เทียบกับ 50 หน่วยงานของ demo-2567>
        """
        asked = [with_year is not None, with_peers, with_agencies not in ((), "", [])]
        if sum(asked) != 1:
            answers.refuse_comparison()
        if with_year is not None:
            return self._answered(lambda: answers.beside_year(self._source, self._chosen, with_year))
        if with_peers:
            return self._answered(lambda: answers.beside_peers(self._source, self._chosen))
        return self._answered(lambda: answers.beside_agencies(self._source, self._chosen, with_agencies))

    def rank(self, code: str = "total") -> Scores:
        """Return all agencies of one scheme and year by their place; equal scores share a place.

        Args:
            code: what they are ranked by.

        Raises:
            InputError: the chosen scores mix schemes or years.
            UnknownNameError: no such code, or fewer agencies than make a group.

        >>> import ita_analysis as ita
        >>> ita.load().choose(year=2567, scheme="demo").rank("total").frame[["place", "agency_code", "score"]].head(2)
           place agency_code  score
        0      1        9912  97.84
        1      2        9920  97.03
        """
        return self._answered(lambda: answers.places(self._source, self._chosen, code))

    def draw(self, kind: str = "profile", *, code: str = "") -> Scores:
        """Return a picture of one agency and year.

        Args:
            kind: "profile" (indicators or items against the line), "trend" (over the years), "peers", "items".
            code: a code that the picture marks; "trend" then shows it over the years.

        Raises:
            UnknownNameError: no such picture or code.
            UsageError: the part is not one agency and year.

        >>> import ita_analysis as ita
        >>> ita.load().choose(agency="9901", year=2567).draw("trend", code="E9").show().title
        'E9 7 EIT และ คะแนนรวม ตั้งแต่ปี 2564 ถึง 2567'
        """
        return self._answered(lambda: answers.drawn(self._source, self._chosen, kind, code))

    def show(self) -> Block:
        """Return the block that a notebook shows: a table, or a chart with its alternative text.

        >>> import ita_analysis as ita
        >>> ita.load().choose(agency="สาทร", year=2566).draw("items").show().kind
        'chart'
        """
        return self._block

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return self._frame()

    @cached_property
    def _block(self) -> Block:
        return self._look()

    def _answered(self, ask: Callable[[], Answer], chosen: Chosen | None = None) -> Scores:
        made = ask()
        return Scores(self._source, chosen or self._chosen, lambda: made.frame, made.look)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return what a notebook stores: the block's data, its look, and one line of text."""
        return {**self._block._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return tell("shown.repr", rows=f"{len(self._rows):,}", title=getattr(self._block, "title", ""))

    def __dir__(self) -> list[str]:
        return list(VERBS)

    def __getattr__(self, name: str) -> NoReturn:
        raise no_such_name("Scores", name, VERBS)


def load(path: str = "", *, rules: str = "") -> Scores:
    """Return the scores of a file or folder, by default those that ship.

    Args:
        path: score files or folders separated by |, relative ones counted from the project's root.
        rules: folders with own rule files separated by |, used before the shipped ones.

    Raises:
        RuleFileError: a rule file breaks the schema.

    Faults of a score file are told when an agency that they concern is chosen.

    >>> import ita_analysis as ita
    >>> ita.load()
    <Scores 18,174 แถว · คะแนนที่อ่านได้: 130 หน่วยงาน 15 กรอบ>
    """
    source = open_source(path, rules)
    return Scores(source, Chosen(), source.rows, answers.everything(source))
