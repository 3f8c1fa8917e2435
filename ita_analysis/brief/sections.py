"""The short parts between the findings and the annex: the watch list, what can't be compared yet, the calendar."""

from __future__ import annotations

from datetime import date

from ita_analysis.analysis.findings import WATCH_WIDTH
from ita_analysis.brief.blocks import Cell, Column, Row, Run, Table, Text, cell, line, row
from ita_analysis.brief.facts import BriefFacts, records_of
from ita_analysis.brief.helped import helped_table
from ita_analysis.brief.peer_group import FEWEST_PEERS
from ita_analysis.brief.sentences import decimal, gap_text, line_text, say, score_text, two_places
from ita_analysis.brief.wording import group_name, is_missing, score_cell, survey_of, topic_cell
from ita_analysis.framework.codes import TOTAL
from ita_analysis.measures import duties
from ita_analysis.measures.duties import Due
from ita_analysis.thai.dates import thai_date

MOST_ROWS = 10
ROUNDS = ("round_1", "round_2")  # duties of everyone who has a measure


def level(facts: BriefFacts) -> Text:
    """Return one sentence: the level of the total and what is missing to the next; nothing where it is not known."""
    found = facts.level
    if found.level is None:
        return Text()
    if found.next_level is None:
        return Text(paragraphs=(line(say("level.top", level=found.name_th)),))
    missing = []
    if found.missing_to_next:
        missing.append(say("level.total", points=two_places(decimal(found.missing_to_next))))
    missing += [
        say("level.instrument", code=code, points=two_places(decimal(points)))
        for code, points in found.below_next.items()
    ]
    said = say("level.missing", missing=f" {say('common.and')} ".join(missing), next=found.next_level.name_th)
    return Text(paragraphs=(line(Run(text=say("level.name", level=found.name_th), bold=True), f" {said}"),))


def _time_left(due: date, as_of: date) -> Cell:
    """Return how many days are left, or that the day is past."""
    days = (due - as_of).days
    if days < 0:
        return cell(Run(text=say("next.overdue"), tone="below", bold=True))
    return cell(say("next.days", days=days))


def watch_list(facts: BriefFacts) -> Table | Text:
    """Return the items from the line to two points above it; an empty text where there are none."""
    if facts.watch.empty:
        return Text()
    shown = line_text(facts.line)
    columns = (
        Column(label=say("findings.code"), width=10),
        Column(label=say("findings.topic")),
        Column(label=say("findings.score"), align="right", width=16),
        Column(label=say("watch.above", line=shown), align="right", width=18),
        Column(label=say("findings.asked"), width=52),
    )
    rows = []
    for record in records_of(facts.watch.head(MOST_ROWS)):
        code, score = str(record["code"]), float(record["score"])
        asked = say("findings.asked_of", group=group_name(facts, survey_of(facts, code)))
        head = cell(Run(text=code, bold=True))
        rows.append(
            row(head, topic_cell(facts, code), score_cell(facts, code, score), gap_text(score, facts.line), asked)
        )
    note = say("watch.rest", shown=MOST_ROWS, count=len(facts.watch)) if len(facts.watch) > MOST_ROWS else ""
    title = say("watch.title", count=len(facts.watch), line=shown, width=line_text(WATCH_WIDTH))
    return Table(title=title, role="watch", columns=columns, rows=tuple(rows), note=note)


def comparisons(facts: BriefFacts) -> Text:
    """Return one sentence per comparison that can't be made yet, with what to add."""
    year = facts.fiscal_year_be
    bullets = []
    if facts.previous_year is None:
        bullets.append(say("compare.no_prior", year=year - 1))
    elif (
        (total := facts.compared.get(TOTAL)) and not total["is_comparable"] and not is_missing(total["previous_score"])
    ):
        before = score_text(total["previous_score"])
        bullets.append(say("compare.prior_unknown", before=year - 1, score=before, reason=total["reason_th"]))
    if not facts.standing:
        key = "compare.no_peers" if facts.group_size == 1 else "compare.few_peers"
        bullets.append(say(key, year=year, count=facts.group_size - 1, least=FEWEST_PEERS))
    if facts.items.empty:
        bullets.append(say("compare.no_items"))
    elif facts.items["respondents"].isna().all():
        bullets.append(say("compare.no_respondents"))
    if not bullets:
        return Text()
    return Text(title=say("compare.title"), bullets=tuple(line(text) for text in bullets))


def next_steps(facts: BriefFacts) -> Table:
    """Return the duties of the fiscal year that follows the scores, in its order; unknown dates are said as unknown."""
    measures_year_be = facts.fiscal_year_be + 1
    rows = [_due_row(facts, due) for due in duties.calendar(facts.scheme, measures_year_be)]
    if documents := duties.documents(f"{facts.scheme}-{measures_year_be}"):
        codes = " ".join(code for one in documents for code in one.codes)
        told = cell(say("next.documents", count=len(documents)), Run(text=codes, tone="muted"))
        nothing = cell(Run(text=say("common.no_owner"), tone="muted"))
        extra = (cell(Run(text=say("common.nothing"), tone="muted")),) if facts.as_of else ()
        rows.append(Row(cells=(cell(say("next.all_year")), told, nothing, *extra)))
    columns = [
        Column(label=say("next.due"), width=32),
        Column(label=say("next.task")),
        Column(label=say("next.owner"), width=40),
    ]
    if facts.as_of:
        columns.append(Column(label=say("next.left", day=thai_date(facts.as_of)), align="right", width=30))
    return Table(
        title=say("next.title", year=measures_year_be),
        role="calendar",
        columns=tuple(columns),
        rows=tuple(rows),
        note=say("next.unknown_dates", year=measures_year_be),
    )


def _due_row(facts: BriefFacts, due: Due) -> Row:
    """Return one duty: its date, or that none is known and what was last known."""
    if due.is_known:
        first = cell(Run(text=due.when_th, bold=due.ends is not None))
        task = cell(due.what_th, *([Run(text=due.note_th, tone="muted")] if due.note_th else []))
    else:
        first = cell(Run(text=say("next.unknown"), tone="muted"))
        task = cell(due.what_th, Run(text=due.when_th, tone="muted"))
    owner = cell(say("next.everyone")) if due.key in ROUNDS else cell(Run(text=say("common.no_owner"), tone="muted"))
    if not facts.as_of:
        return Row(cells=(first, task, owner))
    left = (
        _time_left(due.ends, facts.as_of)
        if due.is_known and due.ends
        else cell(Run(text=say("common.nothing"), tone="muted"))
    )
    return Row(cells=(first, task, owner, left))


def helped(facts: BriefFacts) -> Table | Text:
    """Return this year's measures beside the change of the scores; an empty text where there is no register of them."""
    tried = facts.tried
    if tried is None or tried.judgement is None:
        return Text()
    return helped_table(tried.judgement, facts, facts.fiscal_year_be)
