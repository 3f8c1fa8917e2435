"""Every agency's scores at a glance: a grid of indicators, or, where most are unknown, what is known of each."""

from __future__ import annotations

from ita_analysis.brief.blocks import Cell, Column, Row, Run, Table, Text, cell, row
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.city.wording import (
    agency_cell,
    asked,
    change_run,
    letters,
    nothing_cell,
    number_cell,
    short_name,
)
from ita_analysis.brief.facts import FEW_RESPONDENTS
from ita_analysis.brief.sentences import line_text, say, score_text
from ita_analysis.brief.wording import is_missing

MOST_AGENCIES = 100  # rows of the grid on a page; the annex has all
NARROW_NAME = 15  # letters that the narrow column of names holds


def heat(facts: CityFacts) -> Table | Text:
    """Return agencies × indicators, lowest total first: at most a hundred, those with most items below the line."""
    if not facts.has_heat:
        return Text()
    codes = _heat_codes(facts)
    waiting = list(facts.missing)[: max(0, MOST_AGENCIES - len(codes))]
    names = [short_name({**facts.missing, **facts.names}[code]) for code in (*codes, *waiting)]
    is_narrow = sorted(map(letters, names))[int(len(names) * 0.9)] <= NARROW_NAME
    columns = [
        Column(label=say("heat.rank"), align="right", width=4.8 if is_narrow else 10),
        Column(label=say("heat.agency"), width=24.2 if is_narrow else None),
    ]
    for code in facts.indicator_codes:
        columns.append(Column(label=code, align="right", width=8.72 if is_narrow else 13, group=_group_of(facts, code)))
    columns += [
        Column(label=say("heat.items"), align="right", width=5 if is_narrow else 13),
        Column(label=say("heat.total"), align="right", width=9.8 if is_narrow else 16),
    ]
    places = facts.agencies["total"].rank(method="min")
    rows = [_heat_row(facts, code, places[code]) for code in codes]
    rows += [
        Row(cells=(nothing_cell(), agency_cell(facts, code, tone="muted"), *([nothing_cell()] * (len(columns) - 2))))
        for code in waiting
    ]
    note = _heat_note(facts, codes, bool(waiting))
    title = say("heat.title")
    if len(codes) < len(facts.indicators):
        everyone = f"{len(facts.indicators):,}"
        title = say("heat.title_cut", shown=len(codes), all=everyone, line=line_text(facts.line))
    return Table(title=title, role="agencies", form="heat", columns=tuple(columns), rows=tuple(rows), note=note)


def _group_of(facts: CityFacts, indicator: str) -> str:
    """Return who answers for an indicator, as its column's head says it; empty where not known."""
    found = facts.framework.indicator.get(indicator) if facts.framework else None
    if facts.framework is None or found is None:
        return ""
    if facts.framework.instrument[found.instrument].kind == "documents":
        return say("heat.documents", code=found.instrument)
    return say("heat.asked", group=asked(facts, found.instrument), code=found.instrument)


def _heat_codes(facts: CityFacts) -> list[str]:
    """Return the agencies of the grid in its order."""
    known = facts.agencies[facts.agencies["n_indicators"] > 0]
    worst = known.assign(_least=-known["n_below"]).sort_values(["_least", "total"], kind="stable").head(MOST_AGENCIES)
    return [str(code) for code in worst.sort_values("total", kind="stable").index]


def _heat_row(facts: CityFacts, code: str, place: float) -> Row:
    own = facts.agency(code)
    arrow = {"higher": Run(text="↑", tone="above"), "lower": Run(text="↓", tone="below")}.get(str(own["direction"]))
    total = Run(text=score_text(own["total"], line=facts.line), bold=True) if not is_missing(own["total"]) else None
    return row(
        cell(Run(text="" if is_missing(place) else f"{int(place):,}", tone="muted")),
        agency_cell(facts, code, mark=say("heat.few_mark") if own["n_few"] else ""),
        *(number_cell(facts, float(score)) for score in facts.indicators.loc[code].to_numpy()),
        cell(f"{own['n_below']}") if own["n_items"] else nothing_cell(),
        cell((*([arrow] if arrow else []), total)) if total else nothing_cell(),
    )


def _heat_note(facts: CityFacts, codes: list[str], has_waiting: bool) -> str:
    shown = line_text(facts.line)
    own = facts.agencies.loc[codes]
    names = [(code, facts.indicator_name(code, short=True)) for code in facts.indicator_codes]
    notes = [say("heat.legend", code=code, name=name) for code, name in names if name]
    notes += [say("heat.note_shade", line=shown), say("heat.note_items", line=shown)]
    if own["direction"].isin(["higher", "lower"]).any():
        notes.append(say("heat.note_moved"))
    if (own["n_few"] > 0).any():
        notes.append(say("heat.note_few", few=FEW_RESPONDENTS))
    if has_waiting or facts.indicators.loc[codes].isna().any(axis=None):
        notes.append(say("heat.note_unknown"))
    if len(codes) < len(facts.indicators):
        notes.append(say("heat.note_cut", all=f"{len(facts.indicators):,}"))
    return " · ".join(notes)


def totals(facts: CityFacts) -> Table | Text:
    """Return what is known of each agency where there is no grid: total, the year before, items; lowest total first."""
    if facts.has_heat:
        return Text()
    own = facts.agencies.sort_values("total", kind="stable").head(MOST_AGENCIES)
    year = facts.fiscal_year_be
    columns = (
        Column(label=say("totals.agency")),
        Column(label=say("totals.code"), width=20),
        Column(label=say("totals.total"), align="right", width=24),
        Column(label=say("totals.previous", year=year - 1), align="right", width=24),
        Column(label=say("totals.change"), align="right", width=40),
        Column(label=say("totals.known"), align="right", width=22),
        Column(label=say("totals.below", line=line_text(facts.line)), align="right", width=24),
        Column(label=say("totals.source"), align="right", width=24),
    )
    shown = facts.now[facts.now["agency_code"].astype(str).isin(own.index)]
    spans = shown.groupby(shown["agency_code"].astype(str))["source_row"].agg(["min", "max"])
    rows = [_totals_row(facts, str(code), int(low), int(high)) for code, low, high in spans.loc[own.index].itertuples()]
    title = say("totals.title", count=len(own))
    if len(own) < len(facts.agencies):
        title = say("totals.title_cut", shown=len(own), all=f"{len(facts.agencies):,}")
    notes = [say("totals.note"), *([say("totals.note_few", few=FEW_RESPONDENTS)] if (own["n_few"] > 0).any() else [])]
    known = own[own["previous_total"].notna() & own["change_points"].isna()]
    notes += [say("totals.note_reason", reason=reason) for reason in known["reason_th"].unique()]
    return Table(title=title, role="agencies", columns=columns, rows=tuple(rows), note=" · ".join(notes))


def _totals_row(facts: CityFacts, code: str, first: int, last: int) -> Row:
    own = facts.agency(code)
    unknown = cell(Run(text=say("common.unknown"), tone="muted"))
    has_before, change = not is_missing(own["previous_total"]), own["change_points"]
    why = cell(Run(text=say("change.not_comparable" if has_before else "common.nothing"), tone="muted"))
    return row(
        agency_cell(facts, code, mark=say("heat.few_mark") if own["n_few"] else ""),
        code,
        unknown if is_missing(own["total"]) else cell(Run(text=score_text(own["total"], line=facts.line), bold=True)),
        nothing_cell() if not has_before else cell(Run(text=score_text(own["previous_total"]), tone="muted")),
        why if is_missing(change) else _change_cell(facts, code),
        f"{own['n_items']}" if own["n_items"] else unknown,
        f"{own['n_below']}" if own["n_items"] else unknown,
        str(first) if first == last else f"{first}–{last}",
    )


def _change_cell(facts: CityFacts, code: str) -> Cell:
    """Return how the total changed, and the word that the change has earned."""
    word = say(f"change.{facts.agency(code)['direction']}")
    return cell((change_run(facts, code), Run(text=f" {word}" if word else "")))
