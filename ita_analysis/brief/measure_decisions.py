"""What a register asks a director to decide: an item without a measure, a measure without a result, a result without proof."""

from __future__ import annotations

from collections.abc import Sequence

from ita_analysis.brief.blocks import Task
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sentences import line_text, listing, say
from ita_analysis.measures.claims import Judged
from ita_analysis.thai.dates import round_end, thai_date

MOST_CODES = 4  # items that one decision names


def about_measures(facts: BriefFacts) -> list[Task]:
    """Return what the register asks for, most pressing first, at least one task; none where there is no register."""
    part = facts.beside
    if part is None or part.register is None or part.judgement is None:
        return []
    year, weak = facts.fiscal_year_be + 1, [str(code) for code in facts.below["code"]]
    entries = part.judgement.entries
    lacking = [code for code in weak if not part.register.measures_of(code)]
    silent = [one for one in entries if one.measure and not one.facts.result]
    bare = [
        one for one in entries if one.facts.result and one.proof.name != "proven" and set(one.item_codes) & set(weak)
    ]
    found = []
    if lacking:
        detail = say("measures.decide_lacking_detail", count=len(lacking), line=line_text(facts.line), year=year)
        found.append(_task(say("measures.decide_lacking", codes=_named(lacking)), detail, "", year, 1))
    number = part.round_number
    if silent:
        codes = _worst_first(silent, weak)
        detail = say("measures.decide_silent_detail", months=6 * number)
        action = say("measures.decide_silent", count=len(silent), codes=_named(codes))
        found.append(_task(action, detail, _owners(silent), year, number))
    if bare:
        detail = say("measures.decide_proof_detail", count=len(bare))
        codes = [code for code in _worst_first(bare, weak) if code in weak]
        action = say("measures.decide_proof", codes=_named(codes))
        found.append(_task(action, detail, _owners(bare), year, number))
    if not found:
        action = say("measures.decide_keep", count=len(part.register.measures))
        found.append(_task(action, say("measures.decide_keep_detail"), "", year, number))
    return found


def _task(action: str, detail: str, owner: str, year: int, number: int) -> Task:
    return Task(
        action=action,
        detail=detail,
        owner=owner or say("common.no_owner"),
        due_label=say("measures.closes", months=6 * number),
        due=thai_date(round_end(year, 1 if number == 1 else 2)),
    )


def _named(codes: Sequence[str]) -> str:
    if len(codes) <= MOST_CODES:
        return listing(list(codes))
    return " ".join(codes[:MOST_CODES]) + say("tiles.more", count=len(codes) - MOST_CODES)


def _worst_first(entries: Sequence[Judged], weak: Sequence[str]) -> list[str]:
    """Return the items of these measures: the weak ones, worst first, then the others."""
    codes = list(dict.fromkeys(code for one in entries for code in one.item_codes))
    return [code for code in weak if code in codes] + [code for code in codes if code not in weak]


def _owners(entries: Sequence[Judged]) -> str:
    """Return who answers for these measures, where few do."""
    units = list(dict.fromkeys(one.measure.unit_th for one in entries if one.measure and one.measure.unit_th))
    return " · ".join(units) if len(units) <= 2 else ""
