"""Everything an official report is about, computed once: the register, what it proves, the scores before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief import keys
from ita_analysis.brief.collecting import facts_of, listed_paths
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sentences import say
from ita_analysis.errors import UnknownNameError, UsageError
from ita_analysis.framework import loader
from ita_analysis.framework.model import Framework
from ita_analysis.measures import register as stored_register
from ita_analysis.measures.claims import Judged, Judgement, Round, judged
from ita_analysis.measures.model import Item, Register
from ita_analysis.measures.ranges import is_range, item_order
from ita_analysis.measures.supporting import Doubt, doubts
from ita_analysis.scores import agencies, reading
from ita_analysis.scores.reading import Reading
from ita_analysis.thai.dates import fiscal_year_start, round_end


@dataclass(frozen=True)
class ReportFacts:
    """The register of one agency and year in one round, and the scores beside it.

    `before` are the scores on which the measures stand, `after` those of the year of the measures; None where the
    score files do not hold them.
    """

    register: Register
    pictures: dict[str, bytes]
    register_digest: str
    round_number: Round
    digits: str
    line: float
    name_th: str
    framework: Framework | None
    before: BriefFacts | None = None
    after: BriefFacts | None = None
    inputs: dict[str, str] = field(default_factory=dict)  # every score file that was read: shown path -> sha256
    register_files: dict[str, str] = field(default_factory=dict)  # of the register: shown path -> sha256

    @property
    def agency_code(self) -> str:
        """Return the agency's code."""
        return self.register.head.agency_code

    @property
    def measures_year_be(self) -> int:
        """Return the fiscal year of the measures."""
        return self.register.head.measures_year_be

    @property
    def scores_year_be(self) -> int:
        """Return the fiscal year of the scores on which the measures stand."""
        return self.register.head.scores_year_be

    @property
    def months(self) -> int:
        """Return how many months the round covers."""
        return 6 if self.round_number == 1 else 12

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day that the report covers."""
        return fiscal_year_start(self.measures_year_be), round_end(self.measures_year_be, self.round_number)

    @cached_property
    def judgement(self) -> Judgement:
        """Return every measure and result of the round with mark, state and relation."""
        return judged(self.register, self.round_number)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Return the items and printed ranges in natural order."""
        return tuple(sorted(self.register.items, key=lambda item: item_order(item.item_code)))

    @cached_property
    def weak(self) -> tuple[Item, ...]:
        """Return the items below the line, worst first."""
        found = [item for item in self.items if item.reason == "below" and item.score is not None]
        return tuple(sorted(found, key=lambda item: (item.score or 0, item_order(item.item_code))))

    @cached_property
    def survey_items(self) -> tuple[Item, ...]:
        """Return the survey items with a score; printed ranges and documents are none."""
        return tuple(item for item in self.items if item.score is not None and self.kind_of(item) == "survey")

    def kind_of(self, item: Item) -> str:
        """Return `survey` or `documents`: of the instrument that the item belongs to."""
        code = self.instrument_of(item)
        if self.framework and code in self.framework.instrument:
            return self.framework.instrument[code].kind
        return "documents" if code == "OIT" else "survey"

    def instrument_of(self, item: Item) -> str:
        """Return the code of the instrument that the item's letter names."""
        return f"{item.item_code[:1]}IT"

    def indicators_of(self, item: Item) -> tuple[str, ...]:
        """Return the indicators that an item may belong to; of a printed range the one whose name it carries."""
        if self.framework is None:
            return ()
        if is_range(item.item_code):
            named = [one.code for one in self.framework.indicators if one.name_th == item.topic_th]
            return tuple(named) or self.framework.indicators_of(item.item_code.partition("-")[0])
        return self.framework.indicators_of(item.item_code)

    @cached_property
    def planned(self) -> tuple[Judged, ...]:
        """Return the results that have a measure: those whose wording can be held against a plan."""
        return tuple(one for one in self.judgement.entries if one.measure is not None and one.facts.result)

    @cached_property
    def reported(self) -> tuple[Judged, ...]:
        """Return all results of the round, planned or not."""
        return tuple(one for one in self.judgement.entries if one.facts.result)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """Return the contradictions in the supporting records."""
        return doubts(self.register)

    @cached_property
    def notes_of(self) -> dict[str, list[str]]:
        """Return the notes of the register by the key they are about."""
        found: dict[str, list[str]] = {}
        for note in self.register.notes:
            found.setdefault(note.about, []).append(note.note_th)
        return found

    @cached_property
    def key_parts(self) -> dict[str, str]:
        """Return the digests of what the pages show, by kind."""
        beside = [one.key_parts if one else {} for one in (self.before, self.after)]
        names = ("scores", "peers", "grounds")
        parts = {name: keys.key_of([one.get(name, "") for one in beside]) for name in names}
        rules = keys.key_of([one.get("rules", "") for one in beside])
        return {**parts, "rules": rules, "register": self.register_digest}

    @cached_property
    def page_key(self) -> str:
        """Return the sha256 over register, rows shown, rules and the parameters without paths."""
        about = (self.agency_code, self.measures_year_be, self.round_number, self.digits, self.line)
        return keys.report_key(self.key_parts, *about)


def collect(
    agency: str | int,
    measures_year_be: int,
    round_number: int = 1,
    *,
    digits: str = "thai",
    line: float = 90.0,
    scores: str = "",
    rules: str = "",
    registers: str = "",
) -> ReportFacts:
    """Return the facts of one report.

    Args:
        agency: code, name or alias.
        measures_year_be: fiscal year of the measures, Buddhist Era; the scores are of the year before.
        round_number: 1, the first six months, or 2, the whole year.
        digits: `thai` or `arabic`, of every number on the pages but item codes.
        line, scores, rules: as `collecting.collect`.
        registers: folder of all registers; empty means `data/registers`.

    Raises:
        UsageError: year, round, digits or line have no meaning.
        UnknownNameError: nobody knows the agency.
        RegisterError: there is no register, or it is not sound; every fault is listed.
        ScoreFileError, RuleFileError: as `collecting.collect`.
    """
    if measures_year_be < 2400:
        raise UsageError(f"ปี {measures_year_be} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ปี พ.ศ. {measures_year_be + 543}")
    if round_number not in (1, 2):
        raise UsageError(say("report.bad_round", given=round_number), todo=say("report.bad_round_todo"))
    if digits not in ("thai", "arabic"):
        raise UsageError(say("report.bad_digits", given=digits), todo=say("report.bad_digits_todo"))
    if not 0 < line <= 100:
        raise UsageError(f"เส้น {line} ใช้ไม่ได้", todo="เส้นต้องมากกว่า 0 และไม่เกิน 100")
    folders = tuple(listed_paths(rules))
    read = reading.read(listed_paths(scores), rules=folders)
    home = places.from_root(registers) if registers.strip() else None
    code = code_of(str(agency), read)
    return facts_from(
        read, code, measures_year_be, round_number, digits=digits, line=line, rules=folders, registers=home
    )


def facts_from(
    read: Reading,
    code: str,
    measures_year_be: int,
    round_number: int,
    *,
    digits: str = "thai",
    line: float = 90.0,
    rules: Sequence[Path] = (),
    registers: Path | None = None,
) -> ReportFacts:
    """Return the facts of one report from scores that were read already (errors as in `collect`)."""
    folders = tuple(rules)
    found = stored_register.load_whole(code, measures_year_be, registers, rules=folders)
    head = found.register.head
    return ReportFacts(
        register=found.register,
        pictures=found.pictures,
        register_digest=found.digest,
        round_number=1 if round_number == 1 else 2,
        digits=digits,
        line=line,
        name_th=name_of(code, read),
        framework=loader.load(head.framework, rules=folders),
        before=_scores_of(read, code, head.scores_year_be, line, folders),
        after=_scores_of(read, code, measures_year_be, line, folders),
        inputs={file.shown: file.sha256 for file in read.files},
        register_files=found.files,
    )


def code_of(wanted: str, read: Reading) -> str:
    """Return the code of an agency that has scores or is listed.

    Raises:
        UnknownNameError: neither knows it.
    """
    listed = agencies.known_agencies()
    if wanted not in read.names() and wanted in listed:
        return wanted
    try:
        return read.choose(wanted)[0]
    except UnknownNameError:
        named = [code for code, one in listed.items() if one.is_called(wanted)]
        if len(named) != 1:
            raise
        return named[0]


def name_of(code: str, read: Reading) -> str:
    """Return the name of an agency, from its scores or the list; its code where neither says one."""
    listed = agencies.known_agencies()
    return read.names().get(code) or (listed[code].name_th if code in listed else code)


def _scores_of(read: Reading, code: str, year: int, line: float, rules: Sequence[Path]) -> BriefFacts | None:
    rows: Any = read.of_agency(code) if code in read.names() else None
    if rows is None or not (rows["fiscal_year_be"] == year).any():
        return None
    return facts_of(read, code, year, line=line, rules=tuple(rules))
