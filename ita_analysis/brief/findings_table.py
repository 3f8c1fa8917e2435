"""The findings, worst first: what each item scored, against the line, last year and the peers; documents apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ita_analysis.analysis.findings import FULL_SCORE
from ita_analysis.brief.blocks import Cell, Column, Line, Row, Run, Table, Text, cell, group_row, line
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.headline import repeated
from ita_analysis.brief.measures_table import state_cell, states_of
from ita_analysis.brief.sentences import count_word, decimal, gap_text, line_text, say, score_text, signed, two_places
from ita_analysis.brief.wording import (
    change_cell,
    group_name,
    is_few,
    is_missing,
    place_text,
    score_cell,
    shown_score,
    survey_of,
    topic_cell,
)

MOST_ROWS = 10  # findings on a page; the rest stands in the annex


@dataclass(frozen=True)
class _Shown:
    """Which columns the facts can fill; an empty one is left out and the note says why."""

    respondents: bool
    previous: bool
    place: bool
    effect: bool
    measure: bool = False

    @property
    def remark(self) -> bool:
        return not (self.previous or self.place or self.effect or self.measure)

    @property
    def people(self) -> bool:
        """Return whether there is room for the number of respondents, which stands in the annex too."""
        return self.respondents and not (self.measure and self.previous)


def findings_table(facts: BriefFacts) -> Table | Text:
    """Return the findings as a table of at most ten rows, all of them as records; a sentence where there is none."""
    shown = line_text(facts.line)
    if facts.below.empty and not facts.documents_missing:
        paragraphs: list[Line] = []
        if len(facts.items):
            paragraphs.append(line(say("findings.none", assessed=len(facts.items), line=shown)))
        title = say("findings.none_title", line=shown) if len(facts.items) else say("findings.unknown_title")
        return Text(title=title, paragraphs=(*paragraphs, line(documents_sentence(facts))))
    codes = facts.below["code"].tolist()
    has = _Shown(
        respondents=bool(facts.below["respondents"].notna().any()),
        previous=any(not is_missing(facts.compared[code]["previous_score"]) for code in codes),
        place=any(code in facts.standing for code in codes),
        effect=any(not is_missing(facts.priorities[code]["points_to_target"]) for code in facts.priorities),
        measure=bool(states_of(facts)),
    )
    rows = [_finding_row(facts, record, has) for record in records_of(facts.below.head(MOST_ROWS))]
    rows.append(group_row(documents_sentence(facts)))
    rows += [_document_row(facts, code, has) for code in (facts.documents_missing or [])[:MOST_ROWS]]
    return Table(
        title=_title(facts, shown),
        role="findings",
        columns=_columns(facts, has, shown),
        rows=tuple(rows),
        note=_note(facts, has),
        records=tuple(finding_records(facts)),
    )


def _columns(facts: BriefFacts, has: _Shown, shown: str) -> tuple[Column, ...]:
    count = facts.group_size
    chosen = [
        (True, Column(label=say("findings.code"), width=10)),
        (True, Column(label=say("findings.topic"))),
        (has.people, Column(label=say("findings.respondents"), align="right", width=13)),
        (True, Column(label=say("findings.score"), align="right", width=16)),
        (True, Column(label=say("findings.gap", line=shown), align="right", width=15)),
        (has.previous, Column(label=say("findings.previous", year=facts.fiscal_year_be - 1), align="right", width=15)),
        (has.previous, Column(label=say("findings.change"), align="right", width=23)),
        (has.place, Column(label=say("findings.place", count=count), align="right", width=15)),
        (has.effect, Column(label=say("findings.effect"), align="right", width=18)),
        (has.measure, Column(label=say("measures.plan"), width=31 if has.previous else 52)),
        (has.remark, Column(label=say("findings.remark"), width=52)),
    ]
    return tuple(column for is_shown, column in chosen if is_shown)


def _title(facts: BriefFacts, shown: str) -> str:
    if facts.below.empty:
        return say("findings.documents_title", line=shown)
    worst = facts.below.iloc[0]
    gap = gap_text(worst["score"], facts.line).lstrip("−")
    if len(facts.below) == 1:
        return say("findings.title_one", code=worst["code"], line=shown, gap=gap)
    return say("findings.title", count=count_word(len(facts.below)), code=worst["code"], line=shown, gap=gap).strip()


def _note(facts: BriefFacts, has: _Shown) -> str:
    notes = []
    if len(facts.below) > MOST_ROWS:
        notes.append(say("findings.note_rest", shown=MOST_ROWS, count=len(facts.below)))
    if not has.respondents and len(facts.below):
        notes.append(say("findings.note_respondents"))
    if has.previous and has.respondents:
        notes.append(say("findings.note_words"))
    if has.effect:
        notes.append(say("findings.note_effect", line=line_text(facts.line)))
    if any(code in facts.doubtful for code in facts.below["code"]):
        notes.append(say("findings.note_doubt"))
    return " · ".join(notes)


def _finding_row(facts: BriefFacts, record: dict[str, Any], has: _Shown) -> Row:
    code, score = str(record["code"]), float(record["score"])
    respondents, compared = record["respondents"], facts.compared[code]
    more: list[Line] = []
    if code in repeated(facts):
        more.append(line(Run(text=say("findings.years_below", count=compared["years_below_line"]), tone="below")))
    if is_few(respondents):
        more.append(line(Run(text=say("common.few"), tone="waiting")))
    cells = [
        (True, cell(Run(text=code, bold=True))),
        (True, topic_cell(facts, code, *more)),
        (has.people, cell(say("common.nothing") if is_missing(respondents) else f"{respondents:,}")),
        (True, score_cell(facts, code, score)),
        (True, cell(gap_text(score, facts.line))),
        (has.previous, _previous_cell(facts, compared)),
        (has.previous, change_cell(compared)),
        (has.place, cell(place_text(facts.standing.get(code)))),
        (has.effect, _effect_cell(facts, code)),
        (has.measure, state_cell(facts, code, is_wide=not has.previous)),
        (has.remark, _remark_cell(facts, code)),
    ]
    return Row(cells=tuple(made for is_shown, made in cells if is_shown))


def _previous_cell(facts: BriefFacts, compared: dict[str, Any]) -> Cell:
    previous = compared["previous_score"]
    if is_missing(previous):
        return cell(Run(text=say("common.nothing"), tone="muted"))
    return cell(Run(text=shown_score(facts, previous), tone="muted"))


def _effect_cell(facts: BriefFacts, code: str) -> Cell:
    """Return the points of the total that the item gains at the line (a document: when it is met), and the class."""
    found = facts.priorities.get(code)
    if found is None or is_missing(found["points_to_target"]):
        return cell(Run(text=say("common.unknown"), tone="muted"))
    gain = signed(two_places(decimal(found["points_to_target"])))
    return cell(gain, Run(text=say(f"effect.{found['class']}"), tone="muted"))


def _remark_cell(facts: BriefFacts, code: str) -> Cell:
    key = "findings.asked_and_doubt" if code in facts.doubtful else "findings.asked_of"
    return cell(say(key, group=group_name(facts, survey_of(facts, code))))


def _document_row(facts: BriefFacts, code: str, has: _Shown) -> Row:
    """Return one document that is not met: met or not, never a gap in points of the line."""
    score = facts.score(code)
    compared = facts.compared.get(code)
    previous = compared["previous_score"] if compared else None
    nothing = cell(Run(text=say("common.nothing"), tone="muted"))
    state = say("documents.missed") if not score else say("documents.partly", score=score_text(score))
    before, word = nothing, nothing
    if not is_missing(previous) and previous is not None:
        was_met = previous >= FULL_SCORE
        before = cell(Run(text=say("documents.met" if was_met else "documents.missed"), tone="muted"))
        word = cell(Run(text=say("documents.new" if was_met else "documents.again"), tone="below"))
    elif compared and compared["reason_th"]:
        word = cell(Run(text=compared["reason_th"], tone="muted"))
    cells = [
        (True, cell(Run(text=code, bold=True))),
        (True, topic_cell(facts, code)),
        (has.people, nothing),
        (True, cell(Run(text=state, tone="below", bold=True))),
        (True, nothing),
        (has.previous, before),
        (has.previous, word),
        (has.place, nothing),
        (has.effect, _effect_cell(facts, code)),
        (has.measure, state_cell(facts, code, is_wide=not has.previous)),
        (has.remark, nothing),
    ]
    return Row(cells=tuple(made for is_shown, made in cells if is_shown))


def finding_records(facts: BriefFacts) -> list[dict[str, Any]]:
    """Return the findings as the manifest carries them (CONTRACT: Output); points rounded to 2 decimals."""
    found = []
    for record in records_of(facts.below):
        compared = facts.compared[str(record["code"])]
        previous, change = compared["previous_score"], compared["change_points"]
        found.append(
            {
                "code": record["code"],
                "score": record["score"],
                "gap_points": float(two_places(decimal(facts.line) - decimal(record["score"]))),
                "previous_score": None if is_missing(previous) else previous,
                "is_comparable": bool(compared["is_comparable"]),
                "change_points": None if is_missing(change) else float(two_places(decimal(change))),
                "few_respondents": is_few(record["respondents"]),
            }
        )
    return found


def documents_sentence(facts: BriefFacts) -> str:
    """Return whether the documents are met, on what that rests."""
    missing = facts.documents_missing
    if missing is None:
        return say("findings.documents_unknown")
    if missing:
        return say("findings.documents_missing", count=len(missing), all=max(facts.document_count, len(missing)))
    if facts.document_count:
        return say("findings.documents_full", basis=say("findings.documents_count", count=facts.document_count))
    kinds = {part.code: part.kind for part in facts.framework.instruments} if facts.framework else {}
    parts = facts.framework.indicators if facts.framework else ()
    full = [part.code for part in parts if kinds[part.instrument] == "documents" and part.code in facts.indicator_codes]
    basis = say("findings.documents_basis", codes=f" {say('common.and')} ".join(full)) if full else ""
    return say("findings.documents_full", basis=basis).strip()
