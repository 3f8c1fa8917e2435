"""What is proved and what is only said: each result of a round with its mark, its state, its relation to the plan, why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from ita_analysis.measures.cells import shortest
from ita_analysis.measures.evidence import PRINTED, RESULT_SCOPE
from ita_analysis.measures.model import Evidence, Item, Measure, Register, Result
from ita_analysis.measures.proof import Facts, Proof, is_word_for_word, proof_of, rules
from ita_analysis.thai.dates import fiscal_year_start, round_end, thai_date
from ita_analysis.thai.written_dates import find

Round = Literal[1, 2]


@dataclass(frozen=True)
class Judged:
    """One result with its measure, or a measure without a result (`result` None), or a result beside the plan."""

    measure: Measure | None
    result: Result | None
    item_codes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    facts: Facts
    relation: str
    reasons: tuple[str, ...]

    @cached_property
    def proof(self) -> Proof:
        """Return the mark that the facts make."""
        return proof_of(self.facts)

    @property
    def mark(self) -> str:
        """Return the mark of the official table."""
        return self.proof.mark

    @property
    def state_th(self) -> str:
        """Return one of the brief's states."""
        return self.proof.state_th

    @property
    def relation_th(self) -> str:
        """Return how the result stands to its plan, in the words of the official table."""
        return str(rules()["relation"][self.relation])

    @property
    def is_copied(self) -> bool:
        """Return whether the result repeats its plan word for word."""
        return self.relation.startswith("copied")

    @property
    def reason_th(self) -> str:
        """Return why, in one line."""
        return " · ".join(self.reasons)


@dataclass(frozen=True)
class ItemState:
    """An item with what stands behind it in this round; `state` is proven only where every measure of it is."""

    item: Item
    state: str
    entries: tuple[Judged, ...]

    @property
    def state_th(self) -> str:
        """Return the state in the words of the brief."""
        return str(rules()["state"][self.state])


@dataclass(frozen=True)
class Judgement:
    """A round of a register, judged.

    `entries` in the order of the register: measures with their latest results, then results beside the plan.
    `earlier` are the results of round 1 that stand beside a later one in the report of round 2.
    """

    round: Round
    entries: tuple[Judged, ...]
    earlier: tuple[Judged, ...]
    items: tuple[ItemState, ...]

    @property
    def results_without_measure(self) -> tuple[Judged, ...]:
        """Return the results that no measure planned."""
        return tuple(one for one in self.entries if one.measure is None)

    @property
    def measures_without_result(self) -> tuple[Judged, ...]:
        """Return the measures of which nothing is reported, or that it was not done."""
        return tuple(one for one in self.entries if one.measure is not None and not one.facts.result)

    @property
    def copied(self) -> tuple[Judged, ...]:
        """Return the results that repeat their plan word for word."""
        return tuple(one for one in self.entries if one.is_copied)


def judged(register: Register, round_number: Round) -> Judgement:
    """Return every measure and result of a round with its mark, state and relation to the plan.

    Args:
        register: a sound register (`register.load`).
        round_number: 1, October to March, or 2, the whole year: each measure with its latest result.
    """
    judge = _Judge(register)
    entries: list[Judged] = []
    earlier: list[Judged] = []
    for measure in register.measures:
        known = [result for result in register.results_of(measure.measure_id) if result.round <= round_number]
        latest = [result for result in known if result.round == round_number] or known
        entries += [judge.result(measure, result, round_number) for result in latest] or [
            judge.none(measure, round_number)
        ]
        earlier += [judge.result(measure, result, round_number) for result in known if result not in latest]
    for result in register.results:
        if not result.measure_id and result.round <= round_number:
            entries.append(judge.result(None, result, round_number))
    items = tuple(_item_state(item, entries) for item in register.items)
    return Judgement(round_number, tuple(entries), tuple(earlier), items)


def _item_state(item: Item, entries: Sequence[Judged]) -> ItemState:
    own = tuple(one for one in entries if item.item_code in one.item_codes)
    planned = [one.proof.state for one in own if one.measure is not None]
    if not planned:
        return ItemState(item, "no_measure", own)
    if set(planned) == {"proven"}:
        return ItemState(item, "proven", own)
    return ItemState(item, "no_result" if set(planned) == {"no_result"} else "waiting", own)


class _Judge:
    """Judges the results of one register."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.year = register.head.measures_year_be
        self.results_of_picture: dict[str, list[str]] = {}
        for one in register.evidence:
            if one.source_sha256:
                self.results_of_picture.setdefault(one.source_sha256, []).extend(one.result_ids)

    def none(self, measure: Measure, round_number: Round) -> Judged:
        reason = _reason("no_result", round=round_number)
        return Judged(measure, None, measure.item_codes, (), Facts(), "none", (reason,))

    def result(self, measure: Measure | None, result: Result, round_number: Round) -> Judged:
        evidence = self.register.evidence_of(result.result_id)
        facts = self.facts(result, evidence)
        reasons = list(self.reasons(measure, result, evidence, facts))
        if measure and result.round < round_number:
            reasons.append(_reason("earlier"))
        codes = self.register.items_of(result)
        return Judged(measure, result, codes, evidence, facts, _relation(measure, result, facts), tuple(reasons))

    def facts(self, result: Result, evidence: Sequence[Evidence]) -> Facts:
        says_something = bool(result.result_th or result.done_date or result.quantity or result.state)
        return Facts(
            result=says_something and not _is_not_done(result),
            evidence=any(_is_there(one) for one in evidence),
            own_file=any(_is_own(one) and not self.is_outside(one.evidence_date, result.round) for one in evidence),
            dated=result.done_date is not None and not self.is_outside(result.done_date, result.round),
            counted=result.quantity is not None and result.quantity > 0,
        )

    def is_outside(self, day: date | None, round_number: int) -> bool:
        """Return whether a day lies outside the round of its result; one that is not known does not."""
        last = round_end(self.year, 1 if round_number == 1 else 2)
        return day is not None and not fiscal_year_start(self.year) <= day <= last

    def reasons(
        self, measure: Measure | None, result: Result, evidence: Sequence[Evidence], facts: Facts
    ) -> Iterator[str]:
        if _is_not_done(result):
            yield _reason("not_done")
            return
        yield from self.of_evidence(result, evidence)
        yield from self.of_date(result, facts)
        if facts.counted and result.quantity is not None:
            yield _reason("counted", quantity=f"{shortest(result.quantity)} {result.quantity_unit}".strip())
        else:
            yield _reason("uncounted")
        if result.document:
            yield _reason("document", document=result.document)
        if measure and is_word_for_word(measure.measure_th, result.result_th):
            yield _reason("copied")

    def of_date(self, result: Result, facts: Facts) -> Iterator[str]:
        if result.done_date is None:
            yield _reason("text_date" if find(result.result_th) else "undated")
        else:
            name = "dated" if facts.dated else "outside"
            yield _reason(name, day=thai_date(result.done_date), round=result.round)

    def of_evidence(self, result: Result, evidence: Sequence[Evidence]) -> Iterator[str]:
        if not evidence:
            yield _reason("no_evidence")
            return
        names = ["own" if _is_own(one) else _kind_of(one) for one in evidence]
        yield from (_reason(name) for name in dict.fromkeys(names))
        for one in evidence:
            if one.evidence_date and self.is_outside(one.evidence_date, result.round):
                yield _reason("picture_outside", day=thai_date(one.evidence_date), round=result.round)
        others = dict.fromkeys(
            key
            for one in evidence
            for key in self.results_of_picture.get(one.source_sha256, ())
            if key != result.result_id
        )
        if others:
            yield _reason("picture_shared", results=" ".join(others))


def _is_not_done(result: Result) -> bool:
    return result.state in rules()["not_done"]["states"]


def _is_there(one: Evidence) -> bool:
    """Return whether there is something to see: a picture that we keep, or one that a document prints."""
    return bool(one.sha256) or one.basis == PRINTED


def _is_own(one: Evidence) -> bool:
    return bool(one.sha256) and one.basis != PRINTED and one.scope == RESULT_SCOPE


def _kind_of(one: Evidence) -> str:
    if one.basis == PRINTED:
        return "printed"
    return "block" if one.sha256 else "no_file"


def _relation(measure: Measure | None, result: Result, facts: Facts) -> str:
    if not facts.result:
        return "none"
    if measure is None:
        return "outside"
    said = rules()["plan"].get(result.state, "")
    if is_word_for_word(measure.measure_th, result.result_th):
        return f"copied_{said}" if said else "copied"
    return said or "unsaid"


def _reason(name: str, **values: object) -> str:
    said: str = rules()["reason"][name]
    return said.format(**values)
