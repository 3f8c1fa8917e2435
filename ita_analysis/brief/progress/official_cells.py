"""What stands in each cell of the official table, in words by rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

from ita_analysis.brief.blocks import Line, Mark, OfficialCell, Run, Tone, line
from ita_analysis.brief.evidence_photos import dated, photo_of
from ita_analysis.brief.progress.facts import ReportFacts
from ita_analysis.brief.sentences import listing, say
from ita_analysis.measures.cells import shortest
from ita_analysis.measures.claims import Judged
from ita_analysis.measures.model import Evidence, Item, Measure, Result
from ita_analysis.thai.dates import thai_date

MARK_TONES: dict[str, Tone] = {"proven": "above", "shown": "waiting", "claimed": "waiting", "none": "below"}


def heading(facts: ReportFacts, instrument: str, indicators: tuple[str, ...]) -> str:
    """Return the heading over the items of an indicator, an open one with all that it may be."""
    rules = facts.framework
    known = rules.instrument.get(instrument) if rules else None
    group = known.short_th if known else say(f"respondents_plain.{instrument}")
    if rules is None or not indicators:
        return say("official.heading_plain", instrument=instrument, group=group)
    if len(indicators) == 1 and indicators[0] in rules.indicator:
        named = say("official.indicator", code=indicators[0], name=rules.indicator[indicators[0]].name_th)
    else:
        named = say("official.indicator_open", codes=listing(list(indicators)))
    return say("official.heading", instrument=instrument, group=group, indicators=named)


def score_of(item: Item) -> str:
    """Return an item's score with two decimals, or with all that it has."""
    if item.score is None:
        return ""
    return f"{item.score:.2f}" if round(item.score, 2) == item.score else shortest(item.score)


def item_cell(facts: ReportFacts, item: Item) -> OfficialCell:
    """Return code and score, what the item asks, and whether its figure should be checked."""
    score = score_of(item)
    said = say("official.score", score=score) if score else say("official.no_score")
    is_below = item.reason == "below"
    tone: Tone = "below" if is_below else "ink"
    lines: list[Line] = [line(Run(text=f"{item.item_code} ", bold=True), Run(text=said, bold=True, tone=tone))]
    if is_below:
        lines[0] = (*lines[0], Run(text=" ▼", tone="below"))
    lines.append(line(item.item_text_th or item.topic_th or say("official.no_text")))
    if item.score_doubt_th:
        lines.append(line(Run(text=say("official.doubt"), tone="waiting")))
    return OfficialCell(lines=(*lines, *_notes(facts, item.item_code)))


def issue_cell(item: Item) -> OfficialCell:
    """Return what should improve."""
    return OfficialCell(lines=tuple(_paragraphs(item.issue_th)))


def idle_cell(facts: ReportFacts, items: Sequence[Item], columns: int) -> OfficialCell:
    """Return the items that need no measure and have none, in one row."""
    told = [
        " ".join(filter(None, [item.item_code, item.topic_th or item.item_text_th, score_of(item)])) for item in items
    ]
    lines = (line(Run(text=say("official.others"), tone="muted")), line(" · ".join(told)))
    notes = tuple(note for item in items for note in _notes(facts, item.item_code))
    return OfficialCell(lines=(*lines, *notes), columns=columns)


def band_cell(codes: Sequence[str]) -> OfficialCell:
    """Return the band that says which items share the measures below."""
    said = say("official.band", codes=listing(list(codes)))
    return OfficialCell(lines=(line(Run(text=said, tone="accent", bold=True)),), columns=2, band=True)


def no_measure_cell(item: Item) -> OfficialCell:
    """Return that an item has no measure: red where it needs one."""
    tone: Tone = "below" if item.reason == "below" else "muted"
    return OfficialCell(lines=(line(Run(text=say("official.no_measure"), tone=tone, bold=tone == "below")),))


def measure_cell(facts: ReportFacts, judged: Judged, full_at: str) -> OfficialCell:
    """Return the plan with who, when and how success is counted, or where it stands in full."""
    measure = judged.measure
    if measure is None:
        return OfficialCell(lines=(line(Run(text=say("official.outside"), tone="muted")),))
    if full_at:
        said = say("official.see_measure", key=_number(measure) or measure.measure_id, code=full_at)
        return OfficialCell(lines=(line(Run(text=said, tone="muted")),))
    lines = _numbered(_number(measure), measure.measure_th)
    if details := " · ".join(_details(measure)):
        lines.append(line(Run(text=details, tone="muted")))
    return OfficialCell(lines=(*lines, *_notes(facts, measure.measure_id)))


def result_cell(facts: ReportFacts, judged: Judged, full_at: str) -> OfficialCell:
    """Return the mark of proof with the relation to the plan, what was done, and why the mark; round 1 beside it."""
    if full_at:
        measure, result = judged.measure, judged.result
        key = "official.see_result" if measure else "official.see_outside"
        said = say(key, code=full_at, key=result.printed_no or result.result_id if result else "")
        return OfficialCell(lines=(line(Run(text=said, tone="muted")),))
    name = cast(Mark, judged.proof.name)
    word = judged.proof.legend_th if name == "none" else judged.relation_th
    lines: list[Line] = [line(Run(text=word, mark=name, tone=MARK_TONES[name], bold=True))]
    if judged.result is not None:
        lines += _numbered(_number(judged.result), judged.result.result_th)
        if done := " · ".join(_done(judged.result, judged.reason_th)):
            lines.append(line(done))
    lines.append(line(Run(text=judged.reason_th, tone="muted")))
    key = judged.result.result_id if judged.result else ""
    return OfficialCell(lines=(*lines, *_notes(facts, key), *_earlier(facts, judged)))


def _earlier(facts: ReportFacts, judged: Judged) -> Iterator[Line]:
    """Yield the results of round 1 with their notes, beside the first of the later results of their measure."""
    of_measure = (one for one in facts.judgement.entries if one.measure is judged.measure)
    if judged.measure is None or next(of_measure) is not judged:
        return
    for one in facts.judgement.earlier:
        if one.result and one.measure is judged.measure:
            said = say("official.earlier", text=one.result.result_th)
            yield line(Run(text=said, mark=cast(Mark, one.proof.name), tone="muted"))
            yield from _notes(facts, one.result.result_id)


def evidence_cell(facts: ReportFacts, pieces: Sequence[Evidence]) -> OfficialCell:
    """Return the pictures with their captions, and what is only described."""
    lines: list[Line] = []
    photos = []
    for one in pieces:
        caption = one.caption_th or one.kind
        if photo := photo_of(facts.pictures, one):
            photos.append(photo)
        elif one.basis == "printed":
            lines.append(line(Run(text=dated(say("official.printed", kind=one.kind, caption=caption), one))))
        else:
            lines.append(line(Run(text=say("official.no_file", kind=one.kind, caption=caption), tone="muted")))
        lines += _notes(facts, one.evidence_id)
    return OfficialCell(lines=tuple(lines), photos=tuple(photos))


_OWN_KEY = re.compile("M[0-9]{3,}")  # of a measure typed into our form; keys of imported tables say nothing to a reader


def _number(row: Measure | Result) -> str:
    """Return the number that stands before a text: as printed, else the key by which others refer to a measure."""
    if printed := row.printed_no.strip("-– ."):
        return printed
    return row.measure_id if isinstance(row, Measure) and _OWN_KEY.fullmatch(row.measure_id) else ""


def _numbered(number: str, text: str) -> list[Line]:
    parts = list(_paragraphs(text)) or [line(Run(text=say("official.no_text"), tone="muted"))]
    if not number:
        return parts
    key = "official.numbered" if number.isdecimal() else "official.keyed"
    first = parts[0][0]
    return [
        line(Run(text=say(key, number=number, key=number, text=first.text), tone=first.tone)),
        *parts[1:],
    ]


def _paragraphs(text: str) -> Iterator[Line]:
    yield from (line(part) for part in text.splitlines() if part.strip())


def _details(measure: Measure) -> Iterator[str]:
    if measure.unit_th:
        yield say("official.unit", unit=measure.unit_th)
    if measure.due_date:
        yield say("official.due", day=thai_date(measure.due_date))
    if measure.indicator_th or measure.target is not None:
        target = "" if measure.target is None else shortest(measure.target)
        said = say("official.target", indicator=measure.indicator_th, target=target, unit=measure.target_unit)
        yield " ".join(said.split())
    if measure.budget_baht is not None:
        yield say("official.budget", baht=f"{measure.budget_baht:,}")


def _done(result: Result, reason: str) -> Iterator[str]:
    """Yield day, number and document of a result as far as the reason of its mark does not name them."""
    if result.done_date and thai_date(result.done_date) not in reason:
        yield say("official.done", day=thai_date(result.done_date))
    counted = "" if result.quantity is None else f"{shortest(result.quantity)} {result.quantity_unit}".strip()
    if counted and counted not in reason:
        yield say("official.quantity", quantity=counted).strip()
    if result.document and result.document not in reason:
        yield say("official.document", document=result.document)


def _notes(facts: ReportFacts, key: str) -> list[Line]:
    return [line(Run(text=note, tone="muted")) for note in facts.notes_of.get(key, ())] if key else []
