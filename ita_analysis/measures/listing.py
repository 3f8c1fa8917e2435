"""The items of a register from the scores of the year before: every item and printed range with a score, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal

import pandas as pd

from ita_analysis.framework.crosswalk import COMPARABLE, counterpart
from ita_analysis.framework.model import Framework
from ita_analysis.measures.model import Item, Register
from ita_analysis.measures.ranges import range_of
from ita_analysis.measures.rows import Cells, as_rows

_RANGE = re.compile(r"[IEOieo][0-9๐-๙]+\s*[-–—]\s*[IEOieo]?[0-9๐-๙]+")
FROM_SCORES = ("topic_th", "score", "gap_points", "reason", "score_doubt_th", "previous_measure_ids")


def items_of(
    scores: pd.DataFrame,
    *,
    line: float,
    below: Collection[str],
    watch: Collection[str],
    framework: Framework | None = None,
    previous: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Item, ...]:
    """Return one item per item row, and per indicator row whose note names a printed range (such as O1–O22).

    Args:
        scores: tidy rows of one agency and year (contract: tidy scores).
        line: action line, 0–100.
        below: codes of the findings, those that need a measure (`analysis.findings.below_line`).
        watch: codes near the line (`analysis.findings.watch_list`).
        framework: rules of that year; gives the short topics.
        previous: by item, the keys of the measures of the year before that served it.
    """
    made = []
    for row in scores.to_dict("records"):
        code, topic = _named(row, framework)
        if not code:
            continue
        score = Decimal(repr(float(row["score"])))
        is_below = row["code"] in below
        made.append(
            Item(
                item_code=code,
                topic_th=topic,
                score=score,
                gap_points=Decimal(repr(float(line))) - score if is_below else None,
                reason="below" if is_below else "watch" if row["code"] in watch else "listed",
                score_doubt_th=str(row.get("score_doubt_th") or "").strip(),
                previous_measure_ids=(previous or {}).get(code, ()),
            )
        )
    return tuple(made)


def _named(row: Mapping[object, object], framework: Framework | None) -> tuple[str, str]:
    """Return the code under which a row stands in the register, and its topic; an empty code where it has no place."""
    code = str(row["code"])
    if row["level"] == "item":
        return code, framework.topic_th(code) if framework else ""
    if row["level"] == "indicator" and (match := _RANGE.search(str(row.get("note_th") or ""))):
        indicator = framework.indicator.get(code) if framework else None
        return range_of(match[0]), indicator.name_th if indicator else ""
    return "", ""


def fresh(register: Register) -> dict[str, Cells]:
    """Return by item the cells that only the scores decide (`FROM_SCORES`), in their stored form."""
    return {code: {name: found[name] for name in FROM_SCORES} for code, found in as_rows(register)["items"].items()}


def served_before(last: Register, codes: Collection[str], framework: Framework | None) -> dict[str, tuple[str, ...]]:
    """Return by item the keys of last year's measures for it; only where the rules say that the items compare.

    Args:
        last: the register of the year before.
        codes: items of this year's register.
        framework: rules of the year of this register's scores; its crosswalk says what compares.
    """
    found = {}
    for code in codes:
        previous, relation, _ = counterpart(framework, code)
        if previous and relation in COMPARABLE:
            found[code] = tuple(measure.measure_id for measure in last.measures_of(previous))
    return {code: keys for code, keys in found.items() if keys}


def texts_before(last: Register, previous: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return by item the texts of last year's measures, one a line."""
    return {code: "\n".join(f"{key} {last.measure[key].measure_th}" for key in keys) for code, keys in previous.items()}
