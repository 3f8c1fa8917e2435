"""The page "what lifts the total" of one agency and year, part by part; `open_lift` is what a notebook calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from ita_analysis.analysis.findings import ACTION_LINE
from ita_analysis.analysis.leaves import Leaf, peer_targets
from ita_analysis.analysis.lift import Lift, Reached, what_lifts
from ita_analysis.brief import annex, keys
from ita_analysis.brief.blocks import Chart, Cover, Dataset, Kpis, Table, Text
from ita_analysis.brief.collecting import facts_of, listed_paths
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.lift import head, tables
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import say
from ita_analysis.errors import InputError, Problem, UsageError
from ita_analysis.scores import reading
from ita_analysis.scores.reading import Reading
from ita_analysis.thai.digits import to_arabic_digits

PEER_COLUMNS = ("agency_code", "framework", "fiscal_year_be", "is_synthetic", "code", "score")


@dataclass(frozen=True)
class LiftFacts(BriefFacts):
    """What a brief knows of an agency and year, and what lifts its total."""

    lift: Lift = field(kw_only=True)
    has_peers: bool = field(kw_only=True)  # the targets of surveys come from the group

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """Return the leaves by code."""
        return {leaf.code: leaf for leaf in self.lift.leaves}

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """Return the codes of the cheapest set for the next level, else for the pass line; empty where there is none."""
        found = [answer for answer in self.lift.answers.values() if isinstance(answer, Reached)]
        return found[0].sets[0].codes if found else ()

    @cached_property
    def page_key(self) -> str:
        """Return the sha256 over what a brief of the same scores shows, and every target and effort."""
        asked = [[leaf.code, str(leaf.target), leaf.effort] for leaf in self.lift.leaves]
        plain = keys.page_key(self.key_parts, self.agency_code, self.fiscal_year_be, self.line, "")
        return keys.key_of([plain, asked])


@dataclass(frozen=True)
class LiftPage:
    """A page whose parts are blocks; each method returns what one notebook cell displays."""

    facts: LiftFacts

    def cover(self) -> Cover:
        """Return the sentence that answers, the running head and the footer."""
        return head.cover(self.facts)

    def tiles(self) -> Kpis:
        """Return where the total is, where it shall go, and what that takes."""
        return head.tiles(self.facts)

    def sets(self) -> Table | Text:
        """Return the cheapest sets for the next level and the pass line, or why there are none."""
        return tables.sets(self.facts)

    def chart(self) -> Chart | Text:
        """Return what each item can add to the total."""
        return head.chart(self.facts)

    def chosen(self) -> Table | Text:
        """Return the items of the cheapest set with score, target, gain and effort."""
        return tables.chosen(self.facts)

    def limits(self) -> Text:
        """Return that scores are answers of people and not knobs, and what else they do not say."""
        return tables.limits(self.facts)

    def every(self) -> Table | Text:
        """Return every item with its weight in the total."""
        return tables.every(self.facts)

    def method(self) -> Text:
        """Return how the sets were found."""
        return tables.method(self.facts)

    def sources(self) -> Table:
        """Return the files, rows and rules behind the page."""
        return annex.sources(self.facts)

    def datasets(self) -> tuple[Dataset, ...]:
        """Return the tables of the Excel annex; pages leave them out."""
        return tables.datasets(self.facts)


def open_lift(
    agency: str | int,
    fiscal_year_be: int,
    scores: str = "",
    rules: str = "",
    targets: str = "",
    efforts: str = "",
) -> LiftPage:
    """Return the page of one agency and year.

    Args:
        agency: code, name or alias.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        scores: score files or folders separated by |; empty means the shipped data.
        rules: folders with own rule files separated by |, used before the shipped ones.
        targets: how far an item may rise, `I7=95 O3=100`; empty: full documents, for surveys the peers' 90th percentile.
        efforts: what one item costs, 1–5, `I7=2 O3=5`; empty: a document 1, an item of a survey 3.

    Raises:
        UsageError: the year is not of the Buddhist Era.
        InputError: targets or efforts that can't be read or don't fit; every fault at once.
        ScoreFileError, RuleFileError, UnknownNameError: as `collecting.collect`.
    """
    if fiscal_year_be < 2400:
        raise UsageError(f"ปี {fiscal_year_be} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ปี พ.ศ. {fiscal_year_be + 543}")
    wanted, rated = ratings(str(targets), "targets"), ratings(str(efforts), "efforts")
    folders = tuple(listed_paths(rules))
    read = reading.read(listed_paths(scores), rules=folders)
    facts = facts_of(read, str(agency), fiscal_year_be, line=ACTION_LINE, rules=folders)
    return LiftPage(lift_facts(read, facts, wanted, rated))


def lift_facts(
    read: Reading, facts: BriefFacts, targets: Mapping[str, float], efforts: Mapping[str, float]
) -> LiftFacts:
    """Return the facts of the page from scores that were read already."""
    has_peers = facts.framework is not None and facts.group_size >= FEWEST_PEERS
    peers = {}
    if facts.framework is not None and has_peers:
        rows = read.scores.columns(PEER_COLUMNS, [facts.fiscal_year_be])
        is_like = (rows["framework"].astype(str) == facts.framework_name) & (rows["is_synthetic"] == facts.is_synthetic)
        peers = peer_targets(rows[is_like], facts.framework, fewest=FEWEST_PEERS)
    lift = what_lifts(facts.now, facts.framework, peers=peers, targets=targets, efforts=efforts)
    given = {one.name: getattr(facts, one.name) for one in fields(BriefFacts)}
    return LiftFacts(**given, lift=lift, has_peers=has_peers)


def ratings(text: str, name: str) -> dict[str, float]:
    """Return the numbers by code that `text` gives (`I7=95 O3=100`, separated by blanks, commas or semicolons).

    Thai digits and small letters are taken too.

    Raises:
        InputError: a part has another form, or a code stands twice; every fault at once.
    """
    found: dict[str, float] = {}
    problems: list[Problem] = []
    for part in _parts(text):
        code, equals, value = part.partition("=")
        code = code.upper()
        try:
            number = float(value)
        except ValueError:
            equals, number = "", 0.0
        if not (code and equals):
            fix = say("lift_input.fix")
            problems.append(_problem("lift-form", name, part, fix))
        elif code in found:
            twice = say("lift_input.twice", code=code)
            problems.append(_problem("lift-twice", name, twice, say("lift_input.fix_twice")))
        else:
            found[code] = number
    if problems:
        message = say("lift_input.message", name=name, count=len(problems))
        raise InputError(message, problems, todo=say("lift_input.todo"))
    return found


def _parts(text: str) -> Iterator[str]:
    joined = re.sub(r"\s*=\s*", "=", to_arabic_digits(text))
    return (part for part in re.split(r"[\s,;|]+", joined) if part)


def _problem(code: str, name: str, found: str, fix: str) -> Problem:
    expected = say("lift_input.expected")
    return Problem(code=code, file=name, found=found, expected=expected, fix=fix)
