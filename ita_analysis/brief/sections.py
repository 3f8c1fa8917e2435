"""The parts after page 1's head: the picture, the findings, the watch list, what can't be compared yet, the calendar."""

from __future__ import annotations

import pandas as pd

from ita_analysis.analysis.findings import WATCH_WIDTH
from ita_analysis.brief import charts
from ita_analysis.brief.blocks import Cell, Chart, Column, Line, Row, Run, Table, Text, cell, group_row, line, row
from ita_analysis.brief.facts import FEW_RESPONDENTS, BriefFacts
from ita_analysis.brief.overview import group_name, per_survey, shown_score
from ita_analysis.brief.sentences import count_word, gap_text, line_text, say
from ita_analysis.thai.dates import round_end, thai_date

MOST_ROWS = 10  # findings on a page; the rest stands in the annex


def main_chart(facts: BriefFacts) -> Chart | Text:
    """Return every known item as a dot beside the line, or a sentence where no item is known."""
    if facts.items.empty:
        return Text(title=say("items_chart.title_none", line=line_text(facts.line)))
    shown = line_text(facts.line)
    rows = [_chart_row(facts, survey) for survey in facts.surveys]
    rows = [entry for entry in rows if entry.dots]
    low = charts.axis_low(facts.items["score"].tolist(), facts.line)
    note = [say("items_chart.axis", low=low)]
    if any(dot.is_doubtful for entry in rows for dot in entry.dots):
        note.append(say("items_chart.hollow"))
    if facts.documents_missing == []:
        note.append(say("items_chart.documents_full"))
    return Chart(
        title=_chart_title(facts, shown),
        svg=charts.items_chart(rows, line=facts.line, low=low),
        svg_narrow=charts.items_chart(rows, line=facts.line, low=low, narrow=True),
        alt=_chart_alt(facts, rows, shown, low),
        note=" · ".join(note),
    )


def _of_survey(frame: pd.DataFrame, survey: str) -> pd.DataFrame:
    return frame[frame["code"].str.startswith(survey[0])]


def _chart_row(facts: BriefFacts, survey: str) -> charts.ItemRow:
    known = _of_survey(facts.items, survey)
    unknown = len(_of_survey(facts.unknown, survey))
    dots = tuple(
        charts.ItemDot(code, float(score), code in facts.doubtful)
        for code, score in zip(known["code"], known["score"], strict=True)
    )
    key = "items_chart.row_note" if unknown else "items_chart.row_note_all"
    return charts.ItemRow(
        name=say("items_chart.row", group=group_name(facts, survey), code=survey),
        note=say(key, known=len(known), unknown=unknown),
        dots=dots,
    )


def _chart_title(facts: BriefFacts, shown: str) -> str:
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


def _chart_alt(facts: BriefFacts, rows: list[charts.ItemRow], shown: str, low: int) -> str:
    parts = []
    for entry, survey in zip(rows, [code for code in facts.surveys if len(_of_survey(facts.items, code))], strict=True):
        scores = [dot.score for dot in entry.dots]
        parts.append(
            say(
                "items_chart.alt_row",
                group=group_name(facts, survey),
                count=len(scores),
                min=shown_score(facts, min(scores)),
                max=shown_score(facts, max(scores)),
            )
        )
    below = [
        f"{code} {shown_score(facts, score)}"
        for code, score in zip(facts.below["code"], facts.below["score"], strict=True)
    ]
    listed = ", ".join(below) if below else say("items_chart.alt_none")
    return say("items_chart.alt", low=low, rows=" ".join(parts), line=shown, below=listed)


def findings(facts: BriefFacts) -> Table | Text:
    """Return the findings as a table of at most ten rows with all of them as records, or a sentence where there is none."""
    shown = line_text(facts.line)
    if facts.below.empty:
        known = say("findings.none", assessed=len(facts.items), line=shown)
        paragraphs = (line(known),) if len(facts.items) else ()
        return Text(title=say("findings.none_title", line=shown), paragraphs=(*paragraphs, line(_documents(facts))))
    has_respondents = bool(facts.below["respondents"].notna().any())
    columns = [
        Column(label=say("findings.code"), width=10),
        Column(label=say("findings.topic")),
        *([Column(label=say("findings.respondents"), align="right", width=16)] if has_respondents else []),
        Column(label=say("findings.score"), align="right", width=18),
        Column(label=say("findings.gap", line=shown), align="right", width=18),
        Column(label=say("findings.remark"), width=52),
    ]
    rows = [_finding_row(facts, record, has_respondents) for record in facts.below.head(MOST_ROWS).to_dict("records")]
    rows += [group_row(_documents(facts))]
    return Table(
        title=_findings_title(facts, shown),
        role="findings",
        columns=tuple(columns),
        rows=tuple(rows),
        note=_findings_note(facts, has_respondents),
        records=tuple(finding_records(facts)),
    )


def _findings_title(facts: BriefFacts, shown: str) -> str:
    worst = facts.below.iloc[0]
    gap = gap_text(worst["score"], facts.line).lstrip("−")
    if len(facts.below) == 1:
        return say("findings.title_one", code=worst["code"], line=shown, gap=gap)
    return say("findings.title", count=count_word(len(facts.below)), code=worst["code"], line=shown, gap=gap).strip()


def _findings_note(facts: BriefFacts, has_respondents: bool) -> str:
    notes = []
    if len(facts.below) > MOST_ROWS:
        notes.append(say("findings.note_rest", shown=MOST_ROWS, count=len(facts.below)))
    if not has_respondents:
        notes.append(say("findings.note_respondents"))
    doubts = {facts.doubtful[code] for code in facts.below["code"] if code in facts.doubtful}
    if doubts:
        notes.append(say("findings.note_doubt", text=say("findings.doubt")))
    return " · ".join(notes)


def _topic(facts: BriefFacts, code: str) -> Cell:
    topic = facts.topic_th(code)
    return cell(topic if topic else Run(text=say("common.unknown"), tone="muted"))


def _score(facts: BriefFacts, code: str, score: float) -> Cell:
    tone = "below" if score < facts.line else "ink"
    runs: Line = (Run(text=shown_score(facts, score), tone=tone, bold=score < facts.line),)
    if code in facts.doubtful:
        runs += (Run(text="?", tone=tone, hanging=True),)
    return cell(runs)


def _is_few(respondents: object) -> bool:
    return respondents is not None and not pd.isna(respondents) and int(str(respondents)) < FEW_RESPONDENTS


def _finding_row(facts: BriefFacts, record: dict[str, object], has_respondents: bool) -> Row:
    code, score = str(record["code"]), float(str(record["score"]))
    respondents = record["respondents"]
    survey = next((name for name in facts.surveys if name[0] == code[0]), "")
    key = "findings.asked_and_doubt" if code in facts.doubtful else "findings.asked_of"
    remarks = [line(say(key, group=group_name(facts, survey)))]
    if _is_few(respondents):
        remarks.append(line(Run(text=say("common.few"), tone="waiting")))
    count = [say("common.nothing") if pd.isna(respondents) else f"{respondents:,}"] if has_respondents else []  # type: ignore[call-overload]
    return row(
        cell(Run(text=code, bold=True)),
        _topic(facts, code),
        *count,
        _score(facts, code, score),
        gap_text(score, facts.line),
        Cell(lines=tuple(remarks)),
    )


def finding_records(facts: BriefFacts) -> list[dict[str, object]]:
    """Return the findings as the manifest carries them (CONTRACT: Output); points rounded to 2 decimals."""
    return [
        {
            "code": record["code"],
            "score": record["score"],
            "gap_points": round(record["gap_points"], 2),
            "previous_score": None,
            "is_comparable": False,
            "change_points": None,
            "few_respondents": _is_few(record["respondents"]),
        }
        for record in facts.below.to_dict("records")
    ]


def _documents(facts: BriefFacts) -> str:
    missing = facts.documents_missing
    if missing is None:
        return say("findings.documents_unknown")
    if missing:
        return say("findings.documents_missing", codes=" ".join(missing))
    owners = {part.code: part.kind for part in facts.framework.instruments} if facts.framework else {}
    full = [
        part.code
        for part in (facts.framework.indicators if facts.framework else ())
        if owners[part.instrument] == "documents" and part.code in set(facts.now["code"])
    ]
    basis = say("findings.documents_basis", codes=f" {say('common.and')} ".join(full)) if full else ""
    return say("findings.documents_full", basis=basis).strip()


def watch_list(facts: BriefFacts) -> Table | Text:
    """Return the items from the line to two points above it; nothing but an empty text where there are none."""
    if facts.watch.empty:
        return Text()
    shown = line_text(facts.line)
    columns = (
        Column(label=say("findings.code"), width=10),
        Column(label=say("findings.topic")),
        Column(label=say("findings.score"), align="right", width=18),
        Column(label=say("watch.above", line=shown), align="right", width=18),
        Column(label=say("findings.remark"), width=52),
    )
    rows = []
    for record in facts.watch.head(MOST_ROWS).to_dict("records"):
        code = str(record["code"])
        survey = next((name for name in facts.surveys if name[0] == code[0]), "")
        asked = say("findings.asked_of", group=group_name(facts, survey))
        gap = gap_text(record["score"], facts.line)
        rows.append(
            row(cell(Run(text=code, bold=True)), _topic(facts, code), _score(facts, code, record["score"]), gap, asked)
        )
    title = say("watch.title", count=len(facts.watch), line=shown, width=line_text(WATCH_WIDTH))
    return Table(title=title, role="watch", columns=columns, rows=tuple(rows))


def comparisons(facts: BriefFacts) -> Text:
    """Return one sentence per comparison that can't be made yet, with what to add."""
    year = facts.fiscal_year_be
    bullets = []
    if not (facts.scores["fiscal_year_be"] == year - 1).any():
        bullets.append(say("compare.no_prior", year=year - 1))
    if facts.peers.empty:
        bullets.append(say("compare.no_peers", year=year))
    if facts.items["respondents"].isna().all():
        bullets.append(say("compare.no_respondents"))
    bullets.append(say("compare.measures", year=year + 1))
    return Text(title=say("compare.title"), bullets=tuple(line(text) for text in bullets))


def next_steps(facts: BriefFacts) -> Table:
    """Return the two round ends of the fiscal year that follows the scores, and which dates are not known."""
    measures_year_be = facts.fiscal_year_be + 1
    rows = tuple(
        row(
            cell(Run(text=thai_date(round_end(measures_year_be, number)), bold=True)),
            say(f"next.round_{number}"),
            say("next.everyone"),
        )
        for number in (1, 2)
    )
    columns = (
        Column(label=say("next.due"), width=27),
        Column(label=say("next.task")),
        Column(label=say("next.owner"), width=44),
    )
    return Table(
        title=say("next.title", year=measures_year_be),
        role="calendar",
        columns=columns,
        rows=rows,
        note=say("next.unknown_dates", year=measures_year_be),
    )
