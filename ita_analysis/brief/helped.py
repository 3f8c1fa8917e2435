"""Did it help? Each item's measures and proof beside the change of its score and of its peers; never a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ita_analysis.brief.blocks import Cell, Column, Line, Row, Run, Table, Text, cell, line
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.sentences import say, score_text
from ita_analysis.brief.wording import change_cell, change_text, is_missing
from ita_analysis.measures.claims import ItemState, Judgement


@dataclass(frozen=True)
class Helped:
    """One item: what stands behind it, and how its score moved into the year of the measures."""

    state: ItemState
    code_after: str
    compared: dict[str, Any] | None
    standing: dict[str, Any] | None

    @property
    def is_comparable(self) -> bool:
        """Return whether the two scores may be subtracted."""
        return bool(self.compared and self.compared["is_comparable"])


def helped(judgement: Judgement, after: BriefFacts) -> tuple[Helped, ...]:
    """Return every item with measures or below the line, in the register's order, beside the scores of the year of the measures.

    Args:
        judgement: the register of that year, judged.
        after: facts of the scores of the same year.
    """
    by_previous = {
        str(one["previous_code"]): code for code, one in after.compared.items() if not is_missing(one["previous_code"])
    }
    found = []
    for state in judgement.items:
        if state.state == "no_measure" and state.item.reason != "below":
            continue
        code = by_previous.get(state.item.item_code, "")
        compared = after.compared.get(code)
        found.append(Helped(state, code, compared, after.standing.get(code)))
    return tuple(found)


def helped_table(judgement: Judgement, after: BriefFacts | None, measures_year_be: int) -> Table | Text:
    """Return the table, or the sentence that says when it can be made."""
    year = measures_year_be
    if after is None:
        said = say("helped.waits", year=year)
        return Text(title=say("helped.title_waits", year=year), paragraphs=(line(said),))
    found = helped(judgement, after)
    if not found:
        return Text(title=say("helped.title_waits", year=year), paragraphs=(line(say("helped.none")),))
    columns = (
        Column(label=say("helped.item")),
        Column(label=say("helped.measures"), width=24),
        Column(label=say("helped.before", year=year - 1), align="right", width=14),
        Column(label=say("helped.after", year=year), align="right", width=14),
        Column(label=say("helped.change"), align="right", width=22),
        Column(label=say("helped.peers"), align="right", width=18),
        Column(label=say("helped.beyond"), width=38),
    )
    surely = sum(_direction(one) == "higher" for one in found)
    known = sum(one.is_comparable for one in found)
    title = say("helped.title", year=year, higher=surely, known=known, all=len(found))
    rows = tuple(_row(one) for one in found)
    return Table(title=title, role="helped", columns=columns, rows=rows, note=say("helped.note"))


def _direction(one: Helped) -> str:
    return str(one.compared["direction"]) if one.is_comparable and one.compared else ""


def _row(one: Helped) -> Row:
    item, compared = one.state.item, one.compared
    nothing = cell(Run(text=say("common.nothing"), tone="muted"))
    name: list[Line] = [line(Run(text=item.item_code, bold=True), f" {item.topic_th}")]
    if one.code_after and one.code_after != item.item_code:
        name.append(line(Run(text=say("helped.now_called", code=one.code_after), tone="muted")))
    before = cell(f"{item.score:.2f}" if item.score is not None else say("common.nothing"))
    planned = sum(entry.measure is not None for entry in one.state.entries)
    state = Run(text=one.state.state_th, tone="above" if one.state.state == "proven" else "waiting")
    if compared is None:
        cells = [nothing, nothing, nothing, cell(Run(text=say("helped.not_found"), tone="muted"))]
    else:
        cells = [cell(score_text(compared["score"])), change_cell(compared), _peers(one), _beyond(one)]
    return Row(cells=(Cell(lines=tuple(name)), cell(say("helped.count", count=planned), state), before, *cells))


def _peers(one: Helped) -> Cell:
    typical = one.standing["median_change_points"] if one.standing else None
    if not one.is_comparable or is_missing(typical):
        return cell(Run(text=say("common.nothing"), tone="muted"))
    return cell(change_text(float(typical or 0.0)))


def _beyond(one: Helped) -> Cell:
    """Return whether the change lies beyond that of the peers; without them or without margins that it can't be said."""
    if not one.is_comparable:
        return cell(Run(text=say("helped.incomparable"), tone="muted"))
    standing = one.standing
    if standing is None or is_missing(standing["beyond_points"]):
        return cell(Run(text=say("helped.no_peers"), tone="muted"))
    if not standing["is_beyond_peers"]:
        return cell(say("helped.like_peers"))
    return cell(say("helped.above_peers" if standing["beyond_points"] > 0 else "helped.below_peers"))
