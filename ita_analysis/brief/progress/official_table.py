"""The official table of measures: which items share measures, what stands in full where, and which cells are merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ita_analysis.brief.blocks import Official, OfficialCell, OfficialGroup, OfficialPart
from ita_analysis.brief.progress import official_cells as cells
from ita_analysis.brief.progress.facts import ReportFacts
from ita_analysis.brief.sentences import line_text, say, say_all
from ita_analysis.measures.claims import Judged
from ita_analysis.measures.model import Evidence, Item

WIDTHS = (45.0, 41.0, 68.0, 72.0, None)  # millimetres
MEASURE, RESULT, EVIDENCE = 2, 3, 4  # columns
Grid = list[list[OfficialCell | None]]


@dataclass(frozen=True)
class Entry:
    """One row of measures: in full, or only a hint at the item where it stands in full (`full_at`)."""

    judged: Judged
    full_at: str = ""

    @property
    def place(self) -> tuple[int, str]:
        """Return where it stands among the others of its item: by position, then key."""
        measure, result = self.judged.measure, self.judged.result
        first = measure.position if measure else result.position if result else None
        key = measure.measure_id if measure else result.result_id if result else ""
        return (10**9 if first is None else first, key)


def official_table(facts: ReportFacts) -> Official:
    """Return every item, measure and result of the round once, grouped by instrument and indicator.

    Neighbours of one indicator with the same measures and unplanned results form a part with shared cells; otherwise a
    measure stands in full at its first item. Items that need nothing and have nothing stand together in one row.
    """
    first_place: dict[int, str] = {}
    groups = []
    for heading, items in _groups(facts):
        parts = [_part(facts, run, first_place) for run in _runs(facts, items)]
        if idle := [item for item in items if _is_idle(facts, item)]:
            cell = cells.idle_cell(facts, idle, len(WIDTHS))
            row = (cell, *[None] * (len(WIDTHS) - 1))
            parts.append(OfficialPart(codes=tuple(item.item_code for item in idle), grid=(row,)))
        groups.append(OfficialGroup(heading=heading, parts=tuple(parts)))
    return Official(
        title=say("official.title"),
        columns=tuple(say_all("official.columns")),
        widths=WIDTHS,
        groups=tuple(groups),
        note=say("official.note", line=line_text(facts.line)),
    )


def _groups(facts: ReportFacts) -> Iterator[tuple[str, list[Item]]]:
    """Yield the heading and items of each indicator, in the order of their first items."""
    found: dict[tuple[str, tuple[str, ...]], list[Item]] = {}
    for item in facts.items:
        found.setdefault((facts.instrument_of(item), facts.indicators_of(item)), []).append(item)
    for (instrument, indicators), items in found.items():
        yield cells.heading(facts, instrument, indicators), items


def _entries_of(facts: ReportFacts, item: Item) -> tuple[Judged, ...]:
    return tuple(one for one in facts.judgement.entries if item.item_code in one.item_codes)


def _is_idle(facts: ReportFacts, item: Item) -> bool:
    """Return whether an item needs no measure and has none."""
    return item.reason != "below" and not _entries_of(facts, item) and not item.issue_th


def _runs(facts: ReportFacts, items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield neighbours with the same measures and unplanned results together."""
    run: list[Item] = []
    for item in items:
        if _is_idle(facts, item):
            continue
        own = _entries_of(facts, item)
        if run and own and own == _entries_of(facts, run[-1]):
            run.append(item)
            continue
        if run:
            yield run
        run = [item]
    if run:
        yield run


def _part(facts: ReportFacts, items: list[Item], first_place: dict[int, str]) -> OfficialPart:
    entries = []
    for judged in _entries_of(facts, items[0]):
        full_at = first_place.setdefault(id(judged), items[0].item_code)
        entries.append(Entry(judged, "" if full_at == items[0].item_code else full_at))
    entries.sort(key=lambda entry: entry.place)
    codes = tuple(item.item_code for item in items)
    return OfficialPart(codes=codes, grid=tuple(tuple(row) for row in _grid(facts, items, entries)))


def _grid(facts: ReportFacts, items: list[Item], entries: list[Entry]) -> Grid:
    """Return the part's cells: items at the left, measures and results beside them, evidence at the right."""
    has_band = len(items) > 1
    height = max(len(items), len(entries), 1) + has_band
    grid: Grid = [[None] * len(WIDTHS) for _ in range(height)]
    top = 0
    for number, (item, span) in enumerate(zip(items, _spans(height - has_band, len(items)), strict=True)):
        rows = span + (has_band and number == 0)
        grid[top][0] = cells.item_cell(facts, item).model_copy(update={"rows": rows})
        grid[top][1] = cells.issue_cell(item).model_copy(update={"rows": rows})
        top += rows
    if has_band:
        grid[0][MEASURE] = cells.band_cell([item.item_code for item in items])
    if not entries:
        _without_entries(grid, items[0], height, has_band)
        return grid
    spans = _spans(height - has_band, len(entries))
    _fill_measures(facts, grid, entries, spans, int(has_band))
    _fill_evidence(facts, grid, entries, spans, int(has_band))
    return grid


def _without_entries(grid: Grid, item: Item, height: int, has_band: bool) -> None:
    grid[int(has_band)][MEASURE] = cells.no_measure_cell(item).model_copy(update={"rows": height - has_band})
    grid[int(has_band)][RESULT] = OfficialCell(rows=height - has_band)
    grid[0][EVIDENCE] = OfficialCell(rows=height)


def _fill_measures(facts: ReportFacts, grid: Grid, entries: list[Entry], spans: list[int], top: int) -> None:
    """Put measures and results in place; a measure with several results reaches over all of them."""
    at = 0
    while at < len(entries):
        judged = entries[at].judged
        end = at + 1
        while judged.measure and end < len(entries) and entries[end].judged.measure is judged.measure:
            end += 1
        grid[top][MEASURE] = cells.measure_cell(facts, entries[at].judged, entries[at].full_at).model_copy(
            update={"rows": sum(spans[at:end])}
        )
        for entry, span in zip(entries[at:end], spans[at:end], strict=True):
            grid[top][RESULT] = cells.result_cell(facts, entry.judged, entry.full_at).model_copy(update={"rows": span})
            top += span
        at = end


def _fill_evidence(facts: ReportFacts, grid: Grid, entries: list[Entry], spans: list[int], top: int) -> None:
    """Put each piece of evidence beside all the results of the part that it serves; what overlaps shares a cell."""
    reach: dict[str, list[int]] = {}
    pieces = {}
    for number, entry in enumerate(entries):
        for one in () if entry.full_at else _evidence_of(facts, entry.judged):
            pieces[one.evidence_id] = one
            reach.setdefault(one.evidence_id, []).append(number)
    ranges: list[tuple[int, int, list[str]]] = []
    for key, at in sorted(reach.items(), key=lambda pair: (pair[1][0], pair[0])):
        if ranges and at[0] <= ranges[-1][1]:
            first, last, held = ranges[-1]
            ranges[-1] = (first, max(last, at[-1]), [*held, key])
        else:
            ranges.append((at[0], at[-1], [key]))
    row_of = [top + sum(spans[:number]) for number in range(len(spans) + 1)]
    free = 0  # the first row without evidence cell
    for first, last, held in ranges:
        start = 0 if first == 0 else row_of[first]
        if start > free:
            grid[free][EVIDENCE] = OfficialCell(rows=start - free)
        cell = cells.evidence_cell(facts, [pieces[key] for key in held])
        grid[start][EVIDENCE] = cell.model_copy(update={"rows": row_of[last + 1] - start})
        free = row_of[last + 1]
    if free < len(grid):
        grid[free][EVIDENCE] = OfficialCell(rows=len(grid) - free)


def _evidence_of(facts: ReportFacts, judged: Judged) -> Iterator[Evidence]:
    """Yield the evidence of a result and of the results of round 1 that stand beside it."""
    yield from judged.evidence
    for one in facts.judgement.earlier:
        if judged.measure is not None and one.measure is judged.measure:
            yield from one.evidence


def _spans(total: int, parts: int) -> list[int]:
    """Return `parts` numbers of rows that sum to `total`, as even as can be, the larger ones first.

    >>> _spans(6, 4)
    [2, 2, 1, 1]
    """
    return [total // parts + (number < total % parts) for number in range(parts)]
