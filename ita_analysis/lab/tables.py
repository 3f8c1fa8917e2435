"""How the answers of the analyst's room stand in a table: the first rows of a frame under Thai heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ita_analysis.brief.blocks import Cell, Column, Run, Table, cell, row
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.sentences import decimal, gap_text, line_text, say, score_text, two_places
from ita_analysis.brief.wording import change_cell, is_missing, place_text
from ita_analysis.framework.codes import TOTAL
from ita_analysis.lab.words import tell

MOST_BESIDE = 5  # peers that stand beside an agency on a page
MOST_ROWS = 60  # of a frame that a table shows; the frame holds all
ROOMY = 15  # rows that stand wide apart

Given = dict[str, Any]


def shown_of(frame: pd.DataFrame) -> list[Given]:
    """Return the rows that a table shows, by column name."""
    return records_of(frame.head(MOST_ROWS))


def table(
    title: str, columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]], count: int, note: str = ""
) -> Table:
    """Return a table that says how many of `count` rows it shows."""
    cut = tell("shown.of_rows", shown=len(rows), all=f"{count:,}") if len(rows) < count else ""
    said = " · ".join(filter(None, [cut, note]))
    made = tuple(row(*cells) for cells in rows)
    return Table(title=title, level=3, columns=tuple(columns), rows=made, note=said, dense=len(rows) > ROOMY)


def _mark(frame: pd.DataFrame) -> str:
    """Return the word for a table whose scores are all made up; where some are, each row says so itself."""
    return tell("shown.made_up") if len(frame) and frame["is_synthetic"].all() else ""


def frameworks(found: pd.DataFrame, title: str, note: str) -> Table:
    """Return what was read, by scheme and year."""
    rows: list[list[str | Cell]] = [
        [
            cell(Run(text=str(one["scheme"]), bold=True)),
            str(one["fiscal_year_be"]),
            tell("shown.made_up" if one["is_synthetic"] else "shown.real"),
            f"{one['n_agencies']:,}",
        ]
        for one in shown_of(found)
    ]
    columns = [
        Column(label=tell("shown.scheme")),
        Column(label=tell("shown.year"), align="right", width=20),
        Column(label=tell("shown.kind"), width=40),
        Column(label=tell("shown.agencies"), align="right", width=30),
    ]
    return table(title, columns, rows, len(found), note)


def scores(frame: pd.DataFrame, title: str, *, line: float | None = None) -> Table:
    """Return scores of any agencies and years; with a line also how far each lies from it."""
    rows: list[list[str | Cell]] = []
    mark = _mark(frame)
    for one in shown_of(frame):
        cells: list[str | Cell] = [
            _named(one["agency_name_th"], one["agency_code"], one["is_synthetic"] and not mark),
            str(one["fiscal_year_be"]),
            code_cell(str(one["code"])),
            _figure(one["score"]) if line is None else score_text(one["score"], line=line),
        ]
        rows.append(cells if line is None else [*cells, gap_text(float(one["score"]), line)])
    columns = [
        Column(label=tell("shown.agency")),
        Column(label=tell("shown.year"), align="right", width=16),
        Column(label=tell("shown.code"), width=18),
        Column(label=tell("shown.score"), align="right", width=20),
    ]
    if line is not None:
        columns.append(Column(label=tell("shown.gap", line=line_text(line)), align="right", width=20))
    return table(title, columns, rows, len(frame), mark)


def changes(facts: BriefFacts, frame: pd.DataFrame, title: str) -> Table:
    """Return the scores of an agency beside the year before."""
    rows: list[list[str | Cell]] = [
        [
            code_cell(str(one["code"])),
            str(one["topic_th"]),
            _figure(one["score"]),
            _figure(one["previous_score"]),
            change_cell(one),
        ]
        for one in shown_of(frame)
    ]
    columns = [
        Column(label=tell("shown.code"), width=14),
        Column(label=tell("shown.about")),
        Column(label=tell("shown.score"), align="right", width=18),
        Column(label=tell("shown.before", year=facts.fiscal_year_be - 1), align="right", width=18),
        Column(label=tell("shown.change"), align="right", width=32),
    ]
    return table(title, columns, rows, len(frame), tell("shown.year_note"))


def standing(frame: pd.DataFrame, title: str) -> Table:
    """Return how an agency stands among its peers, code by code."""
    rows: list[list[str | Cell]] = [
        [
            code_cell(str(one["code"])),
            str(one["topic_th"]),
            _figure(one["score"]),
            _figure(one["median"]),
            place_text(one),
            _open_places(one),
        ]
        for one in shown_of(frame)
    ]
    columns = [
        Column(label=tell("shown.code"), width=14),
        Column(label=tell("shown.about")),
        Column(label=tell("shown.score"), align="right", width=18),
        Column(label=tell("shown.median"), align="right", width=18),
        Column(label=tell("shown.place"), align="right", width=18),
        Column(label=tell("shown.places_open"), align="right", width=24),
    ]
    return table(title, columns, rows, len(frame), tell("shown.peers_note"))


def places(frame: pd.DataFrame, title: str, own: str = "") -> Table:
    """Return the agencies of a group by place, the chosen one marked wherever it stands."""
    first = frame.head(MOST_ROWS)
    if own and own not in set(first["agency_code"]):
        first = pd.concat([frame.head(MOST_ROWS - 1), frame[frame["agency_code"] == own]])
    rows: list[list[str | Cell]] = [
        [
            place_text(one),
            _named(one["agency_name_th"], one["agency_code"], False, bold=one["agency_code"] == own),
            _figure(one["score"]),
            _open_places(one),
        ]
        for one in records_of(first)
    ]
    columns = [
        Column(label=tell("shown.place"), align="right", width=20),
        Column(label=tell("shown.agency")),
        Column(label=tell("shown.score"), align="right", width=20),
        Column(label=tell("shown.places_open"), align="right", width=28),
    ]
    note = " · ".join(filter(None, [_mark(frame), tell("shown.rank_note")]))
    return table(title, columns, rows, len(frame), note)


def side_by_side(frame: pd.DataFrame, names: dict[str, str], title: str) -> Table:
    """Return the scores of some agencies beside each other, the widest apart first."""
    rows: list[list[str | Cell]] = [
        [
            code_cell(str(one["code"])),
            str(one["topic_th"]),
            *[_figure(one[agency]) for agency in names],
            _figure(one["spread_points"]),
        ]
        for one in shown_of(frame)
    ]
    columns = [
        Column(label=tell("shown.code"), width=14),
        Column(label=tell("shown.about")),
        *[Column(label=f"{name} ({code})", align="right", width=24) for code, name in names.items()],
        Column(label=tell("shown.spread"), align="right", width=22),
    ]
    return table(title, columns, rows, len(frame), tell("shown.agencies_note"))


def code_cell(code: str) -> Cell:
    """Return a code in bold, the total by its word."""
    return cell(Run(text=say("common.total_code") if code == TOTAL else code, bold=True))


def _named(name: str, code: str, is_marked: bool, *, bold: bool = False) -> Cell:
    """Return an agency's name and code, marked as made up where the table as a whole does not say so."""
    lines: list[str | Run] = [Run(text=f"{name} ({code})", bold=bold, tone="accent" if bold else "ink")]
    if is_marked:
        lines.append(Run(text=tell("shown.made_up"), tone="muted"))
    return cell(*lines)


def _figure(value: Any) -> str:
    return say("common.nothing") if is_missing(value) else str(two_places(decimal(float(value))))


def _open_places(one: Given) -> str:
    if is_missing(one["place_low"]):
        return say("common.nothing")
    return tell("shown.places_range", low=int(one["place_low"]), high=int(one["place_high"]))
