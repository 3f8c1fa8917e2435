"""The tables of the overview's Excel annex: all agencies, all items, every figure unrounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ita_analysis.analysis import findings
from ita_analysis.analysis.overview import repeated_below
from ita_analysis.brief.blocks import DataColumn, Dataset, Value
from ita_analysis.brief.city import annex
from ita_analysis.brief.city.facts import CityFacts
from ita_analysis.brief.counted import counted_columns
from ita_analysis.brief.datasets import shared_columns, with_counts
from ita_analysis.brief.sentences import line_text, say
from ita_analysis.thai.catalogue import catalogue

MOST_FINDINGS = 20_000  # rows of a sheet: more make a notebook that no browser opens; each brief has its own


def _words() -> dict[str, Any]:
    return catalogue("brief", "city_datasets.toml")


def datasets(facts: CityFacts) -> tuple[Dataset, ...]:
    """Return the tables in the order of the sheets; one that these scores can't fill is left out."""
    sheets = {
        "about": _about(facts),
        "agencies": _agencies(facts),
        "weak_items": facts.weak_items.assign(topic_th=[facts.topic_th(code) for code in facts.weak_items["code"]]),
        "weak_indicators": facts.weak_indicators.assign(
            name_th=[facts.indicator_name(code) for code in facts.weak_indicators["code"]]
        ),
        "findings": _findings(facts),
        "missing": _missing(facts),
        "sources": _sources(facts),
    }
    notes = {"sources": " · ".join(annex.grounds(facts))}
    everything = int(facts.agencies["n_below"].sum())
    if everything > MOST_FINDINGS:
        said = _words()["dataset"]["findings"]["note_cut"]
        notes["findings"] = said.format(shown=f"{MOST_FINDINGS:,}", all=f"{everything:,}")
    return tuple(
        _dataset(role, frame, notes.get(role, ""), _indicator_columns(facts) if role == "agencies" else ())
        for role, frame in sheets.items()
        if len(frame)
    )


def _dataset(role: str, frame: pd.DataFrame, note: str, more: tuple[DataColumn, ...]) -> Dataset:
    said = _words()["dataset"][role]
    names = with_counts(said["columns"], counted_columns(frame))
    columns = (*(_column(name) for name in names), *more)
    cells = [_plain(frame[column.name], column.kind) for column in columns]
    return Dataset(
        title=said["title"],
        role=role,
        description=said["description"],
        note=note,
        columns=columns,
        rows=tuple(zip(*cells, strict=True)),
    )


def _column(name: str) -> DataColumn:
    own = _words()["column"].get(name)
    return DataColumn(name=name, **own) if own else shared_columns()[name]


def _indicator_columns(facts: CityFacts) -> tuple[DataColumn, ...]:
    said = _words()["column"]["indicator"]
    return tuple(
        DataColumn(
            name=_indicator_column(code),
            label=said["label"].format(code=code),
            unit=said["unit"],
            kind=said["kind"],
            about=said["about"].format(name=facts.indicator_name(code)),
        )
        for code in facts.indicator_codes
    )


def _indicator_column(code: str) -> str:
    return f"indicator_{code.replace('.', '_')}"


def _plain(values: pd.Series, kind: str) -> list[Value]:
    """Return a column as what cells hold; None where nothing is known."""
    types: Mapping[str, Any] = {"number": float, "whole": int, "flag": bool, "text": str}
    make = types[kind]
    return [
        None if missing or value == "" else make(value) for value, missing in zip(values, values.isna(), strict=True)
    ]


def _agencies(facts: CityFacts) -> pd.DataFrame:
    own = facts.agencies.reset_index(names="agency_code")
    grid = facts.indicators.rename(columns={code: _indicator_column(code) for code in facts.indicator_codes})
    return own.assign(
        agency_name_th=own["agency_code"].map(dict(facts.names)),
        direction_th=[say(f"change.{word}") for word in own["direction"]],
        is_beyond_peers=own["is_beyond_peers"].where(own["change_points"].notna()),
    ).join(grid, on="agency_code")


def _findings(facts: CityFacts) -> pd.DataFrame:
    """Return the survey items of all agencies below the line, the farthest of them; agency by agency, worst first."""
    below = findings.below_line(facts.now, line=facts.line, framework=facts.framework).head(MOST_FINDINGS)
    again = repeated_below(below, facts.before, facts.links, line=facts.line)
    made = below.assign(
        agency_name_th=below["agency_code"].astype(str).map(dict(facts.names)),
        is_repeated=again,
        gap_points=below["gap_points"].round(10),
        topic_th=below["code"]
        .astype(str)
        .map({code: facts.topic_th(code) for code in below["code"].astype(str).unique()}),
    )
    return made.sort_values("agency_code", kind="stable")


def _missing(facts: CityFacts) -> pd.DataFrame:
    bare = facts.agencies[(facts.agencies["n_items"] == 0) & (facts.agencies["n_indicators"] == 0)].index
    rows = [
        (code, name, say("city_missing.state_refused" if code in facts.refused else "city_missing.state_none"))
        for code, name in facts.missing.items()
    ]
    rows += [(str(code), facts.names[str(code)], say("city_missing.state_total")) for code in bare]
    return pd.DataFrame(rows, columns=["agency_code", "agency_name_th", "state_th"])


def _about(facts: CityFacts) -> pd.DataFrame:
    """Return what the annex is about as pairs of label and value."""
    shared = catalogue("brief", "datasets.toml")["about"]
    pairs = [
        (shared["year"], str(facts.fiscal_year_be)),
        (shared["framework"], facts.framework_name),
        (shared["line"], line_text(facts.line)),
        (shared["kind"], shared["synthetic" if facts.is_synthetic else "published"]),
        (_words()["about"]["agencies"], f"{len(facts.names):,}"),
        (_words()["about"]["missing"], f"{len(facts.missing):,}"),
        (shared["rules_digest"], facts.rule_digest or shared["unknown"]),
        (shared["page_key"], facts.page_key),
    ]
    return pd.DataFrame(pairs, columns=["label", "value"])


def _sources(facts: CityFacts) -> pd.DataFrame:
    """Return per file its rows and agencies, this year's and the year before's."""
    held = ["source_file", "source_row", "agency_code"]
    used = pd.concat([facts.now[held], facts.before[held]], ignore_index=True)
    by_file = used.groupby(used["source_file"].astype(str), sort=True)
    table = by_file.agg(
        first_row=("source_row", "min"),
        last_row=("source_row", "max"),
        row_count=("source_row", "size"),
        n_agencies=("agency_code", "nunique"),
    ).reset_index()
    said = [facts.documents.get(file) for file in table["source_file"]]
    return table.assign(
        document_th=[one.document_th if one else "" for one in said],
        document_date=[one.document_date if one else "" for one in said],
        says_not_th=[one.says_not_th if one else "" for one in said],
    )
