"""What the total would be if some items rose: their weight, not a promise."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ita_analysis.analysis.priority import by_priority
from ita_analysis.brief.blocks import Block, Column, Run, Table, cell, row
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.sentences import decimal, listing, say, score_text, signed, two_places
from ita_analysis.brief.wording import is_missing, score_cell, topic_cell
from ita_analysis.framework.weights import points_of_total
from ita_analysis.lab import views
from ita_analysis.lab.index import known_code
from ita_analysis.lab.words import tell


def raised(facts: BriefFacts, codes: Sequence[str], target: float) -> pd.DataFrame:
    """Return the items of `codes` with what the total gains if each reaches its target, most first (`by_priority`).

    Raises:
        UnknownNameError: an item has no score this year; it names the nearest.
    """
    known = views.item_codes(facts)
    wanted = [known_code(code, known) for code in codes]
    rows = facts.now[facts.now["code"].isin(wanted)]
    return by_priority(rows, facts.points, line=target, framework=facts.framework)


def what_if(facts: BriefFacts, codes: Sequence[str], target: float) -> Block:
    """Return the table of `raised`, headed by what becomes of the total; a sentence where no item is named.

    Raises:
        UnknownNameError: as `raised`.
    """
    if not codes:
        some = " ".join(facts.below["code"].head(2)) or " ".join(views.item_codes(facts)[:2])
        return views.sentence(tell("what_if.nothing"), tell("what_if.nothing_fix", codes=some))
    table = raised(facts, codes, target)
    rows = [
        row(
            cell(Run(text=str(record["code"]), bold=True)),
            topic_cell(facts, str(record["code"])),
            score_cell(facts, str(record["code"]), float(record["score"])),
            _points(record["points_to_target"]),
        )
        for record in records_of(table)
    ]
    columns = (
        Column(label=tell("shown.code"), width=12),
        Column(label=tell("shown.about")),
        Column(label=tell("shown.score"), align="right", width=20),
        Column(label=tell("what_if.points"), align="right", width=28),
    )
    return Table(
        title=_title(facts, table), level=3, role="what_if", columns=columns, rows=tuple(rows), note=_note(facts, table)
    )


def _points(points: float) -> str:
    return say("common.unknown") if is_missing(points) else signed(two_places(decimal(points)))


def _title(facts: BriefFacts, table: pd.DataFrame) -> str:
    codes = listing([str(code) for code in table["code"]])
    if table["points_to_target"].isna().any():
        return tell("what_if.title_unknown", codes=codes)
    gain = float(table["points_to_target"].sum())
    points = two_places(decimal(gain))
    if facts.total is None:
        return tell("what_if.title", codes=codes, points=points)
    return tell("what_if.title_total", codes=codes, total=score_text(facts.total + gain), points=points)


def _note(facts: BriefFacts, table: pd.DataFrame) -> str:
    notes = [points_of_total(facts.framework).reason_th]
    if done := [str(code) for code in table.loc[table["points_to_target"] == 0, "code"]]:
        notes.append(tell("what_if.note_already", codes=listing(done)))
    return " · ".join(filter(None, [*notes, tell("what_if.note")]))
