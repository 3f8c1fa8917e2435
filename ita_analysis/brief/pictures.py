"""The pictures of a brief: what is drawn depends on what is known; a brief with a score has at least one."""

from __future__ import annotations

import pandas as pd

from ita_analysis.brief.annex import name_of
from ita_analysis.brief.blocks import Chart, Text
from ita_analysis.brief.charts import indicators, items, peers
from ita_analysis.brief.charts.axis import axis_low
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.headline import source_name
from ita_analysis.brief.histories import total_history
from ita_analysis.brief.sentences import count_word, line_text, listing, say, score_text
from ita_analysis.brief.wording import (
    DIRECTION_TONES,
    change_text,
    change_word,
    group_name,
    is_missing,
    per_survey,
    place_of_text,
    shown_score,
)
from ita_analysis.framework.codes import TOTAL


def main_chart(facts: BriefFacts, picked: str = "") -> Chart | Text:
    """Return the picture of page 1: indicators where most are known, else the items, else the total over the years.

    `picked` is a code that the picture marks; a brief marks none.
    """
    if facts.has_indicators:
        return _indicators(facts, picked)
    if len(facts.items):
        return items_chart(facts, picked)
    return total_history(facts)


def marked(facts: BriefFacts, picked: str) -> set[str]:
    """Return the codes that a picture marks for the picked one: itself and the indicator it belongs to."""
    return {picked, *(facts.framework.indicators_of(picked) if facts.framework else ())} - {""}


def _indicators(facts: BriefFacts, picked: str) -> Chart:
    assert facts.framework is not None
    shown = line_text(facts.line)
    ours = marked(facts, picked)
    rows = sorted((_indicator_row(facts, code, ours) for code in facts.indicator_codes), key=lambda row: row.score)
    low = axis_low(
        [row.score for row in rows] + [row.previous for row in rows if row.previous is not None], facts.line, 85
    )
    below = [row for row in rows if row.score < facts.line]
    year = facts.fiscal_year_be
    note = [say("items_chart.axis", low=low)]
    if any(row.word for row in rows):
        note.append(say("indicators_chart.words"))
    note.append(say("common.source", source=source_name(facts)))
    return Chart(
        title=_indicators_title(facts, rows),
        svg=indicators.indicators_chart(rows, year=year, line=facts.line, low=low),
        svg_narrow=indicators.indicators_chart_narrow(rows, year=year, line=facts.line, low=low),
        alt=say(
            "indicators_chart.alt",
            count=len(rows),
            below=len(below),
            line=shown,
            rows=" ".join(
                f"{row.code} {row.name} {shown_score(facts, row.score)} {row.change} {row.word}".strip() for row in rows
            ),
        ),
        note=" · ".join(note),
    )


def _indicator_row(facts: BriefFacts, code: str, ours: set[str]) -> indicators.IndicatorRow:
    assert facts.framework is not None
    compared = facts.compared[code]
    previous = compared["previous_score"]
    change, word, tone = "", "", "muted"
    if compared["is_comparable"]:
        change = change_text(compared["change_points"])
        word = change_word(compared)
        tone = DIRECTION_TONES[compared["direction"]]
    elif not is_missing(previous):
        word = say("change.not_comparable")
    return indicators.IndicatorRow(
        code=code,
        name=facts.framework.indicator[code].name_th,
        score=float(compared["score"]),
        previous=float(previous) if compared["is_comparable"] else None,
        change=change,
        word=word,
        tone=tone,
        is_picked=code in ours,
    )


def _indicators_title(facts: BriefFacts, rows: list[indicators.IndicatorRow]) -> str:
    below = [row.code for row in rows if row.score < facts.line]
    fallen = [row.code for row in rows if facts.compared[row.code]["direction"] == "lower"]
    shown = line_text(facts.line)
    if below:
        title = say("indicators_chart.title_below", count=len(below), all=len(rows), line=shown)
    else:
        title = say("indicators_chart.title_none", all=len(rows), line=shown)
    if fallen:
        title += " " + say("indicators_chart.title_fallen", codes=listing(fallen))
    return title


def _of_survey(frame: pd.DataFrame, survey: str) -> pd.DataFrame:
    return frame[frame["code"].str.startswith(survey[0])]


def items_chart(facts: BriefFacts, picked: str = "") -> Chart:
    """Return every known survey item as a dot against the line; there must be one."""
    shown = line_text(facts.line)
    surveys = [survey for survey in facts.surveys if len(_of_survey(facts.items, survey))]
    rows = [_item_row(facts, survey, picked) for survey in surveys]
    low = axis_low(facts.items["score"].tolist(), facts.line)
    note = [say("items_chart.axis", low=low)]
    if any(dot.is_doubtful for entry in rows for dot in entry.dots):
        note.append(say("items_chart.hollow"))
    if framed := [dot for entry in rows for dot in entry.dots if dot.is_picked]:
        note.append(say("items_chart.picked", code=framed[0].code, score=shown_score(facts, framed[0].score)))
    if facts.documents_missing == []:
        note.append(say("items_chart.documents_full"))
    note.append(say("common.source", source=source_name(facts)))
    return Chart(
        title=_items_title(facts, shown),
        svg=items.items_chart(rows, line=facts.line, low=low),
        svg_narrow=items.items_chart(rows, line=facts.line, low=low, narrow=True),
        alt=_items_alt(facts, rows, surveys, shown, low),
        note=" · ".join(note),
    )


def _item_row(facts: BriefFacts, survey: str, picked: str) -> items.ItemRow:
    known = _of_survey(facts.items, survey)
    unknown = len(_of_survey(facts.unknown, survey))
    dots = tuple(
        items.ItemDot(code, float(score), code in facts.doubtful, code == picked)
        for code, score in zip(known["code"], known["score"], strict=True)
    )
    key = "items_chart.row_note" if unknown else "items_chart.row_note_all"
    return items.ItemRow(
        name=say("items_chart.row", group=group_name(facts, survey), code=survey),
        note=say(key, known=len(known), unknown=unknown),
        dots=dots,
    )


def _items_title(facts: BriefFacts, shown: str) -> str:
    if facts.below.empty:
        return say("items_chart.title_none", line=shown)
    counts = per_survey(facts, facts.below["code"].tolist())
    most_first = [pair for pair in sorted(counts.items(), key=lambda pair: -pair[1]) if pair[1]]
    keys = ["items_chart.group_below", *["items_chart.group_also"] * len(most_first)]
    groups = " ".join(
        say(key, group=group_name(facts, survey), line=shown, count=count_word(count))
        for key, (survey, count) in zip(keys, most_first, strict=False)
    )
    return say("items_chart.title_below", groups=groups)


def _items_alt(facts: BriefFacts, rows: list[items.ItemRow], surveys: list[str], shown: str, low: int) -> str:
    parts = []
    for entry, survey in zip(rows, surveys, strict=True):
        scores = [dot.score for dot in entry.dots]
        least, most = shown_score(facts, min(scores)), shown_score(facts, max(scores))
        group = group_name(facts, survey)
        parts.append(say("items_chart.alt_row", group=group, count=len(scores), min=least, max=most))
    pairs = zip(facts.below["code"], facts.below["score"], strict=True)
    listed = ", ".join(f"{code} {shown_score(facts, score)}" for code, score in pairs) or say("items_chart.alt_none")
    return say("items_chart.alt", low=low, rows=" ".join(parts), line=shown, below=listed)


def peers_chart(facts: BriefFacts, picked: str = "") -> Chart | Text:
    """Return where the agency stands among its peers per indicator; an empty text where that is not known.

    The code `picked` gets a strip of its own, whatever its level; a brief picks none.
    """
    assessed = [code for code in facts.indicator_codes if code in facts.standing]
    if not assessed or facts.framework is None:
        return Text()
    ours = marked(facts, picked)
    rows = sorted((_peer_row(facts, code, ours) for code in assessed), key=lambda row: row.score)
    low_ones = [row.code for row in rows if row.is_low]
    if picked in facts.standing and picked not in assessed:
        rows.insert(0, _peer_row(facts, picked, ours))
    low = min(80, axis_low([row.quarter for row in rows] + [row.score for row in rows], facts.line))
    key = "peers_chart.title_low" if low_ones else "peers_chart.title_fine"
    note = [
        say("peers_chart.note", low=low),
        say("peers_chart.source", year=facts.fiscal_year_be, count=facts.group_size),
    ]
    if facts.is_synthetic:
        note.append(say("common.synthetic"))
    return Chart(
        title=say(key, count=facts.group_size, codes=listing(low_ones)),
        svg=peers.peers_chart(rows, count=facts.group_size, line=facts.line, low=low),
        svg_narrow=peers.peers_chart_narrow(rows, line=facts.line, low=low),
        alt=say(
            "peers_chart.alt",
            count=facts.group_size,
            rows=" ".join(
                say(
                    "peers_chart.alt_row",
                    code=row.code,
                    score=score_text(row.score),
                    median=score_text(row.median),
                    place=row.place,
                )
                for row in rows
            ),
        ),
        note=" · ".join(note),
    )


def _peer_row(facts: BriefFacts, code: str, ours: set[str]) -> peers.PeerRow:
    record = facts.standing[code]
    name = name_of(facts, code)
    return peers.PeerRow(
        code=say("common.total_code") if code == TOTAL else code,
        name=name if code in facts.indicator_codes else peers.fitting(name),
        score=float(record["score"]),
        minimum=float(record["min"]),
        quarter=float(record["q1"]),
        median=float(record["median"]),
        three_quarters=float(record["q3"]),
        maximum=float(record["max"]),
        place=place_of_text(record),
        is_picked=code in ours,
    )
