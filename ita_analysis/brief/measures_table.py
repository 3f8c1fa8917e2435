"""The measures of a brief: per weak item what is planned, what was done, what proves it, and the state of this round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ita_analysis.brief.blocks import Cell, Column, Line, Mark, Photo, Row, Run, Table, Text, Tone, cell, line
from ita_analysis.brief.evidence_photos import photo_of
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sentences import line_text, say, shortened
from ita_analysis.brief.wording import shown_score
from ita_analysis.measures.claims import ItemState, Judged
from ita_analysis.measures.model import Evidence
from ita_analysis.thai.dates import thai_date

MOST_ITEMS, MOST_MEASURES, MOST_PHOTOS = 8, 3, 2  # items on the page; measures and pictures of one item
MOST_LETTERS = 110  # of a measure or result; the official report and the annex hold all of it
OF_STATE: dict[str, tuple[Mark, Tone]] = {
    "proven": ("proven", "above"),
    "waiting": ("shown", "waiting"),
    "no_result": ("none", "below"),
    "no_measure": ("none", "below"),
}


def measures_table(facts: BriefFacts) -> Table | Text:
    """Return the weak items with their measures, worst first; one sentence where there is no register to show."""
    part, year = facts.beside, facts.fiscal_year_be + 1
    if part is None or part.judgement is None or part.register is None:
        key = "measures.unsound" if part and part.problem_count else "measures.no_register"
        count = part.problem_count if part else 0
        said = say(key, year=year, count=count, agency=facts.agency_code)
        return Text(title=say("measures.title_none", year=year), paragraphs=(line(said),))
    states = _weak_states(facts, part.judgement.items)
    if not states:
        said = say("measures.no_weak", year=year, count=len(part.register.measures))
        return Text(title=say("measures.title_none", year=year), paragraphs=(line(said),))
    columns = (
        Column(label=say("measures.item"), width=36),
        Column(label=say("measures.plan"), width=46),
        Column(label=say("measures.done")),
        Column(label=say("measures.evidence"), width=52),
    )
    return Table(
        title=_title(states),
        role="measures",
        columns=columns,
        rows=tuple(_row(facts, state) for state in states[:MOST_ITEMS]),
        note=_note(facts, states),
        records=tuple(_record(state) for state in states),
    )


def states_of(facts: BriefFacts) -> dict[str, ItemState]:
    """Return what stands behind each item of the register, by code; empty where there is none."""
    judgement = facts.beside.judgement if facts.beside else None
    return {state.item.item_code: state for state in judgement.items} if judgement else {}


def _weak_states(facts: BriefFacts, items: Sequence[ItemState]) -> list[ItemState]:
    """Return the items below the line in today's scores or in the register, worst first."""
    by_code = {state.item.item_code: state for state in items}
    codes = [str(code) for code in facts.below["code"] if code in by_code]
    codes += [code for code, state in by_code.items() if state.item.reason == "below" and code not in codes]
    return [by_code[code] for code in codes]


def _title(states: Sequence[ItemState]) -> str:
    counts = {name: sum(state.state == name for state in states) for name in OF_STATE}
    parts = [say(f"measures.count_{name}", count=counts[name]) for name in OF_STATE if counts[name]]
    return say("measures.title", count=len(states), parts=" ".join(parts))


def _row(facts: BriefFacts, state: ItemState) -> Row:
    item = state.item
    score = facts.score(item.item_code)
    shown = shown_score(facts, score) if score is not None else say("common.unknown")
    about = item.issue_th or item.topic_th
    first = Cell(
        lines=(
            line(Run(text=f"{item.item_code} ", bold=True), Run(text=shown, tone="below", bold=True)),
            line(_short(about)),
        )
    )
    photos = list(_photos(facts, state))
    described = [] if photos else list(_described(state))
    return Row(
        cells=(
            first,
            Cell(lines=tuple(_plans(state))),
            Cell(lines=tuple(_results(state))),
            Cell(lines=tuple(described), photos=tuple(photos)),
        )
    )


def _plans(state: ItemState) -> Iterator[Line]:
    """Yield the measures of an item, each with who answers for it."""
    measures = list(dict.fromkeys(one.measure for one in state.entries if one.measure))
    if not measures:
        yield line(Run(text=say("measures.none_planned"), tone="below"))
    for measure in measures[:MOST_MEASURES]:
        yield line(_short(measure.measure_th))
        due = say("measures.due", day=thai_date(measure.due_date)) if measure.due_date else ""
        if who := " · ".join(filter(None, [measure.unit_th, due])):
            yield line(Run(text=who, tone="muted"))
    if len(measures) > MOST_MEASURES:
        yield line(Run(text=say("measures.more", count=len(measures) - MOST_MEASURES), tone="muted"))
    if measures and not any(measure.unit_th for measure in measures):
        yield line(Run(text=say("measures.no_unit"), tone="muted"))


def _results(state: ItemState) -> Iterator[Line]:
    """Yield the state of the item, then what was done, with day and number where they are known."""
    mark, tone = OF_STATE[state.state]
    yield line(Run(text=state.state_th, mark=mark, tone=tone, bold=True))
    told = [one for one in state.entries if one.facts.result and one.result and not one.is_copied]
    for one in told[:MOST_MEASURES]:
        yield line(_short(" ".join(filter(None, [one.result.result_th, *_figures(one)])) if one.result else ""))
    if len(told) > MOST_MEASURES:
        yield line(Run(text=say("measures.more_results", count=len(told) - MOST_MEASURES), tone="muted"))
    if copied := sum(one.is_copied for one in state.entries):
        yield line(Run(text=say("measures.copied", count=copied), tone="muted"))
    silent = sum(one.measure is not None and not one.facts.result for one in state.entries)
    if silent and silent < len(state.entries):
        yield line(Run(text=say("measures.silent", count=silent), tone="below"))


def _figures(one: Judged) -> Iterator[str]:
    result = one.result
    if result and result.quantity is not None:
        yield f"{result.quantity:,} {result.quantity_unit}".strip()
    if result and result.done_date:
        yield say("measures.on", day=thai_date(result.done_date))


def _evidence(state: ItemState) -> Iterator[Evidence]:
    yield from dict.fromkeys(piece for one in state.entries for piece in one.evidence)


def _photos(facts: BriefFacts, state: ItemState) -> Iterator[Photo]:
    pictures = facts.beside.pictures if facts.beside else {}
    found = (photo for piece in _evidence(state) if (photo := photo_of(pictures, piece, small=True)))
    for _, photo in zip(range(MOST_PHOTOS), found, strict=False):
        yield photo


def _described(state: ItemState) -> Iterator[Line]:
    """Yield why there is no picture: what is only printed elsewhere, or what is still wanted."""
    pieces = list(_evidence(state))
    kinds = list(dict.fromkeys(piece.kind for piece in pieces if piece.kind))
    if pieces:
        yield line(Run(text=say("measures.described", kinds=" ".join(kinds)).strip(), tone="muted"))
    elif state.state != "no_measure":
        yield line(Run(text=say("measures.no_evidence"), tone="muted"))


def _short(text: str) -> str:
    return shortened(text, MOST_LETTERS)


def _note(facts: BriefFacts, states: Sequence[ItemState]) -> str:
    notes = []
    if len(states) > MOST_ITEMS:
        notes.append(say("measures.rest", count=len(states) - MOST_ITEMS))
    lacking = [str(code) for code in facts.below["code"] if code not in {state.item.item_code for state in states}]
    if lacking:
        notes.append(say("measures.not_in_register", codes=" ".join(lacking)))
    round_number = facts.beside.round_number if facts.beside else 1
    notes.append(
        say("measures.note", year=facts.fiscal_year_be + 1, months=6 * round_number, line=line_text(facts.line))
    )
    return " · ".join(notes)


def _record(state: ItemState) -> dict[str, object]:
    planned = [one.measure.measure_id for one in state.entries if one.measure]
    return {"code": state.item.item_code, "state": state.state, "measures": list(dict.fromkeys(planned))}


def state_cell(facts: BriefFacts, code: str, *, is_wide: bool = True) -> Cell:
    """Return an item's state with who answers for its measures, on one line where the column is wide."""
    state = states_of(facts).get(code)
    if state is None:
        return cell(Run(text=say("measures.not_listed"), tone="muted"))
    mark, tone = OF_STATE[state.state]
    units = list(dict.fromkeys(one.measure.unit_th for one in state.entries if one.measure and one.measure.unit_th))
    chip = Run(text=state.state_th, mark=mark, tone=tone, bold=True)
    owner = Run(text=_short(" · ".join(units)) or say("measures.no_owner"), tone="muted")
    if state.state == "no_measure":
        return cell(chip)
    return cell(line(chip, Run(text=" "), owner)) if is_wide else cell(chip, owner)
