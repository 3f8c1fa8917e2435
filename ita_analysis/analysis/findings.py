"""Which items need a measure: a score below the line, worst first; which are near it, not met, or unknown."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ita_analysis.analysis.rows import DOCUMENT_LETTER, in_order, item_rows, kind_of
from ita_analysis.framework.codes import INSTRUMENT_LETTERS
from ita_analysis.framework.model import Framework

ACTION_LINE = 90.0
WATCH_WIDTH = 2.0
FULL_SCORE = 100.0


def below_line(scores: pd.DataFrame, *, line: float = ACTION_LINE, framework: Framework | None = None) -> pd.DataFrame:
    """Return the survey items that score below `line`, largest gap first, ties in natural code order.

    Args:
        scores: tidy scores of one fiscal year, any levels, one agency or several (contract: tidy scores).
        line: action line on the 0–100 scale; a score equal to it is *not* a finding. Scores are compared as given,
            unrounded: 89.996 is a finding.
        framework: rules of that year; says which codes are survey items. Without it the code's letter does.

    Returns:
        The item rows of the surveys below the line, all columns of `scores` plus `gap_points` (> 0) at the end,
        numbered from 0. Document items stand apart (`documents_not_met`); items not assessed never appear.
    """
    items = item_rows(scores, "survey", framework)
    below = items[items["score"] < line]
    return in_order(below.assign(gap_points=line - below["score"]), ["score"])


def watch_list(
    scores: pd.DataFrame,
    *,
    line: float = ACTION_LINE,
    width: float = WATCH_WIDTH,
    framework: Framework | None = None,
) -> pd.DataFrame:
    """Return the survey items on the line or at most `width` points above it, nearest first.

    Args:
        scores: tidy scores of one fiscal year.
        line: action line, 0–100; a score equal to it is watched, not found.
        width: points above the line, both ends included.
        framework: as in `below_line`.

    Returns:
        The item rows with line <= score <= line + width, all columns plus `above_points` (>= 0) at the end.
    """
    items = item_rows(scores, "survey", framework)
    near = items[(items["score"] >= line) & (items["score"] <= line + width)]
    return in_order(near.assign(above_points=near["score"] - line), ["score"])


def documents_not_met(scores: pd.DataFrame, *, framework: Framework | None = None) -> pd.DataFrame:
    """Return the document items with a score under 100, in natural code order.

    A document item is met (100) or not (0); a score between is not met in full and is listed too.

    Returns:
        The item rows of the document check below 100, all columns plus `gap_points` (> 0) at the end.
    """
    items = item_rows(scores, "documents", framework)
    missed = items[items["score"] < FULL_SCORE]
    return in_order(missed.assign(gap_points=FULL_SCORE - missed["score"]))


def documents_missing(scores: pd.DataFrame, framework: Framework | None = None) -> list[str] | None:
    """Return the codes of documents not met; empty where all are met; None where that is not known.

    Args:
        scores: tidy scores of one agency and fiscal year.
        framework: rules of that year. All documents are met where a document instrument scores 100, or each of its
            indicators does (a mean of figures <= 100), or every item of a complete list does.

    Returns:
        Codes in natural order. With some documents known and none of them missed, but not all known: None.
    """
    missed = documents_not_met(scores, framework=framework)
    if len(missed):
        return list(missed["code"].astype(str))
    full = set(scores.loc[scores["score"] >= FULL_SCORE, "code"].astype(str))
    if framework is None:
        instruments = scores.loc[scores["level"] == "instrument", "code"].astype(str)
        checked = {code for code in instruments if code.startswith(DOCUMENT_LETTER)}
        return [] if checked and checked <= full else None
    checked = {one.code for one in framework.instruments if one.kind == "documents"}
    known = bool(checked) and all(_all_met(code, full, framework) for code in checked)
    return [] if known else None


def unknown_items(scores: pd.DataFrame, framework: Framework | None = None) -> pd.DataFrame:
    """Return the items that the assessment holds and these scores do not, in natural code order.

    Args:
        scores: tidy scores of one agency and fiscal year; a missing item is an absent row, or a row without a score.
        framework: rules of that year. An instrument whose list is complete is counted by that list. Where the list is
            partial, empty or there is no rule file, numbers run up to the highest code seen in list and scores.

    Returns:
        `code`, `instrument` (code), `topic_th` (empty where not known), `is_at_least` (True where the list is not
        complete: say "at least"). A document behind an indicator or instrument of 100 is met, so not unknown.
    """
    items = scores[(scores["level"] == "item") & scores["score"].notna()]
    known = set(items["code"].astype(str))
    seen = known | set(scores.loc[scores["level"] == "item", "code"].astype(str))
    full = set(scores.loc[scores["score"] >= FULL_SCORE, "code"].astype(str))
    rows = []
    for instrument, listed, is_complete in _lists(seen, framework):
        for code in listed:
            if code not in known and not _is_met_above(code, full, framework):
                topic_th = framework.topic_th(code) if framework else ""
                rows.append((code, instrument, topic_th, not is_complete))
    return in_order(pd.DataFrame(rows, columns=["code", "instrument", "topic_th", "is_at_least"]))


def _lists(seen: set[str], framework: Framework | None) -> Iterator[tuple[str, list[str], bool]]:
    """Yield per instrument its code, the item codes to expect and whether that list is complete."""
    for letter in INSTRUMENT_LETTERS:
        listed = {code for code in (framework.item if framework else {}) if code.startswith(letter)}
        owner = next((one for one in (framework.instruments if framework else ()) if one.code[0] == letter), None)
        name = owner.code if owner else f"{letter}IT"
        if owner and owner.items_listed == "complete":
            yield name, sorted(listed), True
        else:
            numbers = [int(code[1:]) for code in listed | {code for code in seen if code[0] == letter}]
            yield name, [f"{letter}{number}" for number in range(1, max(numbers, default=0) + 1)], False


def _is_met_above(code: str, full: set[str], framework: Framework | None) -> bool:
    """Return whether a document item is met because its instrument or every indicator it may belong to scores 100."""
    if kind_of(code, framework) != "documents":
        return False
    above = framework.indicators_of(code) if framework else ()
    return f"{code[0]}IT" in full or (bool(above) and set(above) <= full)


def _all_met(instrument: str, full: set[str], framework: Framework) -> bool:
    """Return whether every document of an instrument is known to be met."""
    indicators = [one.code for one in framework.indicators if one.instrument == instrument]
    is_listed = framework.instrument[instrument].items_listed == "complete"

    def met(indicator: str) -> bool:
        items = {code for code in framework.item if indicator in framework.indicators_of(code)}
        return indicator in full or (is_listed and bool(items) and items <= full)

    return instrument in full or (bool(indicators) and all(met(code) for code in indicators))
