"""Three answers side by side on page 1: what is weak in many agencies, who rose, who fell or is missing."""

from __future__ import annotations

from ita_analysis.brief.blocks import Cell, Column, Row, Run, Table, Text, cell, row
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.city.wording import agency_cell, change_run, median_change, most_moved, nothing_cell
from ita_analysis.brief.sentences import line_text, say, score_text

MOST_ROWS = 5


def _panel(title: str, role: str, columns: tuple[Column, ...], rows: list[Row], note: str = "") -> Table:
    if not rows:
        empty = [cell(Run(text=say("city_panels.nobody"), tone="muted")), *(cell("") for _ in columns[1:])]
        rows = [Row(cells=tuple(empty))]
    return Table(title=title, role=role, form="panel", columns=columns, rows=tuple(rows), note=note)


def weak_panel(facts: CityFacts) -> Table | Text:
    """Return the indicators (items, where no indicator is known) that lie below the line in most agencies."""
    by_item = facts.weak_indicators.empty
    weak = facts.weak_items if by_item else facts.weak_indicators
    weak = weak[weak["n_below"] > 0].head(MOST_ROWS)
    if not facts.has_heat:
        return Text()
    rows = []
    for code, known, below, again in weak[["code", "n_agencies", "n_below", "n_repeated"]].itertuples(index=False):
        name = facts.topic_th(str(code)) if by_item else facts.indicator_name(str(code))
        rows.append(
            row(
                cell(f"{code} {name}".strip()),
                cell("", bar=below / known),
                cell(Run(text=f"{below:,}", bold=True)),
                cell(Run(text=f"{again:,}", tone="muted")) if len(facts.before) else nothing_cell(),
            )
        )
    columns = (
        Column(label=say("city_panels.item" if by_item else "city_panels.indicator")),
        Column(label=say("city_panels.share"), width=15),
        Column(label=say("city_panels.count"), align="right", width=9),
        Column(label=say("city_panels.again"), align="right", width=15),
    )
    key = "city_panels.weak_items" if by_item else "city_panels.weak"
    return _panel(say(key, line=line_text(facts.line)), "weak_items" if by_item else "weak_indicators", columns, rows)


def risen_panel(facts: CityFacts) -> Table | Text:
    """Return the agencies whose total rose most beyond chance; the lowest totals where nothing compares."""
    if not facts.has_heat:
        return Text()
    if not facts.has_changes:
        return _lowest_panel(facts)
    risen = facts.moved("higher")
    note = say("city_panels.median", change=median_change(facts))
    columns = _moved_columns(min(MOST_ROWS, len(risen)), len(risen))
    rows = [_moved_row(facts, code, down=False) for code in risen.index[:MOST_ROWS]]
    return _panel(say("city_panels.risen"), "agencies", columns, rows, note)


def fallen_panel(facts: CityFacts) -> Table | Text:
    """Return the agencies that fell beyond chance, then those that rose surely less than the others' median.

    Where nothing compares: the agencies without scores.
    """
    if not facts.has_heat:
        return Text()
    if not facts.has_changes:
        return _missing_panel(facts)
    fallen, behind = facts.moved("lower"), facts.behind
    codes = [*fallen.index, *behind.index]
    note = say("city_panels.fallen_note", down=f"{len(fallen):,}", behind=f"{len(behind):,}")
    columns = _moved_columns(min(MOST_ROWS, len(codes)), len(codes))
    rows = [_moved_row(facts, code, down=True) for code in codes[:MOST_ROWS]]
    return _panel(say("city_panels.fallen"), "agencies", columns, rows, note)


def _moved_columns(shown: int, everyone: int) -> tuple[Column, ...]:
    return (
        Column(label=say("city_panels.shown", shown=shown, all=f"{everyone:,}"), width=29),
        Column(label=say("city_panels.most")),
        Column(label=say("city_panels.total"), align="right", width=15),
    )


def _moved_row(facts: CityFacts, code: str, *, down: bool) -> Row:
    most = cell(Run(text=most_moved(facts, code, down=down), tone="muted"))
    return row(agency_cell(facts, code), most, cell(change_run(facts, code)))


def _lowest_panel(facts: CityFacts) -> Table:
    lowest = facts.agencies.dropna(subset=["total"]).sort_values("total", kind="stable")
    rows = [
        row(
            agency_cell(facts, str(code)),
            cell(f"{below:,}"),
            cell(Run(text=score_text(total, line=facts.line), bold=True)),
        )
        for code, total, below in lowest[["total", "n_below"]].head(MOST_ROWS).itertuples()
    ]
    columns = (
        Column(label=say("city_panels.shown", shown=len(rows), all=f"{len(lowest):,}")),
        Column(label=say("city_panels.below", line=line_text(facts.line)), align="right", width=20),
        Column(label=say("city_panels.total"), align="right", width=18),
    )
    return _panel(say("city_panels.lowest"), "agencies", columns, rows, _why_no_change(facts))


def _why_no_change(facts: CityFacts) -> str:
    reasons = facts.agencies.loc[facts.agencies["previous_total"].notna(), "reason_th"]
    if reasons.empty:
        return say("city_panels.no_prior", year=facts.fiscal_year_be - 1)
    return say("city_panels.not_comparable", reason=reasons.iloc[0])


def _missing_panel(facts: CityFacts) -> Table:
    codes = list(facts.missing)[:MOST_ROWS]
    cells: list[list[Cell]] = [
        [agency_cell(facts, code), cell(Run(text=missing_state(facts, code), tone="muted"))] for code in codes
    ]
    columns = (
        Column(label=say("city_panels.shown", shown=len(codes), all=f"{len(facts.missing):,}")),
        Column(label=say("city_panels.state"), width=40),
    )
    return _panel(say("city_panels.missing"), "missing", columns, [Row(cells=tuple(made)) for made in cells])


def missing_state(facts: CityFacts, code: str) -> str:
    """Return why an agency has no scores here."""
    return say("city_missing.state_refused" if code in facts.refused else "city_missing.state_none")
