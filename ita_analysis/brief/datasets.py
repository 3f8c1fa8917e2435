"""The tables of the Excel annex: every figure of a brief unrounded, tidy, with the file and row that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import pandas as pd

from ita_analysis.analysis.findings import FULL_SCORE
from ita_analysis.analysis.rows import above, kind_of
from ita_analysis.brief import annex
from ita_analysis.brief.blocks import DataColumn, Dataset, Value
from ita_analysis.brief.counted import counted_columns, form_th, margins_of
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.sentences import decimal, line_text
from ita_analysis.brief.wording import change_word, is_few
from ita_analysis.framework.codes import level_of, order_key
from ita_analysis.scores.answer_counts import ANSWERS, COUNTED
from ita_analysis.thai.catalogue import catalogue

Record = dict[str, Any]

MARGIN = ("score_low", "score_high", "margin_form_th")  # of an item, where counts say more than the respondents do


def _words() -> dict[str, Any]:
    return catalogue("brief", "datasets.toml")


@lru_cache(maxsize=1)
def shared_columns() -> dict[str, DataColumn]:
    """Return the columns by name: those of the sheets, and one for each step of an answer scale."""
    answers = _words()["answers"]
    steps = {name: {**answers, "label": answers["label"].format(step=step)} for step, name in enumerate(ANSWERS)}
    return {name: DataColumn(name=name, **said) for name, said in (_words()["column"] | steps).items()}


def datasets(facts: BriefFacts) -> tuple[Dataset, ...]:
    """Return the tables in the order of the sheets; one that these scores can't fill is left out."""
    known = _codes(facts)
    now = facts.now["code"].tolist()
    items = sorted({code for code in known if level_of(code) == "item"}, key=order_key)
    documents = [code for code in items if known[code]["is_document"]]
    figures = facts.rolled_up["code"].tolist()
    sheets: dict[str, list[Record]] = {
        "about": _about(facts),
        "findings": _ranked(known, facts.below["code"]),
        "watch": _ranked(known, facts.watch["code"]),
        "items": [known[code] for code in items],
        "figures": [known[code] for code in figures],
        "comparison": [known[code] for code in facts.compared] if _has_past(facts) else [],
        "history": _history(facts) if _has_past(facts) else [],
        "peers": [known[code] for code in facts.standing],
        "documents": [known[code] for code in documents if code in now],
        "sources": _sources(facts),
    }
    notes = {"sources": " · ".join(annex.grounds(facts))}
    kept = {role: rows for role, rows in sheets.items() if rows or role == "items" or (role == "findings" and items)}
    counts = counted_columns(facts.scores)
    return tuple(_dataset(role, rows, notes.get(role, ""), counts) for role, rows in kept.items())


def _dataset(role: str, records: Iterable[Record], note: str, counts: Sequence[str]) -> Dataset:
    said = _words()["dataset"][role]
    is_bare = role == "about" or said.get("no_tail", False)
    behind = [*counts, *MARGIN] if counts and role == "items" else counts
    names = [*with_counts(said["columns"], behind), *([] if is_bare else _words()["tail"])]
    columns = tuple(shared_columns()[name] for name in names)
    kinds = [(column.name, column.kind) for column in columns]
    rows = tuple(tuple(_plain(record.get(name), kind) for name, kind in kinds) for record in records)
    return Dataset(
        title=said["title"], role=role, description=said["description"], note=note, columns=columns, rows=rows
    )


def with_counts(names: Sequence[str], counts: Sequence[str]) -> list[str]:
    """Return the columns of a sheet, the counts that the scores give behind the respondents."""
    at = list(names).index("respondents") + 1 if "respondents" in names else len(names)
    return [*names[:at], *(counts if "respondents" in names else ()), *names[at:]]


def _plain(value: Any, kind: str) -> Value:
    """Return `value` as what a cell holds; None where it is not known."""
    if value is None or value is pd.NA or value != value or value == "":
        return None
    if kind == "number":
        return float(value)
    if kind == "whole":
        return int(value)
    return bool(value) if kind == "flag" else str(value)


def _ranked(known: Mapping[str, Record], codes: Iterable[str]) -> list[Record]:
    return [{"rank": rank, **known[code]} for rank, code in enumerate(codes, start=1)]


def _has_past(facts: BriefFacts) -> bool:
    return bool((facts.scores["fiscal_year_be"] < facts.fiscal_year_be).any())


def _history(facts: BriefFacts) -> list[Record]:
    """Return every row of the agency as published, the latest year first."""
    levels = _words()["level"]
    rows = [{**record, "level_th": levels[record["level"]]} for record in records_of(facts.scores)]
    return sorted(rows, key=lambda row: (-row["fiscal_year_be"], order_key(row["code"])))


def _codes(facts: BriefFacts) -> dict[str, Record]:
    """Return all that is known of each code of this year, by the names of the columns."""
    published = {str(record["code"]): record for record in records_of(facts.now)}
    figures = {
        str(record["code"]): {**record, "not_computed_th": record["reason_th"]}
        for record in records_of(facts.rolled_up)
    }
    unknown = facts.unknown["code"].tolist()
    is_before = facts.scores["fiscal_year_be"] == facts.fiscal_year_be - 1
    before = {str(record["code"]): record for record in records_of(facts.scores[is_before])}
    margins = margins_of(facts) if counted_columns(facts.scores) else {}
    made = {}
    for code in dict.fromkeys([*published, *figures, *facts.compared, *unknown]):
        made[code] = {
            **figures.get(code, {}),
            **_compared(facts.compared.get(code), before),
            **_standing(facts.standing.get(code)),
            **_named(facts, code),
            **_scored(facts, code, published.get(code, {})),
            **_margin(margins.get(code)),
        }
    return made


def _named(facts: BriefFacts, code: str) -> Record:
    """Return what the rule file says about a code."""
    level, words = level_of(code), _words()
    kind = kind_of(code, facts.framework) if level == "item" else None
    gain = facts.priorities.get(code, {})
    return {
        "code": code,
        "level_th": words["level"][level],
        "name_th": annex.name_of(facts, code),
        "topic_th": facts.topic_th(code),
        "instrument": above(code, facts.framework)[-1] if level == "item" else None,
        "indicator": "/".join(facts.framework.indicators_of(code)) if facts.framework else None,
        "is_document": kind == "documents",
        "kind_th": words["state"].get(kind),
        "points_to_target": gain.get("points_to_target"),
        "class_th": gain.get("class_th"),
        "agency_code": facts.agency_code,
        "fiscal_year_be": facts.fiscal_year_be,
        "is_synthetic": facts.is_synthetic,
    }


def _margin(record: Record | None) -> Record:
    """Return the margin of an item and how it was made."""
    if record is None:
        return {}
    return {name: record[name] for name in ("score_low", "score_high")} | {"margin_form_th": form_th(record)}


def _scored(facts: BriefFacts, code: str, published: Mapping[str, Any]) -> Record:
    """Return this year's score of a code, how far it is from the line, and the row it stands in."""
    state, score = _words()["state"], facts.score(code)
    kind = kind_of(code, facts.framework) if level_of(code) == "item" else None
    people = _plain(published.get("respondents"), "whole")
    own = ("note_th", "score_doubt_th", "source_file", "source_sheet", "source_row", *COUNTED)
    made: Record = {
        **{name: published.get(name) for name in own},
        "score": score,
        "respondents": people,
        "few_respondents": None if people is None else is_few(people),
        "state_th": state["unknown" if score is None else "known"],
    }
    if score is not None and kind == "survey":
        gap = _difference(facts.line, score)
        made |= {"gap_points": gap, "above_points": 0 - gap, "is_below_line": score < facts.line}
    if score is not None and kind == "documents":
        made |= {"years_below_line": None, "status_th": None}
        made["document_state_th"] = state["met" if score >= FULL_SCORE else "missed"]
    return made


def _difference(one: float, other: float) -> float:
    """Return `one` − `other` as their decimals say: 90 − 81.87 is 8.13."""
    return float(decimal(one) - decimal(other))


def _compared(record: Record | None, before: Mapping[str, Record]) -> Record:
    """Return how a code stands beside earlier years, and the row of the score before."""
    if record is None:
        return {}
    words = _words()
    source = before.get(str(record["previous_code"]), {})
    score, previous = record["score"], record["previous_score"]
    return {
        **record,
        "change_points": _difference(score, previous) if record["is_comparable"] else None,
        "direction_th": change_word(record),
        "relation_th": words["relation"][record["relation"]],
        "status_th": words["status"][record["status"]],
        "previous_file": source.get("source_file"),
        "previous_sheet": source.get("source_sheet"),
        "previous_row": source.get("source_row"),
    }


def _standing(record: Record | None) -> Record:
    """Return how a code stands among the peers; its change is that of `_compared`."""
    return {name: value for name, value in (record or {}).items() if name != "change_points"}


def _about(facts: BriefFacts) -> list[Record]:
    """Return what the annex is about as pairs of label and value."""
    words = cast("dict[str, str]", _words()["about"])
    used = list(dict.fromkeys(facts.now["source_file"]))
    documents = [facts.documents[file] for file in used if file in facts.documents]
    pairs = [
        ("agency", facts.name_th),
        ("code", facts.agency_code),
        ("year", str(facts.fiscal_year_be)),
        ("framework", facts.framework_name),
        ("line", line_text(facts.line)),
        ("kind", words["synthetic" if facts.is_synthetic else "published"]),
        *(("document", said.document_th) for said in documents if said.document_th),
        ("date", " · ".join(said.document_date for said in documents if said.document_date) or words["unknown"]),
        *(("says_not", said.says_not_th) for said in documents if said.says_not_th),
        ("counts", words["counted"].format(rows=len(facts.now), all=len(facts.scores))),
        ("rules_digest", facts.rule_digest or words["unknown"]),
        ("page_key", facts.page_key),
    ]
    return [{"label": words[key], "value": value} for key, value in pairs]


def _sources(facts: BriefFacts) -> list[Record]:
    """Return one record per file and sheet that the agency's rows stand in."""
    made = []
    for (file, sheet), rows in facts.scores.groupby(["source_file", "source_sheet"], sort=True):
        said = facts.documents.get(str(file))
        made.append(
            {
                "source_file": file,
                "source_sheet": sheet,
                "first_row": rows["source_row"].min(),
                "last_row": rows["source_row"].max(),
                "row_count": len(rows),
                "first_year_be": rows["fiscal_year_be"].min(),
                "last_year_be": rows["fiscal_year_be"].max(),
                "document_th": said.document_th if said else None,
                "document_date": said.document_date if said else None,
                "says_not_th": said.says_not_th if said else None,
            }
        )
    return made
