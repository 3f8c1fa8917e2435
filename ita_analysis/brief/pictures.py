"""The pictures of a brief: what is drawn depends on what is known; a brief with a score has at least one."""

from __future__ import annotations

import pandas as pd

from ita_analysis.brief.blocks import Chart, Text, line
from ita_analysis.brief.charts import history, indicators, items, peers
from ita_analysis.brief.charts.axis import axis_low
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.headline import source_name
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
from ita_analysis.framework import loader
from ita_analysis.framework.codes import TOTAL


def main_chart(facts: BriefFacts) -> Chart | Text:
    """Return the picture of page 1: indicators where most are known, else the items, else the total over the years."""
    if facts.has_indicators:
        return _indicators(facts)
    if len(facts.items):
        return _items(facts)
    return total_history(facts)


def _indicators(facts: BriefFacts) -> Chart:
    assert facts.framework is not None
    shown = line_text(facts.line)
    rows = sorted((_indicator_row(facts, code) for code in facts.indicator_codes), key=lambda row: row.score)
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


def _indicator_row(facts: BriefFacts, code: str) -> indicators.IndicatorRow:
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


def _items(facts: BriefFacts) -> Chart:
    shown = line_text(facts.line)
    surveys = [survey for survey in facts.surveys if len(_of_survey(facts.items, survey))]
    rows = [_item_row(facts, survey) for survey in surveys]
    low = axis_low(facts.items["score"].tolist(), facts.line)
    note = [say("items_chart.axis", low=low)]
    if any(dot.is_doubtful for entry in rows for dot in entry.dots):
        note.append(say("items_chart.hollow"))
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


def _item_row(facts: BriefFacts, survey: str) -> items.ItemRow:
    known = _of_survey(facts.items, survey)
    unknown = len(_of_survey(facts.unknown, survey))
    dots = tuple(
        items.ItemDot(code, float(score), code in facts.doubtful)
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


def peers_chart(facts: BriefFacts) -> Chart | Text:
    """Return where the agency stands among its peers per indicator; an empty text where that is not known."""
    assessed = [code for code in facts.indicator_codes if code in facts.standing]
    if not assessed or facts.framework is None:
        return Text()
    rows = sorted((_peer_row(facts, code) for code in assessed), key=lambda row: row.score)
    low_ones = [row.code for row in rows if row.is_low]
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


def _peer_row(facts: BriefFacts, code: str) -> peers.PeerRow:
    assert facts.framework is not None
    record = facts.standing[code]
    return peers.PeerRow(
        code=code,
        name=facts.framework.indicator[code].name_th,
        score=float(record["score"]),
        minimum=float(record["min"]),
        quarter=float(record["q1"]),
        median=float(record["median"]),
        three_quarters=float(record["q3"]),
        maximum=float(record["max"]),
        place=place_of_text(record),
    )


def _unlinked(facts: BriefFacts, code: str) -> frozenset[int]:
    """Return the years of `code` that are not known to compare with the year before."""
    years = sorted(set(facts.complete.loc[facts.complete["code"] == code, "fiscal_year_be"]))
    return frozenset(year for year in years[1:] if facts.all_links[year][code][1] != "comparable")


def _breaks(facts: BriefFacts) -> dict[int, str]:
    """Return the years in which the rules of this scheme became new from the ground up, and why."""
    known = loader.registered_schemes().get(facts.scheme)
    return known.breaks if known else {}


def _series(facts: BriefFacts, code: str, name: str) -> history.Series:
    rows = facts.complete[facts.complete["code"] == code]
    scores = {int(year): float(score) for year, score in zip(rows["fiscal_year_be"], rows["score"], strict=True)}
    return history.Series(code, name, scores, _unlinked(facts, code), frozenset(_breaks(facts)) & set(scores))


def _history_notes(facts: BriefFacts, series: list[history.Series]) -> list[str]:
    """Return why lines are missing: the breaks by their reason, the other years in one sentence."""
    breaks = _breaks(facts)
    found = sorted({year for one in series for year in one.breaks if year > min(one.scores)})
    unknown = sorted({year for one in series for year in one.unlinked - one.breaks})
    notes = [say("history.note_break", reason=breaks[year]) for year in found]
    if unknown:
        notes.append(say("history.note_unknown", years=" ".join(str(year) for year in unknown)))
    return [*notes, say("common.source", source=source_name(facts))]


def history_chart(facts: BriefFacts) -> Chart | Text:
    """Return the indicators over the years on one scale; an empty text where there is one year, or no indicator."""
    if not facts.has_indicators or facts.framework is None or facts.complete["fiscal_year_be"].nunique() < 2:
        return Text()
    parts = [facts.framework.indicator[code] for code in facts.indicator_codes]
    series = [_series(facts, part.code, history.fitting(part.code, part.name_th, part.short_th)) for part in parts]
    years = sorted({year for one in series for year in one.scores})
    if len(years) < 2:
        return Text()
    low = axis_low([score for one in series for score in one.scores.values()], facts.line, 85)
    never = [one.code for one in series if all(score < facts.line for score in one.scores.values())]
    shown = line_text(facts.line)
    key = "history.title_never" if never else "history.title_fine"
    note = [say("history.note", low=low, line=shown), *_history_notes(facts, series)]
    return Chart(
        title=say(key, years=count_word(len(years)).strip(), codes=listing(never), line=shown),
        svg=history.panels_chart(series, line=facts.line, low=low),
        svg_narrow=history.panels_chart(series, line=facts.line, low=low, narrow=True),
        alt=say("history.alt", rows=" ".join(_series_text(facts, one) for one in series)),
        note=" · ".join(note),
    )


def _series_text(facts: BriefFacts, one: history.Series) -> str:
    scores = ", ".join(f"{year}: {shown_score(facts, score)}" for year, score in sorted(one.scores.items()))
    return f"{one.code} {one.name} ({scores})"


def total_history(facts: BriefFacts) -> Chart | Text:
    """Return the total over the years with the breaks of the rules; any other single figure stands in a sentence."""
    one = _series(facts, TOTAL, say("common.total"))
    if facts.total is None or not one.scores:
        rows = facts.now.to_dict("records")
        said = ", ".join(f"{row['code']} {score_text(row['score'])}" for row in rows[:12])
        return Text(title=say("history.only", count=len(rows)), paragraphs=(line(said),))
    low = axis_low([score - 6 for score in one.scores.values()], facts.line)
    note = [say("history.axis", low=low), *_history_notes(facts, [one])]
    reasons = _breaks(facts)
    reason = " ".join(reasons[year] for year in sorted(one.breaks))
    return Chart(
        title=say("history.title_total", first=min(one.scores), last=max(one.scores)),
        svg=history.total_chart(one, line=facts.line, low=low, break_note=reason),
        svg_narrow=history.total_chart(one, line=facts.line, low=low, narrow=True),
        alt=say("history.alt", rows=_series_text(facts, one)),
        note=" · ".join(note),
    )
