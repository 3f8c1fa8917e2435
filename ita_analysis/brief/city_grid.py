"""Every agency's scores at a glance: a grid of indicators, or, where most are unknown, what is known of each."""

from __future__ import annotations

import pandas as pd

from ita_analysis.brief.blocks import Cell, Column, Row, Run, Table, Text, cell, line, row
from ita_analysis.brief.city_facts import CityFacts
from ita_analysis.brief.city_wording import (
    agency_cell,
    change_run,
    letters,
    nothing_cell,
    number_cell,
    say,
    short_name,
)
from ita_analysis.brief.facts import FEW_RESPONDENTS
from ita_analysis.brief.sentences import line_text, score_text
from ita_analysis.brief.sentences import say as say_shared
from ita_analysis.brief.wording import is_missing

MOST_AGENCIES = 100  # rows of the grid on a page; the annex has all
NARROW_NAME = 15  # letters that the narrow column of names holds


def heat_heading(facts: CityFacts) -> Text:
    """Return what the grid shows and what its columns are called; nothing where there is no grid."""
    if not facts.has_heat:
        return Text()
    shown, everyone = len(_heat_codes(facts)), len(facts.indicators)
    title = say("heat.title")
    if shown < everyone:
        title = say("heat.title_cut", shown=shown, all=f"{everyone:,}", line=line_text(facts.line))
    names = [(code, facts.indicator_name(code, short=True)) for code in facts.indicator_codes]
    legend = " · ".join(say("heat.legend", code=code, name=name) for code, name in names if name)
    return Text(title=title, paragraphs=(line(Run(text=legend, tone="muted")),) if legend else ())


def heat(facts: CityFacts) -> Table | Text:
    """Return agencies × indicators, lowest total first: at most a hundred, those with most items below the line."""
    if not facts.has_heat:
        return Text()
    codes = _heat_codes(facts)
    waiting = list(facts.missing)[: max(0, MOST_AGENCIES - len(codes))]
    names = [short_name({**facts.missing, **facts.names}[code]) for code in (*codes, *waiting)]
    is_narrow = sorted(map(letters, names))[int(len(names) * 0.9)] <= NARROW_NAME
    instruments = facts.framework.instrument if facts.framework else {}
    of_indicator = {one.code: one.instrument for one in facts.framework.indicators} if facts.framework else {}
    columns = [
        Column(label=say("heat.rank"), align="right", width=6 if is_narrow else 10),
        Column(label=say("heat.agency"), width=22.2 if is_narrow else None),
    ]
    for code in facts.indicator_codes:
        group = of_indicator.get(code, "")
        shown = f"{instruments[group].short_th} ({group})" if group in instruments else group
        columns.append(Column(label=code, align="right", width=8.6 if is_narrow else 13, group=shown))
    columns += [
        Column(label=say("heat.items"), align="right", width=6.2 if is_narrow else 13),
        Column(label=say("heat.total"), align="right", width=10.6 if is_narrow else 16),
    ]
    places = facts.agencies["total"].rank(method="min")
    rows = [_heat_row(facts, code, places[code]) for code in codes]
    rows += [
        Row(cells=(nothing_cell(), agency_cell(facts, code, tone="muted"), *([nothing_cell()] * (len(columns) - 2))))
        for code in waiting
    ]
    note = _heat_note(facts, codes, bool(waiting))
    return Table(title="", role="heat", form="heat", columns=tuple(columns), rows=tuple(rows), note=note)


def _heat_codes(facts: CityFacts) -> list[str]:
    """Return the agencies of the grid in its order."""
    known = facts.agencies[facts.agencies["n_indicators"] > 0]
    worst = known.assign(_least=-known["n_below"]).sort_values(["_least", "total"], kind="stable").head(MOST_AGENCIES)
    return [str(code) for code in worst.sort_values("total", kind="stable").index]


def _heat_row(facts: CityFacts, code: str, place: float) -> Row:
    own = facts.agencies.loc[code]
    arrow = {"higher": Run(text="↑ ", tone="above"), "lower": Run(text="↓ ", tone="below")}.get(str(own["direction"]))
    total = Run(text=score_text(own["total"], line=facts.line), bold=True) if not is_missing(own["total"]) else None
    return row(
        cell(Run(text="" if is_missing(place) else f"{int(place):,}", tone="muted")),
        agency_cell(facts, code, mark=say("heat.few_mark") if own["n_few"] else ""),
        *(number_cell(facts, score) for score in facts.indicators.loc[code]),
        cell(f"{own['n_below']}") if own["n_items"] else nothing_cell(),
        cell((*([arrow] if arrow else []), total)) if total else nothing_cell(),
    )


def _heat_note(facts: CityFacts, codes: list[str], has_waiting: bool) -> str:
    shown = line_text(facts.line)
    own = facts.agencies.loc[codes]
    notes = [say("heat.note_shade", line=shown), say("heat.note_items", line=shown)]
    if own["direction"].isin(["higher", "lower"]).any():
        notes.append(say("heat.note_moved"))
    if (own["n_few"] > 0).any():
        notes.append(say("heat.note_few", few=FEW_RESPONDENTS))
    if has_waiting or facts.indicators.loc[codes].isna().any(axis=None):
        notes.append(say("heat.note_unknown"))
    if len(codes) < len(facts.indicators):
        notes.append(say("heat.note_cut"))
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
    rows = [_totals_row(facts, str(code), own.loc[code], spans.loc[code]) for code in own.index]
    title = say("totals.title", count=len(own))
    if len(own) < len(facts.agencies):
        title = say("totals.title_cut", shown=len(own), all=f"{len(facts.agencies):,}")
    notes = [say("totals.note"), *([say("totals.note_few", few=FEW_RESPONDENTS)] if (own["n_few"] > 0).any() else [])]
    known = own[own["previous_total"].notna() & own["change_points"].isna()]
    notes += [say("totals.note_reason", reason=reason) for reason in known["reason_th"].unique()]
    return Table(title=title, role="totals", columns=columns, rows=tuple(rows), note=" · ".join(notes))


def _totals_row(facts: CityFacts, code: str, own: pd.Series, span: pd.Series) -> Row:
    unknown = cell(Run(text=say_shared("common.unknown"), tone="muted"))
    has_before, change = not is_missing(own["previous_total"]), own["change_points"]
    why = cell(Run(text=say_shared("change.not_comparable" if has_before else "common.nothing"), tone="muted"))
    first, last = int(span["min"]), int(span["max"])
    return row(
        agency_cell(facts, code, mark=say("heat.few_mark") if own["n_few"] else ""),
        code,
        unknown
        if is_missing(own["total"])
        else cell(Run(text=score_text(own["total"], line=facts.line), bold=True)),
        nothing_cell() if not has_before else cell(Run(text=score_text(own["previous_total"]), tone="muted")),
        why if is_missing(change) else _change_cell(facts, code),
        f"{own['n_items']}" if own["n_items"] else unknown,
        f"{own['n_below']}" if own["n_items"] else unknown,
        str(first) if first == last else f"{first}–{last}",
    )


def _change_cell(facts: CityFacts, code: str) -> Cell:
    """Return how the total changed, and the word that the change has earned."""
    word = say_shared(f"change.{facts.agencies.at[code, 'direction']}")
    return cell((change_run(facts, code), Run(text=f" {word}" if word else "")))
